//! Calm and rough times by a statistical jump model: as it was fitted at the time, and as the whole span shows them.
use super::Classes;
use super::classes::{logs, named};
use crate::record::Record;
use trimtab_core::{Error, Result};
use trimtab_math::states::{Jump, Jumped, StatesError, Table, by_level};

/// Half-lives of the features in years: of the volatility, and of mean over volatility.
const HALF_LIVES: [f64; 2] = [1.0 / 12.0, 0.25];

/// What a change of state costs for a year of observations: about fifty for daily ones, as in the gauge `jump-model`.
const PENALTY_YEARLY: f64 = 0.2;

/// A model is first fitted to so many years, and again after as many: a state that lasts for months is seen a few times in two.
const REFIT_YEARS: usize = 2;

/// Features beyond so many deviations are cut to that: one crash must not become a state of its own.
const CUT: f64 = 3.0;

/// Rounds of a fit; centres settle in about ten.
const ROUNDS: usize = 50;

/// Numbers in a row of features.
const WIDTH: usize = 2;

/// Observations, about one a week, of what was known of the benchmark.
struct Observed {
    /// The first period in which the benchmark moved.
    moved: usize,
    /// How many periods were over at each.
    at: Vec<usize>,
    /// Two features each: the logarithm of the volatility, and mean over volatility.
    rows: Vec<f64>,
    /// Observations a year.
    yearly: f64,
}

/// A model, with mean and deviation of each feature in the rows that it was fitted to.
struct Fit {
    scale: Vec<(f64, f64)>,
    model: Jumped,
}

impl Classes {
    /// Calm and rough times as a two-state jump model told them at the time: fitted to the past alone, first after two years and again
    /// every other year; each period has the state that the cheapest road up to the observation before it ends in. `None` where
    /// the record is too short or the benchmark stands still.
    ///
    /// Features of an observation: `ln v` and `m / w` with the exponentially weighted root mean square v of log returns (half-life a
    /// month), their mean m and root mean square w (a quarter), each in units of its deviation. State 0 is the calmer one.
    ///
    /// Source: P. Nystrup, E. Lindström, H. Madsen (2020), Learning hidden Markov models with persistent states by penalizing jumps,
    /// *Expert Systems with Applications* 150, 113307.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] without a benchmark.
    pub fn fitted_at_the_time(record: &Record<'_>) -> Result<Option<Self>> {
        let Some(seen) = observed(record)? else { return Ok(None) };
        let every = (REFIT_YEARS as f64 * seen.yearly).round() as usize;
        let (n, count) = (record.len(), seen.at.len());
        let mut labels = vec![None; n];
        for first in (every..count).step_by(every.max(1)) {
            let Ok(fit) = fit(&seen.rows[..(first + 1) * WIDTH], seen.yearly) else { continue };
            let until = (first + every).min(count);
            let scaled = scaled(&seen.rows[..until * WIDTH], &fit.scale);
            let table = Table::new(&scaled, WIDTH).map_err(wrong)?;
            let states = fit.model.model.online(&table).map_err(wrong)?;
            for k in first..until {
                let next = seen.at.get(k + 1).copied().unwrap_or(n);
                labels[seen.at[k].min(n)..next.min(n)].fill(Some(states[k]));
            }
        }
        Ok(labels.iter().any(Option::is_some).then(|| Self { names: names(), labels }))
    }

    /// The same states as a fit to the whole span shows them, each period by the observation that follows it: known only
    /// afterwards, and smoother than anything that was known.
    ///
    /// # Errors
    /// As [`Classes::fitted_at_the_time`].
    pub fn fitted_to_all(record: &Record<'_>) -> Result<Option<Self>> {
        let Some(seen) = observed(record)? else { return Ok(None) };
        let Ok(fit) = fit(&seen.rows, seen.yearly) else { return Ok(None) };
        let mut labels = vec![None; record.len()];
        let mut from = seen.moved;
        for (at, state) in seen.at.iter().zip(&fit.model.labels) {
            labels[from..*at].fill(Some(*state));
            from = *at;
        }
        if let Some(last) = fit.model.labels.last() {
            labels[from..].fill(Some(*last));
        }
        Ok(Some(Self { names: names(), labels }))
    }

