//! Laws: what is written is read back, and no bytes make the reader panic.
#![allow(clippy::unwrap_used)]
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use trimtab_core::{
    Action, ActionKind, Asset, AssetId, Calendar, Columns, Day, Exchange, Fact, Levels, Market,
    Panel, Series, Unit,
};
use trimtab_data::{Format, Loaded, Options, export, load, parse_bytes};

const FORMATS: &[Format] = &[
    Format::Csv,
    Format::CsvGz,
    #[cfg(feature = "parquet")]
    Format::Parquet,
];

fn reload(folder: &std::path::Path) -> Loaded {
    let meta = folder.join("meta/meta.csv");
    let options = Options { meta: meta.exists().then_some(meta), ..Options::default() };
    load(&[folder.to_owned()], &options).unwrap()
}

/// A market of made-up prices: some assets raw, some adjusted, listed late, with holes.
fn market(days: usize, cells: &[f64], raw: &[bool], paid: &[(usize, f64)]) -> Market {
    let sessions = Exchange::Nyse.sessions(date(2015, 1, 1), date(2017, 1, 1));
    let sessions: Vec<Date> = sessions.into_iter().take(days).collect();
    let assets: Vec<Asset> = raw
        .iter()
        .enumerate()
        .map(|(ix, raw)| Asset {
            levels: if *raw { Levels::Raw } else { Levels::Adjusted },
            formerly: if ix == 0 { vec!["WAS".to_owned()] } else { Vec::new() },
            ..Asset::new(format!("A{ix}"))
        })
        .collect();
    let column = |ix: usize| -> Vec<f64> {
        let start = ix % 3;
        let cell = |t: usize| cells[(ix * 131 + t * 7) % cells.len()];
        let holed = |t: usize| t < start || (t % 11 == 5 && t + 1 < days && ix > 0);
        (0..days).map(|t| if holed(t) { f64::NAN } else { cell(t) }).collect()
    };
    let columns: Vec<Vec<f64>> = (0..assets.len()).map(column).collect();
    let panel = || Panel::from_columns(columns.clone());
    let columns = Columns {
        close: panel(),
        open: Some(panel()),
        high: None,
        low: None,
        volume: Some(panel()),
    };
    let actions =
        paid.iter().filter(|(day, _)| *day < days && raw[0]).enumerate().map(|(ix, (day, x))| {
            Action {
                day: Day(*day as u32),
                asset: AssetId(0),
                kind: match ix % 4 {
                    0 => ActionKind::Dividend { per_share: *x, pay: None },
                    1 => ActionKind::Split { factor: x + 1.5 },
                    2 => ActionKind::Dividend { per_share: *x, pay: Some(date(2017, 3, 1)) },
                    _ => ActionKind::SpinOff {
                        into: AssetId(raw.len() as u16 - 1),
                        ratio: *x,
                        basis: 0.25,
                    },
                },
            }
        });
    let facts = (0..days).map(|t| {
        let about = date(2015, 1, 1).saturating_add((t as i64).days());
        Fact { about, known: about.saturating_add(3.days()), value: cells[t % cells.len()] }
    });
    let series = Series::new("bills", Unit::PercentPerYear, facts.collect()).unwrap();
    Market::new(Calendar::new(sessions).unwrap(), assets, columns, actions.collect(), vec![series])
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_market_written_is_the_market_read(
        days in 4usize..60,
        cells in proptest::collection::vec(1e-6..1e7f64, 5..40),
        raw in proptest::collection::vec(any::<bool>(), 1..5),
        paid in proptest::collection::btree_map(1usize..50, 0.01..3.0f64, 0..6),
    ) {
        let paid: Vec<(usize, f64)> = paid.into_iter().collect();
        let market = market(days, &cells, &raw, &paid);
        let mut hashes = Vec::new();
        for format in FORMATS {
            let folder = tempfile::tempdir().unwrap();
            export(&market, &folder.path().join("out"), *format).unwrap();
            let loaded = reload(&folder.path().join("out"));
            prop_assert_eq!(loaded.market.calendar(), market.calendar());
            prop_assert_eq!(loaded.market.assets(), market.assets());
            prop_assert_eq!(loaded.market.actions(), market.actions());
            prop_assert_eq!(loaded.market.series("bills"), market.series("bills"));
            for day in (0..days as u32).map(Day) {
                for asset in (0..raw.len() as u16).map(AssetId) {
                    let (a, b) = (loaded.market.bar(day), market.bar(day));
                    prop_assert_eq!(a.close(asset), b.close(asset));
                    prop_assert_eq!(a.open(asset), b.open(asset));
                    prop_assert_eq!((a.volume(asset), a.high(asset)), (b.volume(asset), None));
                }
            }
            hashes.push(loaded.hash);
        }
        prop_assert!(hashes.iter().all(|hash| *hash == hashes[0]));
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse_bytes("x.csv", &bytes);
    }

    #[test]
    fn no_rows_panic(
        header in prop::sample::select(&[
            "date,open,high,low,close,volume,dividend,split,adj_close",
            "Date,Open,High,Low,Close,Adj Close,Volume",
            "Date,Close,Adj Close,Volume,Dividends,Stock Splits",
            "date,symbol,close", "date,A,B,^IRX", "symbol,ex_date,kind,amount,pay_date,into,basis", "date,value", "series,obs,vintage,value", "Price,Close,Close\nTicker,A,B\nDate,,",
        ][..]),
        cells in proptest::collection::vec(
            prop::sample::select(&["2018-01-02", "2018-01-03", "9999-12-31", "1", "1e308", "1e-308", "-1", "", "nan", "x", "0", "\"", "2", "31/12/2018"][..]),
            0..120,
        ),
    ) {
        let width = header.split('\n').next().unwrap().split(',').count();
        let rows: Vec<String> = cells.chunks(width).map(|row| row.join(",")).collect();
        let text = format!("{header}\n{}\n", rows.join("\n"));
        let _ = parse_bytes("x.csv", text.as_bytes());
        let repairs = "drop-unreadable,drop-nonpositive,drop-duplicates=last,sort,drop-closed,carry=2,drop-stale,round-splits";
        let options = Options { repairs: repairs.parse().unwrap(), ..Options::default() };
        let _ = trimtab_data::load_bytes(&[("x.csv", text.as_bytes())], &options);
    }
}

#[cfg(feature = "parquet")]
#[test]
fn a_broken_parquet_file_is_an_error_wherever_it_is_broken() {
    let market = market(40, &[1.0, 2.5, 3.25], &[true, false], &[(3, 0.5)]);
    let folder = tempfile::tempdir().unwrap();
    let files = export(&market, &folder.path().join("out"), Format::Parquet).unwrap();
    let bytes = std::fs::read(&files[0]).unwrap();
    assert!(parse_bytes("x.parquet", &bytes).is_ok());
    for length in (4..bytes.len()).step_by(7) {
        assert!(parse_bytes("x.parquet", &bytes[..length]).is_err(), "{length}");
    }
    // A flipped byte may go unnoticed where it is a price; it must not panic or ask for endless memory.
    for at in 0..bytes.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut broken = bytes.clone();
            broken[at] ^= flip;
            let _ = parse_bytes("x.parquet", &broken);
        }
    }
}
