//! Every objective at every month end: no failure on real prices, and on the nastiest ones a name for what is wrong.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout)]

mod prices;

use trimtab_core::{Day, Kind, Market, Weights};
use trimtab_math::covariance::sample;
use trimtab_math::linalg::{Observations, Sym};
use trimtab_strategy::{
    AnyAllocator, AnyObjective, Book, Cx, Estimates, Memory, Programme, Strategy,
};

/// The objectives with parameters that any data can meet.
fn objectives() -> Vec<(String, &'static str)> {
    AnyObjective::kinds()
        .into_iter()
        .map(|info| {
            let parameters = match info.kind {
                "efficient-subset" => ", n = 5",
                "frontier-level" => ", level = \"low\"",
                "mean-variance" => ", aversion = 4",
                "minimum-cvar" | "minimum-cdar" => ", confidence = 0.9",
                "multi-period" => ", aversion = 4, steps = 3",
                "resampled" => ", draws = 10, of = { kind = \"minimum-variance\" }",
                "robust" => ", aversion = 4, within = { ellipsoid = 1 }",
                "target-return" | "target-volatility" => ", yearly = 0.08",
                "tracking-error" => ", benchmark = BENCHMARK",
                _ => "",
            };
            (info.kind.to_owned(), parameters)
        })
        .collect()
}

fn strategy(kind: &str, parameters: &str, symbols: &[String], window: u32) -> Strategy {
    let shares: Vec<String> =
        symbols.iter().map(|s| format!("{s} = {}", 1.0 / symbols.len() as f64)).collect();
    let parameters = parameters.replace("BENCHMARK", &format!("{{ {} }}", shares.join(", ")));
    let relax = match kind {
        "target-return" | "target-volatility" => format!("relax = [\"{kind}\"]"),
        _ => String::new(),
    };
    let text = format!(
        "universe = {symbols:?}\n[root]\nkind = \"optimal\"\nobjective = {{ kind = \"{kind}\"{parameters} }}\n\
         estimates = {{ window = {window}, riskless = {{ yearly = 0.01 }} }}\n{relax}"
    );
    Strategy::parse(kind, &text).unwrap_or_else(|error| panic!("{error}"))
}

fn decide(
    strategy: &Strategy,
    market: &Market,
    day: Day,
    held: &Weights,
) -> trimtab_core::Result<Weights> {
    let book = Book { weights: held.clone(), value: 1e6, peak: 1e6 };
    let mut memory = Memory::default();
    strategy.weights(&mut Cx::new(market.as_of(day), &book, &mut memory, &strategy.universe))
}

/// The last `count` month ends.
fn month_ends(market: &Market, count: usize) -> Vec<Day> {
    let ends: Vec<Day> = (0..market.days() as u32)
        .map(Day)
        .filter(|day| market.calendar().ends_month(*day))
        .collect();
    ends[ends.len() - count..].to_vec()
}

/// Decides with every objective on every day; the failures in words.
fn failures(market: &Market, symbols: &[String], days: &[Day], window: u32) -> Vec<String> {
    let mut failed = Vec::new();
    for (kind, parameters) in objectives() {
        let strategy = strategy(&kind, parameters, symbols, window);
        for day in days {
            match decide(&strategy, market, *day, &Weights::cash()) {
                Ok(weights) => {
                    let sum = weights.invested();
                    let may_hold_cash = kind == "kelly";
                    assert!(weights.iter().all(|(_, w)| w >= 0.0), "{kind}: a negative weight");
                    assert!(
                        (sum - 1.0).abs() < 1e-9 || (may_hold_cash && sum < 1.0),
                        "{kind}: {sum}"
                    );
                }
                Err(error) => {
                    failed.push(format!("{kind} on {}: {error}", market.calendar().date(*day)))
                }
            }
        }
    }
    failed
}

fn owned(symbols: &[&str]) -> Vec<String> {
    symbols.iter().map(|s| (*s).to_owned()).collect()
}

