//! A study as JSON: every number in the shortest text that reads back to the same bits.
use serde_json::{Map, Value, json};
use trimtab_core::{Error, Market};
use trimtab_lab::MetricSet;
use trimtab_lab::tables::{CalendarReturns, DrawdownRow};
use trimtab_sim::{ENGINE, Run};

use super::DISCLAIMER;
use crate::study::{GridRow, Measured, Rival, Study};
use trimtab_lab::figures::{AGAINST, Figure, GRID, HEAD};

/// The whole report. Without figures, when there was nothing to measure, only what is known of the run.
pub(crate) fn report(study: &Study, measured: Option<&Measured>) -> Value {
    let run = &study.run;
    let (books, market) = (run.books.as_ref(), &study.opened.market);
    let (from, to) = study.span().unzip();
    let mut report = Map::new();
    let mut put = |key: &str, value: Value| report.insert(key.to_owned(), value);
    put("id", json!(study.id));
    put("strategy", json!(study.strategy.name));
    put("title", json!(study.strategy.title));
    put("from", json!(from));
    put("to", json!(to));
    put("sessions", json!(run.sessions.len()));
    put(
        "frequency",
        json!(format!("{:?}", study.opened.market.calendar().frequency()).to_lowercase()),
    );
    put("initial_value", json!(study.options.cash.as_f64()));
    put("final_value", json!(run.last_value()));
    for figure in HEAD {
        put(figure.json, json!(measured.and_then(|m| figure.of(&m.metrics))));
    }
    put("rebalances", json!(run.rebalances));
    put("decisions", json!(run.decisions));
    put("trades", json!(run.books.as_ref().map(|books| books.trades.len())));
    put("turnover", json!(run.turnover_yearly));
    put("costs_paid", json!(run.costs));
    put("costs_by_kind", run.books.as_ref().map_or(Value::Null, costs));
    put("flows", json!(run.flows.iter().sum::<f64>()));
    put("benchmark", benchmark(study, measured, 0).unwrap_or(Value::Null));
    put(
        "benchmarks",
        (0..study.rivals.len()).filter_map(|ix| benchmark(study, measured, ix)).collect(),
    );
    put("grid", measured.map_or(Value::Null, |m| grid(&m.grid)));
    put("metrics", measured.map_or(Value::Null, |m| metrics(&m.metrics)));
    put("since_published", json!(measured.and_then(|m| m.since_published.as_ref()).map(since)));
    put("times", json!(measured.map(|m| &m.times)));
    put("expected", json!(measured.map(|m| &m.expected)));
    put("implicit_bets", json!(super::styles::bets(study)));
    put("gap_risk", json!(study.gaps));
    put("drawdowns", measured.map_or(Value::Null, |m| drawdowns(&m.drawdowns)));
    put("years", measured.map_or(Value::Null, |m| years(&m.years)));
    put("holdings", books.map_or(Value::Null, |run| holdings(run, market)));
    put("last_decision", books.map_or(Value::Null, |run| last_decision(run, market)));
    put("first_print_against_latest_revision", json!(study.revisions));
    put("conventions", conventions(study, measured));
    put("provenance", json!(study.strategy.provenance));
    put("notices", json!(study.notices));
    put("budget", json!(study.researched.budget));
    put("data", data(study));
    put("engine", json!(ENGINE));
    put("seed", json!(study.seed));
    put("error", study.error().map_or(Value::Null, |error| self::error(&error)));
    put("disclaimer", json!(DISCLAIMER));
    Value::Object(report)
}

/// An error as far as programs want to know it.
pub(crate) fn error(error: &Error) -> Value {
    json!({
        "kind": format!("{:?}", error.kind()).to_lowercase(),
        "message": error.message(),
        "path": error.path().collect::<Vec<_>>(),
        "hint": error.advice(),
        "text": error.to_string(),
        "exit_code": error.kind().exit_code(),
    })
}

/// All metrics by key; undefined ones are null.
pub(crate) fn metrics(set: &MetricSet) -> Value {
    set.values.iter().map(|value| (value.key.to_owned(), json!(value.value))).collect()
}

/// How each metric of the set is computed.
pub(crate) fn metric_conventions(set: &MetricSet) -> Value {
    set.values.iter().map(|value| (value.key.to_owned(), json!(value.convention))).collect()
}

/// Seven metrics over the last 1, 3, 6 and 12 months.
pub(crate) fn grid(rows: &[GridRow]) -> Value {
    let mut grid = Map::new();
    grid.insert("months".to_owned(), rows.iter().map(|(months, ..)| json!(months)).collect());
    grid.insert("periods".to_owned(), rows.iter().map(|(_, periods, _)| json!(periods)).collect());
    for (ix, figure) in GRID.iter().enumerate() {
        grid.insert(figure.json.to_owned(), rows.iter().map(|(.., row)| json!(row[ix])).collect());
    }
    Value::Object(grid)
}

