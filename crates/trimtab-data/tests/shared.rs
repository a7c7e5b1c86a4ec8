//! Real files, where they lie beside the repository: skipped elsewhere.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use trimtab_core::{Exchange, Levels, Unit};
use trimtab_data::{Options, SeriesFile, Severity, check, load};

fn shared(path: &str) -> Option<PathBuf> {
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path);
    if full.exists() {
        return Some(full);
    }
    println!("skipped: ../shared/data/{path} is absent");
    None
}

/// Cells of one column of a gzipped table, by its header.
fn column(path: &Path, name: &str) -> Vec<f64> {
    use std::io::Read;
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut lines = text.lines();
    let ix = lines.next().unwrap().split(',').position(|cell| cell == name).unwrap();
    lines.map(|line| line.split(',').nth(ix).unwrap().parse().unwrap()).collect()
}

#[test]
fn raw_prices_and_actions_of_55_funds_give_the_returns_of_their_adjusted_closes() {
    let Some(folder) = shared("etf") else { return };
    let loaded = load(std::slice::from_ref(&folder), &Options::default()).unwrap();
    let market = &loaded.market;
    assert_eq!((market.assets().len(), market.days()), (55, 4822));
    assert_eq!(market.calendar().exchange(), Exchange::Nyse);
    let mut worst: f64 = 0.0;
    for asset in market.assets() {
        assert_eq!(asset.levels, Levels::Raw);
        let adjusted = column(&folder.join(format!("{}.csv.gz", asset.symbol)), "adj_close");
        let total = market.total_return(market.find(&asset.symbol).unwrap());
        let total: Vec<f64> = total.iter().copied().filter(|x| !x.is_nan()).collect();
        assert_eq!(total.len(), adjusted.len());
        for t in 1..total.len() {
            worst = worst.max((total[t] / total[t - 1] - adjusted[t] / adjusted[t - 1]).abs());
        }
    }
    assert!(worst < 1.1e-6, "{worst}");
    println!("largest difference of a day's return: {worst:e}");
}

#[test]
fn raw_goes_before_adjusted_when_both_are_given() {
    let (Some(folder), Some(wide)) = (shared("etf"), shared("etf_adjclose_yahoo_1993_2018.csv.gz"))
    else {
        return;
    };
    let alone = load(std::slice::from_ref(&folder), &Options::default()).unwrap();
    let both = load(&[wide.clone(), folder], &Options::default()).unwrap();
    assert_eq!(alone.hash, both.hash);
    assert!(both.log.iter().any(|n| n.text.contains("it begins on 1993-01-29")));
    let wide = load(&[wide], &Options::default()).unwrap();
    assert_eq!((wide.market.assets().len(), wide.market.days()), (54, 6528));
}

#[test]
fn long_files_hold_stocks_that_end_and_stocks_that_stay() {
    let (Some(stocks), Some(gone)) = (
        shared("stocks/stocks_2000_2018.csv.gz"),
        shared("stocks/delisted_or_removed_2013_2018.csv.gz"),
    ) else {
        return;
    };
    let options = Options { repairs: "round-splits".parse().unwrap(), ..Options::default() };
    let loaded = load(&[stocks, gone], &options).unwrap();
    let market = &loaded.market;
    assert!(market.assets().len() >= 190, "{}", market.assets().len());
    let rounded = loaded.log.iter().filter(|n| n.text.contains("was rounded to")).count();
    assert!(rounded > 5, "{rounded}");
    let ended = market.assets().iter().filter(|asset| {
        let (_, last) = market.life(market.find(&asset.symbol).unwrap());
        last != market.calendar().last()
    });
    assert!(ended.count() > 10);
}

