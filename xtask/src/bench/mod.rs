//! `cargo xtask bench`: this project and its peers on the same work, on one core, in turn.
//!
//! Times are CPU seconds, user and system, so that a shared machine does not spoil them; still only ratios within one run
//! mean something. Before any time counts, the figures of both sides must agree.

mod figures;
mod optimisers;

use crate::{machine, shell};
use figures::{Work, table};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// How often every side of a comparison runs, in turn with the others; the median is shown.
const TURNS: usize = 5;

/// Programs that are compared. `{bench}` is this project's bench program, `{trimtab}` its command, `{python}` the Python
/// with the peers, `{peers}` the folder of their scripts and `{data}` the folder of the files that all read.
const WORKS: &[Work] = &[
    Work {
        name: "backtest, full books",
        about: "15 of 20 series, 5,040 days, 222 rebalances",
        ours: "{bench} books {data}",
        goal_ms: 5.0,
        peers: &[
            ("numba", "{python} {peers}/w1_numba.py {data}"),
            ("numpy", "{python} {peers}/w1_numpy.py {data}"),
        ],
        agree: &["final", "sharpe", "rebalances"],
        least: None,
    },
    Work {
        name: "backtest, light",
        about: "the same in floats and without books, as searches run it",
        ours: "{bench} light {data}",
        goal_ms: 0.1,
        peers: &[
            ("numba", "{python} {peers}/w1_numba.py {data}"),
            ("numpy", "{python} {peers}/w1_numpy.py {data}"),
        ],
        agree: &["final", "sharpe", "rebalances"],
        least: None,
    },
    Work {
        name: "sweep",
        about: "10,000 sets of five parameters, 5,040 days, without books",
        ours: "{bench} sweep {data}",
        goal_ms: 18.0,
        peers: &[("numba", "{python} {peers}/w2_numba.py {data}")],
        agree: &["sets", "final_mean", "best", "sharpe_best"],
        least: None,
    },
    Work {
        name: "metrics",
        about: "all metrics of 5,040 daily returns beside a benchmark",
        ours: "{bench} metrics {data}",
        goal_ms: 0.5,
        peers: &[
            ("quantstats", "{python} {peers}/metrics_quantstats.py {data}"),
            ("empyrical, 18", "{python} {peers}/metrics_empyrical.py {data}"),
        ],
        agree: &["sharpe", "drawdown_max"],
        least: None,
    },
    Work {
        name: "report",
        about: "the HTML page on a run of 5,040 days beside a benchmark, after the run",
        ours: "{bench} report {data}",
        goal_ms: 15.0,
        peers: &[("quantstats", "{python} {peers}/report_quantstats.py {data}")],
        agree: &["growth", "drawdown_max"],
        least: None,
    },
    Work {
        name: "rolling table",
        about: "7 metrics over 1, 3, 6 and 12 months at 5,040 dates",
        ours: "{bench} rolling {data}",
        goal_ms: 0.6,
        peers: &[
            ("pandas, numpy", "{python} {peers}/rolling_pandas.py {data}"),
            ("empyrical", "{python} {peers}/rolling_empyrical.py {data}"),
        ],
        agree: &["sharpe", "drawdown_max", "beta"],
        least: None,
    },
    Work {
        name: "cold start",
        about: "start, read the CSV file, the backtest, the report as JSON",
        ours: "{python} {peers}/cold.py {data} {trimtab} backtest strategies/anchor-w1.toml --data {data}/prices.csv \
               --quiet --format json",
        goal_ms: 30.0,
        peers: &[(
            "pandas, numba",
            "{python} {peers}/cold.py {data} {python} {peers}/cold_numba.py {data}",
        )],
        agree: &["final", "rebalances"],
        least: None,
    },
];

/// Prices with all digits that five other engines have agreed on; used where they are at hand.
const ANCHORED: &str = "../shared/peers/prices_20.csv.gz";

/// Makes the prices that optimisers are compared on; used where it is at hand.
const GIVEN: &str = "../shared/peers/common.py";

/// Final value and Sharpe ratio that those engines found on them.
const ANCHORS: [(&str, f64); 2] = [("final", 677_519.122087428), ("sharpe", 0.891548964165787)];

/// Engines that sum in another order differ in the last digits; the books round to millionths.
const TOLERANCE: f64 = 1e-9;

/// What has no peer: how long a large store takes to load, and what a year of daily updates asks for and writes.
const ALONE: &[(&str, &[(&str, &str)])] =
    &[("store", &[("trimtab-data", "store_time"), ("trimtab-sources", "update_time")])];

/// Runs the examples that measure a piece of work without peers, in a folder below the build results.
fn alone(root: &Path, name: &str, examples: &[(&str, &str)]) -> Result<(), String> {
    for (package, example) in examples {
        let folder = shell::target(root).join("bench").join(name).join(example);
        let mut command = shell::cargo(root);
        command.args(["run", "--release", "--package", package, "--example", example, "--"]);
        shell::run(command.arg(folder))?;
    }
    Ok(())
}

