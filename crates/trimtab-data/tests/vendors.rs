//! Each vendor's layout, as text, becomes the market it stands for.
#![allow(clippy::unwrap_used)]
use jiff::civil::{Date, date};
use trimtab_core::{ActionKind, AssetId, Day, Delisting, Kind, Levels, Market};
use trimtab_data::{Loaded, Notice, NoticeKind, Options, SeriesFile, Vendor, load_bytes};

fn load_all(files: &[(&str, &str)], options: &Options) -> trimtab_core::Result<Loaded> {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(n, t)| (*n, t.as_bytes())).collect();
    load_bytes(&files, options)
}

fn loaded(files: &[(&str, &str)]) -> Loaded {
    load_all(files, &Options::default()).unwrap()
}

fn refused(text: &str, repairs: &str) -> String {
    let options = Options { repairs: repairs.parse().unwrap(), ..Options::default() };
    load_all(&[("X.csv", text)], &options).unwrap_err().to_string()
}

fn said(loaded: &Loaded) -> String {
    loaded.log.iter().map(Notice::to_string).collect::<Vec<_>>().join("\n")
}

/// Total returns from first to last close, and dividends and splits as dated pairs.
fn story(market: &Market) -> (f64, Vec<(Date, ActionKind)>) {
    let total = market.total_return(AssetId(0));
    let actions = market.actions().iter();
    let actions = actions.map(|a| (market.calendar().date(a.day), a.kind)).collect();
    (total[total.len() - 1] / total[0] - 1.0, actions)
}

const DIVIDEND: ActionKind = ActionKind::Dividend { per_share: 0.5, pay: None };
const SPLIT: ActionKind = ActionKind::Split { factor: 2.0 };

/// 100 → dividend of 0.50, 101 → 2 for 1, 51.
fn expected() -> (f64, Vec<(Date, ActionKind)>) {
    let total = (101.0 + 0.5) / 100.0 * (51.0 * 2.0 / 101.0) - 1.0;
    (total, vec![(date(2018, 1, 3), DIVIDEND), (date(2018, 1, 4), SPLIT)])
}

#[test]
fn raw_prices_with_actions_are_the_same_market_from_every_vendor() {
    let (total, actions) = expected();
    let own = "date,open,high,low,close,volume,dividend,split,adj_close\n\
        2018-01-02,100,100,100,100,10,0.0,1.0,49.753\n\
        2018-01-03,101,101,101,101,10,0.5,1.0,50.5\n\
        2018-01-04,51,51,51,51,20,0.0,2.0,51.0\n";
    let tiingo = "date,close,high,low,open,volume,adjClose,adjHigh,adjLow,adjOpen,adjVolume,divCash,splitFactor\n\
        2018-01-02T00:00:00.000Z,100,100,100,100,10,49.753,1,1,1,20,0.0,1.0\n\
        2018-01-03T00:00:00.000Z,101,101,101,101,10,50.5,1,1,1,20,0.5,1.0\n\
        2018-01-04T00:00:00.000Z,51,51,51,51,20,51.0,1,1,1,20,0.0,2.0\n";
    let alpha = "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient\n\
        2018-01-04,51,51,51,51,51.0,20,0.0000,2.0\n\
        2018-01-03,101,101,101,101,50.5,10,0.5000,1.0\n\
        2018-01-02,100,100,100,100,49.753,10,0.0000,1.0\n";
    let long = "date,symbol,open,high,low,close,volume,dividend,split\n\
        2018-01-02,X,100,100,100,100,10,0,1\n2018-01-03,X,101,101,101,101,10,0.5,1\n\
        2018-01-04,X,51,51,51,51,20,,2\n";
    let yahoo = "Date,Open,High,Low,Close,Adj Close,Volume,Dividends,Stock Splits\n\
        2018-01-02 00:00:00-05:00,50,50,50,50,49.753,20,0.0,0.0\n\
        2018-01-03 00:00:00-05:00,50.5,50.5,50.5,50.5,50.5,20,0.25,0.0\n\
        2018-01-04 00:00:00-05:00,51,51,51,51,51,20,0.0,2.0\n";
    let hash = loaded(&[("X.csv", own)]).hash;
    for (vendor, text) in [
        (Vendor::Trimtab, own),
        (Vendor::Tiingo, tiingo),
        (Vendor::AlphaVantage, alpha),
        (Vendor::Trimtab, long),
        (Vendor::Yahoo, yahoo),
    ] {
        let loaded = loaded(&[("dir/X.csv", text)]);
        let (found, found_actions) = story(&loaded.market);
        assert!((found - total).abs() < 1e-12, "{vendor}: {found} for {total}");
        assert_eq!(found_actions, actions, "{vendor}");
        assert_eq!(loaded.files[0].vendor, vendor);
        assert_eq!(loaded.hash, hash, "{vendor}: content is content");
        assert_eq!(loaded.market.asset(AssetId(0)).levels, Levels::Raw);
        assert_eq!(loaded.market.bar(Day(0)).volume(AssetId(0)), Some(10.0));
        let restored = said(&loaded).is_empty() || vendor == Vendor::Yahoo;
        assert!(restored, "{vendor}: {}", said(&loaded));
    }
}