#[test]
fn macro_files_become_series_known_late() {
    let Some(folder) = shared("macro") else { return };
    let Some(prices) = shared("etf/SPY.csv.gz") else { return };
    let words = |file: &str, rest: &str| format!("{}{rest}", folder.join(file).display());
    let series = [
        format!("unemployment={}", words("UNRATE.csv", "+7")),
        words("BAMLC0A0CM.csv", ""),
        words("fredmd_pit.csv.gz", ""),
        format!("gdp={}", words("us_gdp_vintages.csv.gz", "")),
        words("treasury_curve_daily.csv.gz", ""),
        words("WILL5000IND.csv.gz", ""),
        words("gold_monthly_avg.csv", ""),
        words("shiller_sp500.csv.gz", ":PE10"),
        words("vix_ohlc_daily.csv", ":CLOSE"),
    ];
    let options = Options {
        bills: Some(SeriesFile::bills(&words("treasury_curve_daily.csv.gz", ":DGS3MO")).unwrap()),
        series: series.iter().map(|words| words.parse().unwrap()).collect(),
        ..Options::default()
    };
    let loaded = load(&[prices], &options).unwrap();
    let market = &loaded.market;
    let bills = market.series("bills").unwrap();
    assert_eq!((bills.unit(), bills.facts()[0].value), (Unit::PercentPerYear, 7.83));
    let past = market.as_of(market.calendar().on_or_before(date(2008, 10, 6)).unwrap());
    assert_eq!(past.latest("unemployment").unwrap().about, date(2008, 8, 31));
    // The archive of August 1999 holds June and is known when August is over; what it holds of older months is dated by
    // the usual delay.
    let facts = market.series("RPI").unwrap().facts();
    assert_eq!((facts[0].about, facts[0].known), (date(1959, 1, 31), date(1959, 3, 7)));
    let newest = facts.iter().find(|fact| fact.known == date(1999, 9, 1)).unwrap();
    assert_eq!(newest.about, date(1999, 6, 30));
    assert!(market.series_names().count() > 50);
}

/// Growth of real GDP in the third quarter of 2008: first print and today, quarter on quarter and not annualised.
#[test]
fn first_prints_of_unemployment_and_growth_are_those_of_the_time() {
    let Some(folder) = shared("macro") else { return };
    let Some(prices) = shared("etf/SPY.csv.gz") else { return };
    let words = |words: &str, file: &str| format!("{words}{}", folder.join(file).display());
    let series = [
        words("", "fredmd_pit.csv.gz"),
        words("gdp=", "us_gdp_vintages.csv.gz"),
        words("gdp-now=", "GDPC1.csv"),
        words("recession=", "USREC_hindsight.csv"),
    ];
    let series = series.iter().map(|words| words.parse().unwrap()).collect();
    let loaded = load(&[prices], &Options { series, ..Options::default() }).unwrap();
    let market = &loaded.market;
    let on = |d| market.as_of(market.calendar().on_or_before(d).unwrap());
    let of = |past: trimtab_core::Past<'_>, name: &str, about| {
        past.series(name).unwrap().iter().find(|fact| fact.about == about).map(|fact| fact.value)
    };
    let august = date(2008, 8, 31);
    assert_eq!(of(on(date(2008, 9, 30)), "UNRATE", august), None);
    assert_eq!(of(on(date(2008, 10, 1)), "UNRATE", august), Some(6.1));
    assert_eq!(of(on(date(2009, 2, 2)), "UNRATE", august), Some(6.2));
    // 0.05 above or below would print as another figure.
    let growth = |past: trimtab_core::Past<'_>, name: &str| {
        let (second, third) = (date(2008, 6, 30), date(2008, 9, 30));
        let (x, y) = (of(past, name, second).unwrap(), of(past, name, third)?);
        Some(((y / x - 1.0) * 1e4).round() / 100.0)
    };
    assert_eq!(growth(on(date(2008, 12, 31)), "gdp"), None);
    assert_eq!(growth(on(date(2009, 1, 2)), "gdp"), Some(-0.13));
    assert_eq!(growth(on(date(2018, 12, 31)), "gdp-now"), Some(-0.53));
    let error = on(date(2018, 12, 31)).series("recession").unwrap_err();
    assert!(error.to_string().contains("hindsight"), "{error}");
    assert_eq!(on(date(2018, 12, 31)).latest("recession"), None);
    assert!(market.series("recession").unwrap().facts().len() > 1000, "reports may show it");
}