/// The deepest drawdowns.
pub(crate) fn drawdowns(rows: &[DrawdownRow]) -> Value {
    rows.iter().map(|row| json!(row)).collect()
}

/// Returns by calendar year, with their months.
pub(crate) fn years(table: &CalendarReturns) -> Value {
    table.years.iter().map(|row| json!(row)).collect()
}

/// A set of figures under their names in JSON.
pub(crate) fn figures(set: &MetricSet, figures: &[Figure]) -> Map<String, Value> {
    figures.iter().map(|figure| (figure.json.to_owned(), json!(figure.of(set)))).collect()
}

fn benchmark(study: &Study, measured: Option<&Measured>, ix: usize) -> Option<Value> {
    let rival: &Rival = study.rivals.get(ix)?;
    let mut value = Map::new();
    value.insert("name".to_owned(), json!(rival.name));
    value.insert("about".to_owned(), json!(rival.about));
    let growth: f64 = rival.returns.iter().map(|r| 1.0 + r).product();
    let last = match &rival.run {
        Some(run) => run.equity.get(rival.returns.len()).copied(),
        None => Some(study.options.cash.as_f64() * growth),
    };
    value.insert("final_value".to_owned(), json!(last));
    if let Some(measured) = measured {
        value.extend(figures(&measured.rivals[ix], &HEAD));
        value.insert("against".to_owned(), Value::Object(figures(&measured.against[ix], &AGAINST)));
    }
    if let Some(run) = &rival.run {
        value.insert("rebalances".to_owned(), json!(run.rebalances));
        value.insert("turnover".to_owned(), json!(run.turnover_yearly));
        value.insert("costs_paid".to_owned(), json!(run.costs));
    }
    Some(Value::Object(value))
}

fn since((date, set): &(trimtab_core::Date, MetricSet)) -> Value {
    let mut value = figures(set, &HEAD);
    value.shift_insert(0, "published".to_owned(), json!(date));
    Value::Object(value)
}

fn costs(run: &Run) -> Value {
    run.costs.each().iter().map(|(kind, cost)| ((*kind).to_owned(), json!(cost.as_f64()))).collect()
}

fn holdings(run: &Run, market: &Market) -> Value {
    let Some(last) = run.sessions.len().checked_sub(1) else { return Value::Null };
    let weights = run.weights(last).iter();
    weights.map(|(asset, weight)| (market.symbol(*asset).to_owned(), json!(weight))).collect()
}

fn last_decision(run: &Run, market: &Market) -> Value {
    let Some(decision) = run.last_decision() else { return Value::Null };
    let target: Map<String, Value> = decision
        .target
        .iter()
        .map(|(asset, w)| (market.symbol(asset).to_owned(), json!(w)))
        .collect();
    let because: Vec<Value> =
        decision.because.iter().map(|note| json!({ "node": note.node, "why": note.why })).collect();
    json!({
        "date": market.calendar().date(decision.day),
        "target": target,
        "because": because,
    })
}

fn conventions(study: &Study, measured: Option<&Measured>) -> Value {
    let strategy = &study.strategy;
    let run = match &study.run.books {
        Some(books) => books.conventions.clone(),
        None => vec![
            format!("decides {}", strategy.schedule.words()),
            strategy.execution.words(),
            "floats instead of books: the same values to the rounding of shares and money"
                .to_owned(),
        ],
    };
    let figure = |figure: &Figure| {
        let metric = trimtab_lab::metrics::find(figure.key);
        (figure.json.to_owned(), json!(metric.map(|metric| metric.convention)))
    };
    json!({
        "run": run,
        "risk_free": study.cash.words(),
        "periods_a_year": study.per_year(),
        "signs": "returns and shares are fractions; losses and drawdowns are positive",
        "turnover": "half of what is bought and sold over the value, a year",
        "rebalances": "decisions of which at least one order was filled",
        "figures": HEAD.iter().map(figure).collect::<Map<_, _>>(),
        "metrics": measured.map_or(Value::Null, |m| metric_conventions(&m.metrics)),
    })
}

fn data(study: &Study) -> Value {
    let opened = &study.opened;
    let calendar = opened.market.calendar();
    json!({
        "hash": opened.hash,
        "source": opened.source,
        "stores": opened.stores,
        "assets": opened.market.assets().len(),
        "first_session": calendar.sessions()[0],
        "last_session": calendar.date(calendar.last()),
    })
}
