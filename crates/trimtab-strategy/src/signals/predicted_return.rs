//! What a model learned from the past expects.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnySignal, Cx, Documented, Node, Signal, Words};
use trimtab_core::{AssetId, Day, Error, NonNegative, Past, Result, Scores, Window};
use trimtab_math::ridge::Ridge;

/// The return that a ridge regression on signals expects: $s_i = a + \sum_k b_k (x_{ik} - m_k)/\sigma_k$.
///
/// $x_{ik}$: the score of asset $i$ by signal $k$ of `features` today. Learned are $a, b$ from pairs of such scores at the close of a month and
/// the total return over the $h$ = `horizon` months after it, of all assets of `among` in one table:
/// $\min \frac1n \sum (y - a - \sum_k b_k z_k)^2 + \lambda \sum_k b_k^2$ with $z_k$ the scores less their mean $m_k$, over their
/// deviation $\sigma_k$; $\lambda$ = `penalty`. The table holds the newest `history` months whose $h$ months have passed, none of them
/// later: a return that was not over when the model was fitted is in no fit (purged). It is fitted at the end of every month whose
/// number, counted from the year 0, divides by `refit`; in between the fit serves as it is, so that a decision does not
/// depend on when the strategy began. The score is a fraction over $h$ months; the reasons say how wide of it the past was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PredictedReturn {
    /// The signals $x$ that are learned from.
    pub features: Vec<Node<AnySignal>>,
    /// The assets whose past is learned from; empty means the universe.
    #[serde(default)]
    pub among: Vec<String>,
    /// The months $h$ that are predicted.
    #[serde(default = "one")]
    pub horizon: u32,
    /// How many month-ends are learned from.
    pub history: u32,
    /// After how many months it is fitted again.
    #[serde(default = "twelve")]
    pub refit: u32,
    /// What keeps slopes small, $\lambda$: at 1 a signal that stands alone has half its slope.
    #[serde(default = "half")]
    pub penalty: NonNegative,
}

fn one() -> u32 {
    1
}

fn twelve() -> u32 {
    12
}

fn half() -> NonNegative {
    NonNegative::try_from(0.5).expect("a half is not negative")
}

/// Longer memories than a century of months are a mistake.
const MONTHS_MAX: u32 = 1_200;

impl Documented for PredictedReturn {
    const EXAMPLE: &str = r#"
        root = "@best"
        [signal.expected]
        kind     = "predicted-return"
        features = [
            { kind = "total-return", window = 63 },
            { kind = "total-return", window = 21 },
            { kind = "volatility", window = 63 },
        ]
        among    = ["XLB", "XLE", "XLF", "XLI", "XLK", "XLP"]
        history  = 12
        refit    = 3
        [allocator.best]
        kind  = "top"
        n     = 2
        by    = "@expected"
        among = ["XLB", "XLE", "XLF", "XLI", "XLK", "XLP"]
    "#;
    const SOURCE: &str = "Gu, Kelly, Xiu (2020), Empirical asset pricing via machine learning, Review of Financial Studies 33(5), \
                          p. 2223 (penalised linear models on pooled stocks, refitted yearly); Hoerl, Kennard (1970), Ridge \
                          regression, Technometrics 12(1), p. 55; purging: López de Prado (2018), Advances in Financial Machine \
                          Learning, ch. 7";
    fn check(&self) -> Result<(), String> {
        match () {
            () if self.features.is_empty() => Err("`features` is empty".into()),
            () if self.horizon == 0 || self.refit == 0 => {
                Err("`horizon` and `refit` are at least 1 month".into())
            }
            () if self.history < 12 => Err("`history` is at least 12 months".into()),
            () if self.history.max(self.horizon).max(self.refit) > MONTHS_MAX => {
                Err(format!("`history`, `horizon` and `refit` are at most {MONTHS_MAX} months"))
            }
            () => Ok(()),
        }
    }
}

impl PredictedReturn {
    /// The newest month-end on which a fit is due.
    fn fitted_on(&self, past: Past<'_>) -> Result<Day> {
        let (calendar, today) = (past.calendar(), past.today());
        let due = |day: &Day| {
            let date = calendar.date(*day);
            let month = i64::from(date.year()) * 12 + i64::from(date.month());
            calendar.ends_month(*day) && month % i64::from(self.refit) == 0
        };
        (0..=today.0).rev().map(Day).find(due).ok_or_else(|| {
            Error::data(format!("no model has been fitted by {}", past.date())).hint("start later")
        })
    }

    /// The assets that are learned from, by symbol: the order of the data does not matter.
    fn teachers(&self, cx: &Cx<'_>) -> Result<Vec<AssetId>> {
        let mut all = cx.members(&self.among)?;
        all.sort_by_key(|asset| cx.past().symbol(*asset));
        Ok(all)
    }