#[test]
fn yahoo_without_actions_gets_its_dividends_from_adjusted_closes() {
    // The adjusted closes of a 0.50 dividend on the third day, by Yahoo's rule: 1 - 0.5 / 101.
    let factor = 1.0 - 0.5 / 101.0;
    let text = format!(
        "Date,Open,High,Low,Close,Adj Close,Volume\n2018-01-02,100,100,100,100,{:.6},1\n\
         2018-01-03,101,101,101,101,{:.6},1\n2018-01-04,102,102,102,102,102,1\nnull,null,null,null,null,null,null\n",
        100.0 * factor,
        101.0 * factor
    );
    let text = text.replace(
        "null,null,null,null,null,null,null\n",
        "2018-01-05,null,null,null,null,null,null\n",
    );
    let loaded = loaded(&[("X.csv", &text)]);
    let (total, actions) = story(&loaded.market);
    assert_eq!(actions.len(), 1);
    let ActionKind::Dividend { per_share, .. } = actions[0].1 else { panic!("{actions:?}") };
    assert!((per_share - 0.5).abs() < 1e-5 && actions[0].0 == date(2018, 1, 4), "{actions:?}");
    assert!((total - (1.01 * 102.5 / 101.0 - 1.0)).abs() < 1e-7);
    let said = said(&loaded);
    assert!(said.contains("1 dividends") && said.contains("1 rows have no close"), "{said}");
}

#[test]
fn adjusted_closes_alone_load_and_say_what_is_lost() {
    let wide = "Date,B,A\n2018-01-02,10,\n2018-01-03,11,5\n2018-01-04,,6\n";
    let stooq = "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n\
        A.US,D,20180103,000000,5,5,5,5,1,0\nA.US,D,20180104,000000,6,6,6,6,1,0\n";
    let loaded = loaded(&[("wide.csv", wide)]);
    let market = &loaded.market;
    assert_eq!((market.symbol(AssetId(0)), market.symbol(AssetId(1))), ("A", "B"));
    assert_eq!(market.life(AssetId(0)), (Day(1), Day(2)));
    assert_eq!(market.asset(AssetId(1)).levels, Levels::Adjusted);
    let text = said(&loaded);
    assert!(text.contains("lost: A B: closes are adjusted"), "{text}");
    assert!(text.contains("assumed: B: the last close is of 2018-01-03"), "{text}");
    let loaded = load_all(&[("a.txt", stooq)], &Options::default()).unwrap();
    assert_eq!(loaded.market.symbol(AssetId(0)), "A");
    assert!(said(&loaded).contains("levels` = raw"));
}

#[test]
fn a_bill_yield_among_prices_is_the_risk_free_rate() {
    let wide = "Date,SPY,^IRX\n2018-01-02,10,1.5\n2018-01-03,11,0\n2018-01-04,12,-0.1\n";
    let loaded = loaded(&[("wide.csv", wide)]);
    assert_eq!(loaded.market.assets().len(), 1);
    let bills = loaded.market.series("bills").unwrap();
    let facts: Vec<_> = bills.facts().iter().map(|f| (f.known, f.value)).collect();
    assert_eq!(facts[1..], [(date(2018, 1, 3), 0.0), (date(2018, 1, 4), -0.1)]);
}

