//! Confidence bands: how far a figure moves when the past is resampled in blocks.
//!
//! Percentile intervals of Efron: with confidence c the band reaches from the (1 - c)/2 to the (1 + c)/2 quantile of the
//! figure over the resamples. Returns and the returns of cash are resampled together.
//!
//! A drawdown of resampled returns keeps only what happens within a block; its band is that of a market whose blocks
//! follow each other by chance.
//!
//! Source: B. Efron and R. Tibshirani (1993), *An Introduction to the Bootstrap*, ch. 13; blocks as in [`super::Blocks`].
use trimtab_core::{Error, Kind, Result};
use trimtab_math::moments::quantile;

use super::{Blocks, Dice};
use crate::{Prepared, Record, RiskFree, metrics};

/// A figure with the range in which chance alone moves it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// The figure itself.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Standard deviation over the resamples.
    pub error: f64,
    /// Resamples in which the figure was undefined; they count in none of the others.
    pub undefined: usize,
}

/// The band of one metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Headline {
    /// The metric's key.
    pub key: &'static str,
    /// Its band.
    pub band: Band,
}

/// Fewest resamples of which a quantile says something.
const LEAST: usize = 20;

impl Band {
    /// The band of `value` from its resampled values.
    fn of(value: f64, mut drawn: Vec<f64>, all: usize, confidence: f64) -> Option<Self> {
        if drawn.len() < LEAST {
            return None;
        }
        drawn.sort_unstable_by(f64::total_cmp);
        let n = drawn.len() as f64;
        let mean = drawn.iter().sum::<f64>() / n;
        let squares: f64 = drawn.iter().map(|x| (x - mean) * (x - mean)).sum();
        Some(Self {
            value,
            low: quantile(&drawn, (1.0 - confidence) / 2.0)?,
            high: quantile(&drawn, (1.0 + confidence) / 2.0)?,
            error: (squares / (n - 1.0)).sqrt(),
            undefined: all - drawn.len(),
        })
    }
}

/// Bands of the metrics called `keys`. A metric that is undefined for the record, or in nearly all resamples, is left
/// out.
///
/// # Errors
/// [`Kind::Usage`] for an unknown key, a confidence outside 0..1, or blocks of another number of periods;
/// [`Kind::Data`] when a resample is no record (returns of -1 and below).
pub fn bands(
    record: &Record<'_>,
    keys: &[&str],
    blocks: &Blocks,
    resamples: usize,
    confidence: f64,
    seed: u64,
) -> Result<Vec<Headline>> {
    check(record.len(), blocks, confidence)?;
    let unknown = |key: &&str| Error::new(Kind::Usage, format!("there is no metric `{key}`"));
    let find = |key: &&str| metrics::find(key).ok_or_else(|| unknown(key));
    let chosen = keys.iter().map(find).collect::<Result<Vec<_>>>()?;
    let mut drawn = vec![Vec::with_capacity(resamples); chosen.len()];
    for stream in 0..resamples as u64 {
        let order = blocks.indices(&mut Dice::new(seed, stream));
        let returns: Vec<f64> = order.iter().map(|t| record.returns()[*t]).collect();
        let cash: Vec<f64> = match record.risk_free() {
            RiskFree::Series(rates) => order.iter().map(|t| rates[*t]).collect(),
            RiskFree::Constant(_) => Vec::new(),
        };
        let risk_free = match record.risk_free() {
            RiskFree::Series(_) => RiskFree::Series(&cash),
            constant => constant,
        };
        let again = Record::new(record.dates(), &returns, risk_free, record.periods_yearly())?;
        let run = Prepared::new(again);
        for (values, metric) in drawn.iter_mut().zip(&chosen) {
            values.extend(metric.of(&run));
        }
    }
    let own = Prepared::new(*record);
    let band = |(metric, drawn): (&&'static metrics::Metric, Vec<f64>)| {
        let band = Band::of(metric.of(&own)?, drawn, resamples, confidence)?;
        Some(Headline { key: metric.key, band })
    };
    Ok(chosen.iter().zip(drawn).filter_map(band).collect())
}

