//! Random markets, strategies and plans of payments, each from one number.
use trimtab_core::{
    Action, ActionKind, AssetId, Columns, Day, Delisting, FundRules, Market, Money, Panel,
};
use trimtab_sim::{Flows, Options, Payment, Regular};
use trimtab_strategy::{Every, Schedule};

use super::{bills, date_of, sessions, with};

/// A stream of numbers in [0, 1) from a seed: what proptest draws is only the seed, so a market is small to print.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let x = self.0 ^ (self.0 >> 29);
        (x.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 11) as f64 / (1u64 << 53) as f64
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() * n as f64) as usize
    }
    pub fn happens(&mut self, p: f64) -> bool {
        self.next() < p
    }
}

pub const DAYS: usize = 90;

/// Prices of `n` assets: random walks, some listed late, some ending early; when `wild`, also with holes and spin-offs,
/// and one a fund.
pub fn random_market(dice: &mut Dice, n: usize, wild: bool) -> Market {
    let nan = || vec![vec![f64::NAN; DAYS]; n];
    let (mut open, mut high, mut low, mut close, mut volume) = (nan(), nan(), nan(), nan(), nan());
    let mut actions = Vec::new();
    for ix in 0..n {
        let first = if ix > 0 && dice.happens(0.3) { dice.below(30) } else { 0 };
        let last = if ix > 0 && dice.happens(0.3) { 50 + dice.below(35) } else { DAYS - 1 };
        let mut price = 1.0 + dice.next() * 300.0;
        let asset = AssetId(ix as u16);
        for t in first..=last {
            let day = Day(t as u32);
            price *= 1.0 + (dice.next() - 0.495) * 0.08;
            if dice.happens(0.02) {
                let later = (t + dice.below(12)) as u32;
                let pay = dice.happens(0.7).then(|| date_of(later));
                let kind = ActionKind::Dividend { per_share: price * 0.02 * dice.next(), pay };
                actions.push(Action { day, asset, kind });
            }
            if dice.happens(0.015) {
                let factor = [2.0, 0.1, 1.5, 3.000_003, 0.37][dice.below(5)];
                actions.push(Action { day, asset, kind: ActionKind::Split { factor } });
                price /= factor;
            }
            if wild && n > 1 && dice.happens(0.01) {
                let into = AssetId(((ix + 1) % n) as u16);
                let kind = ActionKind::SpinOff {
                    into,
                    ratio: dice.next() * price / 2_000.0,
                    basis: dice.next(),
                };
                actions.push(Action { day, asset, kind });
            }
            if wild && dice.happens(0.02) && t > first && t < last {
                continue;
            }
            let from = price * (1.0 + (dice.next() - 0.5) * 0.02);
            open[ix][t] = from;
            high[ix][t] = from.max(price) * (1.0 + dice.next() * 0.01);
            low[ix][t] = from.min(price) * (1.0 - dice.next() * 0.01);
            close[ix][t] = price;
            volume[ix][t] = if dice.happens(0.05) { 0.0 } else { dice.next() * 5_000.0 };
        }
    }
    let panel = |columns| Some(Panel::from_columns(columns));
    let columns = Columns {
        close: Panel::from_columns(close),
        open: panel(open),
        high: panel(high),
        low: panel(low),
        volume: panel(volume),
    };
    let worth = dice.next() * 1.5 - 1.0;
    let fund = wild && dice.happens(0.3);
    let change = |ix: usize, asset: &mut trimtab_core::Asset| {
        asset.delisting =
            if ix.is_multiple_of(2) { Delisting::Return(worth) } else { Delisting::LastPrice };
        asset.fund = (fund && ix == 0).then_some(FundRules { redemption_fee: 0.01, days: 20 });
    };
    with((n, DAYS), columns, actions, change, vec![bills(4.0)])
}

/// A calm market and a strategy that needs no books.
pub fn random_straight(seed: u64) -> (Market, String, Options) {
    let mut dice = Dice(seed);
    let n = 1 + dice.below(5);
    let market = random_market(&mut dice, n, false);
    let bent = ["limit = {", "participation", "sweep", "check = \"session\"", "expense"];
    let text = loop {
        let text = random_strategy(&mut dice);
        if !bent.iter().any(|word| text.contains(word)) {
            break text;
        }
    };
    let cash = Money::round_from(10_000.0 + dice.next() * 1e6).unwrap();
    (market, text, Options { cash, ..Options::default() })
}