    /// The share of the periods labelled by both on which both say the same; `None` where none is.
    pub fn agreement(&self, other: &Self) -> Option<f64> {
        let both = || self.labels.iter().zip(&other.labels).filter_map(|(a, b)| a.zip(*b));
        let all = both().count();
        (all > 0).then(|| both().filter(|(a, b)| a == b).count() as f64 / all as f64)
    }
}

fn names() -> Vec<String> {
    named(&["calm state", "rough state"])
}

fn wrong(error: StatesError) -> Error {
    Error::data(format!("states of the benchmark: {error}"))
}

/// Features about once a week, from a quarter after the first move on; `None` where there are fewer than two years, or nothing moved.
fn observed(record: &Record<'_>) -> Result<Option<Observed>> {
    let per_year = record.periods_yearly();
    let every = (per_year / 52.0).round().max(1.0) as usize;
    let feed = (per_year / 4.0).round().max(2.0) as usize;
    let logs = logs(record, 2)?;
    // A benchmark that waits in cash for its first decision has no volatility yet.
    let Some(moved) = logs.iter().position(|r| *r != 0.0) else { return Ok(None) };
    let logs = &logs[moved..];
    let [short, long] = HALF_LIVES.map(|years| (years * per_year).max(1.0));
    let square = |r: &f64| r * r;
    let (near, far) = (weighted(logs, short, square), weighted(logs, long, square));
    let mean = weighted(logs, long, |r| *r);
    let at: Vec<usize> = (feed..=logs.len()).step_by(every).collect();
    let mut rows = Vec::with_capacity(WIDTH * at.len());
    for level in &at {
        let t = level - 1;
        rows.extend([0.5 * near[t].ln(), mean[t] / far[t].sqrt()]);
    }
    let at: Vec<usize> = at.into_iter().map(|level| moved + level).collect();
    let yearly = per_year / every as f64;
    // Of moves that are long past and ever smaller nothing is left at last.
    let sound = at.len() as f64 > REFIT_YEARS as f64 * yearly && rows.iter().all(|x| x.is_finite());
    Ok(sound.then_some(Observed { moved, at, rows, yearly }))
}

/// `sum_i w^i f(r_{t-i}) / sum_i w^i` for each t, w = 2^(-1/h).
fn weighted(returns: &[f64], half_life: f64, of: impl Fn(&f64) -> f64) -> Vec<f64> {
    let w = 0.5_f64.powf(1.0 / half_life);
    let (mut sum, mut weight) = (0.0, 0.0);
    let next = |r: &f64| {
        sum = w * sum + of(r);
        weight = w * weight + 1.0;
        sum / weight
    };
    returns.iter().map(next).collect()
}

/// The better of the fits that start from the level of each feature, its states by volatility.
fn fit(rows: &[f64], yearly: f64) -> Result<Fit, StatesError> {
    let raw = Table::new(rows, WIDTH)?;
    let means = raw.means();
    let deviations = raw.variances(&means).into_iter().map(f64::sqrt);
    let scale: Vec<(f64, f64)> = means.into_iter().zip(deviations).collect();
    if let Some(column) = scale.iter().position(|(_, deviation)| *deviation <= 0.0) {
        return Err(StatesError::Constant { column });
    }
    let scaled = scaled(rows, &scale);
    let table = Table::new(&scaled, WIDTH)?;
    let penalty = PENALTY_YEARLY * yearly;
    let from = |column| {
        Jump::of_labels(&table, &by_level(&table, column, 2), 2, penalty)?.fit(&table, ROUNDS)
    };
    let (first, second) = (from(0)?, from(1)?);
    let best = if second.objective < first.objective { second } else { first };
    let model = match best.model.centre(0)[0] <= best.model.centre(1)[0] {
        true => best,
        false => Jumped {
            model: best.model.in_order(&[1, 0]),
            labels: best.labels.iter().map(|state| 1 - state).collect(),
            ..best
        },
    };
    Ok(Fit { scale, model })
}

