//! Prices that move without a trade.
use super::{Finding, Rule, Severity, Subject};
use crate::layout::Field;

pub(super) const RULE: Rule = Rule {
    name: "volume",
    about: "A volume of zero on a day whose close differs from the one before, or whose high is above its low: a price \
            is that of a trade. Mutual funds and indices have no volume at all: files whose volume is zero on more than \
            nine of ten days are left alone. Quotes of assets that are hardly traded look like this; a note.",
    check,
};

/// Share of days without volume from which on the column means nothing.
const NO_VOLUME: f64 = 0.9;

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let history = subject.history;
    let (volume, close) = (history.field(Field::Volume), history.close());
    let zero = volume.iter().filter(|v| **v == 0.0).count() as f64;
    if zero > NO_VOLUME * volume.len() as f64 {
        return;
    }
    let (high, low) = (history.field(Field::High), history.field(Field::Low));
    for row in (1..volume.len()).filter(|row| volume[*row] == 0.0) {
        let moved = close[row] != close[row - 1] && subject.returns[row].abs() > 0.0;
        let ranged = high.get(row).zip(low.get(row)).is_some_and(|(high, low)| high > low);
        if moved || ranged {
            let said = match moved {
                true => format!(
                    "the close changes from {} to {} without a trade",
                    close[row - 1],
                    close[row]
                ),
                false => "the bar has a range without a trade".to_owned(),
            };
            let evidence = [("close", close[row]), ("before", close[row - 1])];
            findings.push(subject.finding(RULE.name, Severity::Note, row, said, &evidence));
        }
    }
}
