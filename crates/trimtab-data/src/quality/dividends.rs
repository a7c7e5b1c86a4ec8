//! Dividends that are no dividends.
use super::{Finding, Rule, Severity, Subject};
use crate::layout::{Field, Meaning};

pub(super) const RULE: Rule = Rule {
    name: "dividend",
    about: "A dividend of 20 % of the close before, or of 5 % of it and 8 times the asset's median dividend: spin-offs \
            and liquidations are often written so, and dividends in other units. Total returns are right if the price \
            fell by it; taxes and cash are not.",
    check,
};

const SHARE: f64 = 0.2;
const LARGE: (f64, f64) = (0.05, 8.0);

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let history = subject.history;
    if history.meaning == Meaning::Adjusted {
        return;
    }
    let (close, dividends) = (history.close(), history.field(Field::Dividend));
    let mut paid: Vec<f64> = dividends.iter().copied().filter(|d| *d > 0.0).collect();
    paid.sort_by(f64::total_cmp);
    let Some(usual) = paid.get(paid.len() / 2).copied() else { return };
    for row in (1..history.len()).filter(|row| dividends[*row] > 0.0) {
        let share = dividends[row] / close[row - 1];
        if share > SHARE || (share > LARGE.0 && dividends[row] > LARGE.1 * usual) {
            let said = format!(
                "a dividend of {} is {:.1} % of the close before; the usual one is {usual}",
                dividends[row],
                100.0 * share
            );
            let evidence = [("dividend", dividends[row]), ("share", share), ("usual", usual)];
            findings.push(subject.finding(RULE.name, Severity::Warning, row, said, &evidence));
        }
    }
}
