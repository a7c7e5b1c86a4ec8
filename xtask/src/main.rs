//! Chores of the repository: `cargo xtask <task>`. One task, one line in [`TASKS`], one module.
#![allow(clippy::print_stdout, clippy::print_stderr)] // a command line speaks through both

mod bench;
mod docs;
mod fuzz;
mod generated;
mod machine;
mod package;
mod picture;
mod schema;
mod shell;
mod test;
mod tidy;

use std::path::Path;
use std::process::ExitCode;

/// One chore: its name, what it does, and the function that does it with the remaining arguments.
struct Task {
    name: &'static str,
    about: &'static str,
    run: fn(root: &Path, arguments: &[String]) -> Result<ExitCode, String>,
}

const TASKS: &[Task] = &[
    Task {
        name: "bench",
        about: "compare speed with other programs on one core, after checking that figures agree",
        run: bench::run,
    },
    Task {
        name: "docs",
        about: "write docs/manual from the source; --check only compares",
        run: docs::run,
    },
    Task {
        name: "fuzz",
        about: "throw random input at what reads users' text; --seconds N for each target",
        run: fuzz::run,
    },
    Task {
        name: "picture",
        about: "draw docs/picture.svg from the README's first command; --check only compares",
        run: picture::run,
    },
    Task {
        name: "schema",
        about: "write schema/strategy.schema.json; --check only compares",
        run: schema::run,
    },
    Task {
        name: "test",
        about: "set the machine up and run every check; --quick leaves the slow ones out, --lacking what cannot be set up",
        run: test::run,
    },
    Task {
        name: "tidy",
        about: "check the rules of STYLE.md that a machine can check",
        run: tidy::run,
    },
];

/// Exit status when a task could not do its work, or was not understood. Findings of a task are 1.
const TROUBLE: u8 = 2;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        println!("{}", usage());
        return ExitCode::SUCCESS;
    };
    let outcome = match TASKS.iter().find(|task| task.name == name) {
        Some(task) => (task.run)(&repository(), rest),
        None => Err(format!("there is no task `{name}`\n\n{}", usage())),
    };
    outcome.unwrap_or_else(|trouble| {
        eprintln!("xtask: {trouble}");
        ExitCode::from(TROUBLE)
    })
}

/// The root of the repository this binary was built in.
fn repository() -> std::path::PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().expect("xtask is a folder of the repository").to_owned()
}

fn usage() -> String {
    let tasks: Vec<String> =
        TASKS.iter().map(|task| format!("  {:<10} {}", task.name, task.about)).collect();
    format!("usage: cargo xtask <task>\n\n{}", tasks.join("\n"))
}
