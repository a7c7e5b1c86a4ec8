//! One price for a whole day of an asset that is traded all day.
use super::{Finding, Rule, Severity, Subject};
use crate::layout::Field;

pub(super) const RULE: Rule = Rule {
    name: "flat",
    about: "Open = high = low = close on a day with at least a quarter of the usual volume (median of 63 sessions on each \
            side), while at least 95 % of the bars around have a range: the vendor had one print, often the last \
            of a disturbed day, and filled the bar with it.",
    check,
};

const SIDE: usize = 63;
const VOLUME_MIN: f64 = 0.25;
const RANGED_MIN: f64 = 0.95;

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let history = subject.history;
    let fields = [Field::Open, Field::High, Field::Low, Field::Volume];
    if fields.iter().any(|field| !history.has(*field)) {
        return;
    }
    let [open, high, low, volume] = fields.map(|field| history.field(field));
    let close = history.close();
    let flat =
        |row: usize| high[row] == low[row] && open[row] == close[row] && high[row] == close[row];
    for row in (0..history.len()).filter(|row| flat(*row) && volume[*row] > 0.0) {
        let around = row.saturating_sub(SIDE)..(row + SIDE).min(history.len());
        let ranged = around.clone().filter(|t| high[*t] > low[*t]).count() as f64;
        let mut volumes: Vec<f64> =
            around.clone().map(|t| volume[t]).filter(|v| !v.is_nan()).collect();
        volumes.sort_by(f64::total_cmp);
        let usual = volumes.get(volumes.len() / 2).copied().unwrap_or(f64::NAN);
        if ranged >= RANGED_MIN * around.len() as f64 && volume[row] >= VOLUME_MIN * usual {
            let said = format!("open, high, low and close are all {}", close[row]);
            let evidence = [("close", close[row]), ("volume", volume[row]), ("usual", usual)];
            findings.push(subject.finding(RULE.name, Severity::Warning, row, said, &evidence));
        }
    }
}