/// A strategy file with random settings; equal weights do not mind holes, inverse volatilities do.
pub fn random_strategy(dice: &mut Dice) -> String {
    let one = |dice: &mut Dice, of: &[&str]| of[dice.below(of.len())].to_owned();
    let root = one(
        dice,
        &[
            "{ kind = \"equal-weight\" }",
            "{ kind = \"equal-weight\" }",
            "{ kind = \"inverse-volatility\", window = 5 }",
            "{ kind = \"top\", n = 1, by = { kind = \"total-return\", window = 3 } }",
            "{ kind = \"fixed\", weights = { A = 0.8 } }",
        ],
    );
    let first = one(dice, &["", "first = \"at-once\""]);
    let every = one(dice, &["session", "week", "week", "month", "once"]);
    let band = one(
        dice,
        &[
            "",
            "",
            "",
            "band = { absolute = 0.03, to = \"edge\", trade = \"drifted\", check = \"session\" }",
            "band = { relative = 0.1, to = \"centre\", check = \"session\" }",
            "band = { relative = 0.05, absolute = 0.02 }",
        ],
    );
    let fill = one(
        dice,
        &[
            "",
            "",
            "fill = \"next-open\"",
            "fill = \"limit\"\nlimit = { offset_bps = 30, sessions = 3 }",
            "fill = \"limit\"\nlimit = { offset_bps = -50, sessions = 1 }",
            "fill = \"same-close\"",
            "delay = 2",
        ],
    );
    let sizing = one(dice, &["shares", "value"]);
    let shares = one(dice, &["fractional", "whole"]);
    let extra = one(
        dice,
        &[
            "",
            "participation = 0.05",
            "sweep = { above = 0.01 }",
            "sweep = { above = 0.0 }",
            "minimum_trade = 200",
        ],
    );
    let lots = one(dice, &["fifo", "lifo", "highest-cost"]);
    let costs = one(
        dice,
        &[
            "preset = \"none\"",
            "preset = \"conservative\"",
            "preset = \"liquid\"",
            "commission = { per_trade = 1.0, percent = { one_way_bps = 7 } }\nexpense = { A = 0.02 }",
            "half_spread = { one_way_bps = 20 }\nimpact = { coefficient = 0.5 }",
        ],
    );
    let limit = one(dice, &["", "", "[limit.reserve]\nkind = \"cash-reserve\"\nleast = 0.05"]);
    format!(
        "root = {root}\n{limit}\n[schedule]\nevery = \"{every}\"\n{first}\n{band}\n[execution]\nsizing = \"{sizing}\"\n\
         shares = \"{shares}\"\nlots = \"{lots}\"\n{fill}\n{extra}\n[costs]\n{costs}"
    )
}

pub fn random_options(dice: &mut Dice) -> Options {
    let mut flows = Flows::none();
    if dice.happens(0.5) {
        for _ in 0..1 + dice.below(4) {
            let on = sessions(DAYS).sessions()[dice.below(DAYS)];
            let amount = Money::round_from((dice.next() - 0.4) * 20_000.0).unwrap();
            flows.dated.push((on.saturating_add(jiff::Span::new().days(1)), amount));
        }
    }
    if dice.happens(0.3) {
        let amount = match dice.happens(0.5) {
            true => Payment::Fixed(Money::round_from((dice.next() - 0.6) * 2_000.0).unwrap()),
            false => Payment::OfValue((dice.next() - 0.7) * 0.02),
        };
        let schedule = Schedule::of(Every::Week, -1).unwrap();
        flows.regular.push(Regular { schedule, amount, growth_yearly: 0.03 });
    }
    let cash = Money::round_from(1_000.0 + dice.next() * 200_000.0).unwrap();
    Options { flows, cash, ..Options::default() }
}

pub fn random(seed: u64) -> (Market, String, Options) {
    let mut dice = Dice(seed);
    let n = 1 + dice.below(5);
    let market = random_market(&mut dice, n, true);
    (market, random_strategy(&mut dice), random_options(&mut dice))
}
