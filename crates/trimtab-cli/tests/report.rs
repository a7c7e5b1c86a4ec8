//! `report.html`: what stands in it, and that it needs nothing else.
#![allow(clippy::unwrap_used)]

mod support;

use support::{Place, market, said};

/// The page of a run on the made-up market.
fn page(place: &Place, strategy: &str, more: &[&str]) -> String {
    let data = place.file("prices.csv", &market(900));
    let out = place.name("out");
    said(&[&["backtest", strategy, "--data", &data, "--out", &out, "--quiet"], more].concat());
    place.read("out/report.html")
}

/// Text of the page without tags.
fn text(html: &str) -> String {
    let mut text = String::new();
    let mut tag = false;
    for c in html.chars() {
        match c {
            '<' => tag = true,
            '>' => tag = false,
            c if !tag => text.push(c),
            _ => {}
        }
    }
    text
}

#[test]
fn the_report_holds_every_section_and_needs_nothing_else() {
    let place = Place::new();
    let html = page(&place, "sector-breadth", &[]);
    assert!(html.len() <= 1_000_000, "{} bytes", html.len());
    for title in [
        "Value",
        "Holdings",
        "Figures",
        "Months and years",
        "Rolling windows",
        "Drawdowns",
        "Decisions",
        "Trades and costs",
        "How fragile it is",
        "Kinds of market",
        "Data",
        "Conventions",
    ] {
        assert!(html.contains(&format!(">{title}</h2>")), "{title}");
    }
    let text = text(&html);
    for part in [
        "a year: 100,000 became",
        "Break-even cost:",
        "Break-even delay:",
        "Timing luck: the same rule decided on each of 21 sessions",
        "tranches",
        "Implementation shortfall",
        "Whipsaws:",
        "Tickets a year",
        "Capacity:",
        "The price of insurance",
        "choppy",
        "As … would say",
        "Portfolio Visualizer",
    ] {
        assert!(text.contains(part), "{part} is missing");
    }
    assert_eq!(text.matches("not advice").count(), 1, "the disclaimer stands once");
    assert!(!text.contains("NaN") && !text.contains("inf %"));
    // Nothing is fetched: the only addresses are names of XML and anchors of the page itself.
    for address in html.match_indices("http").map(|(at, _)| &html[at..at + 24]) {
        assert!(address.starts_with("http://www.w3.org/2000/s"), "{address}");
    }
    assert!(!html.contains("@import") && !html.contains("src="));
}

#[test]
fn the_same_run_gives_the_same_page() {
    let (one, two) = (Place::new(), Place::new());
    let lines = |html: String| {
        // The path of the data stands in the page.
        html.replace(&one.name(""), "").replace(&two.name(""), "")
    };
    let first = lines(page(&one, "trend-50-200", &[]));
    assert_eq!(first, lines(page(&two, "trend-50-200", &[])));
}

#[test]
fn a_run_without_books_has_a_page_of_what_is_known() {
    let place = Place::new();
    let html = page(&place, "sector-breadth", &["--no-ledger"]);
    assert!(html.contains(">Value</h2>") && !html.contains(">Decisions</h2>"));
}

#[test]
fn what_looks_wrong_in_the_files_stands_in_the_report() {
    let place = Place::new();
    // One close of the second fund, ten times too high for a day.
    let mut lines: Vec<String> = market(900).lines().map(str::to_owned).collect();
    let mut cells: Vec<String> = lines[700].split(',').map(str::to_owned).collect();
    cells[2] = (cells[2].parse::<f64>().unwrap() * 10.0).to_string();
    let date = cells[0].clone();
    lines[700] = cells.join(",");
    let data = place.file("wrong.csv", &lines.join("\n"));
    let out = place.name("out");
    said(&["backtest", "sixty-forty", "--data", &data, "--out", &out, "--quiet"]);
    let text = text(&place.read("out/report.html"));
    assert!(text.contains("look wrong or unusual in the files"));
    assert!(text.contains("spike") && text.contains(&format!("XLB {date}")), "{date}");
    assert!(!self::text(&page(&place, "sixty-forty", &[])).contains("error: "));
}
