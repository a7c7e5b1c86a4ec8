//! Days that are missing, and days that should not be there.
use jiff::civil::Date;
use trimtab_core::{Calendar, Exchange, Frequency};

use super::{Finding, Rule, Severity, Subject};

pub(super) const RULE: Rule = Rule {
    name: "sessions",
    about: "Sessions of the New York Stock Exchange within the life of an asset without a row, one finding for each run \
            of them; and rows of days without a session. Applies to daily data of which at least 98 % of the rows fall \
            on its sessions and that have at least 80 % of them: other exchanges share fewer, and an asset that is not \
            traded each day has gaps by nature.",
    check,
};

/// Of the rows, how many fall on a session; of the sessions, how many have a row.
const FOLLOWS: (f64, f64) = (0.98, 0.8);

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let dates = &subject.history.dates;
    let (Some(first), Some(last)) = (dates.first(), dates.last()) else { return };
    let daily = Calendar::new(dates.clone()).is_ok_and(|c| c.frequency() == Frequency::Daily);
    if !daily {
        return;
    }
    let sessions = Exchange::Nyse.sessions(*first, *last);
    let met = sessions.iter().filter(|day| dates.binary_search(day).is_ok()).count() as f64;
    if met < FOLLOWS.0 * dates.len() as f64 || met < FOLLOWS.1 * sessions.len() as f64 {
        return;
    }
    for (row, date) in dates.iter().enumerate() {
        if !Exchange::Nyse.is_session(*date) {
            let why = Exchange::Nyse
                .holiday(*date)
                .map_or(format!("{:?}", date.weekday()), str::to_owned);
            let said = format!("the exchange held no session ({why})");
            findings.push(subject.finding(RULE.name, Severity::Error, row, said, &[]));
        }
    }
    let absent = |day: &Date| dates.binary_search(day).is_err();
    for run in sessions.chunk_by(|a, b| absent(a) == absent(b)).filter(|run| absent(&run[0])) {
        let row = dates.partition_point(|d| *d < run[0]) - 1;
        let (from, to, count) = (run[0], run[run.len() - 1], run.len());
        let said = match count {
            1 => "a session has no row".to_owned(),
            _ => format!("{count} sessions to {to} have no row"),
        };
        let finding =
            subject.finding(RULE.name, Severity::Warning, row, said, &[("sessions", count as f64)]);
        findings.push(Finding { date: Some(from), ..finding });
    }
}