#[test]
fn the_report_finds_the_known_defects_of_the_funds() {
    let Some(folder) = shared("etf") else { return };
    let report = check(&[folder], &Options::default()).unwrap();
    let has = |rule: &str, symbol: &str, day: &str| {
        report.findings.iter().any(|f| {
            f.rule == rule && f.symbol == symbol && f.date.is_some_and(|d| d.to_string() == day)
        })
    };
    assert!(has("stale", "", "2003-01-29"), "the feed of 2003-01-29");
    for symbol in ["XLB", "XLF", "XLK", "XLI", "XLP", "XLV"] {
        assert!(has("stale", symbol, "2014-07-18"), "{symbol}");
    }
    for symbol in ["IWF", "IWD"] {
        assert!(
            has("spike", symbol, "2010-05-06") && has("flat", symbol, "2010-05-06"),
            "{symbol}"
        );
    }
    assert!(has("dividend", "XLF", "2016-09-19"));
    assert!(report.findings.iter().all(|f| f.symbol != "SPY"), "SPY is in order");
    let warnings = report.count(Severity::Warning);
    assert!(warnings < 120, "{warnings} warnings about {} rows are too many", report.rows);
}

#[test]
fn two_vendors_disagree_where_it_is_known() {
    let (Some(folder), Some(wide), Some(known)) = (
        shared("etf"),
        shared("etf_adjclose_yahoo_1993_2018.csv.gz"),
        shared("dirty/etf_disagreements_gt1pct.csv"),
    ) else {
        return;
    };
    let report = check(&[folder, wide], &Options::default()).unwrap();
    let found: BTreeSet<(String, String)> = report
        .findings
        .iter()
        .filter(|f| f.rule == "second-source")
        .map(|f| (f.symbol.clone(), f.date.unwrap().to_string()))
        .collect();
    let text = std::fs::read_to_string(known).unwrap();
    let pairs = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    let pairs: Vec<_> = pairs.map(|cells| (cells[0].to_owned(), cells[1].to_owned())).collect();
    let met = pairs.iter().filter(|pair| found.contains(pair)).count();
    println!("{met} of {} known disagreements, {} in all", pairs.len(), found.len());
    assert_eq!(met, pairs.len());
}

#[test]
fn the_report_finds_what_is_wrong_with_dirty_files() {
    let Some(folder) = shared("dirty") else { return };
    let found = |symbol: &str, rule: &str, day: &str| {
        let path = folder.join(format!("{symbol}.csv.gz"));
        let report = check(&[path], &Options::default()).unwrap();
        let on = |f: &&trimtab_data::Finding| {
            f.rule == rule && f.date.is_some_and(|d| d.to_string() == day)
        };
        let severity = report.findings.iter().find(on).map(|f| f.severity);
        assert!(severity.is_some(), "{symbol} {rule} {day}: {report}");
        severity
    };
    assert_eq!(found("OPRX", "jump", "2008-04-28"), Some(Severity::Error));
    assert_eq!(found("ASUR", "split", "2009-12-29"), Some(Severity::Error));
    assert_eq!(found("IBCP", "split", "2010-09-01"), Some(Severity::Error));
    assert_eq!(found("TXMD", "split", "2009-07-27"), Some(Severity::Error));
    found("BNY", "stale", "2003-01-29");
    found("IBCP", "spike", "2010-04-22");
    found("TGNA", "dividend", "2017-06-01");
    found("AIRI", "spike", "2010-11-23");
    // All of them can be loaded: none has a row that makes no sense.
    let files: Vec<PathBuf> = ["AIRI", "ASUR", "BNY", "IBCP", "OPRX", "SNOA", "TGNA", "TXMD"]
        .map(|symbol| folder.join(format!("{symbol}.csv.gz")))
        .to_vec();
    let loaded = load(&files, &Options::default()).unwrap();
    assert_eq!(loaded.market.assets().len(), 8);
}
