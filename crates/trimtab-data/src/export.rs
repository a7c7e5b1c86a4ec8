//! A market becomes files again: long tables that [`load`](crate::load) reads back to the same content.
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::civil::Date;
use trimtab_core::{
    Action, ActionKind, AssetId, Day, Delisting, Error, Kind, Levels, Market, Result, Series,
};

/// How tables are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text.
    Csv,
    /// Gzipped text.
    CsvGz,
    /// Parquet, compressed with Snappy.
    #[cfg(feature = "parquet")]
    Parquet,
}

/// A table in memory, by column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    pub(crate) names: Vec<String>,
    pub(crate) columns: Vec<Cells>,
}

/// The cells of one column.
#[derive(Clone, Debug)]
pub(crate) enum Cells {
    Dates(Vec<Date>),
    Texts(Vec<String>),
    /// `NaN` is an empty cell.
    Numbers(Vec<f64>),
}

/// Writes a market into a folder that must be empty or absent: `prices.*` (raw prices, dividends, splits), `adjusted.*`
/// (total-return levels), `actions.csv` (spin-offs, dividends with a pay day), `series.*` (facts), `members.csv` (who belonged to
/// an index when) and, for what prices do not tell, `meta/meta.csv`, which is loaded as meta file. What a market lacks is not
/// written. Returns the files.
///
/// # Errors
/// [`Kind::Io`] when a file cannot be written; [`Kind::Data`] when the folder is not empty.
pub fn export(market: &Market, folder: &Path, format: Format) -> Result<Vec<PathBuf>> {
    let failed = |path: &Path| {
        let place = path.display().to_string();
        move |error: std::io::Error| Error::new(Kind::Io, error.to_string()).place(place)
    };
    std::fs::create_dir_all(folder).map_err(failed(folder))?;
    if std::fs::read_dir(folder).map_err(failed(folder))?.next().is_some() {
        return Err(Error::data("the folder is not empty")
            .place(folder.display().to_string())
            .hint("name a new folder"));
    }
    let mut written = Vec::new();
    let tables = [
        ("prices", prices(market, Levels::Raw)),
        ("adjusted", prices(market, Levels::Adjusted)),
        ("series", series(market)),
    ];
    for (name, table) in tables {
        if let Some(table) = table {
            let path = folder.join(format!("{name}.{}", format.ending()));
            std::fs::write(&path, format.bytes(&table)?).map_err(failed(&path))?;
            written.push(path);
        }
    }
    if let Some(told) = told(market) {
        let path = folder.join("actions.csv");
        std::fs::write(&path, told).map_err(failed(&path))?;
        written.push(path);
    }
    if let Some(members) = members(market) {
        let path = folder.join("members.csv");
        std::fs::write(&path, members).map_err(failed(&path))?;
        written.push(path);
    }
    if let Some(meta) = meta(market) {
        let path = folder.join("meta").join("meta.csv");
        std::fs::create_dir_all(folder.join("meta")).map_err(failed(folder))?;
        std::fs::write(&path, meta).map_err(failed(&path))?;
        written.push(path);
    }
    Ok(written)
}

impl Format {
    fn ending(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::CsvGz => "csv.gz",
            #[cfg(feature = "parquet")]
            Format::Parquet => "parquet",
        }
    }

    pub(crate) fn bytes(self, table: &Columns) -> Result<Vec<u8>> {
        match self {
            Format::Csv => Ok(table.text().into_bytes()),
            Format::CsvGz => {
                let mut packed = GzEncoder::new(Vec::new(), Compression::default());
                let done = packed.write_all(table.text().as_bytes()).and_then(|()| packed.finish());
                done.map_err(|error| Error::new(Kind::Io, error.to_string()))
            }
            #[cfg(feature = "parquet")]
            Format::Parquet => crate::parquet::write(table),
        }
    }
}

impl Columns {
    pub(crate) fn push(&mut self, name: &str, cells: Cells) {
        self.names.push(name.to_owned());
        self.columns.push(cells);
    }

    pub(crate) fn len(&self) -> usize {
        self.columns.first().map_or(0, |cells| match cells {
            Cells::Dates(all) => all.len(),
            Cells::Texts(all) => all.len(),
            Cells::Numbers(all) => all.len(),
        })
    }

