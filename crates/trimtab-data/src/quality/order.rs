//! What loading refuses: cells that cannot be read, senseless prices, duplicate and unordered dates.
use super::{Finding, Rule, Severity, Subject};
use crate::fault::Fault;
use crate::load::Parsed;

pub(super) const UNREADABLE: Rule = Rule {
    name: "unreadable",
    about: "Rows whose length differs from the header's, dates that are none, numbers that are none or not finite, rows \
            without a symbol. No threshold: they cannot be used. Rows without a close are notes.",
    check: unreadable,
};

pub(super) const NON_POSITIVE: Rule = Rule {
    name: "non-positive",
    about: "Prices of zero or less; volumes, dividends and split factors below zero. No threshold: nothing is sold for \
            nothing, and a return from such a price has no meaning.",
    check: |subject, findings| faults(subject, "non-positive", findings),
};

pub(super) const ORDER: Rule = Rule {
    name: "order",
    about: "Dates that stand in a file twice, or before the date above them. A file that runs from new to old \
            throughout is in order.",
    check: |subject, findings| faults(subject, "order", findings),
};

fn unreadable(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    faults(subject, "unreadable", findings);
    for date in &subject.found.missing {
        findings.push(Finding {
            rule: UNREADABLE.name,
            severity: Severity::Note,
            symbol: subject.history.symbol.clone(),
            date: Some(*date),
            file: subject.history.file.to_string(),
            line: 0,
            said: "the row has no close".to_owned(),
            evidence: Vec::new(),
        });
    }
}

fn faults(subject: &Subject<'_>, rule: &'static str, findings: &mut Vec<Finding>) {
    let faults = subject.faults.iter().copied().chain(&subject.found.faults);
    for fault in faults.filter(|fault| fault.what.rule() == rule) {
        findings.push(finding(fault, rule, &subject.history.file));
    }
}

/// Faults of rows that belong to no symbol.
pub(super) fn unplaced(file: &Parsed, findings: &mut Vec<Finding>) {
    let held = |symbol: &str| file.histories.iter().any(|history| history.symbol == symbol);
    for fault in file.faults.iter().filter(|fault| !held(&fault.symbol)) {
        findings.push(finding(fault, fault.what.rule(), &file.read.name));
    }
}

fn finding(fault: &Fault, rule: &'static str, file: &str) -> Finding {
    Finding {
        rule,
        severity: Severity::Error,
        symbol: fault.symbol.clone(),
        date: fault.date,
        file: file.to_owned(),
        line: fault.line,
        said: fault.said(),
        evidence: Vec::new(),
    }
}
