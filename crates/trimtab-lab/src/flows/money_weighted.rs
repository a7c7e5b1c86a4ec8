//! Money-weighted return: the internal rate of return of dated flows (XIRR).
use crate::prepared::days_between;
use trimtab_core::{Date, Error, Kind, Result};
use trimtab_math::roots::exponential_sum_roots;

/// Days in a year of the discount factor. 365, leap years or not: the convention of every spreadsheet.
pub const DAYS_A_YEAR: f64 = 365.0;

/// Money that moved on a date, seen from the owner: a deposit into the account is negative, a withdrawal and the value
/// at the end are positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flow {
    /// When.
    pub date: Date,
    /// How much; negative from the owner's pocket.
    pub amount: f64,
}

/// The yearly rate i at which the flows are worth nothing on the first date:
/// `sum c_k (1 + i)^(-d_k / 365) = 0`, c_k the amounts, d_k days since the first date.
///
/// All rates above -100 % are found, not one near a guess: the sum is one of exponentials in `ln(1 + i)`, whose roots
/// can be isolated exactly (see [`exponential_sum_roots`]).
///
/// # Errors
/// [`Kind::Data`] when an amount is not finite, or when all money moves in one direction or on one date.
/// [`Kind::Numeric`] when no rate or more than one solves the equation; the message lists them.
pub fn money_weighted(flows: &[Flow]) -> Result<f64> {
    let (amounts, years) = by_date(flows)?;
    if !(amounts.iter().any(|c| *c > 0.0) && amounts.iter().any(|c| *c < 0.0)) {
        return Err(Error::data("a rate needs money in and money out, on different dates")
            .hint("deposits are negative; add the value at the end as a positive flow"));
    }
    let roots = exponential_sum_roots(&amounts, &years);
    match roots.as_slice() {
        [x] => Ok(x.exp_m1()),
        [] => Err(Error::new(Kind::Numeric, "no rate makes these flows worth nothing").hint(
            "the later flows outweigh the earlier ones at every rate; use the time-weighted return",
        )),
        several => {
            let rates: Vec<String> =
                several.iter().map(|x| format!("{:.4} %", 100.0 * x.exp_m1())).collect();
            Err(Error::new(Kind::Numeric, format!("{} rates solve these flows: {}", rates.len(), rates.join(", ")))
                .hint("flows that change direction more than once can have several; use the time-weighted return"))
        }
    }
}

/// Value of the flows on the earliest date at the yearly rate `rate`: `sum c_k (1 + rate)^(-d_k / 365)`.
///
/// # Errors
/// [`Kind::Data`] when there is no flow, an amount is not finite, or the rate is not above -1.
pub fn present_value(flows: &[Flow], rate: f64) -> Result<f64> {
    if !(rate > -1.0 && rate.is_finite()) {
        return Err(Error::data(format!("the rate {rate} is not above -1")));
    }
    let (amounts, years) = by_date(flows)?;
    Ok(amounts.iter().zip(&years).map(|(c, t)| c * (-t * rate.ln_1p()).exp()).sum())
}

