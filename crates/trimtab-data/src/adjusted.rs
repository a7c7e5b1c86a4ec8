//! What an adjusted close says beside a raw one: the dividends in it, and whether the two agree.
//!
//! Let C be the close, A the adjusted close, F = A / C the factor between them, f new shares for an old one and
//! D the dividend for each old share, all on day t. Two conventions are in use:
//!
//! - additive: A(t) / A(t-1) = (C(t) f(t) + D(t)) / C(t-1), the return of who gets the dividend in cash;
//! - multiplicative: A(t) / A(t-1) = C(t) f(t) / (C(t-1) - D(t)), as CRSP and Yahoo scale earlier prices
//!   by 1 - D / C(t-1) so that none becomes negative.
//!
//! They differ by about D / C times the day's return.
use jiff::civil::Date;

/// Fewest and most decimals that a printed price is taken to have: whole numbers in a short column are cents that
/// happened to be zero.
const DECIMALS: (i32, i32) = (2, 8);

/// Values looked at when the decimals of a column are counted: enough to meet one that uses them all.
const LOOKED_AT: usize = 400;

/// The smallest step between printed values: `0.01` when all have two decimals at most.
pub(crate) fn quantum(values: &[f64]) -> f64 {
    let step = (values.len() / LOOKED_AT).max(1);
    let mut decimals = DECIMALS.0;
    for x in values.iter().step_by(step).filter(|x| x.is_finite()) {
        while decimals < DECIMALS.1 {
            let scaled = x * 10f64.powi(decimals);
            // What is left of a decimal after scaling is rounding: a few units in the last place.
            if (scaled - scaled.round()).abs() <= scaled.abs() * 1e-12 + 1e-9 {
                break;
            }
            decimals += 1;
        }
    }
    10f64.powi(-decimals)
}

/// A day on which raw and adjusted closes tell different returns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mismatch {
    pub(crate) row: usize,
    pub(crate) date: Date,
    /// Return by close, dividend and split, additive.
    pub(crate) raw: f64,
    /// Return by adjusted closes.
    pub(crate) adjusted: f64,
}

/// Smallest difference of returns that counts: a tenth of a percent is more than rounding and conventions
/// explain, and less than the dividends and splits it is to find.
pub(crate) const MISMATCH_MIN: f64 = 1e-3;

/// The days on which the two returns differ by more than [`MISMATCH_MIN`] and what rounding explains, in
/// either convention.
pub(crate) fn mismatches(
    dates: &[Date],
    close: &[f64],
    adjusted: &[f64],
    dividend: &[f64],
    split: &[f64],
) -> Vec<Mismatch> {
    let steps = [quantum(close), quantum(adjusted)];
    let mut found = Vec::new();
    let mut before: Option<usize> = None;
    for row in 0..dates.len() {
        if close[row].is_nan() || adjusted[row].is_nan() {
            continue;
        }
        if let Some(last) = before {
            let d = dividend.get(row).copied().unwrap_or(0.0);
            let f = split.get(row).copied().unwrap_or(1.0);
            let ratio = adjusted[row] / adjusted[last];
            let additive = (close[row] * f + d) / close[last];
            let scaled = close[row] * f / (close[last] - d);
            let rounding = steps[0] * (1.0 / close[row] + 1.0 / close[last])
                + steps[1] * (1.0 / adjusted[row] + 1.0 / adjusted[last]);
            // The returns of days with missing rows in between carry actions we cannot place.
            let bound = (MISMATCH_MIN + rounding) * ratio.max(additive);
            if (ratio - additive).abs() > bound && (ratio - scaled).abs() > bound {
                let (raw, adjusted) = (additive - 1.0, ratio - 1.0);
                found.push(Mismatch { row, date: dates[row], raw, adjusted });
            }
        }
        before = Some(row);
    }
    found
}

/// A corporate action that was not stated but follows from the factor between close and adjusted close.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Implied {
    /// Cash for each share.
    Dividend(Date, f64),
    /// New shares for an old one.
    Split(Date, f64),
}

