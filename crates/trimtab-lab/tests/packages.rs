//! The same run in other tools: figures printed by quantstats 0.0.86, empyrical-reloaded 0.7.1, ffn 1.4.1, bt 1.4.1 and
//! vectorbt 1.2.0 (pandas 3.1.1, numpy 2.4.6) for the series below, called with their defaults.
#![allow(clippy::unwrap_used)]

use trimtab_core::Date;
use trimtab_lab::rosetta::{Tool, rosetta};
use trimtab_lab::{MetricSet, Prepared, Record, RiskFree};

/// 1,000 weekdays from 2015-01-01.
struct Series {
    dates: Vec<Date>,
    returns: Vec<f64>,
    benchmark: Vec<f64>,
}

fn series() -> Series {
    let mut dates = vec![Date::constant(2015, 1, 1)];
    while dates.len() <= 1000 {
        let mut next = dates[dates.len() - 1].tomorrow().unwrap();
        while next.weekday().to_monday_one_offset() > 5 {
            next = next.tomorrow().unwrap();
        }
        dates.push(next);
    }
    let wave = |t: i32, phase: f64| (0.7 * f64::from(t * t % 9973) + phase).sin();
    Series {
        dates,
        returns: (1..=1000).map(|t| 0.0005 + 0.012 * wave(t, 0.0)).collect(),
        benchmark: (1..=1000).map(|t| 0.0004 + 0.010 * wave(t, 0.6)).collect(),
    }
}

/// The packages sum in another order; the last digits differ.
const TOLERANCE: f64 = 1e-11;

fn near(what: &str, value: Option<f64>, expected: f64) {
    let value = value.unwrap_or_else(|| panic!("{what} is undefined"));
    assert!(
        (value - expected).abs() <= TOLERANCE * expected.abs(),
        "{what}: {value} is not {expected}"
    );
}

#[test]
fn the_rosetta_repeats_what_the_packages_print() {
    let s = series();
    let record = Record::new(&s.dates, &s.returns, RiskFree::ZERO, 252.0).unwrap();
    let all = rosetta(&Prepared::new(record));
    // Yearly return, volatility, Sharpe, Sortino.
    let printed = [
        (
            Tool::Quantstats,
            [
                0.231_165_341_025_048_27,
                0.135_650_063_391_742_8,
                1.601_433_719_650_186_4,
                2.445_731_053_475_595_4,
            ],
        ),
        (
            Tool::Empyrical,
            [
                0.231_165_341_025_048_27,
                0.135_650_063_391_742_8,
                1.601_433_719_650_186,
                2.445_731_053_475_594,
            ],
        ),
        (
            Tool::Ffn,
            [
                0.240_233_809_319_374_77,
                0.135_650_063_391_742_65,
                1.601_433_719_650_195,
                2.445_731_053_475_608_7,
            ],
        ),
        (
            Tool::Bt,
            [
                0.240_043_229_932_692_45,
                0.135_582_911_300_596_33,
                1.600_626_258_415_864_4,
                2.444_509_104_334_398,
            ],
        ),
        (
            Tool::Vectorbt,
            [
                0.351_497_955_779_034_53,
                0.163_254_876_562_924_73,
                1.927_325_779_938_491_7,
                2.943_437_778_485_953,
            ],
        ),
    ];
    for (tool, [cagr, volatility, sharpe, sortino]) in printed {
        let t = all.iter().find(|t| t.tool == tool).unwrap();
        near(&format!("{tool:?} return"), t.return_yearly, cagr);
        near(&format!("{tool:?} volatility"), t.volatility_yearly, volatility);
        near(&format!("{tool:?} Sharpe"), t.sharpe, sharpe);
        near(&format!("{tool:?} Sortino"), t.sortino, sortino);
        near(&format!("{tool:?} drawdown"), t.drawdown_max, 0.190_745_068_808_196_53);
    }
}

