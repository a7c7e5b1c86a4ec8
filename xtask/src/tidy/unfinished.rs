//! Nothing unfinished, no test switched off.

use super::{Finding, Source, tokens};

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    sources
        .iter()
        .flat_map(|source| macros(source).into_iter().chain(sleeping_tests(source)))
        .collect()
}

fn macros(source: &Source) -> Vec<Finding> {
    tokens::macro_calls(&source.tokens)
        .into_iter()
        .filter_map(|(name, line, _)| {
            let reason = match name.as_str() {
                "todo" | "unimplemented" => "is unfinished: finish it or take it out",
                "dbg" => "is left over from a search: take it out",
                _ => return None,
            };
            Some(Finding::new(source, line, format!("`{name}!` {reason}")))
        })
        .collect()
}

fn sleeping_tests(source: &Source) -> Vec<Finding> {
    tokens::attributes(&source.tokens)
        .into_iter()
        .filter(|(name, _)| name == "ignore")
        .map(|(_, line)| {
            let reason =
                "`#[ignore]` hides a test: mend it, or let it say what it lacks and return";
            Finding::new(source, line, reason)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_code_and_sleeping_tests_are_found() {
        let text =
            "#[test]\n#[ignore = \"slow\"]\nfn f() {\n    todo!();\n    unimplemented!()\n}\n";
        let found = check(&[Source::new("crates/a/src/lib.rs", text)]);
        let lines: Vec<usize> = found.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [4, 5, 2]);
    }

    #[test]
    fn talking_about_them_is_fine() {
        let text = "/// No `todo!()` here.\nfn ignore() { \"#[ignore]\"; }\n";
        assert_eq!(check(&[Source::new("crates/a/src/lib.rs", text)]), []);
    }
}
