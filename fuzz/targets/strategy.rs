//! A strategy file of any text: an error that can be printed, or a strategy that can be told and read back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trimtab_strategy::Strategy;

fuzz_target!(|text: &str| {
    match Strategy::parse("fuzzed.toml", text) {
        Ok(strategy) => {
            let canonical = strategy.canonical();
            let back = Strategy::from_canonical(&canonical).expect("canonical text reads back");
            assert_eq!(back, strategy, "reading back is the identity");
            assert_eq!(back.canonical(), canonical, "and so is printing again");
            assert!(!strategy.explain().is_empty(), "a strategy can be told");
        }
        Err(error) => {
            let said = error.to_string();
            assert!(said.contains("fuzzed.toml"), "an error names the file: {said}");
        }
    }
});