#[test]
fn two_series_of_one_name_are_refused_with_both_files() {
    let prices = ("X.csv", "date,close\n2018-01-02,100\n2018-01-03,101\n");
    let rate = "DATE,UNRATE\n2017-11-01,4.1\n";
    let files = [prices, ("a/UNRATE.csv", rate), ("b/UNRATE.csv", rate)];
    let error = load_all(&files, &Options::default()).unwrap_err().to_string();
    let told = ["two series are called UNRATE", "a/UNRATE.csv", "b/UNRATE.csv", "NAME=PATH"];
    assert!(told.iter().all(|part| error.contains(part)), "{error}");
}

#[test]
fn columns_called_series_are_no_assets() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wide.csv");
    std::fs::write(&path, "Date,SPY,TB3\n2018-01-02,10,1.5\n2018-01-03,11,-1\n").unwrap();
    let bills = SeriesFile::bills(&format!("{}:TB3", path.display())).unwrap();
    let options = Options { bills: Some(bills), ..Options::default() };
    let loaded = trimtab_data::load(std::slice::from_ref(&path), &options).unwrap();
    assert_eq!(loaded.market.assets().len(), 1);
    assert_eq!(loaded.market.series("bills").unwrap().facts().len(), 2);
    let bills = SeriesFile::bills(&format!("{}:TB6", path.display())).unwrap();
    let options = Options { bills: Some(bills), ..Options::default() };
    let error = trimtab_data::load(&[path], &options).unwrap_err().to_string();
    assert!(error.contains("no column `TB6`") && error.contains("SPY, TB3"), "{error}");
}

#[test]
fn bad_rows_are_refused_by_file_line_and_column_with_the_repair() {
    for (text, place, repair) in [
        (
            "date,close\n2018-01-02,1\n2018-01-03,-1\n",
            "X.csv:3:2: X: a price of -1 is not positive, on 2018-01-03",
            "drop-nonpositive",
        ),
        (
            "date,close\n2018-01-02,1\n2018-01-03,nan\n",
            "X.csv:3:2: X: `nan` is no number, on 2018-01-03",
            "drop-unreadable",
        ),
        (
            "date,close\n2018-01-02,1\nyesterday,2\n",
            "X.csv:3:1: X: `yesterday` is no date",
            "drop-unreadable",
        ),
        (
            "date,close\n2018-01-02,1\n2018-01-03\n",
            "X.csv:3: X: the row has 1 cells, the header 2",
            "drop-unreadable",
        ),
        (
            "date,close\n2018-01-02,1\n2018-01-02,2\n2018-01-03,2\n",
            "X.csv:3: X: the date stands in the file twice",
            "drop-duplicates=last",
        ),
        (
            "date,close\n2018-01-02,1\n2018-01-04,2\n2018-01-03,3\n2018-01-05,1\n",
            "X.csv:4: X: the date does not come after 2018-01-04",
            "sort",
        ),
    ] {
        let error = refused(text, "");
        assert!(error.starts_with(place), "{error}");
        assert!(error.contains(&format!("--repair {repair}`")), "{error}");
        let options = Options { repairs: repair.parse().unwrap(), ..Options::default() };
        let repaired = load_all(&[("X.csv", text)], &options).unwrap();
        let logged = repaired.log.iter().any(|n| n.kind == NoticeKind::Repaired);
        assert!(logged, "{repair} is not logged: {}", said(&repaired));
    }
}

#[test]
fn the_first_bad_row_is_named_and_the_others_counted() {
    let error = refused("date,close\n2018-01-02,x\n2018-01-03,y\n2018-01-04,1\n2018-01-05,z\n", "");
    assert!(error.contains("X.csv:2:2") && error.contains("; 2 more like it"), "{error}");
}

