//! A fixed core, and a sleeve that must earn its size.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::percent;
use crate::{Allocator, AnyAllocator, Cx, Documented, Node, Words};
use trimtab_core::{Day, Fraction, Result, Weights};

/// A core and a sleeve whose share grows while it does better: $w = (1-q)\,w_{\mathrm{core}} + q\,w_{\mathrm{sleeve}}$ with
/// $q' = \min(q_{\max}, q + d)$ at a review after which $G_{\mathrm{sleeve}} > G_{\mathrm{core}}$, else $q' = \max(q_{\min}, q - d)$.
///
/// $q$: the share of the sleeve, at first `start`; $d$ = `step`; $q_{\min}$ = `least`, $q_{\max}$ = `most`. $G$: the growth on paper since the last review of
/// what core and sleeve wanted, each bought at every decision without costs. A review is due at the first decision
/// `months` or more after the last one. Share, growths and what was wanted are remembered from decision to decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoreSleeve {
    /// The strategic part.
    pub core: Node<AnyAllocator>,
    /// The dynamic part.
    pub sleeve: Node<AnyAllocator>,
    /// The share of the sleeve at the start.
    pub start: Fraction,
    /// The change $d$ of the share at a review.
    pub step: Fraction,
    /// The share $q_{\min}$ at least.
    pub least: Fraction,
    /// The share $q_{\max}$ at most.
    pub most: Fraction,
    /// Calendar months from review to review.
    pub months: u32,
}

impl Documented for CoreSleeve {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [allocator.trend]
        kind  = "filter"
        of    = { kind = "fixed", weights = { SPY = 1.0 } }
        by    = { kind = "sma-distance", window = 100 }
        above = 0.0
        [allocator.portfolio]
        kind   = "core-sleeve"
        core   = { kind = "fixed", weights = { SPY = 0.6, AGG = 0.4 } }
        sleeve = "@trend"
        start  = 0.10
        step   = 0.05
        least  = 0.10
        most   = 0.20
        months = 6
    "#;
    const SOURCE: &str = "Own formulation of a strategic core with a dynamic sleeve of 10 to 20 per cent; cf. Treynor, \
                          Black (1973), Journal of Business 46(1), p. 66";
    fn check(&self) -> Result<(), String> {
        if self.months == 0 {
            return Err("`months` is at least 1".into());
        }
        match self.least <= self.start && self.start <= self.most {
            true => Ok(()),
            false => Err("`start` lies between `least` and `most`".into()),
        }
    }
}

/// What is remembered from decision to decision, beside the two portfolios.
struct Track {
    share: f64,
    reviewed: Day,
    /// Growth of core and sleeve since the review.
    growth: [f64; 2],
}

impl CoreSleeve {
    /// Where things stand today, before today's wishes.
    fn track(&self, cx: &Cx<'_>) -> Result<Track> {
        let today = cx.past().today();
        let fresh = Track { share: self.start.get(), reviewed: today, growth: [1.0; 2] };
        let (Some((day, held)), Some((_, &[_, share, reviewed, core, sleeve]))) =
            (cx.recall_portfolios(), cx.recall())
        else {
            return Ok(fresh);
        };
        if day > today {
            return Ok(fresh);
        }
        let mut growth = [core, sleeve];
        for (growth, weights) in growth.iter_mut().zip(&held) {
            let mut step = 1.0;
            for (asset, w) in weights.iter() {
                step += w * (cx.past().growth_since(asset, day)? - 1.0);
            }
            *growth *= step;
        }
        Ok(Track { share, reviewed: Day(reviewed as u32), growth })
    }

    /// The track after a review, when one is due.
    fn review(&self, cx: &mut Cx<'_>, track: Track) -> Track {
        let past = cx.past();
        let due = past
            .calendar()
            .months_back(past.today(), self.months)
            .is_some_and(|day| day >= track.reviewed);
        if !due {
            return track;
        }
        let [core, sleeve] = track.growth;
        let (d, q) = (self.step.get(), track.share);
        let share = match sleeve > core {
            true => (q + d).min(self.most.get()),
            false => (q - d).max(self.least.get()),
        };
        cx.because(|| {
            let gain = |growth: f64| percent(growth - 1.0);
            format!(
                "since the last review the sleeve made {}, the core {}: its share is {}",
                gain(sleeve),
                gain(core),
                percent(share)
            )
        });
        Track { share, reviewed: past.today(), growth: [1.0; 2] }
    }
}

impl Allocator for CoreSleeve {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let track = self.track(cx)?;
        let track = self.review(cx, track);
        let (core, sleeve) = (self.core.allocate(cx)?, self.sleeve.allocate(cx)?);
        let [grown_core, grown_sleeve] = track.growth;
        let kept = [track.share, f64::from(track.reviewed.0), grown_core, grown_sleeve];
        let portfolios = [core, sleeve];
        cx.remember_portfolios(&portfolios, &kept);
        let [core, sleeve] = portfolios;
        Ok(core.scaled(1.0 - track.share).plus(sleeve.scaled(track.share)))
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        vec![&self.core, &self.sleeve]
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!(
            "a core and a sleeve of {} at first, {} more or less every {} months as it does better \
             or worse, from {} to {}",
            percent(self.start.get()),
            percent(self.step.get()),
            self.months,
            percent(self.least.get()),
            percent(self.most.get())
        ));
        words.allocator("core", &self.core);
        words.allocator("sleeve", &self.sleeve);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{market, strategy, weights_of};
    use crate::{Book, Memory};
    use trimtab_core::AssetId;

    #[test]
    fn the_sleeve_grows_while_it_leads() {
        // The sleeve's asset rises for half a year, then falls; June ends on session 123 and July on 145.
        let rise = |t: i32| if t < 125 { 1.001f64.powi(t) } else { 1.001f64.powi(250 - t) };
        let market = market(&[("CORE", vec![1.0; 260]), ("SLEEVE", (0..260).map(rise).collect())]);
        let text = "root = { kind = \"core-sleeve\", start = 0.1, step = 0.04, least = 0.1, most = 0.2, \
                    months = 1, core = { kind = \"fixed\", weights = { CORE = 1.0 } }, \
                    sleeve = { kind = \"fixed\", weights = { SLEEVE = 1.0 } } }";
        let (strategy, mut memory) = (strategy(text), Memory::default());
        let mut share = |day| {
            let w = weights_of(&strategy, &market, day, &Book::default(), &mut memory);
            (w.of(AssetId(1)) * 1e9).round() / 1e9
        };
        let ends: Vec<u32> =
            (0..259).filter(|d| market.calendar().ends_month(trimtab_core::Day(*d))).collect();
        let shares: Vec<f64> = ends.iter().map(|day| share(*day)).collect();
        assert_eq!(shares[..6], [0.1, 0.14, 0.18, 0.2, 0.2, 0.2], "{ends:?}");
        assert_eq!(shares[6..11], [0.16, 0.12, 0.1, 0.1, 0.1], "{ends:?}");
    }
}
