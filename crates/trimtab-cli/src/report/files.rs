//! A study as files: all of them, or none.
use std::io::Write;
use std::path::Path;

use trimtab_core::{AssetId, Error, Kind, Result};
use trimtab_sim::Run;

use crate::study::Study;

/// Writes `run.json`, `equity.csv`, `report.html` where there is something to measure, and `weights.csv`, `trades.csv`
/// and `decisions.csv` where books were kept, into `folder`. Everything is written to a folder beside first and moved
/// when all of it is there, so that a full disk leaves older results as they were.
///
/// # Errors
/// [`Kind::Io`] when something cannot be written.
pub(crate) fn write(
    folder: &Path,
    study: &Study,
    report: &serde_json::Value,
    page: Option<String>,
) -> Result<()> {
    let mut files = vec![("run.json", format!("{report:#}\n")), ("equity.csv", equity(study)?)];
    files.extend(page.map(|page| ("report.html", page)));
    if let Some(run) = &study.run.books {
        files.push(("weights.csv", weights(study, run)?));
        files.push(("trades.csv", trades(study, run)?));
        files.push(("decisions.csv", decisions(study, run)?));
    }
    let files: Vec<(String, String)> =
        files.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
    self::folder(folder, &files)
}

/// Writes files into `folder`: to a folder beside first, moved when all of it is there.
///
/// # Errors
/// [`Kind::Io`] when something cannot be written.
pub(crate) fn folder(folder: &Path, files: &[(String, String)]) -> Result<()> {
    let place = |path: &Path| {
        let shown = path.display().to_string();
        move |error: std::io::Error| Error::new(Kind::Io, error.to_string()).place(shown)
    };
    std::fs::create_dir_all(folder).map_err(place(folder))?;
    let staged = Staged(folder.join(format!(".trimtab-{}", std::process::id())));
    std::fs::create_dir(&staged.0).map_err(place(&staged.0))?;
    for (name, text) in files {
        let path = staged.0.join(name);
        let mut file = std::fs::File::create_new(&path).map_err(place(&path))?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(place(&path))?;
    }
    for (name, _) in files {
        let path = folder.join(name);
        std::fs::rename(staged.0.join(name), &path).map_err(place(&path))?;
    }
    Ok(())
}

/// A folder that goes away with its contents.
struct Staged(std::path::PathBuf);

impl Drop for Staged {
    fn drop(&mut self) {
        // What cannot be removed is left behind under a name that says what it was.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A CSV table in memory.
pub(crate) struct Csv(csv::Writer<Vec<u8>>);

impl Csv {
    pub(crate) fn new(head: impl IntoIterator<Item = String>) -> Result<Self> {
        let mut table = Self(csv::Writer::from_writer(Vec::new()));
        table.row(head)?;
        Ok(table)
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) -> Result<()> {
        self.0.write_record(cells).map_err(|error| Error::new(Kind::Io, error.to_string()))
    }

    pub(crate) fn text(self) -> Result<String> {
        let failed = |error: String| Error::new(Kind::Io, error);
        let bytes = self.0.into_inner().map_err(|error| failed(error.to_string()))?;
        String::from_utf8(bytes).map_err(|error| failed(error.to_string()))
    }
}

/// The shortest text that reads back to the same number.
pub(crate) fn number(x: f64) -> String {
    format!("{x:?}")
}

pub(crate) fn head<'a>(names: &'a [&'a str]) -> impl Iterator<Item = String> + 'a {
    names.iter().map(|name| (*name).to_owned())
}

fn equity(study: &Study) -> Result<String> {
    let run = &study.run;
    let rivals = study.rivals.iter().map(|rival| rival.name.clone());
    let mut table = Csv::new(head(&["date", "value", "flow", "return"]).chain(rivals))?;
    let returns = &run.returns;
    let mut levels = vec![study.options.cash.as_f64(); study.rivals.len()];
    for (ix, date) in run.sessions.iter().enumerate() {
        let before = ix.checked_sub(1);
        let own = before.and_then(|t| returns.get(t)).map_or(String::new(), |r| number(*r));
        for (level, rival) in levels.iter_mut().zip(&study.rivals) {
            *level *= 1.0 + before.and_then(|t| rival.returns.get(t)).copied().unwrap_or(0.0);
        }
        let cells = [date.to_string(), number(run.equity[ix]), number(run.flows[ix]), own];
        table.row(cells.into_iter().chain(levels.iter().map(|level| number(*level))))?;
    }
    table.text()
}

/// The symbols that were ever held or wanted, in the order of the market.
fn symbols(run: &Run) -> Vec<AssetId> {
    let held = (0..run.sessions.len()).flat_map(|ix| run.weights(ix).iter().map(|(a, _)| *a));
    let wanted = run.decisions.iter().flat_map(|d| d.target.iter().map(|(a, _)| a));
    let mut all: Vec<AssetId> = held.chain(wanted).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn weights(study: &Study, run: &Run) -> Result<String> {
    let assets = symbols(run);
    let names = assets.iter().map(|asset| study.opened.market.symbol(*asset).to_owned());
    let mut table = Csv::new(head(&["date", "cash"]).chain(names))?;
    for (ix, date) in run.sessions.iter().enumerate() {
        let held = run.weights(ix);
        let of = |asset: &AssetId| held.iter().find(|(a, _)| a == asset).map_or(0.0, |(_, w)| *w);
        let cash = 1.0 - held.iter().map(|(_, w)| w).sum::<f64>();
        let cells = assets.iter().map(|asset| number(of(asset)));
        table.row([date.to_string(), number(cash)].into_iter().chain(cells))?;
    }
    table.text()
}

fn trades(study: &Study, run: &Run) -> Result<String> {
    let market = &study.opened.market;
    let kinds = trimtab_ledger::Costs::KINDS;
    let first = ["decided", "filled", "symbol", "why", "quantity", "price", "value"];
    let last = ["decision_price", "shortfall"];
    let mut table = Csv::new(head(&first).chain(head(&kinds)).chain(head(&last)))?;
    for trade in &run.trades {
        let fill = &trade.fill;
        let cells = [
            market.calendar().date(trade.decided).to_string(),
            fill.date.to_string(),
            market.symbol(fill.asset).to_owned(),
            trade.why.word().to_owned(),
            fill.quantity.to_string(),
            number(fill.price),
            fill.gross.to_string(),
        ];
        let costs = fill.costs.each().map(|(_, cost)| cost.to_string());
        let rest =
            [trade.decision_price, trade.shortfall()].map(|x| x.map_or(String::new(), number));
        table.row(cells.into_iter().chain(costs).chain(rest))?;
    }
    table.text()
}

fn decisions(study: &Study, run: &Run) -> Result<String> {
    let market = &study.opened.market;
    let assets = symbols(run);
    let names = assets.iter().map(|asset| market.symbol(*asset).to_owned());
    let mut table =
        Csv::new(head(&["date", "why", "cash"]).chain(names).chain(head(&["because"])))?;
    for decision in &run.decisions {
        let because: Vec<String> =
            decision.because.iter().map(|note| format!("{}: {}", note.node, note.why)).collect();
        let date = market.calendar().date(decision.day).to_string();
        let cash = number(1.0 - decision.target.invested());
        let wanted = assets.iter().map(|asset| number(decision.target.of(*asset)));
        let cells = [date, decision.why.word().to_owned(), cash].into_iter();
        table.row(cells.chain(wanted).chain([because.join("; ")]))?;
    }
    table.text()
}
