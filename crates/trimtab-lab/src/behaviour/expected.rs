//! What a strategy's file expects of it in some times, held against what happened.
use std::collections::BTreeMap;

use serde::Serialize;
use trimtab_core::Date;
use trimtab_math::moments::Moments;
use trimtab_strategy::{Between, Expected, Times};

use super::Told;
use crate::record::Record;

/// A figure that lies beyond its bound by fewer of its standard errors may do so by chance.
const CHANCE: f64 = 1.96;

/// The last years that are looked at alone: a strategy that drifts does so now, and long ago does not excuse it.
const RECENT_YEARS: f64 = 3.0;

/// Fewer periods than this part of a year say nothing.
const LEAST_YEARS: f64 = 0.25;

/// What was expected, and what came.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Held {
    /// In which times.
    pub times: Times,
    /// `return_yearly`, `lead_yearly` or `volatility_yearly`.
    pub figure: &'static str,
    /// At least this.
    pub least: Option<f64>,
    /// At most this.
    pub most: Option<f64>,
    /// Over the whole run.
    pub whole: Shown,
    /// Over the last three years of it; `None` where the run is not longer.
    pub recent: Option<Shown>,
}

/// A figure over some periods, held against its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Shown {
    /// The first day looked at.
    pub since: Date,
    /// Periods in these times.
    pub periods: usize,
    /// The figure; `None` where there are too few.
    pub value: Option<f64>,
    /// How many standard errors it lies beyond the nearer bound; negative inside.
    pub beyond: Option<f64>,
    /// What follows.
    pub verdict: Verdict,
}

/// Whether a strategy does what its file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Within the bounds.
    AsStated,
    /// Outside, by less than chance explains.
    PerhapsChance,
    /// Outside, by more: it is another strategy than its file describes, or the file is wrong.
    Deviates,
    /// Such times did not come, or hardly.
    NoSuchTimes,
}

/// Everything that `expected` says, held against `told` by the record that was told.
///
/// Of k periods with returns r, benchmark b and P periods a year: the return is `G^(P/k) - 1`, its error that of the mean of
/// `ln(1 + r)`; the lead `P mean(r - b)`; the volatility `sd(r) sqrt(P)`, whose logarithm has the error `1 / sqrt(2 (k - 1))` of a
/// normal variable.
pub fn held(record: &Record<'_>, told: &[Told], expected: &BTreeMap<Times, Expected>) -> Vec<Held> {
    let recent = (RECENT_YEARS * record.periods_yearly()).round() as usize;
    let start = record.len().checked_sub(recent).filter(|start| *start > 0);
    let mut all = Vec::new();
    for (times, expected) in expected {
        let figures = [
            ("return_yearly", expected.return_yearly),
            ("lead_yearly", expected.lead_yearly),
            ("volatility_yearly", expected.volatility_yearly),
        ];
        for (figure, between) in figures {
            let Some(between) = between else { continue };
            let seen = |from: usize| {
                Shown::of(record, &periods(told, *times, from), figure, between, from)
            };
            all.push(Held {
                times: *times,
                figure,
                least: between.least,
                most: between.most,
                whole: seen(0),
                recent: start.map(seen),
            });
        }
    }
    all
}

/// The periods from `from` on that lie in such times.
fn periods(told: &[Told], times: Times, from: usize) -> Vec<usize> {
    for told in told {
        let names = told.classes.names();
        if let Some(class) = names.iter().position(|name| Told::times_of(name) == Some(times)) {
            let labels = told.classes.labels();
            return (from..labels.len()).filter(|t| labels[*t] == Some(class)).collect();
        }
    }
    Vec::new()
}

