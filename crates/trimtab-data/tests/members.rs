//! Tables of who belonged to an index: loaded, kept, written and refused.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use trimtab_core::{Day, Market};
use trimtab_data::store::{Change, What, Writer, import};
use trimtab_data::{Format, Loaded, Options, export, load};

/// Prices of A to the end, of B to 2024-01-19, of C from 2024-01-10 on.
fn prices(folder: &Path) {
    let days = trimtab_core::Exchange::Nyse.sessions(date(2024, 1, 2), date(2024, 2, 29));
    let mut text = "date,symbol,close,dividend,split\n".to_owned();
    for (t, day) in days.iter().enumerate() {
        for (symbol, from, to) in [
            ("A", date(2024, 1, 2), date(2024, 2, 29)),
            ("B", date(2024, 1, 2), date(2024, 1, 19)),
            ("C", date(2024, 1, 10), date(2024, 2, 29)),
        ] {
            if (from..=to).contains(day) {
                text += &format!("{day},{symbol},{},0,1\n", 100 + t);
            }
        }
    }
    std::fs::write(folder.join("prices.csv"), text).unwrap();
}

const LIST: &str =
    "symbol,from,to\nA,2023-01-03,\nB,2023-01-03,2024-01-22\nC,2024-01-16,2024-02-06\n";

fn given(list: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    prices(folder.path());
    std::fs::write(folder.path().join("INDEX.csv"), list).unwrap();
    folder
}

fn loaded(folder: &Path, options: &Options) -> trimtab_core::Result<Loaded> {
    load(&[folder.to_owned()], options)
}

fn members(market: &Market, on: Date) -> Vec<String> {
    let day = market.calendar().sessions().binary_search(&on).unwrap();
    let past = market.as_of(Day(day as u32));
    past.members("INDEX").unwrap().iter().map(|asset| past.symbol(*asset).to_owned()).collect()
}

#[test]
fn a_list_of_members_is_known_by_its_header_and_comes_back_from_files_and_store() {
    let folder = given(LIST);
    let first = loaded(folder.path(), &Options::default()).unwrap();
    let expect = |market: &Market| {
        assert_eq!(members(market, date(2024, 1, 2)), ["A", "B"]);
        assert_eq!(members(market, date(2024, 1, 16)), ["A", "B", "C"]);
        assert_eq!(members(market, date(2024, 1, 22)), ["A", "C"]);
        assert_eq!(members(market, date(2024, 2, 5)), ["A", "C"]);
        assert_eq!(members(market, date(2024, 2, 6)), ["A"]);
    };
    expect(&first.market);
    let read = first.files.iter().find(|file| file.name.ends_with("INDEX.csv")).unwrap();
    assert_eq!((read.rows, read.symbols), (3, 3));
    // Other members are other data; without any the hash is that of the prices alone.
    let other = given(&LIST.replace("2024-02-06", "2024-02-07"));
    assert_ne!(loaded(other.path(), &Options::default()).unwrap().hash, first.hash);
    // Written to files and read again.
    let out = tempfile::tempdir().unwrap();
    let out = out.path().join("out");
    export(&first.market, &out, Format::Csv).unwrap();
    let again = loaded(&out, &Options::default()).unwrap();
    assert_eq!(again.hash, first.hash);
    expect(&again.market);
    // Through a store.
    let store = tempfile::tempdir().unwrap();
    let mut writer = Writer::open(store.path()).unwrap();
    let paths = [folder.path().to_owned()];
    let imported = import(&mut writer, &paths, "own", &Options::default()).unwrap();
    let kept = imported.changes.iter().find(|(key, _)| key.what == What::Members).unwrap();
    assert_eq!((kept.0.name.as_str(), kept.1), ("INDEX", Change::New));
    let address = [PathBuf::from(format!("store:{}", store.path().display()))];
    let stored = load(&address, &Options::default());
    // The table has no file of that name there: it says the name of its entry.
    let market = stored.unwrap().market;
    assert_eq!(market.universes().map(|u| u.name()).collect::<Vec<_>>(), ["INDEX"]);
    expect(&market);
}

#[test]
fn members_without_prices_are_refused_unless_allowed_and_the_span_asked_for_is_no_reason() {
    let folder = given(&format!("{LIST}GONE,2020-01-02,2021-01-04\n"));
    let error = loaded(folder.path(), &Options::default()).unwrap_err();
    let said = error.to_string();
    assert!(said.contains("1 members of INDEX have no prices: GONE"), "{said}");
    assert!(said.contains("drop-members"), "{said}");
    let options = Options { repairs: "drop-members".parse().unwrap(), ..Options::default() };
    let market = loaded(folder.path(), &options).unwrap();
    let said: Vec<String> = market.log.iter().map(ToString::to_string).collect();
    assert!(said.iter().any(|text| text.starts_with("lost: 1 members of INDEX")), "{said:?}");
    // From February on B has no price: it is not missed, it was another time.
    let folder = given(LIST);
    let late = Options { from: Some(date(2024, 2, 1)), ..Options::default() };
    let market = loaded(folder.path(), &late).unwrap().market;
    assert_eq!(members(&market, date(2024, 2, 1)), ["A", "C"]);
    // Up to January nobody knew that C would leave.
    let early = Options { to: Some(date(2024, 1, 31)), ..Options::default() };
    let market = loaded(folder.path(), &early).unwrap().market;
    assert!(market.universes().all(|u| u.announced().iter().all(|m| m.known <= date(2024, 1, 31))));
    // Of two symbols asked for the third is no member.
    let few = Options { symbols: Some(vec!["A".to_owned()]), ..Options::default() };
    assert_eq!(members(&loaded(folder.path(), &few).unwrap().market, date(2024, 1, 16)), ["A"]);
}

#[test]
fn a_real_list_of_the_s_and_p_500_says_who_belonged_when() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/stocks");
    if !folder.exists() {
        println!("skipped: ../shared/data/stocks is absent");
        return;
    }
    let files = ["delisted_or_removed_2013_2018.csv.gz", "sp500_ticker_start_end.csv"];
    let files: Vec<PathBuf> = files.iter().map(|file| folder.join(file)).collect();
    let options = Options {
        repairs: "drop-members".parse().unwrap(),
        to: Some(date(2017, 12, 29)),
        ..Options::default()
    };
    let market = load(&files, &options).unwrap().market;
    let on = |day: Date| {
        let day = market.calendar().on_or_after(day).unwrap();
        let past = market.as_of(day);
        let all = past.members("sp500_ticker_start_end").unwrap();
        all.iter().map(|asset| past.symbol(*asset).to_owned()).collect::<Vec<_>>()
    };
    let has = |day: Date, symbol: &str| on(day).iter().any(|own| own == symbol);
    // Covidien was bought by Medtronic in January 2015; Baxalta was spun off in July 2015 and bought in June 2016.
    assert!(has(date(2015, 1, 23), "COV") && !has(date(2015, 1, 27), "COV"));
    assert!(!has(date(2015, 6, 30), "BXLT") && has(date(2015, 8, 3), "BXLT"));
    assert!(has(date(2016, 6, 2), "BXLT") && !has(date(2016, 6, 3), "BXLT"));
    // Each spell of the list whose symbol has prices, counted by hand from the text.
    let text = std::fs::read_to_string(&files[1]).unwrap();
    let day = date(2015, 9, 1);
    let written = text.lines().skip(1).filter(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        let from: Date = cells[1].parse().unwrap();
        let to: Option<Date> = cells[2].parse().ok();
        market.find(cells[0]).is_ok() && from <= day && to.is_none_or(|to| day < to)
    });
    assert_eq!(written.count(), on(day).len());
}