/// Prepares both sides and compares them.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<ExitCode, String> {
    if let [only] = arguments
        && let Some((name, examples)) = ALONE.iter().find(|(name, _)| name == only)
    {
        return alone(root, name, examples).map(|()| ExitCode::SUCCESS);
    }
    let works = || WORKS.iter().chain(optimisers::WORKS);
    let known = |argument: &String| works().any(|work| work.name == argument);
    if let Some(odd) = arguments.iter().find(|argument| !known(argument)) {
        let names: Vec<String> = works().map(|work| format!("{:?}", work.name)).collect();
        let names = names.join(", ");
        let alone: Vec<&str> = ALONE.iter().map(|(name, _)| *name).collect();
        return Err(format!(
            "usage: cargo xtask bench [WORK …]; `{odd}` is not among {names}; alone: {}",
            alone.join(", ")
        ));
    }
    let bench = Bench::new(root)?;
    let mut sound = true;
    let mut rows = Vec::new();
    let wanted = |w: &&Work| arguments.is_empty() || arguments.iter().any(|a| a == w.name);
    for work in works().filter(wanted) {
        println!("{} ({})", work.name, work.about);
        let sides = bench.measure(work)?;
        for complaint in figures::disagreements(work, &sides, TOLERANCE) {
            println!("  {complaint}");
            sound = false;
        }
        rows.extend(figures::rows(work, &sides)?);
    }
    println!("\n{}", table(&rows));
    println!("CPU time, median of {TURNS} turns on one core; ratios mean more than times.");
    match sound {
        true => println!("All sides agree on the figures within {TOLERANCE:e}."),
        false => println!("The sides DISAGREE on figures: the times mean nothing."),
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What a comparison needs, prepared.
struct Bench {
    root: PathBuf,
    /// What the words in braces stand for.
    words: Vec<(&'static str, String)>,
    core: usize,
    folder: PathBuf,
}

impl Bench {
    fn new(root: &Path) -> Result<Bench, String> {
        machine::program("taskset", "util-linux")?;
        let peers = root.join("benches/peers");
        let python = machine::python(root, &peers.join("requirements.txt"))?;
        let folder = shell::target(root).join("bench");
        std::fs::create_dir_all(&folder)
            .map_err(|error| format!("cannot make a folder: {error}"))?;
        let build =
            ["build", "--release", "--package", "trimtab-benches", "--package", "trimtab-cli"];
        shell::run(shell::cargo(root).args(build))?;
        let release = shell::target(root).join("release");
        let text = |path: PathBuf| path.display().to_string();
        let words = vec![
            ("{bench}", text(release.join("trimtab-benches"))),
            ("{trimtab}", text(release.join("trimtab"))),
            ("{python}", text(python)),
            ("{peers}", text(peers)),
            ("{data}", text(folder.clone())),
        ];
        let core = std::thread::available_parallelism().map_or(1, usize::from) - 1;
        let bench = Bench { root: root.to_owned(), words, core, folder };
        bench.write_data()?;
        Ok(bench)
    }

    /// The files that all sides read, and the proof that their rules are the right ones.
    fn write_data(&self) -> Result<(), String> {
        let anchored = self.root.join(ANCHORED);
        let mut command = "{python} {peers}/market.py {data}".to_owned();
        if anchored.is_file() {
            command += &format!(" {}", anchored.display());
        }
        let said = self.call(&command)?;
        let given = self.root.join(GIVEN);
        let given = if given.is_file() { given.display().to_string() } else { String::new() };
        self.call(&format!("{{python}} {{peers}}/windows.py {{data}} {given}"))?;
        if !anchored.is_file() {
            println!("prices are made up: {ANCHORED} is absent");
            return Ok(());
        }
        for (key, anchor) in ANCHORS {
            let found = figures::number(&said, key)?;
            if (found / anchor - 1.0).abs() > TOLERANCE {
                return Err(format!("the yardstick has {key} {found} instead of {anchor}"));
            }
        }
        println!("the yardstick meets its anchors");
        Ok(())
    }

    /// What each side printed in each turn; this project first. Nothing of a peer that fails, which is told and not asked
    /// again.
    fn measure(&self, work: &Work) -> Result<Vec<Vec<Value>>, String> {
        let mut sides = vec![Vec::new(); 1 + work.peers.len()];
        let mut failed = vec![false; work.peers.len()];
        for _ in 0..TURNS {
            sides[0].push(self.call(work.ours)?);
            for (ix, (name, command)) in work.peers.iter().enumerate() {
                if failed[ix] {
                    continue;
                }
                match self.call(command) {
                    Ok(said) => sides[ix + 1].push(said),
                    Err(error) => {
                        println!(
                            "  {name} fails: {}",
                            error.trim().lines().last().unwrap_or_default()
                        );
                        failed[ix] = true;
                        sides[ix + 1].clear();
                    }
                }
            }
        }
        Ok(sides)
    }

    /// Runs a command on the one core and reads the JSON that it prints last.
    fn call(&self, command: &str) -> Result<Value, String> {
        let mut words = command.split_whitespace().map(|word| self.filled(word));
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", &self.core.to_string()]).args(&mut words);
        command.current_dir(&self.root);
        // One thread: the work is compared, not the machine. Caches and droppings belong to the build results.
        for variable in
            ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"]
        {
            command.env(variable, "1");
        }
        command.env("NUMBA_CACHE_DIR", self.folder.join("numba"));
        command.env("MPLCONFIGDIR", self.folder.join("matplotlib"));
        command.env("TRIMTAB_TRIALS", self.folder.join("trials.sqlite"));
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONWARNINGS", "ignore");
        let said = shell::output(&mut command)?;
        let last = said.lines().last().unwrap_or_default();
        serde_json::from_str(last).map_err(|error| format!("{}: {error}", shell::line(&command)))
    }

    fn filled(&self, word: &str) -> String {
        let fill = |text: String, (name, value): &(&str, String)| text.replace(name, value);
        self.words.iter().fold(word.to_owned(), fill)
    }
}
