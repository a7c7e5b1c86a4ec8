//! A strategy file with parameters replaced. The lines above the first `---` are the replacements, `path = value`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trimtab_strategy::Strategy;

fuzz_target!(|input: &str| {
    let (settings, text) = input.split_once("---\n").unwrap_or(("", input));
    let pair = |line: &str| {
        let (path, value) = line.split_once('=')?;
        Some((path.trim().to_owned(), value.trim().to_owned()))
    };
    let settings: Vec<(String, String)> = settings.lines().filter_map(pair).collect();
    match Strategy::parse_with("fuzzed.toml", text, &settings) {
        Ok(strategy) => {
            let back = Strategy::from_canonical(&strategy.canonical()).expect("reads back");
            assert_eq!(back, strategy);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