#[test]
fn metrics_agree_with_quantstats() {
    let s = series();
    let record = Record::new(&s.dates, &s.returns, RiskFree::ZERO, 252.0).unwrap();
    let set = MetricSet::of(&Prepared::new(record.with_benchmark(&s.benchmark).unwrap()));
    for (key, expected) in [
        ("return_yearly_periods", 0.231_165_341_025_048_27),
        ("sharpe", 1.601_433_719_650_186_4),
        ("sharpe_smart", 1.544_708_597_631_523),
        ("sortino", 2.445_731_053_475_595_4),
        ("sortino_smart", 2.359_099_686_388_144_6),
        ("sortino_root_2", 1.729_393_012_871_112_1),
        ("omega", 1.249_756_294_551_736_6),
        ("gain_to_pain", 0.249_756_294_551_736_7),
        ("calmar", 1.211_907_298_413_550_6),
        ("skewness_sample", -0.075_057_328_326_079_56),
        ("kurtosis_excess_sample", -1.510_451_227_282_543_7),
        ("serenity", 0.780_187_397_617_729_3),
        ("risk_of_ruin", 0.0),
        ("tail_ratio", 1.089_216_733_789_912_6),
        ("payoff_ratio", 1.095_002_231_811_746_7),
        ("profit_ratio", 0.959_410_961_080_836_2),
        ("profit_factor", 1.249_756_294_551_736_6),
        ("cpc_index", 0.729_403_001_625_377_9),
        ("common_sense_ratio", 1.361_255_469_185_026_5),
        ("outlier_win_ratio", 1.543_279_782_147_528),
        ("outlier_loss_ratio", 1.555_258_362_526_804_2),
        ("recovery_factor_arithmetic", 4.519_340_980_548_725_5),
        ("kelly_bet", 0.106_516_850_986_394_31),
        ("win_rate_moved", 0.533),
        ("average_win", 0.008_093_010_620_569_134),
        ("average_loss", 0.007_390_862_215_119_656),
        ("return_mean", 0.000_862_042_006_302_469_1),
        ("wins_in_a_row_max", 7.0),
        ("losses_in_a_row_max", 6.0),
        ("return_mean_geometric", 0.000_825_583_275_394_725_6),
        ("return_month_geometric", 0.017_713_408_736_985_46),
        ("return_year_geometric", 0.229_134_996_668_793_22),
        ("best_period", 0.012_499_904_492_893_697),
        ("worst_period", -0.011_499_998_330_296_79),
        ("best_month", 0.113_437_681_265_359_25),
        ("worst_year", -0.015_219_792_576_877_555),
        ("win_rate_month", 0.638_297_872_340_425_6),
        ("win_rate_quarter", 0.875),
        ("average_up_month", 0.044_467_537_498_359_71),
        ("average_down_month", 0.026_806_081_464_504_48),
        ("r_squared", 0.685_595_233_922_530_4),
        ("information_ratio_period", 0.067_290_339_007_154_46),
        ("beta", 1.001_085_707_280_774_8),
        ("alpha_yearly", 0.081_101_374_566_872_1),
    ] {
        near(key, set.get(key), expected);
    }
}

#[test]
fn metrics_agree_with_empyrical() {
    let s = series();
    let record = Record::new(&s.dates, &s.returns, RiskFree::ZERO, 252.0).unwrap();
    let set = MetricSet::of(&Prepared::new(record.with_benchmark(&s.benchmark).unwrap()));
    for (key, expected) in [
        ("stability", 0.841_166_335_593_556_7),
        ("tail_ratio", 1.089_216_733_789_912_6),
        ("calmar", 1.211_907_298_413_550_8),
        ("value_at_risk_historical_95", 0.011_364_003_461_109_561),
        ("expected_shortfall_historical_95", 0.011_456_562_458_637_56),
        ("downside_deviation_yearly", 0.088_821_943_557_331_51),
        ("sortino_target", 2.445_731_053_475_594),
        ("alpha_yearly_compounded", 0.084_466_679_920_920_83),
        ("beta", 1.001_085_707_280_774_8),
        ("beta_bull", 0.923_520_383_898_892_5),
        ("beta_bear", 1.127_746_034_275_173),
        ("up_capture_yearly", 1.098_814_081_774_292_4),
        ("down_capture_yearly", 0.978_237_789_775_083_9),
        ("capture_ratio_yearly", 1.123_258_673_156_484_2),
        ("information_ratio_period", 0.067_290_339_007_154_45),
        ("batting_average", 0.517),
        ("batting_average_up", 0.508_474_576_271_186_4),
        ("batting_average_down", 0.526_652_452_025_586_3),
    ] {
        near(key, set.get(key), expected);
    }
}
