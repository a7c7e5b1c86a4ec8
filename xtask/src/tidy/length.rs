//! Short files, short functions.

use super::{Finding, Source, tokens};

/// A file of this many lines holds more than one concept; it is split by concept.
const FILE_LINES: usize = 800;

/// A function of this many lines does not fit on a screen with its context.
const FUNCTION_LINES: usize = 70;

/// Written by people and therefore read by people. Generated and prose files may be as long as they
/// need.
const CODE: [&str; 6] = [".rs", ".py", ".js", ".ts", ".css", ".sh"];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    sources.iter().flat_map(|source| file(source).into_iter().chain(functions(source))).collect()
}

fn file(source: &Source) -> Option<Finding> {
    let lines = source.text.lines().count();
    let code = CODE.iter().any(|ending| source.path.ends_with(ending));
    (code && lines >= FILE_LINES).then(|| {
        let reason = format!("{lines} lines, fewer than {FILE_LINES} wanted: split it by concept");
        Finding::new(source, lines, reason)
    })
}

fn functions(source: &Source) -> Vec<Finding> {
    let too_long = |function: &tokens::Function| function.length >= FUNCTION_LINES;
    tokens::functions(&source.tokens)
        .into_iter()
        .filter(too_long)
        .map(|function| {
            let reason = format!(
                "`{}` has {} lines, fewer than {FUNCTION_LINES} wanted: name its steps",
                function.name, function.length
            );
            Finding::new(source, function.line, reason)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function_of(lines: usize) -> String {
        format!("\nfn f() {{\n{}}}\n", "    g();\n".repeat(lines - 2))
    }

    #[test]
    fn functions_have_fewer_than_70_lines() {
        let source = |lines| Source::new("crates/a/src/lib.rs", &function_of(lines));
        assert_eq!(check(&[source(69)]), []);
        let found = check(&[source(70)]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, 2);
    }

    #[test]
    fn code_files_have_fewer_than_800_lines() {
        let lines = |path, count: usize| check(&[Source::new(path, &"\n".repeat(count))]).len();
        assert_eq!(lines("a.rs", 799), 0);
        assert_eq!(lines("a.rs", 800), 1);
        assert_eq!(lines("a.py", 800), 1);
        assert_eq!(lines("a.md", 800), 0);
    }
}