impl Shown {
    fn of(
        record: &Record<'_>,
        periods: &[usize],
        figure: &str,
        between: Between,
        from: usize,
    ) -> Self {
        let since = record.dates()[from];
        let per_year = record.periods_yearly();
        let none = Self {
            since,
            periods: periods.len(),
            value: None,
            beyond: None,
            verdict: Verdict::NoSuchTimes,
        };
        if (periods.len() as f64) < per_year * LEAST_YEARS {
            return none;
        }
        let returns = periods.iter().map(|t| record.returns()[*t]);
        // Each figure on a scale on which it is a mean with an error, its value, and where a bound lies on that scale.
        let (sample, scale): (Vec<f64>, fn(f64, f64) -> f64) = match (figure, record.benchmark()) {
            ("lead_yearly", Some(b)) => {
                (returns.zip(periods).map(|(r, t)| r - b[*t]).collect(), |bound, p| bound / p)
            }
            ("lead_yearly", None) => return none,
            ("return_yearly", _) => {
                (returns.map(f64::ln_1p).collect(), |bound, p| bound.ln_1p() / p)
            }
            _ => (returns.collect(), |bound, _| bound),
        };
        let Some(m) = Moments::of(&sample) else { return none };
        let Some(deviation) = m.deviation().filter(|d| *d > 0.0) else { return none };
        let k = sample.len() as f64;
        let (value, place, error) = match figure {
            "lead_yearly" => (per_year * m.mean, m.mean, deviation / k.sqrt()),
            "return_yearly" => ((per_year * m.mean).exp_m1(), m.mean, deviation / k.sqrt()),
            _ => {
                let volatility = deviation * per_year.sqrt();
                (volatility, volatility.ln(), 1.0 / (2.0 * (k - 1.0)).sqrt())
            }
        };
        let at = |bound: f64| match figure {
            "volatility_yearly" => bound.ln(),
            _ => scale(bound, per_year),
        };
        let below = between.least.map(|least| (at(least) - place) / error);
        let above = between.most.map(|most| (place - at(most)) / error);
        let beyond = below.into_iter().chain(above).filter(|x| x.is_finite()).reduce(f64::max);
        let verdict = match beyond {
            Some(x) if x > CHANCE => Verdict::Deviates,
            Some(x) if x > 0.0 => Verdict::PerhapsChance,
            _ => Verdict::AsStated,
        };
        Self { since, periods: periods.len(), value: Some(value), beyond, verdict }
    }
}

impl Verdict {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::AsStated => "as stated",
            Verdict::PerhapsChance => "outside, perhaps by chance",
            Verdict::Deviates => "DEVIATES",
            Verdict::NoSuchTimes => "no such times",
        }
    }
}