    /// The rows of another table with the same columns behind these.
    ///
    /// # Errors
    /// When the columns are others.
    pub(crate) fn append(&mut self, other: Columns, place: &str) -> Result<()> {
        if self.names.is_empty() {
            *self = other;
            return Ok(());
        }
        let differ = || Error::data("the parts of the table have other columns").place(place);
        if self.names != other.names {
            return Err(differ());
        }
        for (mine, theirs) in self.columns.iter_mut().zip(other.columns) {
            match (mine, theirs) {
                (Cells::Dates(a), Cells::Dates(b)) => a.extend(b),
                (Cells::Texts(a), Cells::Texts(b)) => a.extend(b),
                (Cells::Numbers(a), Cells::Numbers(b)) => a.extend(b),
                _ => return Err(differ()),
            }
        }
        Ok(())
    }

    /// Comma-separated text; numbers with the fewest digits that read back to the same value.
    fn text(&self) -> String {
        let mut text = self.names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(",");
        text.push('\n');
        for row in 0..self.len() {
            for (ix, cells) in self.columns.iter().enumerate() {
                if ix > 0 {
                    text.push(',');
                }
                match cells {
                    Cells::Dates(all) => write!(text, "{}", all[row]),
                    Cells::Texts(all) => write!(text, "{}", quoted(&all[row])),
                    Cells::Numbers(all) if all[row].is_nan() => Ok(()),
                    Cells::Numbers(all) => write!(text, "{}", all[row]),
                }
                .expect("a string grows without error");
            }
            text.push('\n');
        }
        text
    }
}

fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r', ';', '\t']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

/// Rows of all assets of that kind, by asset, then day; `None` when there is none.
fn prices(market: &Market, levels: Levels) -> Option<Columns> {
    let assets = (0..market.assets().len() as u16).map(AssetId);
    let assets: Vec<AssetId> = assets.filter(|a| market.asset(*a).levels == levels).collect();
    if assets.is_empty() {
        return None;
    }
    let (dividends, splits) = actions(market);
    let (mut dates, mut symbols) = (Vec::new(), Vec::new());
    let mut fields: [Vec<f64>; 7] = Default::default();
    for asset in assets {
        for day in (0..market.days() as u32).map(Day) {
            let bar = market.bar(day);
            let (dividend, split) = (dividends.get(&(asset, day)), splits.get(&(asset, day)));
            let prices = [
                bar.open(asset),
                bar.high(asset),
                bar.low(asset),
                bar.close(asset),
                bar.volume(asset),
            ];
            if prices.iter().all(Option::is_none) && dividend.is_none() && split.is_none() {
                continue;
            }
            dates.push(bar.date());
            symbols.push(market.symbol(asset).to_owned());
            let prices = prices.map(|price| price.unwrap_or(f64::NAN));
            let actions = [dividend.copied().unwrap_or(0.0), split.copied().unwrap_or(1.0)];
            for (field, value) in fields.iter_mut().zip(prices.into_iter().chain(actions)) {
                field.push(value);
            }
        }
    }
    let mut table = Columns::default();
    table.push("date", Cells::Dates(dates));
    table.push("symbol", Cells::Texts(symbols));
    let [open, high, low, close, volume, dividend, split] = fields;
    let close_name = if levels == Levels::Raw { "close" } else { "adj_close" };
    for (name, field) in
        [("open", open), ("high", high), ("low", low), (close_name, close), ("volume", volume)]
    {
        // Closes alone are a market too.
        if name == close_name || field.iter().any(|x| !x.is_nan()) {
            table.push(name, Cells::Numbers(field));
        }
    }
    if levels == Levels::Raw {
        table.push("dividend", Cells::Numbers(dividend));
        table.push("split", Cells::Numbers(split));
    }
    Some(table)
}

type ByDay = BTreeMap<(AssetId, Day), f64>;

