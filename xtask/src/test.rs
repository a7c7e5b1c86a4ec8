//! `cargo xtask test`: sets a fresh machine up and runs every check. CI runs this and nothing else.

use crate::{docs, fuzz, machine, package, picture, schema, shell, tidy};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

/// One check. They run in this order, the quick ones that fail most often first.
struct Step {
    name: &'static str,
    /// Left out by `--quick`.
    slow: bool,
    /// Gets what it needs. What cannot be got here is told, and the run fails: a check that nobody made is no check.
    set_up: fn(root: &Path) -> Result<(), String>,
    run: fn(root: &Path) -> Result<String, String>,
}

const STEPS: &[Step] = &[
    Step { name: "format", slow: false, set_up: rustfmt, run: format },
    Step { name: "tidy", slow: false, set_up: nothing, run: rules },
    Step { name: "schema", slow: false, set_up: nothing, run: schema_is_fresh },
    Step { name: "clippy", slow: false, set_up: clippy, run: lint },
    Step { name: "tests", slow: false, set_up: nothing, run: tests },
    Step { name: "browser", slow: true, set_up: browser, run: pages },
    Step { name: "python", slow: true, set_up: package::set_up, run: package::check },
    Step { name: "manual", slow: false, set_up: nothing, run: manual_is_fresh },
    Step { name: "picture", slow: false, set_up: nothing, run: picture_is_fresh },
    Step { name: "rustdoc", slow: true, set_up: nothing, run: rustdoc },
    Step { name: "history", slow: true, set_up: python, run: history },
    Step { name: "fuzz", slow: true, set_up: compiler, run: fuzzing },
];

/// Everything that Rust's tests reach; the Python package has tests of its own.
const TESTED: [&str; 4] = ["test", "--workspace", "--exclude", "trimtab-python"];

/// For each fuzz target: enough to notice what a change broke. Longer runs are for `cargo xtask fuzz`.
const FUZZING: Duration = Duration::from_secs(5);

/// How a step ended.
enum End {
    Passed(String),
    LeftOut(String),
    Failed(String),
}

impl End {
    /// Whether the whole run fails for it. What was left out counts as failed unless `lacking` is allowed.
    fn fails(&self, lacking: bool) -> bool {
        match self {
            End::Passed(_) => false,
            End::LeftOut(_) => !lacking,
            End::Failed(_) => true,
        }
    }
}

/// The option of a person whose machine lacks something, and who knows it: what cannot be set up is left out.
const LACKING: &str = "--lacking";

/// Runs all steps, also after one that fails, and prints what each takes.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<ExitCode, String> {
    let (mut quick, mut lacking) = (false, false);
    for argument in arguments {
        match argument.as_str() {
            "--quick" => quick = true,
            LACKING => lacking = true,
            _ => return Err(format!("usage: cargo xtask test [--quick] [{LACKING}]")),
        }
    }
    let start = Instant::now();
    let mut lines = Vec::new();
    let mut failed = false;
    for step in STEPS.iter().filter(|step| !(quick && step.slow)) {
        println!("\n==== {} ====", step.name);
        let begin = Instant::now();
        let end = end(step, root);
        let (word, said) = match &end {
            End::Passed(said) => ("passed", said),
            End::LeftOut(why) => ("LEFT OUT", why),
            End::Failed(why) => ("FAILED", why),
        };
        let line = format!("{:<8} {word} in {}: {said}", step.name, time(begin.elapsed()));
        println!("{line}");
        lines.push(line);
        failed |= end.fails(lacking);
    }
    println!("\n==== summary, {} ====\n{}", time(start.elapsed()), lines.join("\n"));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn end(step: &Step, root: &Path) -> End {
    if let Err(why) = (step.set_up)(root) {
        return End::LeftOut(why);
    }
    match (step.run)(root) {
        Ok(said) => End::Passed(said),
        Err(why) => End::Failed(why),
    }
}

fn time(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds < 60.0 {
        true => format!("{seconds:.1} s"),
        false => format!("{} min {:02.0} s", (seconds / 60.0).floor(), (seconds % 60.0).floor()),
    }
}

fn nothing(_: &Path) -> Result<(), String> {
    Ok(())
}

fn rustfmt(root: &Path) -> Result<(), String> {
    machine::component(root, "fmt", "rustfmt")
}

fn clippy(root: &Path) -> Result<(), String> {
    machine::component(root, "clippy", "clippy")
}

fn python(_: &Path) -> Result<(), String> {
    machine::program("python3", "python3")
}

/// Pages are opened in it.
fn browser(_: &Path) -> Result<(), String> {
    machine::program("chromium", "chromium")
}

/// libFuzzer is C++.
fn compiler(_: &Path) -> Result<(), String> {
    machine::program("c++", "g++")
}