#[test]
fn no_objective_fails_at_220_month_ends_of_stocks() {
    let Some(market) = prices::market("shared/truth/stocks20/stock_prices.csv") else { return };
    // Those that are listed over all of the 220 months before the file ends.
    let listed: Vec<String> = market
        .as_of(Day(market.days() as u32 - 1))
        .listed()
        .filter(|a| {
            let first = month_ends(&market, 221)[0];
            market.as_of(first).closes(*a, trimtab_core::Window::Sessions(253)).is_ok()
        })
        .map(|a| market.symbol(a).to_owned())
        .collect();
    assert!(listed.len() >= 10, "{listed:?}");
    let failed = failures(&market, &listed, &month_ends(&market, 220), 252);
    assert!(failed.is_empty(), "{} failures: {:?}", failed.len(), &failed[..failed.len().min(5)]);
}

#[test]
fn no_objective_fails_on_funds_even_with_fewer_returns_than_assets() {
    let Some(market) = prices::funds() else { return };
    let symbols = owned(&[
        "SPY", "QQQ", "IWM", "EFA", "EEM", "EWJ", "IYR", "GLD", "SHY", "IEF", "TLT", "TIP", "AGG",
        "LQD", "XLB", "XLE", "XLF", "XLI", "XLK", "XLP", "XLU", "XLV", "XLY", "VTI", "DIA",
    ]);
    for window in [126, 15] {
        let failed = failures(&market, &symbols, &month_ends(&market, 120), window);
        // Fewer returns than assets: mixes without any risk exist, and shares of risk are shares of nothing.
        let (riskless, other): (Vec<String>, Vec<String>) = failed.into_iter().partition(|f| {
            window == 15
                && ["risk-parity", "efficient-subset"].iter().any(|kind| f.starts_with(kind))
        });
        println!("window {window}: {} without risk to share", riskless.len());
        assert!(other.is_empty(), "{} failures: {:?}", other.len(), &other[..other.len().min(5)]);
    }
}

/// The objective out of a strategy file.
fn objective(kind: &str, parameters: &str, names: &[String]) -> AnyObjective {
    match strategy(kind, parameters, names, 20).root.inner() {
        AnyAllocator::Optimal(optimal) => optimal.objective.inner().clone(),
        other => panic!("{other:?}"),
    }
}

/// Estimates of these returns, a year of 252.
fn of_returns(columns: &[Vec<f64>]) -> Estimates {
    let returns = Observations::from_columns(columns).unwrap();
    let moments = sample(&returns).unwrap();
    let n = columns.len();
    Estimates {
        names: (0..n).map(|i| format!("N{i}")).collect(),
        mean: moments.mean.iter().map(|m| m * 252.0).collect(),
        covariance: Sym::from_fn(n, |i, j| moments.covariance[(i, j)] * 252.0),
        returns: Some(returns),
        per_year: 252.0,
        riskless: Some(0.01),
    }
}

/// Sixty returns that look like those of an asset, the same for the same seed.
fn asset(seed: f64, size: f64) -> Vec<f64> {
    (0..60).map(|t| size * ((seed * 7.3 + f64::from(t) * seed).sin() + 0.1)).collect()
}

/// Solves with every objective; what comes out is long-only and adds up, or an error that is no panic and names no NaN.
fn outcomes(e: &Estimates) -> Vec<(String, Result<Vec<f64>, trimtab_core::Error>)> {
    let kinds = objectives().into_iter().filter(|(kind, _)| kind != "efficient-subset");
    let one = ("efficient-subset".to_owned(), ", n = 1");
    kinds
        .chain([one])
        .map(|(kind, parameters)| {
            let mut programme = Programme::new(objective(&kind, parameters, &e.names));
            programme.relax = vec![kind.clone()];
            let solved = programme.solve(e).map(|s| s.weights);
            match &solved {
                Ok(w) => {
                    let sum: f64 = w.iter().sum();
                    assert!(w.iter().all(|w| *w >= 0.0), "{kind}: {w:?}");
                    let whole = (sum - 1.0).abs() < 1e-9 || (kind == "kelly" && sum < 1.0);
                    assert!(whole, "{kind}: {w:?}");
                }
                Err(error) => {
                    assert!(
                        matches!(error.kind(), Kind::Numeric | Kind::Infeasible),
                        "{kind}: {error}"
                    );
                    assert!(!error.to_string().contains("NaN"), "{kind}: {error}");
                }
            }
            (kind, solved)
        })
        .collect()
}

