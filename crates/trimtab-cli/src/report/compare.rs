//! Several strategies as text, as JSON, and as one page.
use serde_json::{Map, Value, json};
use trimtab_core::Result;
use trimtab_lab::comparison::{Compared, Comparison, Effort};
use trimtab_lab::figures::{HEAD, MORE};
use trimtab_lab::interaction::Netted;
use trimtab_lab::tearsheet::{Data, Rival};
use trimtab_lab::{Prepared, Record};
use trimtab_sim::Run;

use super::{DISCLAIMER, table};
use crate::study::{Road, Study};
use crate::text::{Side, columns, fixed, money, percent, wrap};

/// Reports are read on screens of this width.
const WIDTH: usize = 100;

/// The strategy of the study and the first `others` of its rivals as equals.
///
/// # Errors
/// When there is nothing to measure.
pub(crate) fn comparison(study: &Study, others: usize) -> Result<Comparison<'_>> {
    let run = &study.run;
    let record =
        Record::new(&run.sessions, &run.returns, study.cash.risk_free(), study.per_year())?;
    let rivals = &study.rivals[..others.min(study.rivals.len())];
    let own =
        Rival { name: &study.strategy.name, about: &study.strategy.title, returns: &run.returns };
    let others =
        rivals.iter().map(|r| Rival { name: &r.name, about: &r.about, returns: &r.returns });
    let roads: Vec<Option<&Road>> =
        std::iter::once(Some(run)).chain(rivals.iter().map(|rival| rival.run.as_ref())).collect();
    let effort = |road: &Option<&Road>| {
        road.map(|road| Effort {
            turnover_yearly: road.turnover_yearly,
            costs: road.costs,
            rebalances: road.rebalances,
        })
    };
    Ok(Comparison {
        record,
        strategies: std::iter::once(own).chain(others).collect(),
        efforts: roads.iter().map(effort).collect(),
        overlaps: overlaps(&roads),
        netted: netted(&roads, study),
        capital: study.options.cash.as_f64(),
        data: Data {
            source: &study.opened.source,
            hash: &study.opened.hash,
            files: Vec::new(),
            notices: &study.notices,
            doubts: Vec::new(),
        },
        disclaimer: DISCLAIMER,
    })
}

/// What of their trades cancels, where all of them have books.
fn netted(roads: &[Option<&Road>], study: &Study) -> Option<Netted> {
    let books: Option<Vec<&Run>> =
        roads.iter().map(|road| road.and_then(|road| road.books.as_ref())).collect();
    trimtab_lab::interaction::netted(&books?, &study.opened.market)
}

/// For each pair with books the mean over all sessions of what both hold alike: the sum of the smaller weights.
fn overlaps(roads: &[Option<&Road>]) -> Vec<(usize, usize, f64)> {
    let books: Vec<Option<&Run>> =
        roads.iter().map(|road| road.and_then(|road| road.books.as_ref())).collect();
    let mut all = Vec::new();
    for a in 0..books.len() {
        for b in a + 1..books.len() {
            if let (Some(x), Some(y)) = (books[a], books[b]) {
                all.push((a, b, overlap(x, y)));
            }
        }
    }
    all
}

fn overlap(a: &Run, b: &Run) -> f64 {
    let sessions = a.sessions.len().min(b.sessions.len());
    let alike = |t: usize| -> f64 {
        let other = b.weights(t);
        let smaller = |(asset, weight): &(trimtab_core::AssetId, f64)| {
            other.iter().find(|(o, _)| o == asset).map_or(0.0, |(_, w)| w.min(*weight))
        };
        a.weights(t).iter().map(smaller).sum()
    };
    (0..sessions).map(alike).sum::<f64>() / sessions.max(1) as f64
}