/// The band of the Sharpe ratio of a period (mean over deviation, divisor T - 1) of returns above the risk-free rate:
/// sums of blocks instead of returns, so that a resample costs as many steps as it has blocks.
///
/// # Errors
/// [`Kind::Usage`] as [`bands`]; [`Kind::Data`] when the returns do not vary.
pub fn sharpe_band(
    excess: &[f64],
    blocks: &Blocks,
    resamples: usize,
    confidence: f64,
    seed: u64,
) -> Result<Band> {
    check(excess.len(), blocks, confidence)?;
    let n = excess.len() as f64;
    let mean = excess.iter().sum::<f64>() / n;
    let mut before = Vec::with_capacity(excess.len() + 1);
    let mut sums = [0.0, 0.0];
    before.push(sums);
    for x in excess {
        let e = x - mean;
        sums = [sums[0] + e, sums[1] + e * e];
        before.push(sums);
    }
    let sharpe = |[s, ss]: [f64; 2]| {
        let variance = (ss - s * s / n) / (n - 1.0);
        (variance > 0.0).then(|| (mean + s / n) / variance.sqrt())
    };
    let own = sharpe(sums).ok_or_else(|| Error::data("returns that do not vary have no band"))?;
    let mut values = Vec::with_capacity(resamples);
    let mut dice = Dice::new(seed, 0);
    for _ in 0..resamples {
        let mut sums = [0.0, 0.0];
        blocks.each(&mut dice, |block| {
            let (from, to) = (before[block.from as usize], before[block.to as usize]);
            sums = [sums[0] + (to[0] - from[0]), sums[1] + (to[1] - from[1])];
        });
        values.extend(sharpe(sums));
    }
    Band::of(own, values, resamples, confidence).ok_or_else(|| {
        Error::new(Kind::Usage, format!("{resamples} resamples are too few"))
            .hint("a thousand are usual")
    })
}

fn check(periods: usize, blocks: &Blocks, confidence: f64) -> Result<()> {
    if blocks.periods() != periods {
        let said = format!("blocks from {} periods for {periods}", blocks.periods());
        return Err(Error::new(Kind::Usage, said));
    }
    if !(confidence > 0.0 && confidence < 1.0) {
        return Err(Error::new(Kind::Usage, format!("a confidence of {confidence}"))
            .hint("write 0.95 for 95 %"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_core::Date;

    fn sample(n: usize) -> (Vec<Date>, Vec<f64>) {
        let mut dates = vec![Date::constant(2010, 1, 4)];
        while dates.len() <= n {
            dates.push(dates[dates.len() - 1].tomorrow().unwrap());
        }
        let mut dice = Dice::new(3, 1);
        (dates, (0..n).map(|_| 0.0005 + 0.01 * dice.normal()).collect())
    }

    #[test]
    fn the_band_of_independent_returns_is_the_textbook_one() {
        let (_, returns) = sample(2_000);
        let blocks = Blocks::stationary(2_000, 1.0).unwrap();
        let band = sharpe_band(&returns, &blocks, 4_000, 0.95, 8).unwrap();
        // Lo (2002): sqrt((1 + S^2 / 2) / n).
        let error = ((1.0 + band.value * band.value / 2.0) / 2_000.0_f64).sqrt();
        assert!((band.error / error - 1.0).abs() < 0.05, "{} {error}", band.error);
        assert!(((band.high - band.low) / (2.0 * 1.96 * error) - 1.0).abs() < 0.05);
    }

    #[test]
    fn the_fast_band_is_that_of_the_metric() {
        let (dates, returns) = sample(400);
        let record = Record::new(&dates, &returns, RiskFree::ZERO, 252.0).unwrap();
        let blocks = Blocks::stationary(400, 10.0).unwrap();
        let slow = bands(&record, &["sharpe", "drawdown_max"], &blocks, 3_000, 0.9, 1).unwrap();
        let fast = sharpe_band(&returns, &blocks, 3_000, 0.9, 2).unwrap();
        let (year, slow_sharpe) = (252.0_f64.sqrt(), slow[0].band);
        assert!((slow_sharpe.value - fast.value * year).abs() < 1e-10);
        for (a, b) in [(slow_sharpe.low, fast.low), (slow_sharpe.high, fast.high)] {
            assert!((a - b * year).abs() < 0.1 * slow_sharpe.error * 2.0, "{a} {}", b * year);
        }
        assert!(slow[1].band.low < slow[1].band.value && slow[1].band.value < slow[1].band.high);
    }

    #[test]
    fn what_cannot_be_banded_is_refused() {
        let (dates, returns) = sample(50);
        let record = Record::new(&dates, &returns, RiskFree::ZERO, 252.0).unwrap();
        let blocks = Blocks::circular(50, 5).unwrap();
        assert!(bands(&record, &["no-such"], &blocks, 30, 0.95, 1).is_err());
        assert!(bands(&record, &["sharpe"], &blocks, 30, 1.0, 1).is_err());
        assert!(
            bands(&record, &["sharpe"], &Blocks::circular(49, 5).unwrap(), 30, 0.9, 1).is_err()
        );
        assert!(sharpe_band(&[0.01; 50], &blocks, 100, 0.95, 1).is_err());
        assert!(sharpe_band(&returns, &blocks, 3, 0.95, 1).is_err());
    }
}