    /// Scores of each feature for each asset, feature by feature.
    fn scored(&self, cx: &mut Cx<'_>, assets: &[AssetId]) -> Result<Vec<Scores>> {
        self.features.iter().map(|feature| feature.score(cx, assets)).collect()
    }

    /// Learns from what was known at the close at which `cx` stands. Assets without a score by each feature on a day are left out
    /// of that day.
    fn fit(&self, cx: &mut Cx<'_>, assets: &[AssetId]) -> Result<Ridge> {
        let past = cx.past();
        let window = Window::Months(self.history + self.horizon);
        let days = past.sessions(window)?;
        let closes: Vec<_> =
            assets.iter().map(|a| past.closes(*a, window)).collect::<Result<_>>()?;
        let mut columns = vec![Vec::new(); self.features.len()];
        let mut y = Vec::new();
        for (t, day) in days[..self.history as usize].iter().enumerate() {
            let scores = cx.back(*day, |cx| self.scored(cx, assets))?;
            for (asset, closes) in assets.iter().zip(&closes) {
                let row: Option<Vec<f64>> = scores.iter().map(|own| own.of(*asset)).collect();
                let Some(row) = row else { continue };
                columns.iter_mut().zip(row).for_each(|(column, x)| column.push(x));
                y.push(closes[t + self.horizon as usize] / closes[t] - 1.0);
            }
        }
        Ridge::fit(&columns, &y, self.penalty.get()).map_err(|error| {
            Error::data(format!("nothing can be learned by {}: {error}", past.date()))
                .hint("take other `features`, more assets, or a longer `history`")
        })
    }

    /// The fit that serves today: remembered, or made again, which gives the same.
    fn model(&self, cx: &mut Cx<'_>) -> Result<(Day, Ridge)> {
        let day = self.fitted_on(cx.past())?;
        let assets = cx.back(day, |cx| self.teachers(cx))?;
        let mut key = vec![f64::from(day.0)];
        key.extend(assets.iter().map(|asset| asset.index() as f64));
        if let Some(fit) = cx.recall().and_then(|(_, numbers)| self.recalled(numbers, &key)) {
            return Ok((day, fit));
        }
        let fit = cx.back(day, |cx| self.fit(cx, &assets))?;
        key.extend(fit.means.iter().chain(&fit.deviations).chain(&fit.slopes));
        key.extend([fit.constant, fit.error, fit.r_squared]);
        cx.remember(key);
        Ok((day, fit))
    }

    /// A remembered fit, if it is the one of this day and these assets.
    fn recalled(&self, numbers: &[f64], key: &[f64]) -> Option<Ridge> {
        let rest = numbers.strip_prefix(key)?;
        let k = self.features.len();
        let (columns, last) = rest.split_at_checked(3 * k)?;
        let &[constant, error, r_squared] = last else { return None };
        let part = |ix: usize| columns[ix * k..(ix + 1) * k].to_vec();
        let (means, deviations, slopes) = (part(0), part(1), part(2));
        Some(Ridge { means, deviations, slopes, constant, error, r_squared })
    }
}