#[test]
fn holes_are_said_and_carried_only_when_asked() {
    let texts = [
        (
            "A.csv",
            "date,close,dividend,split\n2018-01-02,1,,\n2018-01-03,2,,\n2018-01-04,3,,\n2018-01-05,4,,\n",
        ),
        ("B.csv", "date,close,dividend,split\n2018-01-02,8,,\n2018-01-05,9,,\n"),
    ];
    let plain = loaded(&texts);
    assert_eq!(plain.market.holes(AssetId(1)), [Day(1), Day(2)]);
    assert!(
        said(&plain).contains("doubtful: B: 2 of 4 sessions have no close, the first 2018-01-03")
    );
    let options = Options { repairs: "carry=1".parse().unwrap(), ..Options::default() };
    let carried = load_all(&texts, &options).unwrap();
    assert_eq!(carried.market.holes(AssetId(1)), [Day(2)]);
    assert_eq!(carried.market.bar(Day(1)).close(AssetId(1)), Some(8.0));
    assert_ne!(carried.hash, plain.hash);
}

#[test]
fn meta_tells_of_delistings_funds_and_former_tickers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("meta.csv");
    std::fs::write(
        &path,
        "symbol,formerly,delisting_return,last_session,fund_redemption_fee,fund_days,levels\n\
         NEW,OLD,,,,,\nDEAD,,-0.3,2018-01-03,,,\nFUND,,,,0.02,90,raw\n",
    )
    .unwrap();
    let texts = [
        ("OLD.csv", "date,close,dividend,split\n2018-01-02,1,,\n2018-01-03,2,,\n"),
        ("NEW.csv", "date,close,dividend,split\n2018-01-04,3,,\n2018-01-05,4,,\n"),
        ("DEAD.csv", "date,close,dividend,split\n2018-01-02,1,,\n2018-01-03,2,,\n2018-01-05,2,,\n"),
        ("FUND.csv", "date,close\n2018-01-02,1\n2018-01-03,2\n2018-01-04,2\n2018-01-05,2\n"),
    ];
    let options = Options { meta: Some(path), ..Options::default() };
    let loaded = load_all(&texts, &options).unwrap();
    let market = &loaded.market;
    let new = market.find("OLD").unwrap();
    assert_eq!((market.symbol(new), market.life(new)), ("NEW", (Day(0), Day(3))));
    let dead = market.find("DEAD").unwrap();
    assert_eq!(market.asset(dead).delisting, Delisting::Return(-0.3));
    assert!(market.bar(Day(2)).delists(dead));
    let fund = market.asset(market.find("FUND").unwrap());
    assert_eq!((fund.fund.unwrap().days, fund.levels), (90, Levels::Raw));
    let options = Options { symbols: Some(vec!["OLD".to_owned()]), ..options };
    assert_eq!(load_all(&texts, &options).unwrap().market.assets().len(), 1);
    let options = Options { symbols: Some(vec!["NEW".to_owned(), "GONE".to_owned()]), ..options };
    let error = load_all(&texts, &options).unwrap_err();
    assert!(
        error.kind() == Kind::Data && error.to_string().contains("no price of GONE"),
        "{error}"
    );
}

#[test]
fn content_does_not_depend_on_files_and_does_on_every_figure() {
    let (a, b) = ("date,close\n2018-01-02,1\n2018-01-03,2\n", "date,close\n2018-01-03,5\n");
    let first = loaded(&[("A.csv", a), ("B.csv", b)]);
    let second = loaded(&[("B.csv", b), ("A.csv", a)]);
    let wide = loaded(&[("w.csv", "date,B,A\n2018-01-02,,1.0\n2018-01-03,5,2e0\n")]);
    assert_eq!((first.hash, first.hash), (second.hash, wide.hash));
    let other = loaded(&[("A.csv", &a.replace(",2\n", ",2.0000001\n")), ("B.csv", b)]);
    assert_ne!(first.hash, other.hash);
    assert_eq!(first.hash.to_string().len(), 64);
}