/// Dividends and splits by asset and day, as far as a column holds them: the rest stands in [`told`].
fn actions(market: &Market) -> (ByDay, ByDay) {
    let (mut dividends, mut splits) = (ByDay::new(), ByDay::new());
    for action in market.actions() {
        let key = (action.asset, action.day);
        match action.kind {
            ActionKind::Dividend { per_share, .. } if !needs_table(market, action) => {
                *dividends.entry(key).or_insert(0.0) += per_share;
            }
            ActionKind::Split { factor } => *splits.entry(key).or_insert(1.0) *= factor,
            ActionKind::Dividend { .. } | ActionKind::SpinOff { .. } => {}
        }
    }
    (dividends, splits)
}

/// Whether an action of its asset and day is a spin-off or has a pay day: then all dividends of the day stand in the
/// table of actions, which replaces the column.
fn needs_table(market: &Market, action: &Action) -> bool {
    let same = market.bar(action.day).actions().iter().filter(|a| a.asset == action.asset);
    same.map(|a| a.kind).any(|kind| {
        matches!(kind, ActionKind::SpinOff { .. } | ActionKind::Dividend { pay: Some(_), .. })
    })
}

/// The table of actions: spin-offs, and dividends with a pay day.
fn told(market: &Market) -> Option<String> {
    let mut text = "symbol,ex_date,kind,amount,pay_date,into,basis\n".to_owned();
    let start = text.len();
    for action in market.actions().iter().filter(|action| needs_table(market, action)) {
        let (symbol, ex) =
            (quoted(market.symbol(action.asset)), market.calendar().date(action.day));
        match action.kind {
            ActionKind::Dividend { per_share, pay } => {
                let pay = pay.map_or_else(String::new, |pay| pay.to_string());
                writeln!(text, "{symbol},{ex},dividend,{per_share},{pay},,")
            }
            ActionKind::SpinOff { into, ratio, basis } => {
                let into = quoted(market.symbol(into));
                writeln!(text, "{symbol},{ex},spin-off,{ratio},,{into},{basis}")
            }
            ActionKind::Split { .. } => continue,
        }
        .expect("a string grows without error");
    }
    (text.len() > start).then_some(text)
}

/// The table of members, by announcement.
fn members(market: &Market) -> Option<String> {
    let mut text = "universe,symbol,about,known,member\n".to_owned();
    let start = text.len();
    for universe in market.universes() {
        for m in universe.announced() {
            let (name, symbol) = (quoted(universe.name()), quoted(market.symbol(m.asset)));
            let belongs = u8::from(m.belongs);
            writeln!(text, "{name},{symbol},{},{},{belongs}", m.about, m.known)
                .expect("a string grows without error");
        }
    }
    (text.len() > start).then_some(text)
}

fn series(market: &Market) -> Option<Columns> {
    let all: Vec<&Series> = market.series_names().filter_map(|name| market.series(name)).collect();
    let facts =
        || all.iter().flat_map(|s| s.facts().iter().map(|fact| (s.name().to_owned(), *fact)));
    let mut table = Columns::default();
    table.push("series", Cells::Texts(facts().map(|(name, _)| name).collect()));
    table.push("about", Cells::Dates(facts().map(|(_, fact)| fact.about).collect()));
    table.push("known", Cells::Dates(facts().map(|(_, fact)| fact.known).collect()));
    table.push("value", Cells::Numbers(facts().map(|(_, fact)| fact.value).collect()));
    (!all.is_empty()).then_some(table)
}

fn meta(market: &Market) -> Option<String> {
    let mut text = "symbol,formerly,delisting_return,fund_redemption_fee,fund_days\n".to_owned();
    let start = text.len();
    for asset in market.assets() {
        let delisting = match asset.delisting {
            Delisting::LastPrice => String::new(),
            Delisting::Return(share) => share.to_string(),
        };
        let (fee, days) = match asset.fund {
            None => (String::new(), String::new()),
            Some(rules) => (rules.redemption_fee.to_string(), rules.days.to_string()),
        };
        if asset.formerly.is_empty() && delisting.is_empty() && fee.is_empty() {
            continue;
        }
        let (symbol, formerly) = (quoted(&asset.symbol), asset.formerly.join(" "));
        writeln!(text, "{symbol},{formerly},{delisting},{fee},{days}")
            .expect("a string grows without error");
    }
    (text.len() > start).then_some(text)
}