/// Finds the dividends in adjusted closes, and splits where closes are not adjusted for them.
///
/// F is constant between ex-days but for rounding. Where it steps by more than rounding explains, a dividend
/// D = C(t-1) (1 - F(t-1) / F(t)) went ex (multiplicative convention, Yahoo's); F is taken as its median
/// between steps, which cancels most of the rounding. A step that the close mirrors, near a ratio of small
/// integers, is a split.
pub(crate) fn implied(dates: &[Date], close: &[f64], adjusted: &[f64]) -> Vec<Implied> {
    let steps = [quantum(close), quantum(adjusted)];
    // A column that is absent is empty.
    let known = |prices: &[f64], t: usize| prices.get(t).is_some_and(|price| !price.is_nan());
    let rows: Vec<usize> =
        (0..dates.len()).filter(|t| known(close, *t) && known(adjusted, *t)).collect();
    let factor = |t: usize| adjusted[t] / close[t];
    // Half a step each way, in both of the two prices.
    let noise = |t: usize| 0.5 * (steps[0] / close[t] + steps[1] / adjusted[t]);
    let starts = |pair: &[usize]| {
        let (a, b) = (pair[0], pair[1]);
        (factor(b) / factor(a)).ln().abs() > 1.5 * (noise(a) + noise(b)) + STEP_MIN
    };
    let mut begins = vec![0];
    begins.extend((1..rows.len()).filter(|ix| starts(&rows[ix - 1..=*ix])));
    let ends = begins.iter().skip(1).copied().chain([rows.len()]);
    let level = |(begin, end): (usize, usize)| {
        let mut factors: Vec<f64> = rows[begin..end].iter().map(|t| factor(*t)).collect();
        factors.sort_by(f64::total_cmp);
        factors[factors.len() / 2]
    };
    if rows.is_empty() {
        return Vec::new();
    }
    let levels: Vec<f64> = begins.iter().copied().zip(ends).map(level).collect();
    let action = |(pair, begin): (&[f64], &usize)| {
        let (last, row) = (rows[begin - 1], rows[*begin]);
        let ratio = pair[0] / pair[1];
        let split = crate::ratio::small_ratio(1.0 / ratio, SPLIT_NEAR);
        if let Some(split) = split.filter(|f| f.ln().abs() > SPLIT_MIN.ln())
            && ((close[last] / close[row] / split).ln()).abs() < SPLIT_MIN.ln() / 2.0
        {
            return Some(Implied::Split(dates[row], split));
        }
        let cash = close[last] * (1.0 - ratio);
        // A factor that falls in time would be a negative dividend: an error of the vendor, left to the check.
        (cash > 0.0).then_some(Implied::Dividend(dates[row], cash))
    };
    levels.windows(2).zip(&begins[1..]).filter_map(action).collect()
}

/// Smallest step of the factor that is taken for a dividend, beside rounding: a millionth of the price is less than
/// any dividend paid, and more than the error of prices kept in 4-byte floats.
const STEP_MIN: f64 = 1e-6;

/// How near to a ratio of small integers a split must be.
const SPLIT_NEAR: f64 = 0.005;

/// Splits smaller than 5 for 4 cannot be told from special dividends.
const SPLIT_MIN: f64 = 1.2;

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil::date;

    /// Dates, closes, adjusted closes, and dividends by row.
    type Printed = (Vec<Date>, Vec<f64>, Vec<f64>, Vec<(usize, f64)>);

    /// A price path, its dividends, and the adjusted closes that a vendor would print with `decimals`.
    fn vendor(decimals: i32) -> Printed {
        let n = 750;
        let dates = (0..n).map(|t| date(2015, 1, 1).saturating_add(i64::from(t).days())).collect();
        let close: Vec<f64> = (0..n)
            .map(|t| 80.0 + 10.0 * (f64::from(t) / 37.0).sin() + f64::from(t % 7) * 0.13)
            .collect();
        let scale = 10f64.powi(decimals);
        let round = |x: f64| (x * scale).round() / scale;
        let close: Vec<f64> = close.into_iter().map(round).collect();
        let dividends: Vec<(usize, f64)> =
            (1..12).map(|k| (k * 63, 0.3 + 0.01 * k as f64)).collect();
        let mut factor = vec![1.0; close.len()];
        for t in (0..close.len() - 1).rev() {
            let paid = dividends.iter().find(|d| d.0 == t + 1).map_or(0.0, |d| d.1);
            factor[t] = factor[t + 1] * (1.0 - paid / close[t]);
        }
        let adjusted = close.iter().zip(&factor).map(|(c, f)| round(c * f)).collect();
        (dates, close, adjusted, dividends)
    }

    #[test]
    fn dividends_come_back_from_adjusted_closes() {
        for (decimals, within) in [(6, 2e-6), (4, 2e-4), (2, 1.2e-2)] {
            let (dates, close, adjusted, dividends) = vendor(decimals);
            let found = implied(&dates, &close, &adjusted);
            assert_eq!(found.len(), dividends.len(), "{decimals} decimals");
            for (action, (row, cash)) in found.iter().zip(&dividends) {
                let Implied::Dividend(day, paid) = action else { panic!("{action:?}") };
                assert_eq!(*day, dates[*row]);
                assert!((paid - cash).abs() < within, "{decimals} decimals: {paid} for {cash}");
            }
        }
    }

    #[test]
    fn a_split_in_raw_closes_is_a_split() {
        let dates: Vec<Date> = (0..9).map(|t| date(2015, 1, 1).saturating_add(t.days())).collect();
        let close = [100.0, 101.0, 99.0, 49.5, 50.0, 50.5, 50.0, 51.0, 50.0];
        let adjusted: Vec<f64> =
            close.iter().enumerate().map(|(t, c)| if t < 3 { c / 2.0 } else { *c }).collect();
        assert_eq!(implied(&dates, &close, &adjusted), [Implied::Split(dates[3], 2.0)]);
    }

    #[test]
    fn agreement_is_silent_in_both_conventions_and_disagreement_is_dated() {
        let (dates, close, adjusted, dividends) = vendor(6);
        let mut stated = vec![0.0; close.len()];
        dividends.iter().for_each(|(row, cash)| stated[*row] = *cash);
        let found = mismatches(&dates, &close, &adjusted, &stated, &[]);
        assert_eq!(found, []);
        stated[126] = 0.0;
        let found = mismatches(&dates, &close, &adjusted, &stated, &[]);
        assert_eq!(found.iter().map(|m| m.row).collect::<Vec<_>>(), [126]);
        assert_eq!(quantum(&close), 1e-6);
        assert_eq!(quantum(&[1.0, 2.5, f64::NAN, 3.25]), 0.01);
    }
}
