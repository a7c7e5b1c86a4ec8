//! Time of one whole run, with books and without: 15 series, 5,040 sessions, a decision a month.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]
#[path = "../tests/support/mod.rs"]
mod support;

use std::time::Instant;

use support::{BREADTH, parse};
use trimtab_core::{Asset, Calendar, Exchange, Market};
use trimtab_sim::{Options, Track, backtest, light};

const SYMBOLS: [&str; 15] = [
    "SPY", "XLB", "XLE", "XLF", "XLI", "XLK", "XLP", "XLU", "XLV", "XLY", "IYR", "SHY", "TLT",
    "AGG", "TIP",
];
const SESSIONS: usize = 5_040;

fn market() -> Market {
    let mut state = 7u64;
    let mut step = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as f64 / f64::from(1u32 << 31) - 0.5) * 0.03 + 0.0003
    };
    let column = |_| {
        let mut price = 100.0;
        (0..SESSIONS)
            .map(|_| {
                price *= 1.0 + step();
                price
            })
            .collect()
    };
    let columns = (0..SYMBOLS.len()).map(column).collect();
    let from = jiff::civil::date(2004, 1, 2);
    let all = Exchange::Nyse.sessions(from, jiff::civil::date(2026, 12, 31));
    let calendar = Calendar::new(all[..SESSIONS].to_vec()).unwrap();
    let assets = SYMBOLS.iter().map(|symbol| Asset::new(*symbol)).collect();
    Market::new(calendar, assets, support::closes(columns), vec![], vec![]).unwrap()
}

/// Prints the median of `runs` times in milliseconds.
fn time(what: &str, runs: usize, mut run: impl FnMut()) {
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{what}: median {:.3} ms, best {:.3} ms", times[runs / 2], times[0]);
}

fn main() {
    let (market, strategy, options) = (market(), parse(BREADTH), Options::default());
    time("books", 31, || {
        assert!(backtest(&strategy, &market, &options).unwrap().rebalances > 200);
    });
    time("light", 101, || {
        let light = light(&strategy, &market, &options).unwrap();
        assert!(light.rebalances > 200 && !light.kept_books);
    });
    // A market makes its running sums when they are first asked for.
    let mut fresh: Vec<Market> = (0..31).map(|_| self::market()).collect();
    time("light, first run on a market", 31, || {
        let market = fresh.pop().unwrap();
        assert!(light(&strategy, &market, &options).unwrap().rebalances > 200);
    });
    time("light, track only", 101, || {
        Track::new(&strategy, &market, &options).unwrap();
    });
    let track = Track::new(&strategy, &market, &options).unwrap();
    time("light, run only", 101, || {
        assert!(track.run(&strategy).unwrap().rebalances > 200);
    });
}