impl Held {
    /// In which times, in words.
    pub fn times_words(&self) -> &'static str {
        match self.times {
            Times::Bull => "bull markets",
            Times::Bear => "bear markets",
            Times::HighVolatility => "high volatility",
            Times::UsualVolatility => "usual volatility",
            Times::HighInflation => "inflation of 3 % or more",
            Times::LowInflation => "inflation below 3 %",
            Times::Up => "up markets",
            Times::Down => "down markets",
            Times::Flat => "flat markets",
            Times::Choppy => "choppy markets",
        }
    }

    /// The bounds, in words.
    pub fn bounds_words(&self) -> String {
        let percent = crate::words::percent;
        match (self.least, self.most) {
            (Some(a), Some(b)) => format!("{} to {}", percent(a), percent(b)),
            (Some(a), None) => format!("at least {}", percent(a)),
            (None, Some(b)) => format!("at most {}", percent(b)),
            (None, None) => "anything".to_owned(),
        }
    }

    /// The figure, in words.
    pub fn figure_words(&self) -> &'static str {
        match self.figure {
            "lead_yearly" => "lead a year",
            "return_yearly" => "return a year",
            _ => "volatility",
        }
    }

    /// A sentence for whoever must know; none while it does as stated, or chance may explain it.
    pub fn warning(&self) -> Option<String> {
        let (times, figure) = (self.times_words(), self.figure_words());
        let bounds = self.bounds_words();
        let told = |seen: &Shown| seen.value.map_or("-".to_owned(), crate::words::percent);
        match self.recent.as_ref().filter(|seen| seen.verdict == Verdict::Deviates) {
            Some(seen) => Some(format!(
                "drift: in {times} since {} its {figure} is {}, where its file expects {bounds}",
                seen.since,
                told(seen)
            )),
            None => (self.whole.verdict == Verdict::Deviates).then(|| {
                format!(
                    "in {times} its {figure} was {} over the whole run, where its file expects {bounds}",
                    told(&self.whole)
                )
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::behaviour::{Classes, Known, by_class};
    use crate::record::RiskFree;

    /// Six years of months: a bear year of twelve months in the second and in the last year.
    fn told(record: &Record<'_>) -> Vec<Told> {
        let bear = |t: usize| (12..24).contains(&t) || t >= 60;
        let labels = (0..72).map(|t| Some(usize::from(bear(t)))).collect();
        let names = vec!["bull market".to_owned(), "bear market".to_owned()];
        let classes = Classes::new(names, labels).unwrap();
        let rows = by_class(record, &classes).unwrap();
        vec![Told { by: "phase", known: Known::Afterwards, rows, classes }]
    }

    #[test]
    fn a_strategy_that_no_longer_protects_is_said_to_drift() {
        let dates: Vec<Date> = (0..=72)
            .map(|m| {
                Date::constant(2001, 1, 31)
                    .saturating_add(trimtab_core::Span::new().months(m))
                    .last_of_month()
            })
            .collect();
        let wave = |t: usize| if t.is_multiple_of(2) { 0.004 } else { -0.004 };
        let bear = |t: usize| (12..24).contains(&t) || t >= 60;
        let b: Vec<f64> = (0..72).map(|t| if bear(t) { -0.03 } else { 0.012 } + wave(t)).collect();
        // It leads by 3 % a month in the first bear market, and by nothing in the second.
        let lead = |t: usize| if (12..24).contains(&t) { 0.03 + wave(t) } else { wave(t) };
        let r: Vec<f64> = (0..72).map(|t| b[t] + lead(t)).collect();
        let record =
            Record::new(&dates, &r, RiskFree::ZERO, 12.0).unwrap().with_benchmark(&b).unwrap();
        let least = |x| Some(Between { least: Some(x), most: None });
        let expected = BTreeMap::from([
            (Times::Bear, Expected { lead_yearly: least(0.10), ..Expected::default() }),
            (
                Times::Bull,
                Expected {
                    return_yearly: least(0.30),
                    volatility_yearly: least(0.02),
                    ..Expected::default()
                },
            ),
            (Times::Flat, Expected { return_yearly: least(0.0), ..Expected::default() }),
        ]);
        let held = held(&record, &told(&record), &expected);
        let of = |times, figure: &str| {
            held.iter().find(|h| h.times == times && h.figure == figure).unwrap()
        };
        let lead = of(Times::Bear, "lead_yearly");
        // By hand: 24 months whose leads are 0.03 or 0 with a wave of 0.004.
        let leads: Vec<f64> = (0..72).filter(|t| bear(*t)).map(|t| r[t] - b[t]).collect();
        let mean = leads.iter().sum::<f64>() / 24.0;
        let squares: f64 = leads.iter().map(|x| (x - mean).powi(2)).sum();
        let error = (squares / 23.0).sqrt() / 24.0_f64.sqrt();
        assert!((lead.whole.value.unwrap() - 12.0 * mean).abs() < 1e-12);
        assert!((lead.whole.beyond.unwrap() - (0.10 / 12.0 - mean) / error).abs() < 1e-9);
        assert_eq!((lead.whole.verdict, lead.whole.periods), (Verdict::AsStated, 24));
        let recent = lead.recent.unwrap();
        assert_eq!(
            (recent.verdict, recent.periods, recent.since),
            (Verdict::Deviates, 12, dates[36])
        );
        assert!(lead.warning().unwrap().starts_with("drift: in bear markets since"));
        // The bull markets made 1.2 % a month, far from 30 % a year, and shook a little.
        let bull = of(Times::Bull, "return_yearly");
        let growth: f64 = (0..72).filter(|t| !bear(*t)).map(|t| (1.0 + r[t]).ln()).sum();
        assert!((bull.whole.value.unwrap() - ((12.0 / 48.0 * growth).exp() - 1.0)).abs() < 1e-12);
        assert_eq!(bull.whole.verdict, Verdict::Deviates);
        let shook = of(Times::Bull, "volatility_yearly").whole;
        assert_eq!(
            (shook.verdict, of(Times::Flat, "return_yearly").whole.verdict),
            (Verdict::AsStated, Verdict::NoSuchTimes)
        );
        assert_eq!(of(Times::Flat, "return_yearly").warning(), None);
    }
}
