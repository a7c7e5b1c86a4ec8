//! What trades would cost, for optimisers that weigh costs against gains.
use crate::signals::deviation;
use crate::{Costs, Cx};
use trimtab_core::{AssetId, OneWay, Result, Window};

/// What trading costs, as fractions of the portfolio: $\sum_i a_i |z_i| + b_i |z_i|^{3/2}$ for a change $z$ of weights.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TradingTerms {
    /// $a$, one for each asset: half-spread, slippage and commissions in proportion.
    pub linear: Vec<f64>,
    /// $b$, one for each asset: market impact; empty where there is none.
    pub power: Vec<f64>,
}

impl TradingTerms {
    /// From the costs of a strategy file as the simulator charges them, at today's prices and the account's value. Fees per
    /// order and minimum fees depend on no amount and are left out.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when an asset has no price today, or impact is charged and no volume is known.
    pub fn new(cx: &Cx<'_>, costs: &Costs, assets: &[AssetId]) -> Result<Self> {
        let costs = costs.resolved();
        let fraction = |cost: Option<OneWay>| cost.map_or(0.0, OneWay::fraction);
        let plain = fraction(costs.half_spread) + fraction(costs.slippage);
        let commission = costs.commission.unwrap_or_default();
        let (past, value) = (cx.past(), cx.book().value);
        let mut terms = Self::default();
        for &asset in assets {
            let per_share = match commission.per_share.get() {
                0.0 => 0.0,
                fee => fee / past.level(asset)?,
            };
            terms.linear.push(plain + fraction(commission.percent) + per_share);
            if let Some(impact) = costs.impact {
                let window = Window::Sessions(impact.window.max(1));
                let sigma = deviation(&past.closes(asset, window)?);
                let traded = past.traded(asset, window)?;
                let mean = traded.iter().sum::<f64>() / traded.len() as f64;
                let per_root = if mean > 0.0 { (value / mean).sqrt() } else { 0.0 };
                terms.power.push(impact.coefficient.get() * sigma * per_root);
            }
        }
        Ok(terms)
    }

    /// Both parts times `factor`.
    pub(crate) fn times(&self, factor: f64) -> Self {
        let scaled = |x: &[f64]| x.iter().map(|v| v * factor).collect();
        Self { linear: scaled(&self.linear), power: scaled(&self.power) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::market_of_candles;
    use crate::{Book, Memory};
    use trimtab_core::Day;

    #[test]
    fn terms_are_those_that_the_simulator_charges() {
        // Two returns of plus and minus, a million shares a session.
        let market = market_of_candles(&[[100.0; 4], [110.0; 4], [99.0; 4]]);
        let book = Book { value: 4e6, ..Book::default() };
        let mut memory = Memory::default();
        let cx = Cx::new(market.as_of(Day(2)), &book, &mut memory, &[]);
        let costs: Costs = toml::from_str(
            "half_spread = { one_way_bps = 2 }\nslippage = { one_way_bps = 1 }\ncommission = { per_share = 0.0099, \
             percent = { one_way_bps = 5 }, minimum = 1 }\nimpact = { coefficient = 0.5, window = 3 }",
        )
        .unwrap();
        let terms = TradingTerms::new(&cx, &costs, &[AssetId(0)]).unwrap();
        assert!((terms.linear[0] - (2e-4 + 1e-4 + 5e-4 + 1e-4)).abs() < 1e-15);
        // Returns 0.1 and -0.1: sigma = sqrt(2) 0.1; mean traded value 1e6 (100 + 110 + 99) / 3.
        let b = 0.5 * 0.1 * 2f64.sqrt() * (4e6 / 1.03e8f64).sqrt();
        assert!((terms.power[0] - b).abs() < 1e-12, "{} {b}", terms.power[0]);
    }
}
