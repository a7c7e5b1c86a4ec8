//! Plain text: columns, numbers, near names.
pub(crate) use trimtab_lab::words::{fixed, money, percent};

/// Which side of its column a cell keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Names and sentences.
    Left,
    /// Numbers.
    Right,
}

/// Rows of cells as aligned columns, two blanks apart and without trailing blanks. Columns beyond `sides` keep to the
/// side of the last one.
pub(crate) fn columns(rows: &[Vec<String>], sides: &[Side]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|c| c.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let gap = " ".repeat(widths[column] - cell.chars().count());
            let side = sides.get(column).or(sides.last()).copied().unwrap_or(Side::Left);
            line += match column {
                0 => "",
                _ => "  ",
            };
            line += &match side {
                Side::Left => format!("{cell}{gap}"),
                Side::Right => format!("{gap}{cell}"),
            };
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

/// Breaks a paragraph into lines of at most `width` characters, each behind `indent`.
pub(crate) fn wrap(paragraph: &str, width: usize, indent: &str) -> String {
    let mut text = String::new();
    let mut line = String::new();
    for word in paragraph.split_whitespace() {
        let long = indent.len() + line.chars().count() + 1 + word.chars().count() > width;
        if long && !line.is_empty() {
            text += &format!("{indent}{line}\n");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line += word;
    }
    if !line.is_empty() {
        text += &format!("{indent}{line}\n");
    }
    text
}

/// The name that was probably meant, if one is near.
pub(crate) fn nearest<'a>(
    found: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // Below this similarity the suggestion confuses more than it helps.
    const CLOSE: f64 = 0.75;
    let near = |name: &&str| strsim::jaro_winkler(&found.to_lowercase(), &name.to_lowercase());
    names
        .into_iter()
        .map(|name| (near(&name), name))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(similarity, _)| *similarity >= CLOSE)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_and_leave_nothing_behind() {
        let rows =
            [vec!["a".into(), "1".into()], vec!["long".into(), "22".into()], vec!["b".into()]];
        assert_eq!(columns(&rows, &[Side::Left, Side::Right]), "a      1\nlong  22\nb\n");
        assert_eq!(columns(&[], &[]), "");
    }

    #[test]
    fn paragraphs_keep_to_their_width() {
        let text = wrap("one two three four", 10, "  ");
        assert_eq!(text, "  one two\n  three\n  four\n");
    }

    #[test]
    fn a_slip_of_the_pen_is_understood() {
        let names = ["sector-breadth", "permanent"];
        assert_eq!(nearest("sector-bredth", names), Some("sector-breadth"));
        assert_eq!(nearest("zzz", names), None);
    }
}
