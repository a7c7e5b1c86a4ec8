//! Falls like those of 2008 and of 2022, made up: what the gauges say of them, and that nothing said of a day changes when the
//! days after it do.
#![allow(clippy::unwrap_used)]
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use trimtab_core::{Asset, Calendar, Columns, Date, Day, Exchange, Market, Panel};
use trimtab_strategy::{AnyGauge, Book, Cx, Memory, Node, Strategy};

/// What a stretch of sessions does to stocks and to bonds: drift and shaking a session, and how far they go together.
struct Stretch {
    sessions: usize,
    stocks: (f64, f64),
    bonds: (f64, f64),
    together: f64,
}

/// Three quiet years, a year in which stocks fall and bonds rise, two quiet years, a year in which both fall.
const ROAD: [Stretch; 4] = [
    Stretch { sessions: 756, stocks: (5e-4, 0.006), bonds: (1e-4, 0.004), together: -0.3 },
    Stretch { sessions: 252, stocks: (-4e-3, 0.022), bonds: (1.2e-3, 0.006), together: -0.6 },
    Stretch { sessions: 504, stocks: (6e-4, 0.006), bonds: (1e-4, 0.004), together: -0.3 },
    Stretch { sessions: 252, stocks: (-3e-3, 0.013), bonds: (-1.8e-3, 0.007), together: 0.7 },
];

/// Middle of the fall of stocks alone, and of the joint one, as sessions.
const ALONE: u32 = 756 + 180;
const JOINT: u32 = 756 + 252 + 504 + 180;

fn road(seed: u64) -> Market {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let mut normal = move || (0..12).map(|_| dice.random::<f64>()).sum::<f64>() - 6.0;
    let (mut stocks, mut bonds) = (vec![100.0], vec![100.0]);
    for stretch in &ROAD {
        for _ in 0..stretch.sessions {
            let (a, b) = (normal(), normal());
            let b = stretch.together * a + (1.0 - stretch.together.powi(2)).sqrt() * b;
            stocks.push(stocks[stocks.len() - 1] * (1.0 + stretch.stocks.0 + stretch.stocks.1 * a));
            bonds.push(bonds[bonds.len() - 1] * (1.0 + stretch.bonds.0 + stretch.bonds.1 * b));
        }
    }
    let bills = vec![100.0; stocks.len()];
    let from = Date::constant(2001, 1, 2);
    let sessions =
        Exchange::Nyse.sessions(from, Date::constant(2019, 12, 31))[..stocks.len()].to_vec();
    let close = Panel::from_columns(vec![stocks, bonds, bills]);
    let columns = Columns { close, open: None, high: None, low: None, volume: None };
    let assets = vec![Asset::new("STOCKS"), Asset::new("BONDS"), Asset::new("BILLS")];
    Market::new(Calendar::new(sessions).unwrap(), assets, columns, vec![], vec![]).unwrap()
}

fn gauge(text: &str) -> Node<AnyGauge> {
    toml::from_str(text).unwrap()
}

fn read(gauge: &Node<AnyGauge>, market: &Market, day: u32, memory: &mut Memory) -> f64 {
    let book = Book::default();
    gauge.read(&mut Cx::new(market.as_of(Day(day)), &book, memory, &[])).unwrap()
}

const GAUGES: [(&str, &str); 6] = [
    ("stock-bond", "stocks = \"STOCKS\"\nbonds = \"BONDS\"\nwindow = 126"),
    ("correlation-break", "asset = \"STOCKS\"\nwith = \"BONDS\"\nwindow = 126\nhistory = 504"),
    ("hidden-markov", "assets = [\"STOCKS\", \"BONDS\"]\nwindow = 504\nrefit = 21"),
    ("jump-model", "asset = \"STOCKS\"\nwindow = 504\nrefit = 21\npenalty = 20.0"),
    ("market-phase", "asset = \"STOCKS\"\naverage = 200\nvolatility = 42\nhistory = \"24 months\""),
    (
        "structural-break",
        "asset = \"STOCKS\"\nwindow = 252\nwithin = 126\nof = \"squares\"\ntest = \"bai-perron\"",
    ),
];

