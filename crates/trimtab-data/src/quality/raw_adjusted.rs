//! Adjusted closes that dividends and splits do not explain.
use super::{Finding, Rule, Severity, Subject};
use crate::adjusted;
use crate::layout::{Field, Meaning};

pub(super) const RULE: Rule = Rule {
    name: "raw-adjusted",
    about: "The return by adjusted closes, A(t)/A(t-1), and by close C, dividend D and split f differ by more than 0.1 % \
            and what the printed digits explain, both for (C f + D)/C(t-1) and for C f/(C(t-1) - D), the two ways in \
            which vendors fold dividends in. One of the columns is wrong; more than 10 % apart is an error.",
    check,
};

/// Difference of returns beyond which no convention and no rounding can be meant.
const ERROR: f64 = 0.1;

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let history = subject.history;
    if history.meaning != Meaning::Raw || !history.has(Field::Adjusted) {
        return;
    }
    let found = adjusted::mismatches(
        &history.dates,
        history.close(),
        history.field(Field::Adjusted),
        history.field(Field::Dividend),
        history.field(Field::Split),
    );
    for mismatch in found {
        let (raw, adjusted) = (mismatch.raw, mismatch.adjusted);
        let severity =
            if (raw - adjusted).abs() > ERROR { Severity::Error } else { Severity::Warning };
        let said = format!(
            "the return is {:+.2} % by close, dividend and split and {:+.2} % by adjusted closes",
            100.0 * raw,
            100.0 * adjusted
        );
        let evidence = [("raw", raw), ("adjusted", adjusted)];
        findings.push(subject.finding(RULE.name, severity, mismatch.row, said, &evidence));
    }
}