impl Signal for PredictedReturn {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let (day, fit) = self.model(cx)?;
        let scores = self.scored(cx, among)?;
        let of = |asset: &AssetId| {
            let row: Option<Vec<f64>> = scores.iter().map(|own| own.of(*asset)).collect();
            Some((*asset, fit.predict(&row?)))
        };
        let predicted: Vec<(AssetId, f64)> = among.iter().filter_map(of).collect();
        let past = cx.past();
        cx.because(|| {
            let slopes: Vec<String> =
                fit.slopes.iter().map(|b| format!("{:+.3} %", 100.0 * b)).collect();
            format!(
                "fitted on {}: {} for a deviation of each feature, {:.2} % for none; off by {:.1} % within the fit, of whose variance \
                 it explains {:.1} %",
                past.date_of(day),
                slopes.join(", "),
                100.0 * fit.constant,
                100.0 * fit.error,
                100.0 * fit.r_squared
            )
        });
        Ok(Scores::new(predicted))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!(
            "the return over {} month{} that a ridge regression expects, learned from {} months, again every {} months",
            self.horizon,
            if self.horizon == 1 { "" } else { "s" },
            self.history,
            self.refit
        ));
        for feature in &self.features {
            words.signal("from", feature);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, scores};
    use crate::{Book, Memory};
    use trimtab_core::Market;

    /// Two assets over three years, and the daily returns of month m: alternately rising, by an amount that the next month
    /// halves.
    fn steps(days: usize) -> Market {
        let walk = |k: usize| {
            let mut price = 100.0;
            (0..days)
                .map(|t| {
                    let wave = ((t * t * k + 7 * t) % 31) as f64 / 31.0 - 0.47;
                    price *= 1.0 + 0.01 * wave;
                    price
                })
                .collect::<Vec<f64>>()
        };
        market(&[("B", walk(3)), ("A", walk(5)), ("C", walk(11))])
    }

    fn signal() -> PredictedReturn {
        let text = "features = [{ kind = \"total-return\", window = 21 }, { kind = \"volatility\", window = 30 }]\n\
                    history = 14\nrefit = 2\nhorizon = 2\npenalty = 0.3";
        toml::from_str(text).unwrap()
    }

    #[test]
    fn it_is_the_regression_of_what_was_over_by_the_day_of_the_fit() {
        let market = steps(640);
        let today = Day(600);
        let calendar = market.calendar();
        let ends: Vec<usize> =
            (0..=600).filter(|t| calendar.ends_month(Day(*t as u32))).collect();
        // 600 sessions after January 2015 lie in May 2017; the newest even month that is over is April.
        let f = ends.iter().rposition(|t| calendar.date(Day(*t as u32)).month() == 4).unwrap();
        assert_eq!(calendar.date(today).to_string()[..7], *"2017-05");
        let close = |asset: u16, t: usize| market.closes(AssetId(asset))[t];
        let feature = |asset: u16, t: usize| {
            let returns: Vec<f64> =
                (t - 29..=t).map(|t| close(asset, t) / close(asset, t - 1) - 1.0).collect();
            let mean = returns.iter().sum::<f64>() / 30.0;
            let squares: f64 = returns.iter().map(|r| (r - mean).powi(2)).sum();
            [close(asset, t) / close(asset, t - 21) - 1.0, (252.0 * squares / 29.0).sqrt()]
        };
        let (mut x, mut y) = (vec![Vec::new(), Vec::new()], Vec::new());
        for m in f - 15..=f - 2 {
            for asset in 0..3 {
                let row = feature(asset, ends[m]);
                x.iter_mut().zip(row).for_each(|(column, x)| column.push(x));
                y.push(close(asset, ends[m + 2]) / close(asset, ends[m]) - 1.0);
            }
        }
        // The normal equations of two scaled columns, by Cramer's rule.
        let n = y.len() as f64;
        let mean = |x: &[f64]| x.iter().sum::<f64>() / n;
        let m = [mean(&x[0]), mean(&x[1])];
        let s = [0, 1].map(|k: usize| mean(&x[k].iter().map(|v| (v - m[k]).powi(2)).collect::<Vec<_>>()).sqrt());
        let z: Vec<Vec<f64>> =
            (0..2).map(|k| x[k].iter().map(|v| (v - m[k]) / s[k]).collect()).collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / n;
        let (c, d) = (dot(&z[0], &z[1]), 1.0 + 0.3);
        let (u, v) = (dot(&z[0], &y), dot(&z[1], &y));
        let b = [(u * d - v * c) / (d * d - c * c), (v * d - u * c) / (d * d - c * c)];
        let found = scores(&signal(), &market, today.0);
        for asset in 0..3 {
            let now = feature(asset, today.index());
            let expected =
                mean(&y) + b[0] * (now[0] - m[0]) / s[0] + b[1] * (now[1] - m[1]) / s[1];
            let own = found.of(AssetId(asset)).unwrap();
            assert!((own - expected).abs() < 1e-12, "{asset}: {own} and {expected}");
        }
    }

    #[test]
    fn memory_is_a_cache_and_what_was_not_over_is_not_learned() {
        let market = steps(640);
        let (book, mut memory, signal) = (Book::default(), Memory::default(), signal());
        let all: Vec<AssetId> = (0..3).map(AssetId).collect();
        for day in (420..600).step_by(9) {
            let mut cx = Cx::new(market.as_of(Day(day)), &book, &mut memory, &[]);
            let kept = signal.score(&mut cx, &all).unwrap();
            let fresh = scores(&signal, &market, day);
            assert!(kept.iter().eq(fresh.iter()), "{day}");
        }
        // Prices after the fit move today's features only: the remembered slopes are the same.
        let last = Day(590);
        let fitted = signal.fitted_on(market.as_of(last)).unwrap();
        let scrambled = market.scrambled_after(fitted, |_, _, x| x * 1.5, |x| x).unwrap();
        let fit = |market: &Market| {
            let mut memory = Memory::default();
            let mut cx = Cx::new(market.as_of(last), &book, &mut memory, &[]);
            signal.model(&mut cx).unwrap()
        };
        assert_eq!(fit(&market), fit(&scrambled));
    }
}
