//! Time-weighted return of an account with flows, and its approximation by two values (modified Dietz).
use super::Flow;
use crate::prepared::days_between;
use trimtab_core::{Date, Error, Result};

/// The value of the account at a close, and the flow of that day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Valuation {
    /// The day.
    pub date: Date,
    /// Value at the close, the day's flow included.
    pub value: f64,
    /// Net deposit of the day: into the account positive, out of it negative.
    pub deposit: f64,
}

/// When the day's deposit began to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowTime {
    /// Before the day's market: `V_t / (V_{t-1} + deposit_t) - 1`.
    StartOfDay,
    /// After it: `(V_t - deposit_t) / V_{t-1} - 1`.
    EndOfDay,
}

/// Simple returns between consecutive valuations, freed of deposits and withdrawals. The deposit of the first
/// valuation plays no part: it is what the first value consists of.
///
/// Source: CFA Institute, *Global Investment Performance Standards* 2020; Bacon 2008, ch. 2.
///
/// # Errors
/// [`trimtab_core::Kind::Data`] with fewer than two valuations, dates that do not ascend, a value that is not finite or
/// negative, or a period that begins with nothing.
pub fn time_weighted(valuations: &[Valuation], time: FlowTime) -> Result<Vec<f64>> {
    if valuations.len() < 2 {
        return Err(Error::data("a time-weighted return needs two valuations"));
    }
    if let Some(bad) = valuations
        .iter()
        .find(|v| !(v.value.is_finite() && v.value >= 0.0 && v.deposit.is_finite()))
    {
        return Err(Error::data(format!(
            "the valuation of {} is {} after a deposit of {}",
            bad.date, bad.value, bad.deposit
        )));
    }
    valuations
        .windows(2)
        .map(|pair| {
            let (before, now) = (pair[0], pair[1]);
            if before.date >= now.date {
                return Err(Error::data(format!("{} is followed by {}", before.date, now.date)));
            }
            let (base, end) = match time {
                FlowTime::StartOfDay => (before.value + now.deposit, now.value),
                FlowTime::EndOfDay => (before.value, now.value - now.deposit),
            };
            if base <= 0.0 {
                return Err(Error::data(format!("nothing was invested before {}", now.date))
                    .hint("begin with the first valuation that has a value, and take deposits at the start of the day"));
            }
            Ok(end / base - 1.0)
        })
        .collect()
}

/// Modified Dietz return between two valuations with `flows` in between:
/// `(V_1 - V_0 - sum F) / (V_0 + sum w_k F_k)`, F deposits, w_k the part of the span that flow k was in the account, taken
/// at the end of its day. An approximation of the money-weighted return of the span, not annualised.
///
/// Source: P. Dietz (1966), *Pension Funds: Measuring Investment Performance*; Bacon 2008, p. 17.
///
/// # Errors
/// [`trimtab_core::Kind::Data`] when the dates do not ascend, a flow lies outside them, or the average capital is not
/// positive. Amounts of `flows` are seen from the owner: a deposit is negative.
pub fn modified_dietz(start: Valuation, end: Valuation, flows: &[Flow]) -> Result<f64> {
    let span = days_between(start.date, end.date);
    if span <= 0.0 {
        return Err(Error::data(format!("{} is not before {}", start.date, end.date)));
    }
    let (mut net, mut capital) = (0.0, start.value);
    for flow in flows {
        let elapsed = days_between(start.date, flow.date);
        if !(0.0..=span).contains(&elapsed) {
            return Err(Error::data(format!(
                "the flow of {} lies outside {}..{}",
                flow.date, start.date, end.date
            )));
        }
        net -= flow.amount;
        capital -= flow.amount * (span - elapsed) / span;
    }
    if !(capital > 0.0 && capital.is_finite()) {
        return Err(Error::data(format!("the average capital {capital} is not positive")));
    }
    Ok((end.value - start.value - net) / capital)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_math::moments::growth;

    fn at(date: &str, value: f64, deposit: f64) -> Valuation {
        Valuation { date: date.parse().unwrap(), value, deposit }
    }

    #[test]
    fn deposits_do_not_change_what_the_strategy_earned() {
        // The strategy earns 10 %, then -5 %; 100 is added at the end of the first day.
        let end = [
            at("2024-01-01", 100.0, 0.0),
            at("2024-01-02", 210.0, 100.0),
            at("2024-01-03", 199.5, 0.0),
        ];
        let r = time_weighted(&end, FlowTime::EndOfDay).unwrap();
        assert!((r[0] - 0.1).abs() < 1e-15 && (r[1] + 0.05).abs() < 1e-15);
        assert!((growth(&r) - 1.045).abs() < 1e-15);
        // Added before the day, it earns the 10 % too.
        let start = [
            at("2024-01-01", 100.0, 0.0),
            at("2024-01-02", 220.0, 100.0),
            at("2024-01-03", 209.0, 0.0),
        ];
        let r = time_weighted(&start, FlowTime::StartOfDay).unwrap();
        assert!((growth(&r) - 1.045).abs() < 1e-15);
    }

    #[test]
    fn what_cannot_be_measured_is_refused() {
        assert!(time_weighted(&[at("2024-01-01", 1.0, 0.0)], FlowTime::EndOfDay).is_err());
        let empty = [at("2024-01-01", 0.0, 0.0), at("2024-01-02", 10.0, 10.0)];
        assert!(time_weighted(&empty, FlowTime::EndOfDay).is_err());
        assert_eq!(time_weighted(&empty, FlowTime::StartOfDay).unwrap(), [0.0]);
        let twice = [at("2024-01-01", 1.0, 0.0), at("2024-01-01", 1.0, 0.0)];
        assert!(time_weighted(&twice, FlowTime::EndOfDay).is_err());
        let hole = [at("2024-01-01", 1.0, 0.0), at("2024-01-02", f64::NAN, 0.0)];
        assert!(time_weighted(&hole, FlowTime::EndOfDay).is_err());
    }

    #[test]
    fn modified_dietz_of_a_deposit_half_way() {
        // (115 - 100 - 10) / (100 + 10 x 5/10) over ten days.
        let flow = Flow { date: "2024-01-06".parse().unwrap(), amount: -10.0 };
        let r = modified_dietz(at("2024-01-01", 100.0, 0.0), at("2024-01-11", 115.0, 0.0), &[flow])
            .unwrap();
        assert!((r - 5.0 / 105.0).abs() < 1e-15);
        let late = Flow { date: "2024-02-06".parse().unwrap(), ..flow };
        assert!(
            modified_dietz(at("2024-01-01", 100.0, 0.0), at("2024-01-11", 115.0, 0.0), &[late])
                .is_err()
        );
    }
}
