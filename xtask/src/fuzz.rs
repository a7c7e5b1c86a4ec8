//! `cargo xtask fuzz`: libFuzzer on the stable toolchain, for a bounded time, with seeds from the registries.

use crate::shell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;
use trimtab_strategy::{
    AnyAllocator, AnyCovariance, AnyGauge, AnyLimit, AnyMean, AnyObjective, AnySignal, KindInfo,
};

/// A program under `fuzz/targets` and where its seeds come from.
struct Target {
    name: &'static str,
    /// Seeds made by this program: file name and content.
    seeds: fn(root: &Path) -> Vec<(String, String)>,
    /// Words the fuzzer may insert as a whole.
    words: fn() -> BTreeSet<String>,
}

const TARGETS: &[Target] = &[
    Target { name: "strategy", seeds: strategies, words: strategy_words },
    Target { name: "strategy_set", seeds: strategies_with_settings, words: strategy_words },
    Target { name: "table", seeds: |_| Vec::new(), words: table_words },
    Target { name: "market", seeds: |_| Vec::new(), words: table_words },
];

/// What `cargo xtask fuzz` gives each target; `cargo xtask test` gives less.
const SECONDS: u64 = 60;

/// The passes that libFuzzer steers by: one counter for each edge, and the table of their addresses. The nightly
/// toolchain has a switch for them; on the stable one they are named one by one.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table --cfg fuzzing";

/// Longer inputs only make each run slower: every construct of both formats fits.
const INPUT_MAX: usize = 4096;

/// A single input that takes longer than this, in seconds, is a finding.
const HANGS: u64 = 10;

/// Builds the targets and runs each, or the named ones, for a bounded time.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<ExitCode, String> {
    let (mut seconds, mut names) = (SECONDS, Vec::new());
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--seconds" => {
                let given = rest.next().and_then(|text| text.parse().ok());
                seconds =
                    given.filter(|n| *n > 0).ok_or("--seconds needs a whole number above 0")?;
            }
            name if TARGETS.iter().any(|target| target.name == name) => names.push(name),
            other => {
                let known: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
                return Err(format!(
                    "usage: cargo xtask fuzz [--seconds N] [TARGET …]; there is no target `{other}`, only {}",
                    known.join(", ")
                ));
            }
        }
    }
    fuzz(root, &names, Duration::from_secs(seconds)).map(|()| ExitCode::SUCCESS)
}

/// Builds all targets and runs those in `names`, or all when there are none, for `time` each.
///
/// # Errors
/// The first finding, with the file that holds the input.
pub(crate) fn fuzz(root: &Path, names: &[&str], time: Duration) -> Result<(), String> {
    let folder = build(root)?;
    for target in TARGETS.iter().filter(|t| names.is_empty() || names.contains(&t.name)) {
        run_target(root, &folder, target, time)?;
    }
    Ok(())
}

/// Builds every target with coverage; returns the folder of the programs.
fn build(root: &Path) -> Result<PathBuf, String> {
    let host = host()?;
    let folder = shell::target(root).join("fuzz");
    // With `--target`, flags reach the programs but neither build scripts nor macros, which run on their own.
    let mut command = shell::cargo(root);
    command
        .args(["build", "--quiet", "--release", "--bins", "--target", &host])
        .args(["--manifest-path", "fuzz/Cargo.toml"])
        .env("CARGO_TARGET_DIR", &folder)
        .env("RUSTFLAGS", COVERAGE);
    shell::run(&mut command)?;
    Ok(folder.join(host).join("release"))
}

/// The machine that rustc builds for when nothing else is said.
fn host() -> Result<String, String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = shell::output(Command::new(rustc).arg("-vV"))?;
    let line = version.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_owned).ok_or_else(|| "rustc does not say its host".to_owned())
}

fn run_target(root: &Path, folder: &Path, target: &Target, time: Duration) -> Result<(), String> {
    let name = target.name;
    let place = shell::target(root).join("fuzz").join("run").join(name);
    let (found, seeds) = (place.join("found"), place.join("seeds"));
    let corpus = place.join("corpus");
    for folder in [&found, &seeds, &corpus] {
        std::fs::create_dir_all(folder).map_err(|e| format!("cannot make a folder: {e}"))?;
    }
    for (file, text) in (target.seeds)(root) {
        write(&seeds.join(file), &text)?;
    }
    let dictionary = place.join("words");
    write(&dictionary, &dictionary_of(&(target.words)()))?;
    let mut command = Command::new(folder.join(name));
    command
        .current_dir(root)
        .arg(format!("-max_total_time={}", time.as_secs()))
        .arg(format!("-max_len={INPUT_MAX}"))
        .arg(format!("-timeout={HANGS}"))
        .arg(format!("-artifact_prefix={}/", found.display()))
        .arg(format!("-dict={}", dictionary.display()))
        .args(["-print_final_stats=1", "-verbosity=0"])
        .args([&corpus, &seeds]);
    let kept = root.join("fuzz/corpus").join(name);
    if kept.is_dir() {
        command.arg(&kept);
    }
    let log = place.join("log");
    let output = std::fs::File::create(&log).map_err(|e| format!("cannot write the log: {e}"))?;
    let status = command.stderr(output).status().map_err(|e| format!("cannot run {name}: {e}"))?;
    let said = std::fs::read(&log).map_err(|e| format!("cannot read the log: {e}"))?;
    let said = String::from_utf8_lossy(&said);
    if !status.success() {
        return Err(format!(
            "{name}: {}\n{}\nthe inputs lie in {}; mend the fault, then keep the input in fuzz/corpus/{name}",
            status,
            tail(&said),
            found.display()
        ));
    }
    let number = |key: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(key));
        line.map_or("?", str::trim).to_owned()
    };
    println!(
        "{name}: {} inputs, {} of them new ground, nothing found",
        number("stat::number_of_executed_units:"),
        number("stat::new_units_added:")
    );
    Ok(())
}

