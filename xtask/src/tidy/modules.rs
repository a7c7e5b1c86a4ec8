//! Every file has its line and every line its file: a file that no module names is never compiled,
//! and a registered kind stands in the file of its name.

use super::{Finding, Source, tokens};
use proc_macro2::{TokenStream, TokenTree};

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let inside = |source: &&Source| source.is_rust() && source.path.contains("/src/");
    let sources: Vec<&Source> = sources.iter().filter(inside).collect();
    let mut findings = Vec::new();
    for source in &sources {
        findings.extend(orphan(source, &sources));
        findings.extend(registry_lines(source, &sources));
    }
    findings
}

/// Objects if no parent module names this file.
fn orphan(source: &Source, sources: &[&Source]) -> Option<Finding> {
    let (name, parents) = module(&source.path)?;
    let named = |parent: &&&Source| parents.contains(&parent.path) && names(&parent.tokens, &name);
    if sources.iter().any(|parent| named(&parent)) {
        return None;
    }
    let parents = parents.join(" or ");
    Some(Finding::new(source, 1, format!("never compiled: {parents} does not name `{name}`")))
}

/// Name of the module that a file holds, and the files that may declare it; none for crate roots.
fn module(path: &str) -> Option<(String, Vec<String>)> {
    let stem = path.strip_suffix(".rs")?;
    let stem = stem.strip_suffix("/mod").unwrap_or(stem);
    let (folder, name) = stem.rsplit_once('/')?;
    let at_root = folder.ends_with("/src");
    if folder.ends_with("/src/bin") || (at_root && ["lib", "main"].contains(&name)) {
        return None;
    }
    let parents = if at_root {
        vec![format!("{folder}/lib.rs"), format!("{folder}/main.rs")]
    } else {
        vec![format!("{folder}/mod.rs"), format!("{folder}.rs")]
    };
    Some((name.to_owned(), parents))
}

/// Whether a module is declared here, by `mod name;`, by `#[path = "name.rs"]` or inside a macro call.
fn names(tokens: &TokenStream, name: &str) -> bool {
    let in_macro = |(_, _, inside): &(String, usize, TokenStream)| {
        tokens::idents(inside).iter().any(|(word, _)| word == name)
    };
    tokens::declared_modules(tokens).iter().any(|(word, _)| word == name)
        || has_path(tokens, &format!("\"{name}.rs\""))
        || tokens::macro_calls(tokens).iter().any(in_macro)
}

/// Whether an attribute at any depth says `path = file`.
fn has_path(tokens: &TokenStream, file: &str) -> bool {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let inside = |tree: &TokenTree| match tree {
        TokenTree::Group(group) => has_path(&group.stream(), file),
        _ => false,
    };
    let says = |three: &[TokenTree]| match three {
        [TokenTree::Ident(word), TokenTree::Punct(sign), TokenTree::Literal(text)] => {
            word == "path" && sign.as_char() == '=' && text.to_string() == file
        }
        _ => false,
    };
    trees.iter().any(inside) || trees.windows(3).any(says)
}

/// The lines `module::Kind` of a registry: the file exists and bears the name of the kind.
fn registry_lines(source: &Source, sources: &[&Source]) -> Vec<Finding> {
    let Some(folder) = source.path.strip_suffix("/mod.rs") else { return Vec::new() };
    let mut findings = Vec::new();
    for (name, _, inside) in tokens::macro_calls(&source.tokens) {
        if !name.contains("registry") {
            continue;
        }
        for (module, kind, line) in entries(&inside) {
            let files = [format!("{folder}/{module}.rs"), format!("{folder}/{module}/mod.rs")];
            if !sources.iter().any(|source| files.contains(&source.path)) {
                let reason = format!("registered `{module}::{kind}` has no file {}", files[0]);
                findings.push(Finding::new(source, line, reason));
            }
            if module.replace('_', "") != kind.to_lowercase() {
                let reason = format!("`{kind}` stands in `{module}`: one kind, one file, one name");
                findings.push(Finding::new(source, line, reason));
            }
        }
    }
    findings
}

/// The pairs `module::Kind` of a registry call, at any depth, with their lines.
fn entries(tokens: &TokenStream) -> Vec<(String, String, usize)> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut entries = Vec::new();
    for four in trees.windows(4) {
        if let [TokenTree::Ident(module), TokenTree::Punct(a), TokenTree::Punct(b), kind] = four
            && let TokenTree::Ident(kind) = kind
            && (a.as_char(), b.as_char()) == (':', ':')
            && kind.to_string().starts_with(char::is_uppercase)
        {
            entries.push((module.to_string(), kind.to_string(), module.span().start().line));
        }
    }
    for tree in trees {
        if let TokenTree::Group(group) = tree {
            entries.extend(self::entries(&group.stream()));
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTRY: &str = "\
        super::registry::registry! {\n\
            /// Any signal.\n\
            AnySignal: Signal {\n\
                sma_ratio::SmaRatio,\n\
            }\n\
        }\n";

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<Source> = files
            .iter()
            .map(|(path, text)| Source::new(&format!("crates/a/src/{path}"), text))
            .collect();
        check(&sources).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn a_registered_file_or_a_declared_module_is_fine() {
        let files = [
            ("lib.rs", "mod signals;\npub mod units;\n"),
            ("units.rs", ""),
            ("signals/mod.rs", REGISTRY),
            ("signals/sma_ratio.rs", ""),
        ];
        assert_eq!(found(&files), [""; 0]);
        let beside = [("lib.rs", "mod a;"), ("a.rs", "mod b;"), ("a/b.rs", ""), ("bin/c.rs", "")];
        assert_eq!(found(&beside), [""; 0]);
        let other = [("lib.rs", "#[cfg(unix)]\n#[path = \"b.rs\"]\nmod a;"), ("b.rs", "")];
        assert_eq!(found(&other), [""; 0]);
    }

    #[test]
    fn a_file_without_a_line_is_found() {
        let files =
            [("lib.rs", "mod signals;"), ("signals/mod.rs", "// old;"), ("signals/old.rs", "")];
        let found = found(&files);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("crates/a/src/signals/old.rs:1: "), "{found:?}");
    }

    #[test]
    fn a_line_without_a_file_and_a_misnamed_kind_are_found() {
        let missing = found(&[("lib.rs", "mod signals;"), ("signals/mod.rs", REGISTRY)]);
        assert_eq!(missing.len(), 1);
        assert!(missing[0].starts_with("crates/a/src/signals/mod.rs:4: "), "{missing:?}");
        let misnamed = REGISTRY.replace("::SmaRatio", "::TotalReturn");
        let files = [
            ("lib.rs", "mod signals;"),
            ("signals/mod.rs", misnamed.as_str()),
            ("signals/sma_ratio.rs", ""),
        ];
        assert_eq!(found(&files).len(), 1);
    }
}
