//! The page on the command line, from the definitions that the program itself reads its arguments by.

use super::types::cell;
use crate::generated::Generated;
use clap::{Command, CommandFactory};

// The very file of the program: a copy would be another truth. Only its shape is used here.
#[path = "../../../crates/trimtab-cli/src/args.rs"]
#[allow(dead_code)]
mod args;

const INTRO: &str = "\
Results go to standard output and nothing else does; notes, progress and errors go to standard error. Progress is shown
only where a person watches, and `--quiet` silences notes and progress. A reader that closes the pipe ends a command
without an error.

| exit code | what it means |
|---|---|
| 0 | done |
| 1 | a check found something |
| 2 | the command was called wrongly |
| 3 | the strategy file is wrong |
| 4 | the data do not reach, have a hole, or are wrong |
| 5 | the limits admit no portfolio |
| 6 | a computation failed |
| 7 | the books refuse |
| 8 | a file could not be read or written |

A run that fails on the way prints everything up to there, then its error.";

/// The page.
pub(super) fn page() -> Generated {
    let mut text = format!("# Commands\n\n{}\n\n{INTRO}\n", super::MADE);
    let mut program = args::Args::command();
    program.build();
    for command in visible(&program) {
        let below: Vec<&Command> = visible(command).collect();
        if below.is_empty() {
            text += &section(&format!("trimtab {}", command.get_name()), command);
        }
        for inner in below {
            text +=
                &section(&format!("trimtab {} {}", command.get_name(), inner.get_name()), inner);
        }
    }
    Generated { path: format!("{}/commands.md", super::FOLDER), text }
}

fn visible(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|c| !c.is_hide_set() && c.get_name() != "help")
}

fn section(name: &str, command: &Command) -> String {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let mut text = format!(
        "\n## `{name}`\n\n{about}.\n\n| argument | what it does | default |\n|---|---|---|\n"
    );
    for argument in
        command.get_arguments().filter(|a| !matches!(a.get_id().as_str(), "help" | "version"))
    {
        let words = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let choices: Vec<String> = argument
            .get_possible_values()
            .iter()
            .filter(|_| argument.get_action().takes_values())
            .map(|value| format!("`{}`", value.get_name()))
            .collect();
        let choices =
            if choices.is_empty() { String::new() } else { format!(": {}", choices.join(", ")) };
        let defaults: Vec<String> = argument
            .get_default_values()
            .iter()
            .filter(|_| argument.get_action().takes_values())
            .map(|value| format!("`{}`", value.to_string_lossy()))
            .collect();
        text += &format!(
            "| `{}` | {}{choices} | {} |\n",
            cell(&called(argument)),
            cell(&words),
            defaults.join(", ")
        );
    }
    text
}

/// How an argument is written: `STRATEGY`, `--from DATE`, `-q, --quiet`.
fn called(argument: &clap::Arg) -> String {
    let names = argument.get_value_names().unwrap_or_default();
    let value = match argument.get_action().takes_values() {
        true => {
            names.iter().map(|name| name.to_string().to_uppercase()).collect::<Vec<_>>().join(" ")
        }
        false => String::new(),
    };
    let Some(long) = argument.get_long() else { return value };
    let short = argument.get_short().map(|c| format!("-{c}, ")).unwrap_or_default();
    format!("{short}--{long} {value}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_option_has_its_line() {
        let text = page().text;
        for part in [
            "## `trimtab backtest`",
            "## `trimtab data check`",
            "`--first-decision DATE`",
            "`-q, --quiet`",
        ] {
            assert!(text.contains(part), "{part}");
        }
        let without_words =
            text.lines().filter(|line| line.starts_with('|') && line.contains("|  |  |"));
        assert_eq!(without_words.count(), 0, "an option says nothing");
    }
}
