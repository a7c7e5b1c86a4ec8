//! What the broker takes for an order.
use trimtab_core::OneWay;
use trimtab_strategy::Commission;

/// $\max(m,\ a q + b + r v)$ for $q$ shares of value $v$: $a$ = `per_share`, $b$ = `per_trade`, $r$ = `percent`,
/// $m$ = `minimum`.
pub(super) fn commission(terms: &Commission, shares: f64, value: f64) -> f64 {
    let percent = terms.percent.map_or(0.0, OneWay::fraction);
    let fee = terms.per_share.get() * shares + terms.per_trade.get() + percent * value;
    fee.max(terms.minimum.get())
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_core::NonNegative;

    #[test]
    fn the_minimum_holds_for_small_orders() {
        let terms = Commission {
            per_share: NonNegative::try_from(0.005).unwrap(),
            minimum: NonNegative::try_from(1.0).unwrap(),
            ..Commission::default()
        };
        assert_eq!(commission(&terms, 100.0, 5_000.0), 1.0);
        assert_eq!(commission(&terms, 1_000.0, 50_000.0), 5.0);
        let percent = Commission { percent: OneWay::bps(10.0).ok(), ..terms };
        assert!((commission(&percent, 1_000.0, 50_000.0) - 55.0).abs() < 1e-9);
    }
}
