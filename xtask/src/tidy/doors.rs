//! Pure crates open no file and no socket, read no clock, throw no dice and follow no hash order.

use super::layers::PURE;
use super::{Finding, Source, tokens};

/// Parts of paths that lead out of a pure crate, and what to do instead. Clippy enforces the same with
/// the types at hand (`clippy.toml` of each pure crate); this list also sees what is only imported.
const DOORS: [(&[&str], &str); 24] = [
    (&["std", "fs"], FILES),
    (&["std", "env"], FILES),
    (&["std", "os"], FILES),
    (&["std", "process"], FILES),
    (&["std", "net"], FILES),
    (&["io", "stdin"], FILES),
    (&["io", "stdout"], FILES),
    (&["io", "stderr"], FILES),
    (&["SystemTime"], CLOCK),
    (&["Instant"], CLOCK),
    (&["Timestamp", "now"], CLOCK),
    (&["Zoned", "now"], CLOCK),
    (&["thread", "sleep"], CLOCK),
    (&["rand", "rng"], DICE),
    (&["rand", "random"], DICE),
    (&["rand", "make_rng"], DICE),
    (&["thread_rng"], DICE),
    (&["ThreadRng"], DICE),
    (&["OsRng"], DICE),
    (&["SysRng"], DICE),
    (&["HashMap"], ORDER),
    (&["HashSet"], ORDER),
    (&["hashbrown"], ORDER),
    (&["RandomState"], ORDER),
];
const FILES: &str = "a pure crate reaches nothing outside: take the data as an argument";
const CLOCK: &str = "a pure crate reads no clock: take the day as an argument";
const DICE: &str = "a pure crate throws no dice: take a seed as an argument";
const ORDER: &str = "hash order differs from run to run: use BTreeMap, BTreeSet or a Vec";

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| is_pure(source)) {
        for path in tokens::paths(&source.tokens) {
            for (door, reason) in DOORS {
                if path.segments.windows(door.len()).any(|part| part == door) {
                    let reason = format!("`{}`: {reason}", path.segments.join("::"));
                    findings.push(Finding::new(source, path.line, reason));
                }
            }
        }
    }
    findings.extend(clippy_lists(sources));
    findings
}

/// Sources of pure crates, but not their tests: those may read files and keep time.
fn is_pure(source: &Source) -> bool {
    let test = source.path.ends_with("/tests.rs") || source.path.contains("/tests/");
    source.crate_name().is_some_and(|name| PURE.contains(&name)) && !test
}

/// Clippy reads one list for each crate; they must all be the same list.
fn clippy_lists(sources: &[Source]) -> Vec<Finding> {
    let list = |name: &str| {
        let path = format!("crates/{name}/clippy.toml");
        sources.iter().find(|source| source.path == path)
    };
    let Some(first) = PURE.iter().find_map(|name| list(name)) else { return Vec::new() };
    let mut findings = Vec::new();
    for manifest in sources.iter().filter(|source| source.path.ends_with("/Cargo.toml")) {
        let name = manifest.path.trim_start_matches("crates/").trim_end_matches("/Cargo.toml");
        if !PURE.contains(&name) {
            continue;
        }
        match list(name) {
            Some(own) if own.text == first.text => {}
            Some(own) => {
                let reason = format!("differs from {}: all pure crates share one list", first.path);
                findings.push(Finding::new(own, 1, reason));
            }
            None => {
                let reason = format!("a pure crate needs a copy of {} beside it", first.path);
                findings.push(Finding::new(manifest, 1, reason));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_door_is_found_in_a_pure_crate_and_allowed_elsewhere() {
        for (door, _) in DOORS {
            let text = format!("\nfn f() {{ {}::x(); }}\n", door.join("::"));
            let found = check(&[Source::new("crates/trimtab-math/src/lib.rs", &text)]);
            assert_eq!(found.len(), 1, "{door:?}");
            assert_eq!(found[0].line, 2);
            assert_eq!(check(&[Source::new("crates/trimtab-data/src/lib.rs", &text)]), []);
            assert_eq!(check(&[Source::new("crates/trimtab-math/tests/a.rs", &text)]), []);
        }
    }

    #[test]
    fn imports_count_and_neighbours_do_not() {
        let found = |text: &str| check(&[Source::new("crates/trimtab-sim/src/a.rs", text)]).len();
        assert_eq!(found("use std::{collections::{BTreeMap, HashMap}, fs};"), 2);
        assert_eq!(found("use std::time::Duration; use std::collections::BTreeMap;"), 0);
        assert_eq!(found("#[cfg(test)]\nmod tests { use std::fs; }"), 0);
    }

    #[test]
    fn pure_crates_share_one_clippy_list() {
        let math = Source::new("crates/trimtab-math/clippy.toml", "a = 1\n");
        let manifest =
            |name: &str| Source::new(&format!("crates/{name}/Cargo.toml"), "[package]\n");
        let sim = |text| Source::new("crates/trimtab-sim/clippy.toml", text);
        let pure = [manifest("trimtab-math"), math, manifest("trimtab-sim"), sim("a = 1\n")];
        assert_eq!(check(&pure), []);
        let [one, two, three, _] = pure;
        assert_eq!(check(&[one, two, three, sim("a = 2\n")]).len(), 1);
        let alone = Source::new("crates/trimtab-math/clippy.toml", "a = 1\n");
        assert_eq!(check(&[alone, manifest("trimtab-lab"), manifest("trimtab-cli")]).len(), 1);
    }
}
