//! `trimtab data`: what prices say, and what they hide.
use std::path::PathBuf;

use serde_json::{Value, json};
use trimtab_core::{AssetId, Error, Levels, Market};
use trimtab_data::{Options, Severity, provenance};

use crate::args::{Data, Files, Format, Shipped};
use crate::history::{Opened, repairs};
use crate::report::table::notices;
use crate::say::{self, Outcome};
use crate::text::{Side, columns};

/// Runs `data check` or `data show`.
pub(crate) fn run(command: &Data) -> Outcome {
    match command {
        Data::Check { paths, apart, format } => check(paths, *apart, *format),
        Data::Fetch(args) => super::data_fetch::run(args),
        Data::Import { paths, store, source, repair, meta, format } => {
            let options =
                Options { repairs: repairs(repair)?, meta: meta.clone(), ..Options::default() };
            super::data_store::import(paths, store, source, &options, *format)
        }
        Data::Snapshot { name, store, format } => super::data_store::snapshot(name, store, *format),
        Data::Show { provenance: true, .. } => say::result(provenance()),
        Data::Show { data, history, format, .. } => show(data, *history, *format),
    }
}

/// Prints what looks wrong; errors among the findings make the command fail, so that a script can stop.
fn check(paths: &[PathBuf], apart: f64, format: Format) -> Outcome {
    let damage = super::data_store::damage(paths)?;
    if !damage.is_empty() {
        return super::data_store::damaged(&damage, format);
    }
    let options = Options { apart: Some(apart / 100.0), ..Options::default() };
    let report = trimtab_data::check(paths, &options)?;
    match format {
        Format::Json => say::json(&json!({ "clean": report.is_clean(), "report": report }))?,
        Format::Table => say::result(&report.to_string())?,
    }
    match report.count(Severity::Error) {
        0 => Ok(()),
        errors => Err(Error::data(format!(
            "{errors} of the findings are errors: loading refuses these rows"
        ))
        .hint("correct the files, or load them with the repairs that the report names")
        .into()),
    }
}

fn show(data: &Files, history: Shipped, format: Format) -> Outcome {
    let opened = match data.paths.is_empty() {
        true => Opened::shipped(history)?,
        false => Opened::files(data)?,
    };
    match format {
        Format::Json => say::json(&as_json(&opened)),
        Format::Table => say::result(&as_table(&opened)),
    }
}

fn ids(market: &Market) -> impl Iterator<Item = AssetId> {
    (0..market.assets().len() as u16).map(AssetId)
}

fn levels(levels: Levels) -> &'static str {
    match levels {
        Levels::Raw => "raw",
        Levels::Adjusted => "adjusted",
    }
}

fn as_json(opened: &Opened) -> Value {
    let market = &opened.market;
    let date = |day| market.calendar().date(day);
    let assets: Vec<Value> = ids(market)
        .map(|id| {
            let ((first, last), asset) = (market.life(id), market.asset(id));
            json!({
                "symbol": asset.symbol,
                "formerly": asset.formerly,
                "first": date(first),
                "last": date(last),
                "holes": market.holes(id).len(),
                "levels": levels(asset.levels),
                "actions": market.actions().iter().filter(|action| action.asset == id).count(),
                "fund": asset.fund.is_some(),
            })
        })
        .collect();
    let series: Vec<Value> = market
        .series_names()
        .filter_map(|name| market.series(name))
        .map(|series| {
            let facts = series.facts();
            json!({
                "name": series.name(),
                "readings": facts.len(),
                "first": facts.first().map(|fact| fact.about),
                "last": facts.last().map(|fact| fact.about),
            })
        })
        .collect();
    let calendar = market.calendar();
    json!({
        "source": opened.source,
        "hash": opened.hash,
        "sessions": market.days(),
        "frequency": format!("{:?}", calendar.frequency()).to_lowercase(),
        "from": calendar.sessions()[0],
        "to": calendar.date(calendar.last()),
        "assets": assets,
        "series": series,
        "files": opened.files,
        "stores": opened.stores,
        "notices": opened.notices,
    })
}

fn as_table(opened: &Opened) -> String {
    let market = &opened.market;
    let calendar = market.calendar();
    let frequency = format!("{:?}", calendar.frequency()).to_lowercase();
    let mut text = format!(
        "{}\n{} to {}, {} sessions ({frequency}), content {}\n\n",
        opened.source,
        calendar.sessions()[0],
        calendar.date(calendar.last()),
        market.days(),
        opened.hash,
    );
    let mut rows =
        vec![["Asset", "First", "Last", "Holes", "Prices", "Actions"].map(str::to_owned).to_vec()];
    for id in ids(market) {
        let ((first, last), asset) = (market.life(id), market.asset(id));
        rows.push(vec![
            asset.symbol.clone(),
            calendar.date(first).to_string(),
            calendar.date(last).to_string(),
            market.holes(id).len().to_string(),
            levels(asset.levels).to_owned(),
            market.actions().iter().filter(|action| action.asset == id).count().to_string(),
        ]);
    }
    let sides = [Side::Left, Side::Left, Side::Left, Side::Right, Side::Left, Side::Right];
    text += &columns(&rows, &sides);
    let mut rows = vec![["Series", "First", "Last", "Readings"].map(str::to_owned).to_vec()];
    for series in market.series_names().filter_map(|name| market.series(name)) {
        let facts = series.facts();
        let about =
            |fact: Option<&trimtab_core::Fact>| fact.map_or(String::new(), |f| f.about.to_string());
        rows.push(vec![
            series.name().to_owned(),
            about(facts.first()),
            about(facts.last()),
            facts.len().to_string(),
        ]);
    }
    if rows.len() > 1 {
        text +=
            &format!("\n{}", columns(&rows, &[Side::Left, Side::Left, Side::Left, Side::Right]));
    }
    for store in &opened.stores {
        text += &format!("\nStore {}, content {}\n", store.root, store.hash);
    }
    text + &notices(&opened.notices)
}