fn scaled(rows: &[f64], scale: &[(f64, f64)]) -> Vec<f64> {
    let cut =
        |(x, (mean, deviation)): (&f64, &(f64, f64))| ((x - mean) / deviation).clamp(-CUT, CUT);
    rows.iter().zip(scale.iter().cycle()).map(cut).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::RiskFree;
    use trimtab_core::Date;

    /// Nine years of days; two stretches of half a year shake four times as much and fall.
    fn returns() -> Vec<f64> {
        let one = |t: usize| {
            let wave = ((t * t * 7 + 3 * t) % 41) as f64 / 20.5 - 0.975;
            let rough = (1200..1330).contains(&t) || (1900..2030).contains(&t);
            if rough { 0.024 * wave - 0.002 } else { 0.006 * wave + 0.0004 }
        };
        (0..2268).map(one).collect()
    }

    fn classes<T>(returns: &[f64], of: impl FnOnce(&Record<'_>) -> T) -> T {
        let first = Date::constant(2001, 1, 1);
        let day = |d: usize| first.saturating_add(trimtab_core::Span::new().days(d as i64));
        let dates: Vec<Date> = (0..=returns.len()).map(day).collect();
        let record = Record::new(&dates, returns, RiskFree::ZERO, 252.0).unwrap();
        of(&record.with_benchmark(returns).unwrap())
    }

    fn at_the_time(returns: &[f64]) -> Option<Classes> {
        classes(returns, |record| Classes::fitted_at_the_time(record).unwrap())
    }

    #[test]
    fn rough_stretches_are_told_at_the_time_and_better_afterwards() {
        let all = returns();
        let live = at_the_time(&all).unwrap();
        let after = classes(&all, |record| Classes::fitted_to_all(record).unwrap()).unwrap();
        let rough = |classes: &Classes, from: usize, to: usize| {
            let labels = &classes.labels()[from..to];
            labels.iter().filter(|label| **label == Some(1)).count() as f64 / labels.len() as f64
        };
        assert!(live.labels()[..504].iter().all(Option::is_none));
        // The second stretch comes after a fit that has seen the first.
        assert!(rough(&live, 1930, 2030) > 0.9, "{}", rough(&live, 1930, 2030));
        assert!(rough(&live, 1600, 1900) < 0.1);
        for (from, to) in [(1215, 1330), (1915, 2030)] {
            assert!(rough(&after, from, to) > 0.9, "{}", rough(&after, from, to));
        }
        assert!(rough(&after, 0, 1190) < 0.05);
        let agreed = live.agreement(&after).unwrap();
        assert!(agreed > 0.7 && agreed < 1.0, "{agreed}");
    }

    #[test]
    fn labels_of_a_day_do_not_change_with_what_comes_after() {
        let all = returns();
        let whole = at_the_time(&all).unwrap();
        for cut in [700, 1250, 1999] {
            assert_eq!(at_the_time(&all[..cut]).unwrap().labels(), &whole.labels()[..cut]);
            let mut other = all.clone();
            other[cut..].iter_mut().for_each(|r| *r = -2.0 * *r + 0.001);
            assert_eq!(at_the_time(&other).unwrap().labels()[..cut], whole.labels()[..cut]);
        }
    }

    #[test]
    fn a_short_record_and_a_still_one_have_no_states() {
        assert_eq!(at_the_time(&returns()[..300]), None);
        assert_eq!(at_the_time(&[0.0; 900]), None);
        // Who waits a year in cash is told from then on.
        let waited = [vec![0.0; 252], returns()].concat();
        let late = at_the_time(&waited).unwrap();
        let early = at_the_time(&returns()).unwrap();
        assert!(late.labels()[..252 + 504].iter().all(Option::is_none));
        assert_eq!(late.labels()[252..], *early.labels());
        assert_eq!(classes(&[0.0; 900], |record| Classes::fitted_to_all(record).unwrap()), None);
    }
}