/// For people.
pub(crate) fn table(comparison: &Comparison<'_>, compared: &Compared<'_>) -> String {
    let names: Vec<String> = comparison.strategies.iter().map(|s| s.name.to_owned()).collect();
    let dates = comparison.record.dates();
    let mut text =
        format!("{} to {}, {} sessions\n\n", dates[0], dates[dates.len() - 1], dates.len());
    let mut rows = vec![head(&names)];
    for figure in HEAD.iter().chain(&MORE) {
        let each = compared.runs.iter().map(|run| figure.write(run));
        rows.push(std::iter::once(figure.name.to_owned()).chain(each).collect());
    }
    let mut effort = |name: &str, of: &dyn Fn(&Effort) -> String| {
        let each = comparison.efforts.iter().map(|e| e.as_ref().map_or("-".to_owned(), of));
        rows.push(std::iter::once(name.to_owned()).chain(each).collect());
    };
    effort("Turnover a year", &|e| percent(e.turnover_yearly));
    effort("Costs paid", &|e| money(e.costs));
    effort("Rebalances", &|e| e.rebalances.to_string());
    text += &columns(&rows, &[Side::Left, Side::Right]);
    text += "\nPairs\n";
    let first = ["", "Correlation", "in the worst tenth", "Both down 5 %", "Held alike"];
    let mut rows = vec![first.map(str::to_owned).to_vec()];
    let number = |x: Option<f64>| x.map_or("-".to_owned(), |x| fixed(x, 2));
    for pair in &compared.pairs {
        let overlap = comparison.overlaps.iter().find(|(a, b, _)| (*a, *b) == pair.of);
        rows.push(vec![
            format!("{} and {}", names[pair.of.0], names[pair.of.1]),
            number(pair.correlation),
            number(pair.correlation_worst),
            percent(pair.both_down),
            overlap.map_or("-".to_owned(), |(.., share)| percent(*share)),
        ]);
    }
    text += &columns(&rows, &[Side::Left, Side::Right]);
    text += &mixed(comparison, compared, &names);
    text += &comparison.netted.map_or(String::new(), |netted| wrap(&netted.words(), WIDTH, ""));
    text += &table::notices(comparison.data.notices);
    text + &format!("\n{DISCLAIMER}\n")
}

fn head(names: &[String]) -> Vec<String> {
    std::iter::once(String::new()).chain(names.iter().cloned()).collect()
}

/// All of them held together.
fn mixed(comparison: &Comparison<'_>, compared: &Compared<'_>, names: &[String]) -> String {
    let together = &compared.together;
    let Ok(record) = comparison.record.of_returns(&together.returns) else { return String::new() };
    let mix = Prepared::new(record);
    let mut text = String::from("\nHeld together, equal money each month\n");
    let mut rows: Vec<Vec<String>> =
        HEAD.iter().map(|figure| vec![figure.name.to_owned(), figure.write(&mix)]).collect();
    let ratio = |x: Option<f64>| x.map_or("-".to_owned(), percent);
    rows.push(vec![
        "Volatility over the mean of the parts".into(),
        ratio(together.volatility_ratio),
    ]);
    rows.push(vec!["Drawdown over the mean of the parts".into(), ratio(together.drawdown_ratio)]);
    for (name, without) in names.iter().zip(&together.sharpe_without) {
        let without = without.map_or("-".to_owned(), |x| fixed(x, 3));
        rows.push(vec![format!("Sharpe ratio without {name}"), without]);
    }
    text += &columns(&rows, &[Side::Left, Side::Right]);
    text
}

/// For programs.
pub(crate) fn json(comparison: &Comparison<'_>, compared: &Compared<'_>) -> Value {
    let strategy = |(ix, run): (usize, &Prepared<'_>)| {
        let set = trimtab_lab::MetricSet::of(run);
        let mut value: Map<String, Value> = HEAD
            .iter()
            .chain(&MORE)
            .map(|figure| (figure.json.to_owned(), json!(figure.of(&set))))
            .collect();
        value.shift_insert(0, "name".to_owned(), json!(comparison.strategies[ix].name));
        if let Some(effort) = &comparison.efforts[ix] {
            value.insert("turnover".to_owned(), json!(effort.turnover_yearly));
            value.insert("costs_paid".to_owned(), json!(effort.costs));
            value.insert("rebalances".to_owned(), json!(effort.rebalances));
        }
        Value::Object(value)
    };
    let dates = comparison.record.dates();
    json!({
        "from": dates[0],
        "to": dates[dates.len() - 1],
        "strategies": compared.runs.iter().enumerate().map(strategy).collect::<Vec<_>>(),
        "pairs": compared.pairs,
        "overlaps": comparison.overlaps,
        "together": compared.together,
        "netted": comparison.netted,
        "notices": comparison.data.notices,
        "disclaimer": DISCLAIMER,
    })
}
