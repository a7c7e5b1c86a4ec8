//! Whether a result hangs on a few years.
use serde::Serialize;
use trimtab_core::Date;

/// Where the advantage over the benchmark was made, in logarithms: they add up.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Concentration {
    /// `sum ln((1 + r) / (1 + b))` over all periods.
    pub advantage: f64,
    /// The same by calendar year.
    pub years: Vec<(i16, f64)>,
    /// How many of the best years must be taken out until nothing is left of the advantage; none when there is none.
    pub years_that_carry: Option<usize>,
    /// The advantage without the best twentieth of the calendar years, one at least.
    pub without_best_years: f64,
}

/// Part of the years that may carry a result by luck alone: one of twenty.
const BEST_PART: f64 = 0.05;

/// Of returns and the benchmark's, `dates` one longer.
pub fn concentration(dates: &[Date], returns: &[f64], benchmark: &[f64]) -> Concentration {
    let mut years: Vec<(i16, f64)> = Vec::new();
    for ((date, r), b) in dates[1..].iter().zip(returns).zip(benchmark) {
        let gain = (1.0 + r).ln() - (1.0 + b).ln();
        match years.last_mut() {
            Some((year, sum)) if *year == date.year() => *sum += gain,
            _ => years.push((date.year(), gain)),
        }
    }
    let advantage: f64 = years.iter().map(|(_, gain)| gain).sum();
    let mut best: Vec<f64> = years.iter().map(|(_, gain)| *gain).collect();
    best.sort_unstable_by(|a, b| b.total_cmp(a));
    let left = |gone: usize| best[gone..].iter().sum::<f64>();
    let carry = (1..=best.len()).find(|gone| left(*gone) <= 0.0).filter(|_| advantage > 0.0);
    let few =
        ((best.len() as f64 * BEST_PART).ceil() as usize).clamp(1.min(best.len()), best.len());
    Concentration { advantage, years_that_carry: carry, without_best_years: left(few), years }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_lucky_year_is_seen() {
        let dates: Vec<Date> = (2000..=2010).map(|year| Date::constant(year, 12, 31)).collect();
        let mut returns = vec![0.05; 10];
        let benchmark = vec![0.06; 10];
        returns[4] = 0.5;
        let found = concentration(&dates, &returns, &benchmark);
        assert_eq!((found.years.len(), found.years_that_carry), (10, Some(1)));
        assert!(found.advantage > 0.0 && found.without_best_years < 0.0);
        let best = found.years.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
        assert!((best.1 - (1.5_f64 / 1.06).ln()).abs() < 1e-14 && best.0 == 2005);
        assert_eq!(concentration(&dates, &benchmark, &benchmark).years_that_carry, None);
    }
}
