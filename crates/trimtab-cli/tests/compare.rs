//! `trimtab compare` on a small made-up market.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{Place, close, market, number, refused, report, said};

#[test]
fn strategies_stand_side_by_side_with_their_own_figures() {
    let place = Place::new();
    let data = place.file("prices.csv", &market(700));
    let all = ["sector-breadth", "trend-50-200", "SPY=0.6,AGG=0.4"];
    let out = place.name("out");
    let charts = place.name("charts");
    let arguments = [
        &["compare"],
        &all[..],
        &["--data", &data, "--format", "json", "--out", &out, "--charts", &charts],
    ]
    .concat();
    let json: Value = serde_json::from_str(&said(&arguments)).unwrap();
    let each = json["strategies"].as_array().unwrap();
    assert_eq!(each.len(), 3);
    // A mix trades at the costs of the first strategy, so only the other two are what they are alone.
    for (strategy, name) in each.iter().zip(&all[..2]) {
        let alone = report(&[name, "--data", &data]);
        for key in ["total_return", "sharpe", "max_drawdown"] {
            assert!(close(number(strategy, key), number(&alone, key), 1e-12), "{name} {key}");
        }
    }
    assert_eq!(json["pairs"].as_array().unwrap().len(), 3);
    let netted = &json["netted"];
    assert!(number(netted, "traded_yearly") > 0.0 && number(netted, "costs_yearly") > 0.0);
    assert!(number(netted, "saved_yearly") <= number(netted, "costs_yearly"), "{netted}");
    let html = place.read("out/compare.html");
    assert!(html.contains("Run in one account, trades that undo each other"));
    for title in ["Value", "Figures", "How alike they are", "Held together"] {
        assert!(html.contains(&format!(">{title}</h2>")), "{title}");
    }
    let drawn: Vec<_> = std::fs::read_dir(place.path("charts")).unwrap().collect();
    assert_eq!(drawn.len(), 2);
    assert!(
        place
            .read("charts/02-drawdown-how-far-below-the-highest-value-so-far.svg")
            .starts_with("<svg")
    );
}

#[test]
fn a_strategy_beside_itself_is_wholly_alike() {
    let place = Place::new();
    let data = place.file("prices.csv", &market(400));
    let arguments =
        ["compare", "SPY=0.6,AGG=0.4", "SPY=60%,AGG=40%", "--data", &data, "--format", "json"];
    let json: Value = serde_json::from_str(&said(&arguments)).unwrap();
    let pair = &json["pairs"][0];
    assert!(close(number(pair, "correlation"), 1.0, 1e-9));
    let together = &json["together"];
    assert!(close(number(together, "volatility_ratio"), 1.0, 1e-9));
    // What both hold alike is all that is invested; the first session waits in cash.
    let overlap = json["overlaps"][0][2].as_f64().unwrap();
    assert!(overlap > 0.9 && overlap <= 1.0, "{overlap}");
}

#[test]
fn one_strategy_alone_is_not_compared() {
    assert!(refused(&["compare", "sixty-forty"], 2).contains("2"));
}
