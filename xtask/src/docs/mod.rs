//! `cargo xtask docs`: the manual, from the registries. Structs are the only place where a parameter is described.

mod commands;
mod file;
mod kinds;
mod metrics;
mod types;

use crate::generated::{Generated, only_checks, settle};
use std::path::Path;
use std::process::ExitCode;

/// Where the manual is kept.
const FOLDER: &str = "docs/manual";

/// Says on every page where it comes from, unseen when rendered.
const MADE: &str = "<!-- Made by `cargo xtask docs` from the source: change the docs there. -->";

/// Writes the manual, or checks that it is what the source says.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<ExitCode, String> {
    let check = only_checks("docs", arguments)?;
    settle(root, "docs", Some(FOLDER), &pages()?, check)
}

fn pages() -> Result<Vec<Generated>, String> {
    let mut pages = kinds::pages()?;
    pages.push(file::page()?);
    pages.push(metrics::page());
    pages.push(commands::page());
    pages.push(contents(&pages));
    Ok(pages)
}

/// The list of pages by their titles: what a browser of the folder sees first.
fn contents(pages: &[Generated]) -> Generated {
    let mut text = format!("# Manual\n\n{MADE}\n\n");
    for page in pages {
        let title = page.text.lines().next().unwrap_or_default().trim_start_matches("# ");
        let name = page.path.trim_start_matches(FOLDER).trim_start_matches('/');
        text += &format!("- [{title}]({name})\n");
    }
    Generated { path: format!("{FOLDER}/README.md"), text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_is_the_same_twice() {
        let texts = || pages().expect("pages").into_iter().map(|page| page.text);
        assert!(texts().eq(texts()));
    }

    #[test]
    fn links_between_pages_lead_somewhere() {
        let pages = pages().expect("pages");
        for page in &pages {
            for link in page.text.split("](").skip(1) {
                let link = link.split(')').next().expect("an end");
                let (name, anchor) = link.split_once('#').unwrap_or((link, ""));
                let path = format!("{FOLDER}/{name}");
                let to = match name.is_empty() {
                    true => page,
                    false => pages.iter().find(|page| page.path == path).expect(link),
                };
                let heading = anchor.replace('-', " ");
                let sections = [format!("\n## {heading}\n"), format!("\n## `{anchor}`\n")];
                let found = sections.iter().any(|section| to.text.contains(section));
                assert!(anchor.is_empty() || found, "{}: {link}", page.path);
            }
        }
    }
}
