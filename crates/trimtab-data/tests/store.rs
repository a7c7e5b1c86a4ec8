//! The store through its public door: what goes in comes out, whatever happens in between.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use trimtab_core::{Exchange, Fact};
use trimtab_data::store::{Bars, Change, Key, Rows, Store, What, Writer, import};
use trimtab_data::{Format, Options, load};

fn sessions(count: usize) -> Vec<Date> {
    let all = Exchange::Nyse.sessions(date(2004, 1, 1), date(2030, 1, 1));
    all.into_iter().take(count).collect()
}

/// Rows of the sessions from one to another, the same for the same session whatever the span.
fn bars(seed: usize, sessions: &[Date], from: usize, to: usize) -> Rows {
    let price = |t: usize| 50.0 + ((t * 37 + seed * 101) % 997) as f64 / 16.0;
    let part = |f: &dyn Fn(usize) -> f64| (from..to).map(f).collect::<Vec<f64>>();
    Rows::Prices(Bars {
        dates: sessions[from..to].to_vec(),
        open: part(&|t| price(t) - 0.25),
        high: part(&|t| price(t) + 1.0),
        low: part(&|t| price(t) - 1.0),
        close: part(&price),
        volume: part(&|t| (1000 + t) as f64),
        dividend: part(&|t| if t % 63 == 62 { 0.5 } else { 0.0 }),
        split: part(&|t| if t == 700 { 2.0 } else { 1.0 }),
    })
}

fn key(name: &str) -> Key {
    Key::new(What::Prices, name, "vendor")
}

fn address(root: &Path, at: &str) -> Vec<PathBuf> {
    let at = if at.is_empty() { String::new() } else { format!("@{at}") };
    vec![PathBuf::from(format!("store:{}{at}", root.display()))]
}

#[test]
fn days_added_one_by_one_are_the_rows_written_at_once() {
    let (folder, days) = (tempfile::tempdir().unwrap(), sessions(400));
    let (one, all) = (folder.path().join("one"), folder.path().join("all"));
    let mut slow = Writer::open(&one).unwrap();
    slow.replace(&key("A"), bars(1, &days, 0, 100), None).unwrap();
    for t in 100..400 {
        let change = slow.extend(&key("A"), bars(1, &days, t, t + 1), Some(days[t])).unwrap();
        assert_eq!(change, Change::Added(1));
    }
    let mut fast = Writer::open(&all).unwrap();
    fast.replace(&key("A"), bars(1, &days, 0, 400), None).unwrap();
    let rows = |writer: &Writer| writer.store().rows(&writer.store().entries()[0]).unwrap();
    assert_eq!(rows(&slow), rows(&fast));
    assert_eq!(rows(&slow), bars(1, &days, 0, 400));
    assert_eq!(slow.store().entries()[0].asked, Some(days[399]));
    // What was read again from disk is the same too, and so is the market made from it.
    assert_eq!(Store::open(&one).unwrap().entries(), slow.store().entries());
    let market = |root: &Path| load(&address(root, ""), &Options::default()).unwrap();
    assert_eq!(market(&one).hash, market(&all).hash);
    // Rows that lie before the end are refused and change nothing.
    assert!(slow.extend(&key("A"), bars(1, &days, 399, 400), None).is_err());
    assert_eq!(rows(&slow), rows(&fast));
}

#[test]
fn a_year_of_days_rewrites_the_short_part_only() {
    // Twenty years are there; 252 days come one by one, for two symbols.
    let (folder, days) = (tempfile::tempdir().unwrap(), sessions(5_040 + 252));
    let mut writer = Writer::open(folder.path()).unwrap();
    let names = ["A", "B"];
    for (seed, name) in names.iter().enumerate() {
        writer.replace(&key(name), bars(seed, &days, 0, 5_040), None).unwrap();
    }
    let whole = writer.written().bytes;
    for t in 5_040..5_292 {
        for (seed, name) in names.iter().enumerate() {
            writer.extend(&key(name), bars(seed, &days, t, t + 1), Some(days[t])).unwrap();
        }
        if t % 21 == 0 {
            writer.sweep().unwrap();
        }
    }
    let year = writer.written().bytes - whole;
    println!("written: {whole} bytes at first, {year} in the year");
    // Writing each history anew every day would be 252 times the first writing.
    assert!(year < 20 * whole, "{year} against {whole}");
    writer.sweep().unwrap();
    let kept: usize = names.len() * 2;
    let files = fs::read_dir(folder.path().join("objects")).unwrap();
    let files: usize = files.map(|f| fs::read_dir(f.unwrap().path()).unwrap().count()).sum();
    assert!(files <= kept, "{files} files for {kept} parts");
    assert_eq!(
        writer.store().rows(&writer.store().entries()[1]).unwrap(),
        bars(1, &days, 0, 5_292)
    );
}

