//! Which hidden state the market is in.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fits::{ascending, check_states, due, failed};
use crate::explain::list;
use crate::{Cx, Documented, Gauge, Words};
use trimtab_core::{Day, Result, Window};
use trimtab_math::linalg::Sym;
use trimtab_math::states::{
    Fitted, Fitting, Gaussian, Hidden, Shape, StatesError, Table, by_distance, by_level,
};

/// The state of a Gaussian hidden Markov chain at today's close: $g = \arg\max_k P(s_t = k \mid r_1 \dots r_t)$, counted from 0.
///
/// $r$: the log total returns of `assets` over `window`, one row an observation; in state $k$ they are
/// $N(\mu_k, \Sigma_k)$, and states follow each other with probabilities $p_{kl}$. Fitted by Baum-Welch to the returns up to today, again
/// once `refit` has passed since the last fit; in between only the filter moves. The first fit starts from two labellings
/// (stretches by how far they lie from the mean, returns by level) and keeps the likelier; a later one starts from the fit before
/// and from the first labelling. At the first fit states are numbered by `order`; later ones keep the numbers of the states
/// they are most like. The fit is remembered from decision to decision; no return after today is ever read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HiddenMarkov {
    /// The assets whose returns are looked at together; the first one numbers the states.
    pub assets: Vec<String>,
    /// The number of states $K$.
    #[serde(default = "two")]
    pub states: u32,
    /// The number of returns and how far apart they lie.
    pub window: Window,
    /// How long a fit serves.
    pub refit: Window,
    /// What numbers the states, lowest first.
    #[serde(default)]
    pub order: StateOrder,
    /// What is told.
    #[serde(default)]
    pub tell: StateTold,
}

/// What numbers states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StateOrder {
    /// The volatility of the first asset: state 0 is the calmest.
    #[default]
    Volatility,
    /// The mean return of the first asset: state 0 is the worst.
    Mean,
}

/// What a gauge of states tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StateTold {
    /// The number of the likeliest state, from 0; of equally likely ones the lower.
    #[default]
    State,
    /// The probability of the last state, from 0 to 1.
    LastChance,
}

fn two() -> u32 {
    2
}

/// How a market's states are fitted: each has a prior worth five returns, so that none collapses onto a few days; a month of
/// them would pull states of a short window together.
const FITTING: Fitting = Fitting { shape: Shape::Full, prior: 5.0, rounds: 100, gain: 1e-5 };

impl Documented for HiddenMarkov {
    const EXAMPLE: &str = r#"
        root = "@by-state"
        [gauge.state]
        kind   = "hidden-markov"
        assets = ["SPY"]
        window = 252
        refit  = "3 months"
        [allocator.by-state]
        kind      = "by-regime"
        gauge     = "@state"
        bands     = [{ below = 1.0, hold = { kind = "fixed", weights = { SPY = 1.0 } } }]
        otherwise = { kind = "fixed", weights = { SHY = 1.0 } }
    "#;
    const SOURCE: &str = "Hamilton (1989), A new approach to the economic analysis of nonstationary time series and the business \
                          cycle, Econometrica 57(2), p. 357; Ang, Bekaert (2004), How regimes affect asset allocation, Financial \
                          Analysts Journal 60(2), p. 86";
    fn check(&self) -> Result<(), String> {
        check_states(self.states)?;
        let least = 10 * self.states as usize * (1 + self.assets.len());
        match self.assets.is_empty() {
            true => Err("`assets` is empty".into()),
            false if self.window.count() < least => {
                Err(format!("`window` needs at least {least} returns for these states and assets"))
            }
            false => Ok(()),
        }
    }
}

impl HiddenMarkov {
    /// Log returns, row after row.
    fn rows(&self, cx: &Cx<'_>) -> Result<Vec<f64>> {
        let (past, width) = (cx.past(), self.assets.len());
        let mut rows = vec![0.0; self.window.count() * width];
        for (place, symbol) in self.assets.iter().enumerate() {
            let closes = past.closes(past.find(symbol)?, self.window.and_one())?;
            for (t, pair) in closes.windows(2).enumerate() {
                rows[t * width + place] = (pair[1] / pair[0]).ln();
            }
        }
        Ok(rows)
    }

