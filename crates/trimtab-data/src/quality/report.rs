//! The report as text.
use std::collections::BTreeMap;
use std::fmt;

use super::{Finding, Report, Severity, place};

impl Report {
    /// How many findings there are of one severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Whether nothing worse than a note was found.
    pub fn is_clean(&self) -> bool {
        self.count(Severity::Error) + self.count(Severity::Warning) == 0
    }

    /// Findings by rule and severity.
    pub fn counts(&self) -> Vec<(&'static str, Severity, usize)> {
        let mut counts: BTreeMap<(usize, Severity), (&'static str, usize)> = BTreeMap::new();
        for finding in &self.findings {
            let key = (place(finding.rule), finding.severity);
            counts.entry(key).or_insert((finding.rule, 0)).1 += 1;
        }
        counts.into_iter().map(|((_, severity), (rule, count))| (rule, severity, count)).collect()
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.severity, self.rule)?;
        if !self.symbol.is_empty() {
            write!(f, " {}", self.symbol)?;
        }
        if let Some(date) = self.date {
            write!(f, " {date}")?;
        }
        write!(f, ": {} ({}", self.said, self.file)?;
        match self.line {
            0 => f.write_str(")"),
            line => write!(f, ":{line})"),
        }
    }
}

impl fmt::Display for Report {
    /// The findings, at most five of one rule and symbol, and a table of counts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let alike = |a: &Finding, b: &Finding| {
            (a.severity, a.rule, &a.symbol) == (b.severity, b.rule, &b.symbol)
        };
        for group in self.findings.chunk_by(alike) {
            for finding in group.iter().take(SHOWN) {
                writeln!(f, "{finding}")?;
            }
            if let Some(last) = group.last().filter(|_| group.len() > SHOWN) {
                let until = last.date.map_or(String::new(), |date| format!(", the last of {date}"));
                writeln!(f, "  … and {} more like it{until}", group.len() - SHOWN)?;
            }
        }
        if !self.findings.is_empty() {
            writeln!(f)?;
        }
        for (rule, severity, count) in self.counts() {
            writeln!(f, "{count:>7}  {severity:<8} {rule}")?;
        }
        write!(
            f,
            "{} files, {} symbols, {} rows: {} errors, {} warnings, {} notes",
            self.files.len(),
            self.symbols,
            self.rows,
            self.count(Severity::Error),
            self.count(Severity::Warning),
            self.count(Severity::Note),
        )
    }
}

/// Findings of one kind about one symbol that are printed; the rest is counted. All are in the JSON.
const SHOWN: usize = 5;