#[test]
fn a_snapshot_stays_what_it_was() {
    let (folder, days) = (tempfile::tempdir().unwrap(), sessions(300));
    let root = folder.path();
    let mut writer = Writer::open(root).unwrap();
    writer.replace(&key("A"), bars(1, &days, 0, 200), None).unwrap();
    let before = load(&address(root, ""), &Options::default()).unwrap();
    let snapshot = writer.snapshot("before").unwrap();
    assert_eq!(before.stores[0].hash, snapshot.hash);
    writer.extend(&key("A"), bars(1, &days, 200, 300), None).unwrap();
    writer.replace(&key("A"), bars(9, &days, 0, 300), None).unwrap();
    writer.sweep().unwrap();
    for name in ["before", &snapshot.hash, &snapshot.hash[..12]] {
        let then = load(&address(root, name), &Options::default()).unwrap();
        assert_eq!((then.hash, &then.stores[0].hash), (before.hash, &snapshot.hash));
    }
    let now = load(&address(root, ""), &Options::default()).unwrap();
    assert_ne!(now.hash, before.hash);
    // The present answers to its hash too, and a name means one thing only.
    assert_eq!(
        load(&address(root, &now.stores[0].hash), &Options::default()).unwrap().hash,
        now.hash
    );
    assert!(writer.snapshot("before").is_err() && writer.snapshot("../x").is_err());
    let error = load(&address(root, "after"), &Options::default()).unwrap_err();
    assert!(error.to_string().contains("there are: before"), "{error}");
}

#[test]
fn a_changed_file_is_refused_and_named() {
    let (folder, days) = (tempfile::tempdir().unwrap(), sessions(50));
    let root = folder.path();
    let mut writer = Writer::open(root).unwrap();
    for name in ["A", "B"] {
        writer.replace(&key(name), bars(name.len(), &days, 0, 50), None).unwrap();
    }
    writer.replace(&key("B"), bars(7, &days, 0, 50), None).unwrap();
    assert_eq!(writer.store().verify(), []);
    let object = &writer.store().entry(&key("B")).unwrap().parts[0].object;
    let path = root.join("objects").join(&object[..2]).join(format!("{object}.parquet"));
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let damage = writer.store().verify();
    assert_eq!((damage.len(), damage[0].entry.as_str()), (1, "B (prices of vendor)"));
    let error = load(&address(root, ""), &Options::default()).unwrap_err().to_string();
    assert!(error.contains("not what its name says"), "{error}");
    // Writing the same rows again mends the file.
    writer.replace(&key("B"), bars(7, &days, 0, 50), None).unwrap();
    assert_eq!(writer.store().verify(), []);
}

#[test]
fn a_writer_that_was_stopped_leaves_what_was_there() {
    let (folder, days) = (tempfile::tempdir().unwrap(), sessions(50));
    let root = folder.path();
    let mut writer = Writer::open(root).unwrap();
    writer.replace(&key("A"), bars(1, &days, 0, 50), None).unwrap();
    assert!(Writer::open(root).unwrap_err().to_string().contains("another command"));
    drop(writer);
    // Half a line and half a file, as a stop in the middle leaves them.
    let log = root.join("index.log");
    let whole = fs::read(&log).unwrap();
    fs::write(&log, [whole.as_slice(), &whole[..whole.len() / 2]].concat()).unwrap();
    fs::create_dir_all(root.join("objects/zz")).unwrap();
    fs::write(root.join("objects/zz/half.1.tmp"), b"PAR1").unwrap();
    assert_eq!(Store::open(root).unwrap().entries().len(), 1);
    let mut writer = Writer::open(root).unwrap();
    writer.replace(&key("B"), bars(2, &days, 0, 50), None).unwrap();
    assert_eq!(writer.sweep().unwrap(), 1);
    let store = Store::open(root).unwrap();
    assert_eq!((store.entries().len(), store.verify()), (2, Vec::new()));
}

