//! What the README says can be done.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod support;

use std::path::Path;

use support::{Place, said};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).unwrap()
}

/// The words of a command line; those in double quotes are one.
fn words(line: &str) -> Vec<&str> {
    let parts = line.split('"').enumerate();
    parts
        .flat_map(|(ix, part)| match ix % 2 {
            1 => vec![part],
            _ => part.split_whitespace().collect(),
        })
        .collect()
}

#[test]
fn every_command_of_the_readme_is_one() {
    let text = readme();
    let commands: Vec<Vec<&str>> = text
        .lines()
        .filter_map(|line| line.strip_prefix("    trimtab "))
        .map(|line| words(line.split(" #").next().unwrap()))
        .collect();
    assert!(commands.len() > 10, "the README's commands are no longer found");
    for command in commands {
        // Help is printed only once every option before it is known.
        let help = said(&[command.as_slice(), &["--help"]].concat());
        assert!(help.contains(&format!("Usage: trimtab {}", command[0])), "{command:?}:\n{help}");
    }
}

#[test]
fn the_strategy_of_the_readme_runs() {
    let text = readme();
    let strategy = text.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let place = Place::new();
    let file = place.file("mine.toml", strategy);
    let words = said(&["explain", &file]);
    for part in ["from 10 % to 90 %", "16 % more", "XLB", "SPY", "TIP"] {
        assert!(words.contains(part), "{part} is missing in:\n{words}");
    }
}

#[test]
fn every_link_of_the_readme_leads_somewhere() {
    let text = readme();
    let links: Vec<&str> =
        text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()).collect();
    assert!(links.len() > 5);
    for link in links.into_iter().filter(|link| !link.contains("://")) {
        assert!(root().join(link).exists(), "{link}");
    }
}
