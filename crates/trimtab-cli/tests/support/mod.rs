//! What the tests of the command share: the binary, a small made-up market, JSON of a run.
#![allow(dead_code, unreachable_pub, clippy::print_stdout)] // each test binary uses its own part

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

/// The binary under test, without a trial ledger: tests leave nothing behind.
pub fn trimtab() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trimtab"));
    command.env("TRIMTAB_TRIALS", "none");
    command
}

/// Runs a command that must succeed; its standard output.
pub fn said(arguments: &[&str]) -> String {
    let output = trimtab().args(arguments).output().unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{arguments:?} failed: {err}");
    out
}

/// Runs a command that must fail with `code`; its standard error.
pub fn refused(arguments: &[&str], code: i32) -> String {
    let output = trimtab().args(arguments).output().unwrap();
    let err = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {err}");
    assert!(!err.contains("panicked"), "{err}");
    err
}

/// The report of a backtest as JSON.
pub fn report(arguments: &[&str]) -> Value {
    let all = [&["backtest", "--format", "json"], arguments].concat();
    serde_json::from_str(&said(&all)).unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A number of a report.
pub fn number(report: &Value, key: &str) -> f64 {
    report[key].as_f64().unwrap_or_else(|| panic!("{key} is {}", report[key]))
}

/// Data of `../shared` beside the repository, or a note that they are absent.
pub fn shared(path: &str) -> Option<PathBuf> {
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    if full.exists() {
        return Some(full);
    }
    println!("skipped: ../shared/{path} is absent");
    None
}

pub fn close(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * b.abs()
}

/// Symbols of the made-up market: what the library's strategies on funds ask for.
pub const SYMBOLS: [&str; 17] = [
    "SPY", "XLB", "XLE", "XLF", "XLI", "XLK", "XLP", "XLU", "XLV", "XLY", "IYR", "SHY", "TLT",
    "AGG", "TIP", "EFA", "GLD",
];

/// A made-up market as a wide table of closes: weekdays from 2015 on, prices that wander by a fixed recipe.
pub fn market(sessions: usize) -> String {
    let mut text = format!("date,{}\n", SYMBOLS.join(","));
    let mut prices = [100.0; SYMBOLS.len()];
    let mut state = 88_172_645_463_325_252_u64;
    let mut chance = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
    };
    for date in weekdays(sessions) {
        let market = chance() * 0.02 + 0.0003;
        for (ix, price) in prices.iter_mut().enumerate() {
            let own = chance() * 0.012;
            *price *= 1.0 + if ix < 11 { market + own } else { 0.0001 + own * 0.4 };
        }
        let cells: Vec<String> = prices.iter().map(|price| format!("{price:?}")).collect();
        writeln!(text, "{date},{}", cells.join(",")).unwrap();
    }
    text
}

/// Weekdays from 2015-01-01 on.
pub fn weekdays(count: usize) -> Vec<trimtab_core::Date> {
    let from = trimtab_core::Date::constant(2015, 1, 1);
    let to = trimtab_core::Date::constant(2030, 1, 1);
    trimtab_core::Exchange::Weekdays.sessions(from, to).into_iter().take(count).collect()
}

/// A folder for one test, and files in it.
pub struct Place(tempfile::TempDir);

impl Place {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
    /// Writes a file; its path as text.
    pub fn file(&self, name: &str, content: &str) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
    pub fn name(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }
}
