//! Lines and columns of a strategy file.
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::node::Mistake;
use trimtab_core::{Error, Result};

/// The text of a file and where its keys and values stand.
pub(super) struct Places<'t> {
    name: &'t str,
    text: &'t str,
    root: Spanned<DeTable<'t>>,
}

impl<'t> Places<'t> {
    /// # Errors
    /// When the text is not TOML.
    pub(super) fn new(name: &'t str, text: &'t str) -> Result<Self> {
        match DeTable::parse(text) {
            Ok(root) => Ok(Self { name, text, root }),
            Err(error) => {
                let said = Error::spec(format!("not a TOML file: {}", error.message()));
                Err(mark(said, name, text, error.span().unwrap_or(0..0)))
            }
        }
    }

    /// The error for a mistake, with its line, its column and the line itself.
    pub(super) fn error(&self, mistake: Mistake) -> Error {
        let way: Vec<&str> = mistake.at.iter().chain(&mistake.field).map(String::as_str).collect();
        let names_a_key =
            ["unknown field", "unknown key"].iter().any(|s| mistake.message.starts_with(s));
        let span = self.span(&way, names_a_key);
        let mut error = Error::spec(mistake.message);
        if let Some(hint) = mistake.hint {
            error = error.hint(hint);
        }
        mark(error, self.name, self.text, span)
    }

    /// The span of the value that the keys lead to, as far as they lead (a key the file lacks leads to its
    /// table), or of the last key itself.
    fn span(&self, way: &[&str], names_a_key: bool) -> Range<usize> {
        let mut span = 0..0;
        let mut here = Here::Table(self.root.get_ref());
        for key in way {
            let next = match here {
                Here::Table(table) => {
                    table.iter().find(|(name, _)| name.get_ref() == key).map(|(k, v)| {
                        let plain = !names_a_key
                            && !matches!(v.get_ref(), DeValue::Table(_) | DeValue::Array(_));
                        (if plain { v.span() } else { k.span() }, v)
                    })
                }
                Here::Array(items) => {
                    key.parse::<usize>().ok().and_then(|ix| items.get(ix)).map(|v| (v.span(), v))
                }
            };
            let Some((found, value)) = next else { break };
            span = found;
            here = match value.get_ref() {
                DeValue::Table(table) => Here::Table(table),
                DeValue::Array(items) => Here::Array(items),
                _ => break,
            };
        }
        span
    }
}

enum Here<'a, 't> {
    Table(&'a DeTable<'t>),
    Array(&'a [Spanned<DeValue<'t>>]),
}

/// Puts `file:line:column` before the error and the line with a caret behind its sentence.
fn mark(error: Error, name: &str, text: &str, span: Range<usize>) -> Error {
    let start =
        (0..=span.start.min(text.len())).rev().find(|ix| text.is_char_boundary(*ix)).unwrap_or(0);
    let begin = text[..start].rfind('\n').map_or(0, |ix| ix + 1);
    let (line, column) =
        (text[..begin].matches('\n').count() + 1, text[begin..start].chars().count() + 1);
    let shown = text[begin..].lines().next().unwrap_or("");
    let width = text
        .get(start..span.end)
        .map_or(1, |s| s.lines().next().unwrap_or("").chars().count())
        .max(1);
    let gutter = line.to_string();
    let caret = format!("{}{}", " ".repeat(column - 1), "^".repeat(width));
    let picture = format!("\n {gutter} | {shown}\n {} | {caret}", " ".repeat(gutter.len()));
    error.shown(picture).place(format!("{name}:{line}:{column}"))
}
