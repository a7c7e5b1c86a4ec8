//! What the rules want to know about Rust, read from its tokens.
//!
//! Tokens instead of a syntax tree: the insides of macro calls count as code, comments and strings do
//! not, and nothing has to be kept in step with the grammar.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A path as it is meant: `use std::{fs, io::Read}` yields `std fs` and `std io Read`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub segments: Vec<String>,
    /// Where it begins.
    pub line: usize,
}

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Function {
    pub name: String,
    /// Line of the `fn`.
    pub line: usize,
    /// Lines from the `fn` to the closing brace.
    pub length: usize,
}

/// All paths outside items marked `#[cfg(test)]`; a lone name is a path of one segment.
pub(super) fn paths(tokens: &TokenStream) -> Vec<Path> {
    let mut paths = Vec::new();
    collect_paths(tokens, &[], &mut paths);
    paths
}

/// All functions, those within functions and macro calls included.
pub(super) fn functions(tokens: &TokenStream) -> Vec<Function> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut functions = Vec::new();
    for (at, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Ident(word) if word == "fn" => functions.extend(function(&trees[at..])),
            TokenTree::Group(group) => functions.extend(self::functions(&group.stream())),
            _ => {}
        }
    }
    functions
}

/// The macro calls `name! { .. }`, at any depth, with the line of the name.
pub(super) fn macro_calls(tokens: &TokenStream) -> Vec<(String, usize, TokenStream)> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut calls = Vec::new();
    for (at, tree) in trees.iter().enumerate() {
        if let TokenTree::Group(group) = tree {
            if let Some(name) = at.checked_sub(2).and_then(|name| ident(trees.get(name)))
                && is_punct(trees.get(at - 1), '!')
            {
                calls.push((name, trees[at - 2].span().start().line, group.stream()));
            }
            calls.extend(macro_calls(&group.stream()));
        }
    }
    calls
}

/// The attributes `#[name ..]`, at any depth: first word and line.
pub(super) fn attributes(tokens: &TokenStream) -> Vec<(String, usize)> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut attributes = Vec::new();
    for (at, tree) in trees.iter().enumerate() {
        if let TokenTree::Group(group) = tree {
            let inside: Vec<TokenTree> = group.stream().into_iter().collect();
            if at > 0
                && is_punct(trees.get(at - 1), '#')
                && let Some(name) = ident(inside.first())
            {
                attributes.push((name, trees[at - 1].span().start().line));
            }
            attributes.extend(self::attributes(&group.stream()));
        }
    }
    attributes
}

/// The names that occur at any depth, with their lines.
pub(super) fn idents(tokens: &TokenStream) -> Vec<(String, usize)> {
    let mut idents = Vec::new();
    for tree in tokens.clone() {
        match tree {
            TokenTree::Ident(word) => idents.push((word.to_string(), word.span().start().line)),
            TokenTree::Group(group) => idents.extend(self::idents(&group.stream())),
            _ => {}
        }
    }
    idents
}

/// The modules declared as `mod name;`, outside inline modules.
pub(super) fn declared_modules(tokens: &TokenStream) -> Vec<(String, usize)> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let declared = trees.windows(3).filter(|three| {
        ident(three.first()).as_deref() == Some("mod") && is_punct(three.get(2), ';')
    });
    declared
        .filter_map(|three| Some((ident(three.get(1))?, three[1].span().start().line)))
        .collect()
}

fn collect_paths(tokens: &TokenStream, prefix: &[String], paths: &mut Vec<Path>) {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut at = 0;
    while at < trees.len() {
        if is_cfg_test(&trees[at..]) {
            at += item_end(&trees[at..]);
            continue;
        }
        match &trees[at] {
            TokenTree::Ident(_) => at += collect_path(&trees[at..], prefix, paths),
            TokenTree::Group(group) => {
                collect_paths(&group.stream(), &[], paths);
                at += 1;
            }
            _ => at += 1,
        }
    }
}

