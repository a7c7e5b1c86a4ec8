//! Returns that stay and that no market has seen.
use super::{Finding, Rule, Severity, Subject};

pub(super) const RULE: Rule = Rule {
    name: "jump",
    about: "A total return of |ln| > ln 1.5 that is also 12 times its usual size (as for spikes), or of |ln| > ln 3 \
            whatever is usual. Shares do lose a third on a bad day, so the first is a note; to triple or to lose two \
            thirds within a day is a warning, more than tenfold an error: splits, wrong units and other companies \
            under the same ticker look like this.",
    check,
};

/// Smallest jump as a ratio of prices, and in usual sizes.
const NOTE: (f64, f64) = (1.5, 12.0);
const WARNING: f64 = 3.0;
const ERROR: f64 = 10.0;

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for row in 1..subject.returns.len() {
        let size = subject.returns[row].abs();
        let unusual = size > NOTE.0.ln() && size > NOTE.1 * subject.scale[row];
        let severity = match () {
            () if size.is_nan() => continue,
            () if size > ERROR.ln() => Severity::Error,
            () if size > WARNING.ln() => Severity::Warning,
            () if unusual => Severity::Note,
            () => continue,
        };
        let close = subject.history.close();
        let gain = subject.returns[row].exp() - 1.0;
        let said = format!("the total return of the day is {:+.0} %", 100.0 * gain);
        let evidence = [
            ("close", close[row]),
            ("before", close[row - 1]),
            ("return", gain),
            ("scale", subject.scale[row]),
        ];
        findings.push(subject.finding(RULE.name, severity, row, said, &evidence));
    }
}
