//! Bars whose prices contradict each other.
use super::{Finding, Rule, Severity, Subject};
use crate::adjusted::quantum;
use crate::layout::Field;

pub(super) const RULE: Rule = Rule {
    name: "ohlc",
    about: "Low above open or close, high below open or close, low above high, by more than the smallest step of the \
            closes: such a day cannot have been. Limit orders that are filled within high and low would be filled at \
            prices that never were.",
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let history = subject.history;
    let close = history.close();
    let at =
        |field: Field, row: usize| history.field(field).get(row).copied().filter(|x| !x.is_nan());
    let step = quantum(close);
    for (row, close) in close.iter().enumerate() {
        let (open, high, low) = (at(Field::Open, row), at(Field::High, row), at(Field::Low, row));
        let inner = [open, Some(*close).filter(|x| !x.is_nan())];
        let inner = || inner.into_iter().flatten();
        let said = match (high, low) {
            (Some(high), Some(low)) if low > high + step => {
                format!("low {low} is above high {high}")
            }
            (Some(high), _) if inner().any(|x| x > high + step) => {
                format!("high {high} is below open or close")
            }
            (_, Some(low)) if inner().any(|x| x < low - step) => {
                format!("low {low} is above open or close")
            }
            _ => continue,
        };
        let nan = f64::NAN;
        let evidence = [
            ("open", open.unwrap_or(nan)),
            ("high", high.unwrap_or(nan)),
            ("low", low.unwrap_or(nan)),
            ("close", *close),
        ];
        let evidence: Vec<_> = evidence.into_iter().filter(|(_, x)| !x.is_nan()).collect();
        findings.push(subject.finding(RULE.name, Severity::Warning, row, said, &evidence));
    }
}