/// Reads the path that begins at the first tree, and everything below it where it is the root of a
/// `use` tree; returns how many trees it took.
fn collect_path(trees: &[TokenTree], prefix: &[String], paths: &mut Vec<Path>) -> usize {
    let line = trees[0].span().start().line;
    let mut segments = prefix.to_vec();
    segments.extend(ident(trees.first()));
    let mut at = 1;
    while is_punct(trees.get(at), ':') && is_punct(trees.get(at + 1), ':') {
        match trees.get(at + 2) {
            Some(TokenTree::Ident(word)) => segments.push(word.to_string()),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                collect_paths(&group.stream(), &segments, paths);
                return at + 3;
            }
            _ => break, // `::*`, or `::<` with more paths to come
        }
        at += 3;
    }
    paths.push(Path { segments, line });
    at
}

/// The function whose `fn` is the first tree, if it has a body and is not the type `fn(..)`.
fn function(trees: &[TokenTree]) -> Option<Function> {
    let name = ident(trees.get(1))?;
    let is_end = |tree: &&TokenTree| is_punct(Some(tree), ';') || is_brace(tree);
    let TokenTree::Group(body) = trees.iter().find(is_end)? else { return None };
    let line = trees[0].span().start().line;
    let length = body.span_close().end().line - line + 1;
    Some(Function { name, line, length })
}

/// Whether the trees begin with `#[cfg(test)]` or `#[cfg(all(test, ..))]`.
fn is_cfg_test(trees: &[TokenTree]) -> bool {
    let Some(TokenTree::Group(attribute)) = trees.get(1) else { return false };
    let said = attribute.stream().to_string().replace(' ', "");
    is_punct(trees.first(), '#') && (said == "cfg(test)" || said.starts_with("cfg(all(test,"))
}

/// Number of trees of an item, its attributes included: to its braces or its semicolon.
fn item_end(trees: &[TokenTree]) -> usize {
    let end = trees.iter().position(|tree| is_punct(Some(tree), ';') || is_brace(tree));
    end.map_or(trees.len(), |end| end + 1)
}

fn ident(tree: Option<&TokenTree>) -> Option<String> {
    match tree? {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    }
}

fn is_punct(tree: Option<&TokenTree>, wanted: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

fn is_brace(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rust(text: &str) -> TokenStream {
        text.parse().expect("Rust")
    }

    fn joined(text: &str) -> Vec<String> {
        paths(&rust(text)).iter().map(|path| path.segments.join("::")).collect()
    }

    #[test]
    fn use_trees_are_spelt_out() {
        let found = joined("use std::{fs, io::{Read, Write as W}};");
        for wanted in ["std::fs", "std::io::Read", "std::io::Write"] {
            assert!(found.iter().any(|path| path == wanted), "{wanted} in {found:?}");
        }
    }

    #[test]
    fn paths_in_macros_count_and_those_in_text_do_not() {
        assert!(joined("fn f() { write!(out, \"{}\", a::b()) }").contains(&"a::b".to_owned()));
        assert!(joined("/// see a::b\nfn f() { \"a::b\"; } // a::b").iter().all(|p| p != "a::b"));
    }

    #[test]
    fn tests_are_left_out() {
        let found = joined("#[cfg(test)] mod tests { use a::b; } #[cfg(test)] use a::b; use c::d;");
        assert!(found.contains(&"c::d".to_owned()));
        assert!(!found.contains(&"a::b".to_owned()), "{found:?}");
    }

    #[test]
    fn functions_are_measured_from_fn_to_brace() {
        let text = "/// doc\n#[inline]\npub fn a(\n    x: fn(u8),\n) {\n    fn b() {}\n}\ntrait T { fn c(); }";
        let found: Vec<_> = functions(&rust(text))
            .into_iter()
            .map(|function| (function.name, function.line, function.length))
            .collect();
        assert_eq!(found, [("a".to_owned(), 3, 5), ("b".to_owned(), 6, 1)]);
    }

    #[test]
    fn macros_attributes_and_modules_have_lines() {
        let tokens = rust("mod a;\n#[ignore]\nfn f() {\n    todo!()\n}\nmod b { }\n");
        assert_eq!(declared_modules(&tokens), [("a".to_owned(), 1)]);
        assert_eq!(attributes(&tokens), [("ignore".to_owned(), 2)]);
        let calls: Vec<_> = macro_calls(&tokens).into_iter().map(|call| (call.0, call.1)).collect();
        assert_eq!(calls, [("todo".to_owned(), 4)]);
    }
}
