//! The example of CONTRIBUTING.md compiles, and does what it says.
#![allow(clippy::unwrap_used, unreachable_pub)] // the example is public in its crate

// The example is written for a file of the crate: there its words are found at the root.
use trimtab_strategy::{Allocator, Cx, Documented, Words};

mod first_half;

use first_half::FirstHalf;
use trimtab_core::{Asset, AssetId, Calendar, Columns, Day, Exchange, Market, Panel, Weights};
use trimtab_strategy::{Book, Memory};

const PAGE: &str = include_str!("../../../../CONTRIBUTING.md");

/// The blocks of a language on the page, without their indentation.
fn blocks(language: &str) -> Vec<String> {
    let fence = format!("   ```{language}\n");
    let inside = PAGE.split(&fence).skip(1).map(|rest| rest.split("   ```").next().unwrap());
    let plain = |line: &str| line.strip_prefix("   ").unwrap_or(line).trim_end().to_owned() + "\n";
    inside.map(|block| block.lines().map(plain).collect()).collect()
}

#[test]
fn the_page_shows_what_is_compiled_here() {
    let blocks = blocks("rust");
    assert_eq!(blocks.len(), 2, "the allocator and its line in the registry");
    assert_eq!(blocks[0], include_str!("first_half.rs"));
    assert_eq!(blocks[1], "\"first-half\" => first_half::FirstHalf,\n");
}

#[test]
fn the_example_holds_the_first_half() {
    let sessions =
        Exchange::Nyse.sessions("2020-01-02".parse().unwrap(), "2020-01-31".parse().unwrap());
    let calendar = Calendar::new(sessions).unwrap();
    let symbols = ["SPY", "TLT", "GLD"];
    let close = Panel::from_columns(vec![vec![1.0; calendar.len()]; symbols.len()]);
    let columns = Columns { close, open: None, high: None, low: None, volume: None };
    let assets = symbols.map(Asset::new).to_vec();
    let market = Market::new(calendar, assets, columns, Vec::new(), Vec::new()).unwrap();
    let (book, mut memory) = (Book::default(), Memory::default());
    let mut cx = Cx::new(market.as_of(Day(3)), &book, &mut memory, &[]);
    let half = FirstHalf { among: symbols.map(str::to_owned).to_vec() };
    assert_eq!(half.allocate(&mut cx).unwrap(), Weights::equal(&[AssetId(0), AssetId(1)]));
    assert_eq!(cx.into_notes()[0].why, "kept 2 of 3");
    let mut words = Words::default();
    half.explain(&mut words);
    assert!(words.text().contains("hold the first half of SPY, TLT, GLD"));
    assert!(FirstHalf::EXAMPLE.contains("first-half") && !FirstHalf::SOURCE.is_empty());
}