#[test]
fn a_cut_loads_nothing_later() {
    let prices = "date,close,dividend,split\n2018-01-02,1,,\n2018-01-03,2,,\n2018-01-04,3,0.1,\n";
    let rates = "date,value\n2018-01-02,1\n2018-01-03,2\n2018-01-04,3\n";
    let options = Options { to: Some(date(2018, 1, 3)), ..Options::default() };
    let files = [("A.csv", prices), ("bills.csv", rates)];
    let cut = load_all(&files, &options).unwrap();
    assert_eq!((cut.market.days(), cut.market.actions().len()), (2, 0));
    assert_eq!(cut.market.series("bills").unwrap().facts().len(), 2);
    let options = Options { from: Some(date(2018, 1, 4)), ..Options::default() };
    assert_eq!(load_all(&files, &options).unwrap().market.days(), 1);
    let options = Options { to: Some(date(2017, 1, 3)), ..Options::default() };
    assert!(load_all(&files, &options).unwrap_err().to_string().contains("no price"));
}

const ACTIONS: &str = "symbol,ex_date,kind,amount,pay_date,into,basis\n";
const PARENT: &str =
    "date,close,dividend,split\n2018-01-02,100,0,1\n2018-01-03,80,25,1\n2018-01-04,82,0,1\n";
const CHILD: &str = "date,close,dividend,split\n2018-01-03,40,0,1\n2018-01-04,41,0,1\n";

#[test]
fn a_table_of_actions_tells_pay_days_and_spin_offs() {
    let spun = format!(
        "{ACTIONS}OLD,2018-01-03,spin-off,0.5,,NEW,0.2\nNEW,2018-01-04,dividend,1,2018-02-01,,\n"
    );
    let loaded = loaded(&[("OLD.csv", PARENT), ("NEW.csv", CHILD), ("actions.csv", &spun)]);
    let market = &loaded.market;
    let (new, old) = (market.find("NEW").unwrap(), market.find("OLD").unwrap());
    let kinds: Vec<(AssetId, ActionKind)> =
        market.actions().iter().map(|a| (a.asset, a.kind)).collect();
    let pay = Some(date(2018, 2, 1));
    let spin_off = ActionKind::SpinOff { into: new, ratio: 0.5, basis: 0.2 };
    let dividend = ActionKind::Dividend { per_share: 1.0, pay };
    // The vendor's dividend of 25 was the spin-off, and counts once.
    assert_eq!(kinds, [(old, spin_off), (new, dividend)]);
    assert_eq!(market.total_return(old)[1], 100.0);
    let said = said(&loaded);
    assert!(said.contains("of 25 of 2018-01-03 in OLD.csv is replaced by actions.csv:2"), "{said}");
}

#[test]
fn a_table_of_actions_is_checked_against_the_prices() {
    let load = |rows: &str| {
        let table = format!("{ACTIONS}{rows}\n");
        load_all(&[("OLD.csv", PARENT), ("actions.csv", &table)], &Options::default())
    };
    let lost = load("OLD,2018-01-03,spin-off,0.5,,NEW,0.2").unwrap_err();
    assert!(lost.to_string().contains("actions.csv:2: OLD spins off NEW"), "{lost}");
    let notices = |rows: &str| said(&load(rows).unwrap());
    assert!(notices("GONE,2018-01-03,split,2,,,").contains("GONE: there are no prices"));
    assert!(notices("OLD,2017-01-03,split,2,,,").is_empty(), "before anybody held it");
    assert!(notices("OLD,2019-01-03,split,2,,,").contains("after the last session"));
    let same = load("OLD,2018-01-03,dividend,25,2018-01-20,,").unwrap();
    assert!(same.log.is_empty(), "{:?}", same.log);
    let pay = Some(date(2018, 1, 20));
    assert_eq!(same.market.actions()[0].kind, ActionKind::Dividend { per_share: 25.0, pay });
    // A split of the same day stays.
    let both = PARENT.replace("80,25,1", "40,25,2");
    let table = format!("{ACTIONS}OLD,2018-01-03,dividend,25,2018-01-20,,\n");
    let both = loaded(&[("OLD.csv", &both), ("actions.csv", &table)]);
    assert_eq!(both.market.actions().len(), 2);
}