    /// The model that serves today, and whether it was fitted just now.
    fn model(
        &self,
        table: &Table<'_>,
        last: Option<(Day, Hidden)>,
        old: impl Fn(Day) -> bool,
    ) -> Result<(Hidden, bool), StatesError> {
        let states = self.states as usize;
        let by_distance = || by_distance(table, states);
        match last {
            Some((day, model)) if !old(day) => Ok((model, false)),
            Some((_, before)) => {
                let fits = [Some(before.fit(table, &FITTING)?), self.fit(table, by_distance())?];
                let model = likeliest(fits)?;
                Ok((model.in_order(&model.order_like(&before)?), true))
            }
            None => {
                let by_level = by_level(table, 0, states);
                let model = likeliest([self.fit(table, by_distance())?, self.fit(table, by_level)?])?;
                let rank = |state: &Gaussian| match self.order {
                    StateOrder::Volatility => state.covariance[(0, 0)],
                    StateOrder::Mean => state.mean[0],
                };
                let ranks: Vec<f64> = model.states().iter().map(rank).collect();
                Ok((model.in_order(&ascending(&ranks)), true))
            }
        }
    }

    /// The fit that starts from a labelling.
    fn fit(&self, table: &Table<'_>, labels: Vec<usize>) -> Result<Option<Fitted>, StatesError> {
        Hidden::of_labels(table, &labels, self.states as usize, &FITTING)?
            .fit(table, &FITTING)
            .map(Some)
    }

    /// A remembered model: chances to begin, chances to go on, then mean and covariance of each state.
    fn recalled(&self, numbers: &[f64]) -> Option<Hidden> {
        let (k, d) = (self.states as usize, self.assets.len());
        let (start, rest) = numbers.split_at_checked(k)?;
        let (transitions, rest) = rest.split_at_checked(k * k)?;
        let state = |own: &[f64]| {
            let covariance = Sym::from_column_major(d, own[d..].to_vec()).ok()?;
            Some(Gaussian { mean: own[..d].to_vec(), covariance })
        };
        let states: Vec<Gaussian> =
            rest.chunks_exact(d + d * d).map(state).collect::<Option<_>>()?;
        Hidden::new(start.to_vec(), transitions.to_vec(), states).ok()
    }
}

/// The likelier of two fits; of equal ones the first.
fn likeliest(fits: [Option<Fitted>; 2]) -> Result<Hidden, StatesError> {
    let better = |a: Fitted, b: Fitted| if b.log_likelihood > a.log_likelihood { b } else { a };
    let best = fits.into_iter().flatten().reduce(better);
    best.map(|fitted| fitted.model).ok_or(StatesError::Parameter("there is no fit"))
}

fn to_remember(model: &Hidden) -> Vec<f64> {
    let k = model.len();
    let mut numbers = model.start().to_vec();
    numbers.extend((0..k * k).map(|place| model.transition(place / k, place % k)));
    for state in model.states() {
        numbers.extend(&state.mean);
        numbers.extend(state.covariance.as_slice());
    }
    numbers
}