#[test]
fn imported_files_load_as_the_files_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join("files");
    fs::create_dir_all(&files).unwrap();
    let write = |name: &str, text: &str| fs::write(files.join(name), text).unwrap();
    let mut raw = "date,open,high,low,close,volume,dividend,split\n".to_owned();
    let mut adjusted = "date,adj_close\n".to_owned();
    for (t, day) in sessions(60).iter().enumerate() {
        let (close, split) = (40.0 + t as f64 / 8.0, if t == 30 { 2.0 } else { 1.0 });
        let open = if t % 7 == 3 { String::new() } else { format!("{}", close - 0.5) };
        let dividend = if t == 20 { 0.25 } else { 0.0 };
        raw += &format!(
            "{day},{open},{},{},{close},{t},{dividend},{split}\n",
            close + 1.0,
            close - 1.0
        );
        adjusted += &format!("{day},{}\n", close / 3.0);
    }
    write("A.csv", &raw);
    write("B.csv", &adjusted);
    write(
        "NEWS.csv",
        "series,about,known,value\nCPI,2004-01-01,2004-02-20,1.5\nCPI,2004-02-01,2004-03-17,1.75\n",
    );
    write("RATE.csv", "DATE,RATE\n2004-01-02,1.25\n2004-01-05,-0.5\n");
    write(
        "actions.csv",
        "symbol,ex_date,kind,amount,pay_date\nA,2004-02-02,dividend,0.25,2004-03-01\n",
    );
    let meta = folder.path().join("meta.csv");
    fs::write(&meta, "symbol,formerly,delisting_return\nA,OLD,-0.5\n").unwrap();
    let options = Options { meta: Some(meta), ..Options::default() };
    let direct = load(std::slice::from_ref(&files), &options).unwrap();
    let root = folder.path().join("store");
    let mut writer = Writer::open(&root).unwrap();
    let imported = import(&mut writer, &[files], "own", &options).unwrap();
    assert_eq!(imported.changes.len(), 6);
    let stored = load(&address(&root, ""), &Options::default()).unwrap();
    assert_eq!(stored.hash, direct.hash);
    assert_eq!(stored.market.asset(trimtab_core::AssetId(0)).formerly, ["OLD"]);
}

#[test]
fn exported_markets_come_back_through_a_store() {
    let (folder, days) = (tempfile::tempdir().unwrap(), sessions(300));
    let mut writer = Writer::open(&folder.path().join("a")).unwrap();
    for (seed, name) in ["X", "Y", "Z"].into_iter().enumerate() {
        writer.replace(&key(name), bars(seed, &days, 40 * seed, 300), None).unwrap();
    }
    let facts = vec![
        Fact { about: date(2004, 1, 1), known: date(2004, 2, 6), value: 5.6 },
        Fact { about: date(2004, 1, 1), known: date(2005, 1, 7), value: 5.7 },
    ];
    writer.replace(&Key::new(What::Facts, "UNRATE", "alfred"), Rows::Facts(facts), None).unwrap();
    let first = load(&address(&folder.path().join("a"), ""), &Options::default()).unwrap();
    let files = folder.path().join("files");
    trimtab_data::export(&first.market, &files, Format::Parquet).unwrap();
    let mut other = Writer::open(&folder.path().join("b")).unwrap();
    import(&mut other, &[files], "export", &Options::default()).unwrap();
    let second = load(&address(&folder.path().join("b"), ""), &Options::default()).unwrap();
    assert_eq!(first.hash, second.hash);
}

#[test]
fn of_two_sources_the_first_is_believed_and_the_other_said() {
    let (folder, days) = (tempfile::tempdir().unwrap(), sessions(60));
    let root = folder.path();
    let mut writer = Writer::open(root).unwrap();
    writer.replace(&key("A"), bars(1, &days, 0, 60), None).unwrap();
    let one = load(&address(root, ""), &Options::default()).unwrap();
    writer.replace(&Key::new(What::Prices, "A", "other"), bars(2, &days, 0, 60), None).unwrap();
    let two = load(&address(root, ""), &Options::default()).unwrap();
    assert_eq!(one.hash, two.hash);
    let said = two.log.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(said.contains("A (prices of other) is not used"), "{said}");
    // And the quality report names the days on which they disagree.
    let report = trimtab_data::check(&address(root, ""), &Options::default()).unwrap();
    assert!(report.findings.iter().any(|finding| finding.rule == "second-source"));
}

#[test]
fn the_shared_funds_are_the_same_from_files_and_from_a_store() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/etf");
    if !shared.exists() {
        println!("skipped: ../shared/data/etf is absent");
        return;
    }
    let files: Vec<PathBuf> =
        ["SPY", "TLT", "GLD", "XLE"].iter().map(|s| shared.join(format!("{s}.csv.gz"))).collect();
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::open(folder.path()).unwrap();
    import(&mut writer, &files, "files", &Options::default()).unwrap();
    let stored = load(&address(folder.path(), ""), &Options::default()).unwrap();
    assert_eq!(stored.hash, load(&files, &Options::default()).unwrap().hash);
}