fn format(root: &Path) -> Result<String, String> {
    shell::run(shell::cargo(root).args(["fmt", "--all", "--check"]))?;
    shell::run(shell::cargo(root).args(["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"]))?;
    Ok("as rustfmt writes it".into())
}

fn rules(root: &Path) -> Result<String, String> {
    chore(tidy::run(root, &[]), "the rules of STYLE.md")
}

fn picture_is_fresh(root: &Path) -> Result<String, String> {
    chore(picture::run(root, &["--check".to_owned()]), "what the first command's run looks like")
}

fn schema_is_fresh(root: &Path) -> Result<String, String> {
    chore(schema::run(root, &["--check".to_owned()]), "equal to the structs")
}

fn manual_is_fresh(root: &Path) -> Result<String, String> {
    chore(docs::run(root, &["--check".to_owned()]), "equal to the source")
}

/// The outcome of another task of this program.
fn chore(outcome: Result<ExitCode, String>, said: &str) -> Result<String, String> {
    match outcome? == ExitCode::SUCCESS {
        true => Ok(said.into()),
        false => Err("see above".into()),
    }
}

fn lint(root: &Path) -> Result<String, String> {
    // The second time the command without an HTTP client, for machines on which one cannot be built.
    for what in
        [&["--workspace", "--all-targets"][..], &["-p", "trimtab-cli", "--no-default-features"]]
    {
        let mut command = shell::cargo(root);
        shell::run(command.arg("clippy").args(what).args(["--", "-D", "warnings"]))?;
    }
    Ok("no warning".into())
}

/// Unit tests, integration tests and examples in docs.
fn tests(root: &Path) -> Result<String, String> {
    let mut sum = Sum::default();
    let outcome =
        shell::run_reading(shell::cargo(root).args(TESTED).arg("--no-fail-fast"), |line| {
            println!("{line}");
            sum.add(line);
        });
    let said = format!("{} passed, {} failed, {} ignored", sum.passed, sum.failed, sum.ignored);
    outcome.map(|()| said.clone()).map_err(|why| format!("{said}; {why}"))
}

/// What all test programs together report.
#[derive(Debug, Default, PartialEq)]
struct Sum {
    passed: usize,
    failed: usize,
    ignored: usize,
}

impl Sum {
    /// Adds a line like `test result: ok. 12 passed; 0 failed; 0 ignored; …`; others count nothing.
    fn add(&mut self, line: &str) {
        let Some((_, counts)) =
            line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for part in counts.split("; ") {
            match part.split_once(' ').and_then(|(n, word)| Some((n.parse::<usize>().ok()?, word)))
            {
                Some((n, "passed")) => self.passed += n,
                Some((n, "failed")) => self.failed += n,
                Some((n, "ignored")) => self.ignored += n,
                _ => {}
            }
        }
    }
}

/// Among the tests above, but there it may have been left out for want of the browser.
fn pages(root: &Path) -> Result<String, String> {
    shell::run(shell::cargo(root).args(TESTED).args(["--test", "browser"]))?;
    Ok("reports in Chromium: no error, no request, every chart, every key".into())
}

fn rustdoc(root: &Path) -> Result<String, String> {
    let mut command = shell::cargo(root);
    command.args(["doc", "--quiet", "--workspace", "--no-deps"]);
    shell::run(command.env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok("no broken link".into())
}

/// The embedded history against closed forms and other figures; the scripts need the standard library only.
fn history(root: &Path) -> Result<String, String> {
    let python = |arguments: &[&str]| {
        let mut command = Command::new("python3");
        command.args(arguments).current_dir(root).env("PYTHONDONTWRITEBYTECODE", "1");
        shell::run(&mut command)
    };
    python(&["-m", "unittest", "discover", "--start-directory", "scripts/history"])?;
    python(&["scripts/history/check.py", "history"])?;
    Ok("the tables are what their sources say".into())
}

fn fuzzing(root: &Path) -> Result<String, String> {
    fuzz::fuzz(root, &[], FUZZING)?;
    Ok(format!("{} for each target, nothing found", time(FUZZING)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_test_programs_add_up() {
        let mut sum = Sum::default();
        sum.add("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out");
        sum.add("test result: FAILED. 5 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out");
        sum.add("test numbers::of_results ... ok");
        assert_eq!(sum, Sum { passed: 17, failed: 2, ignored: 1 });
    }

    #[test]
    fn what_was_left_out_fails_unless_somebody_allowed_it() {
        assert!(End::LeftOut(String::new()).fails(false));
        assert!(!End::LeftOut(String::new()).fails(true));
        assert!(End::Failed(String::new()).fails(true) && !End::Passed(String::new()).fails(false));
    }

    #[test]
    fn times_are_short() {
        assert_eq!(time(Duration::from_millis(2540)), "2.5 s");
        assert_eq!(time(Duration::from_secs(754)), "12 min 34 s");
    }
}