impl Gauge for HiddenMarkov {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let (rows, past) = (self.rows(cx)?, cx.past());
        let what = list(&self.assets);
        let wrong = |error: StatesError| failed(past, &what, &error);
        let table = Table::new(&rows, self.assets.len()).map_err(wrong)?;
        let last = cx.recall().and_then(|(day, numbers)| Some((day, self.recalled(numbers)?)));
        let (model, new) =
            self.model(&table, last, |day| due(past, day, self.refit)).map_err(wrong)?;
        let filtered = model.filter(&table).map_err(wrong)?;
        let chances = filtered.last(model.len());
        let state = (1..model.len()).fold(0, |best, k| if chances[k] > chances[best] { k } else { best });
        cx.because(|| {
            let own = &model.states()[state];
            let yearly = past.per_year_of(self.window);
            format!(
                "state {state} of {} with {:.0} %: {} {:.1} % a year, volatility {:.1} %{}",
                model.len(),
                100.0 * chances[state],
                self.assets[0],
                100.0 * own.mean[0] * yearly,
                100.0 * (own.covariance[(0, 0)] * yearly).sqrt(),
                if new { "; fitted today" } else { "" }
            )
        });
        if new {
            cx.remember(to_remember(&model));
        }
        Ok(match self.tell {
            StateTold::State => state as f64,
            StateTold::LastChance => chances[model.len() - 1],
        })
    }

    fn explain(&self, words: &mut Words) {
        let by = match self.order {
            StateOrder::Volatility => "volatility",
            StateOrder::Mean => "mean return",
        };
        let told = match self.tell {
            StateTold::State => "the likeliest of",
            StateTold::LastChance => "the probability of the last of",
        };
        words.line(format!(
            "{told} {} hidden states of the returns of {} over {}, numbered from 0 by {by}, fitted again after {}",
            self.states,
            list(&self.assets),
            self.window,
            self.refit
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market, reading};
    use trimtab_core::Day;

    /// Calm and rough stretches of sixty sessions in turn.
    fn closes(sessions: u32) -> Vec<f64> {
        let mut price = 100.0;
        let step = |t: u32| {
            let wave = (f64::from(t * t % 23) - 11.0) / 11.0;
            if (t / 60).is_multiple_of(2) { 0.0008 + 0.004 * wave } else { -0.001 + 0.02 * wave }
        };
        let grown = |t: u32| {
            price *= 1.0 + step(t);
            price
        };
        (0..sessions).map(grown).collect()
    }

    fn gauge() -> HiddenMarkov {
        toml::from_str("assets = [\"A\"]\nwindow = 240\nrefit = 30").unwrap()
    }

    #[test]
    fn states_are_those_that_made_the_market_and_keep_their_names() {
        let market = market(&[("A", closes(600))]);
        let (gauge, mut memory) = (gauge(), Memory::default());
        let (mut right, mut days) = (0, 0);
        for day in 241..600_u32 {
            let state = reading(&gauge, &market, day, &mut memory);
            right += u32::from((state == 1.0) == (day / 60 % 2 == 1));
            days += 1;
        }
        assert!(right * 10 >= days * 9, "{right} of {days}");
    }

    #[test]
    fn no_label_changes_when_the_future_does() {
        let market = market(&[("A", closes(420))]);
        let labels = |market: &trimtab_core::Market| -> Vec<f64> {
            let mut memory = Memory::default();
            (241..350_u32).map(|day| reading(&gauge(), market, day, &mut memory)).collect()
        };
        let before = labels(&market);
        for cut in [250, 300, 349] {
            let other = market.scrambled_after(Day(cut), |_, _, x| 1e4 / x, |x| x).unwrap();
            let seen = (cut - 241 + 1) as usize;
            assert_eq!(labels(&other)[..seen], before[..seen], "cut at {cut}");
        }
        assert!(before.contains(&0.0) && before.contains(&1.0));
    }

    #[test]
    fn a_fit_serves_until_it_is_due() {
        let market = market(&[("A", closes(420))]);
        let (gauge, mut memory) = (gauge(), Memory::default());
        let mut fits = Vec::new();
        for day in 260..380_u32 {
            let before = memory.clone();
            reading(&gauge, &market, day, &mut memory);
            // A second look on the same day finds what the first left.
            let once = memory.clone();
            reading(&gauge, &market, day, &mut memory);
            assert_eq!(once, memory);
            if before != memory {
                fits.push(day);
            }
        }
        assert_eq!(fits, [260, 290, 320, 350]);
    }

    #[test]
    fn two_assets_and_chances() {
        let a = closes(400);
        let b: Vec<f64> = a.iter().enumerate().map(|(t, x)| 1e3 / x + 0.3 * (t % 5) as f64).collect();
        let market = market(&[("A", a), ("B", b)]);
        let text = "assets = [\"A\", \"B\"]\nwindow = 240\nrefit = 30\ntell = \"last-chance\"\norder = \"mean\"";
        let gauge: HiddenMarkov = toml::from_str(text).unwrap();
        for day in [250, 290, 330, 399] {
            let chance = reading(&gauge, &market, day, &mut Memory::default());
            assert!((0.0..=1.0).contains(&chance), "{chance}");
        }
    }
}