fn failed(e: &Estimates) -> Vec<String> {
    outcomes(e).into_iter().filter(|(_, s)| s.is_err()).map(|(kind, _)| kind).collect()
}

#[test]
fn one_asset_is_all_there_is() {
    let e = of_returns(&[asset(1.1, 0.01)]);
    for (kind, solved) in outcomes(&e) {
        let w = solved.unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert!(kind == "kelly" || w == [1.0], "{kind}: {w:?}");
    }
}

#[test]
fn an_asset_given_twice_is_no_failure() {
    let twice = [asset(1.1, 0.01), asset(1.1, 0.01), asset(1.7, 0.02), asset(2.3, 0.005)];
    assert_eq!(failed(&of_returns(&twice)), [""; 0]);
    // A multiple of another one.
    let times = [asset(1.1, 0.01), asset(1.1, 0.03), asset(1.7, 0.02), asset(2.3, 0.005)];
    assert_eq!(failed(&of_returns(&times)), [""; 0]);
}

#[test]
fn sizes_far_apart_are_no_failure() {
    let far = [asset(1.1, 1e-6), asset(1.7, 1e-2), asset(2.3, 0.5), asset(2.9, 1e-4)];
    assert_eq!(failed(&of_returns(&far)), [""; 0]);
}

#[test]
fn an_asset_that_never_moved_is_held_or_named() {
    let still = [asset(1.1, 0.01), vec![0.0; 60], asset(1.7, 0.02), asset(2.3, 0.005)];
    let e = of_returns(&still);
    for (kind, solved) in outcomes(&e) {
        match solved {
            // Objectives on risk alone hold what has none.
            Ok(w)
                if ["minimum-variance", "minimum-cvar", "minimum-mad", "minimum-drawdown"]
                    .contains(&kind.as_str()) =>
            {
                assert!(w[1] > 1.0 - 1e-9, "{kind}: {w:?}");
            }
            Ok(_) => {}
            Err(error) => {
                assert!(error.message().contains("N1 did not move"), "{kind}: {error}");
            }
        }
    }
}

#[test]
fn what_is_held_is_kept_when_nothing_can_be_found() {
    let Some(market) = prices::funds() else { return };
    let text = "[root]\nkind = \"optimal\"\namong = [\"SPY\", \"TLT\"]\nobjective = { kind = \"minimum-variance\" }\n\
                estimates = { window = 60 }\nkeep = true\n[root.limits]\n\
                much = { kind = \"bounds\", among = [\"SPY\"], least = 0.8 }\n\
                more = { kind = \"bounds\", among = [\"TLT\"], least = 0.4 }";
    let strategy = Strategy::parse("test", text).unwrap();
    let day = *month_ends(&market, 1).last().unwrap();
    let held =
        Weights::new([(market.find("SPY").unwrap(), 0.5), (market.find("TLT").unwrap(), 0.3)]);
    let book = Book { weights: held.clone(), value: 1e6, peak: 1e6 };
    let mut memory = Memory::default();
    let mut cx = Cx::new(market.as_of(day), &book, &mut memory, &[]);
    assert_eq!(strategy.weights(&mut cx).unwrap(), held);
    let notes = cx.into_notes();
    let said = &notes.last().unwrap().why;
    assert!(
        said.contains("`much`")
            && said.contains("`more`")
            && said.ends_with("what is held is kept"),
        "{said}"
    );
    let strict = Strategy::parse("test", &text.replace("keep = true\n", "")).unwrap();
    assert_eq!(decide(&strict, &market, day, &held).unwrap_err().kind(), Kind::Infeasible);
}