/// The end of the log: the panic and the input.
fn tail(log: &str) -> String {
    const LINES: usize = 40;
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// The examples of every kind, and the published strategies.
fn strategies(root: &Path) -> Vec<(String, String)> {
    let example = |info: KindInfo| (info.kind.to_owned(), info.example.to_owned());
    let mut seeds: Vec<(String, String)> = kinds().into_iter().map(example).collect();
    for entry in std::fs::read_dir(root.join("strategies")).into_iter().flatten().flatten() {
        if let Ok(text) = std::fs::read_to_string(entry.path()) {
            seeds.push((entry.file_name().to_string_lossy().into_owned(), text));
        }
    }
    seeds
}

fn strategies_with_settings(root: &Path) -> Vec<(String, String)> {
    let settings = "trend.slow = 150\nschedule.session = 1\ncosts.cash = { percent = 2.0 }\n---\n";
    strategies(root).into_iter().map(|(name, text)| (name, format!("{settings}{text}"))).collect()
}

fn kinds() -> Vec<KindInfo> {
    let nodes = [AnySignal::kinds(), AnyGauge::kinds(), AnyAllocator::kinds(), AnyLimit::kinds()];
    let estimates = [AnyMean::kinds(), AnyCovariance::kinds(), AnyObjective::kinds()];
    [nodes.concat(), estimates.concat()].concat()
}

/// Every key and every fixed word of the strategy file, from its schema.
fn strategy_words() -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    collect(&serde_json::json!(trimtab_strategy::schema()), &mut words);
    words
}

/// What tells the layouts of price files apart, and what cells hold.
fn table_words() -> BTreeSet<String> {
    let words = "date open high low close adj_close volume dividend split symbol timestamp adjusted_close \
        dividend_amount split_coefficient adjClose divCash splitFactor observation_date series about known value vintage \
        Ticker Price <DATE> <CLOSE> <TICKER> 2018-01-02 20180103 01/04/2018 2018-02-30 9999-12-31 1e308 -1 0 null . nan \
        === \u{feff}";
    words
        .split_whitespace()
        .chain([",", ";", "\t", "\"", "\r\n", "\n"])
        .map(str::to_owned)
        .collect()
}

fn collect(schema: &serde_json::Value, words: &mut BTreeSet<String>) {
    use serde_json::Value;
    match schema {
        Value::Object(fields) => {
            for (key, value) in fields {
                if key == "properties" {
                    words.extend(value.as_object().into_iter().flatten().map(|(k, _)| k.clone()));
                }
                if let ("const", Value::String(word)) = (key.as_str(), value) {
                    words.insert(format!("\"{word}\""));
                }
                collect(value, words);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        _ => {}
    }
}

/// libFuzzer's format: one quoted word a line, everything but plain letters written as bytes.
fn dictionary_of(words: &BTreeSet<String>) -> String {
    let escaped = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' => char::from(byte).to_string(),
        other => format!("\\x{other:02x}"),
    };
    let line = |word: &String| format!("\"{}\"\n", word.bytes().map(escaped).collect::<String>());
    words.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_a_program_of_the_fuzz_crate() {
        let manifest = include_str!("../../fuzz/Cargo.toml");
        let names = manifest.lines().filter_map(|line| line.strip_prefix("path = \"targets/"));
        let names: Vec<&str> = names.filter_map(|name| name.strip_suffix(".rs\"")).collect();
        assert_eq!(TARGETS.iter().map(|target| target.name).collect::<Vec<_>>(), names);
    }

    #[test]
    fn words_of_the_schema_are_in_the_dictionary() {
        let text = dictionary_of(&strategy_words());
        for line in ["\"schedule\"\n", "\"\\x22sma-ratio\\x22\"\n", "\"half_spread\"\n"] {
            assert!(text.contains(line), "{line}");
        }
    }
}