/// Amounts summed by date in order of time, with the years since the first.
fn by_date(flows: &[Flow]) -> Result<(Vec<f64>, Vec<f64>)> {
    if let Some(bad) = flows.iter().find(|f| !f.amount.is_finite()) {
        return Err(Error::data(format!("the flow of {} is {}", bad.date, bad.amount)));
    }
    let mut sorted = flows.to_vec();
    sorted.sort_by_key(|f| f.date);
    let first = sorted.first().ok_or_else(|| Error::data("there are no flows"))?.date;
    Ok(sorted
        .chunk_by(|a, b| a.date == b.date)
        .map(|day| {
            let amount: f64 = day.iter().map(|f| f.amount).sum();
            (amount, days_between(first, day[0].date) / DAYS_A_YEAR)
        })
        .unzip())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use proptest::prelude::*;

    fn flows(list: &[(&str, f64)]) -> Vec<Flow> {
        list.iter().map(|(d, amount)| Flow { date: d.parse().unwrap(), amount: *amount }).collect()
    }

    #[test]
    fn one_year_at_ten_per_cent() {
        let rate =
            money_weighted(&flows(&[("2023-01-01", -100.0), ("2024-01-01", 110.0)])).unwrap();
        assert!((rate - 0.1).abs() < 1e-15);
    }

    #[test]
    fn order_and_splitting_of_flows_do_not_matter() {
        let a = money_weighted(&flows(&[
            ("2020-01-01", -100.0),
            ("2021-03-01", -50.0),
            ("2024-01-01", 210.0),
        ]));
        let b = money_weighted(&flows(&[
            ("2024-01-01", 200.0),
            ("2020-01-01", -60.0),
            ("2021-03-01", -50.0),
            ("2024-01-01", 10.0),
            ("2020-01-01", -40.0),
        ]));
        assert!((a.unwrap() - b.unwrap()).abs() < 1e-14);
    }

    #[test]
    fn extreme_rates_are_found() {
        let up = money_weighted(&flows(&[("2024-01-01", -1.0), ("2024-01-02", 2.0)])).unwrap();
        assert!((up.ln_1p() - 365.0 * 2_f64.ln()).abs() < 1e-9);
        let down = money_weighted(&flows(&[("2024-01-01", -1e9), ("2024-12-31", 1.0)])).unwrap();
        assert!((down + 1.0 - 1e-9).abs() < 1e-15);
    }

    #[test]
    fn several_rates_are_an_error_that_lists_them() {
        // -1 + 2.3 v - 1.32 v^2 with v = 1/(1+i): rates 10 % and 20 %.
        let e = money_weighted(&flows(&[
            ("2022-01-01", -1.0),
            ("2023-01-01", 2.3),
            ("2024-01-01", -1.32),
        ]))
        .unwrap_err();
        assert_eq!(e.kind(), Kind::Numeric);
        assert!(e.message().contains("10.0000 %, 20.0000 %"), "{e}");
    }

    #[test]
    fn no_rate_and_no_flow_are_errors() {
        let none = flows(&[("2022-01-01", -1.0), ("2023-01-01", 1.0), ("2024-01-01", -1.0)]);
        assert!(money_weighted(&none).unwrap_err().message().contains("no rate"));
        assert_eq!(money_weighted(&flows(&[("2022-01-01", -1.0)])).unwrap_err().kind(), Kind::Data);
        let one_day = flows(&[("2022-01-01", -1.0), ("2022-01-01", 1.0)]);
        assert_eq!(money_weighted(&one_day).unwrap_err().kind(), Kind::Data);
        assert!(money_weighted(&[]).is_err());
        assert!(money_weighted(&flows(&[("2022-01-01", f64::NAN)])).is_err());
        assert!(present_value(&none, -1.0).is_err());
    }

    proptest! {
        /// Deposits first, one withdrawal at the end: exactly one rate, and the flows are worth nothing at it.
        #[test]
        fn savings_plans_have_one_rate(
            deposits in prop::collection::vec((1..4000_i32, 1.0..1000.0_f64), 1..40),
            multiple in 0.2..5.0_f64,
        ) {
            let start: Date = "2000-01-03".parse().unwrap();
            let mut list: Vec<Flow> = deposits
                .iter()
                .map(|(days, amount)| Flow { date: start + days.days(), amount: -amount })
                .collect();
            let paid: f64 = deposits.iter().map(|d| d.1).sum();
            list.push(Flow { date: start + 4100.days(), amount: paid * multiple });
            let rate = money_weighted(&list).unwrap();
            prop_assert!((rate > 0.0) == (multiple > 1.0));
            let scale = paid * multiple;
            prop_assert!(present_value(&list, rate).unwrap().abs() < 1e-9 * scale * (1.0 + (1.0 + rate).powi(-12)));
        }
    }
}