fn made(kind: &str) -> Node<AnyGauge> {
    let (kind, rest) = GAUGES.iter().find(|(name, _)| *name == kind).unwrap();
    gauge(&format!("kind = \"{kind}\"\n{rest}"))
}

#[test]
fn stocks_alone_fall_as_in_2008_and_both_as_in_2022() {
    for seed in 1..=8 {
        let market = road(seed);
        let of = |kind: &str, day| read(&made(kind), &market, day, &mut Memory::default());
        // Before anything happened, while stocks fell and bonds rallied, while both fell.
        let quiet = 700;
        assert_eq!(of("stock-bond", ALONE), 1.0, "seed {seed}");
        assert_eq!(of("stock-bond", JOINT), 0.0, "seed {seed}");
        assert!(of("correlation-break", ALONE) < 0.0, "seed {seed}");
        assert!(of("correlation-break", JOINT) > 4.0, "seed {seed}");
        assert!(of("correlation-break", quiet).abs() < 3.5, "seed {seed}");
        for kind in ["hidden-markov", "jump-model"] {
            assert_eq!([ALONE, JOINT].map(|day| of(kind, day)), [1.0, 1.0], "{kind}, seed {seed}");
        }
        for day in [ALONE, JOINT] {
            assert!(of("market-phase", day) <= 1.0, "seed {seed}");
        }
        assert_eq!(of("structural-break", 756 + 80), 1.0, "seed {seed}");
    }
}

#[test]
fn labels_of_a_day_do_not_change_with_the_days_after_it() {
    let whole = road(3);
    let labels = |kind: &str, market: &Market, until: u32| -> Vec<f64> {
        let (gauge, mut memory) = (made(kind), Memory::default());
        (700..=until).step_by(13).map(|day| read(&gauge, market, day, &mut memory)).collect()
    };
    for (kind, _) in GAUGES {
        let before = labels(kind, &whole, 1_500);
        assert!(before.iter().any(|label| *label != before[0]), "{kind} never changed");
        for cut in [900, 1_103, 1_500] {
            let scrambled = whole.scrambled_after(Day(cut), |_, _, x| 1e4 / x, |x| x).unwrap();
            let short = whole.cut(Day(cut)).unwrap();
            for other in [scrambled, short] {
                let after = labels(kind, &other, cut);
                assert_eq!(after, before[..after.len()], "{kind} after {cut}");
            }
        }
    }
}

#[test]
fn a_strategy_holds_bonds_in_the_first_fall_and_neither_in_the_second() {
    let text = r#"
        root = "@shelter"
        [gauge.together]
        kind   = "stock-bond"
        stocks = "STOCKS"
        bonds  = "BONDS"
        window = 126
        [allocator.shelter]
        kind      = "by-regime"
        gauge     = "@together"
        bands     = [
            { below = 1.0, hold = { kind = "fixed", weights = { BILLS = 1.0 } } },
            { below = 2.0, hold = { kind = "fixed", weights = { BONDS = 1.0 } } },
        ]
        otherwise = { kind = "fixed", weights = { STOCKS = 0.6, BONDS = 0.4 } }
    "#;
    let (strategy, market) = (Strategy::parse("shelter", text).unwrap(), road(5));
    let hold = |day: u32| {
        let (book, mut memory) = (Book::default(), Memory::default());
        let mut cx = Cx::new(market.as_of(Day(day)), &book, &mut memory, &[]);
        let weights = strategy.weights(&mut cx).unwrap();
        ["STOCKS", "BONDS"].map(|symbol| weights.of(market.find(symbol).unwrap()))
    };
    assert_eq!([hold(700), hold(ALONE), hold(JOINT)], [[0.6, 0.4], [0.0, 1.0], [0.0, 0.0]]);
}
