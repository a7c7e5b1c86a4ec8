//! A study for people.
use trimtab_lab::behaviour::Held;
use trimtab_lab::chart::sparklines;
use trimtab_lab::tables::DrawdownRow;
use trimtab_sim::SHORT;

use super::DISCLAIMER;
use crate::study::{GridRow, Measured, Study};
use crate::text::{Side, columns, money, percent, wrap};
use trimtab_lab::figures::{AGAINST, Figure, GRID, HEAD, MORE};
use trimtab_trials::Researched;

/// Reports are read on screens of this width.
const WIDTH: usize = 100;

/// The whole report.
pub(crate) fn report(study: &Study, measured: Option<&Measured>) -> String {
    let mut text = head(study);
    if let Some(measured) = measured {
        text += &figures(study, measured);
        text += &drawn(study);
        text += &grid(&measured.grid);
        text += &drawdowns(&measured.drawdowns);
        text += &years(study, measured);
        text += &expected(measured);
    }
    text += &decision(study);
    text += &budget(&study.researched);
    text += &notices(&study.notices);
    text += &format!("\n{DISCLAIMER}\n");
    text
}

/// The researcher's budget, in a paragraph.
pub(crate) fn budget(researched: &Researched) -> String {
    match researched.words.as_str() {
        "" => String::new(),
        words => format!("\nResearcher's budget\n{}", wrap(words, WIDTH, "  ")),
    }
}

fn head(study: &Study) -> String {
    let mut text = format!("{}\n", study.strategy.name);
    if study.strategy.title != study.strategy.name {
        text += &wrap(&study.strategy.title, WIDTH, "");
    }
    if let Some((from, to)) = study.span() {
        let frequency = format!("{:?}", study.opened.market.calendar().frequency()).to_lowercase();
        let (sessions, id) = (study.run.sessions.len(), &study.id[..SHORT.min(study.id.len())]);
        text += &format!("{from} to {to}, {sessions} sessions ({frequency}), run {id}\n");
    }
    text
}

fn figures(study: &Study, measured: &Measured) -> String {
    let run = &study.run;
    let names = study.rivals.iter().map(|rival| rival.name.clone());
    let mut rows =
        vec![[String::new(), study.strategy.name.clone()].into_iter().chain(names).collect()];
    let mut value = vec!["Final value".to_owned(), money(run.last_value())];
    value.extend(study.rivals.iter().map(|rival| match &rival.run {
        Some(own) => money(own.equity.get(rival.returns.len()).copied().unwrap_or_default()),
        None => "-".to_owned(),
    }));
    rows.push(value);
    for figure in HEAD.iter().chain(&MORE) {
        let mut row =
            vec![figure.name.to_owned(), figure.shape.write(figure.of(&measured.metrics))];
        row.extend(measured.rivals.iter().map(|set| figure.shape.write(figure.of(set))));
        rows.push(row);
    }
    let mut turnover = vec!["Turnover a year".to_owned(), percent(run.turnover_yearly)];
    let mut costs = vec!["Costs paid".to_owned(), money(run.costs)];
    let mut times = vec!["Rebalances".to_owned(), run.rebalances.to_string()];
    for rival in &study.rivals {
        let own = rival.run.as_ref();
        turnover.push(own.map_or("-".to_owned(), |own| percent(own.turnover_yearly)));
        costs.push(own.map_or("-".to_owned(), |own| money(own.costs)));
        times.push(own.map_or("-".to_owned(), |own| own.rebalances.to_string()));
    }
    rows.extend([times, turnover, costs]);
    let mut text = format!("\n{}", columns(&rows, &[Side::Left, Side::Right]));
    if !study.rivals.is_empty() {
        text += &against(study, measured);
    }
    text
}

/// Value and drawdown in a line each, everything on one scale; values so that equal ratios are equal steps.
fn drawn(study: &Study) -> String {
    /// What names leave of the width of a report.
    const CURVE: usize = 60;
    let all = || {
        std::iter::once((study.strategy.name.as_str(), study.run.returns.as_slice()))
            .chain(study.rivals.iter().map(|rival| (rival.name.as_str(), rival.returns.as_slice())))
    };
    let value = |returns: &[f64]| -> Vec<f64> {
        let growth = returns.iter().scan(0.0, |log, r: &f64| {
            *log += r.ln_1p();
            Some(*log)
        });
        std::iter::once(0.0).chain(growth).collect()
    };
    let depth = |values: &Vec<f64>| -> Vec<f64> {
        let mut peak = f64::MIN;
        let below = |x: &f64| {
            peak = peak.max(*x);
            (x - peak).exp_m1()
        };
        values.iter().map(below).collect()
    };
    let values: Vec<Vec<f64>> = all().map(|(_, returns)| value(returns)).collect();
    let depths: Vec<Vec<f64>> = values.iter().map(depth).collect();
    let mut rows = Vec::new();
    for (what, curves) in [("Value", values), ("Drawdown", depths)] {
        let lines = sparklines(&curves, CURVE).into_iter().zip(all());
        rows.extend(lines.enumerate().map(|(ix, (line, (name, _)))| {
            let what = if ix == 0 { what } else { "" };
            vec![what.to_owned(), line, name.to_owned()]
        }));
    }
    format!("\n{}", columns(&rows, &[Side::Left]))
}

fn against(study: &Study, measured: &Measured) -> String {
    let mut rows = vec![vec!["Against".to_owned()]];
    rows[0].extend(study.rivals.iter().map(|rival| rival.name.clone()));
    for figure in AGAINST {
        let mut row = vec![figure.name.to_owned()];
        row.extend(measured.against.iter().map(|set| figure.shape.write(figure.of(set))));
        rows.push(row);
    }
    format!("\n{}", columns(&rows, &[Side::Left, Side::Right]))
}

/// Seven metrics over the last 1, 3, 6 and 12 months.
pub(crate) fn grid(rows: &[GridRow]) -> String {
    let mut table = vec![vec!["Last months".to_owned()]];
    table[0].extend(rows.iter().map(|(months, ..)| months.to_string()));
    for (ix, figure) in GRID.iter().enumerate() {
        let mut row = vec![figure.name.to_owned()];
        row.extend(rows.iter().map(|(.., values)| figure.shape.write(values[ix])));
        table.push(row);
    }
    format!("\n{}", columns(&table, &[Side::Left, Side::Right]))
}

/// The deepest drawdowns.
pub(crate) fn drawdowns(rows: &[DrawdownRow]) -> String {
    let head = ["Drawdown", "Peak", "Trough", "Recovery", "Days", "Gain needed"];
    let mut table = vec![head.map(str::to_owned).to_vec()];
    for row in rows {
        table.push(vec![
            percent(row.depth),
            row.peak.to_string(),
            row.trough.to_string(),
            row.recovery.map_or("not yet".to_owned(), |date| date.to_string()),
            format!("{:.0}", row.days),
            percent(row.gain_needed),
        ]);
    }
    match rows.is_empty() {
        true => "\nThere was no drawdown.\n".to_owned(),
        false => format!("\n{}", columns(&table, &[Side::Right])),
    }
}

/// Where it did not do what its file expects.
fn expected(measured: &Measured) -> String {
    let said: Vec<String> = measured.expected.iter().filter_map(Held::warning).collect();
    let lines: String = said.iter().map(|said| wrap(&format!("- {said}"), WIDTH, "  ")).collect();
    if lines.is_empty() { lines } else { format!("\nNot as its file expects\n{lines}") }
}

fn years(study: &Study, measured: &Measured) -> String {
    let mut head = vec!["Year".to_owned(), study.strategy.name.clone()];
    head.extend(study.rivals.iter().map(|rival| rival.name.clone()));
    let mut table = vec![head];
    for (ix, year) in measured.years.years.iter().enumerate() {
        let mut row = vec![year.year.to_string(), percent(year.total)];
        row.extend(
            measured
                .rival_years
                .iter()
                .map(|own| own.years.get(ix).map_or("-".to_owned(), |year| percent(year.total))),
        );
        table.push(row);
    }
    format!("\n{}", columns(&table, &[Side::Left, Side::Right]))
}

/// The newest target with its reasons.
fn decision(study: &Study) -> String {
    let market = &study.opened.market;
    let Some(decision) = study.run.books.as_ref().and_then(|books| books.last_decision()) else {
        return String::new();
    };
    let part = |(asset, w)| format!("{} {}", market.symbol(asset), percent(w));
    let mut parts: Vec<String> = decision.target.iter().map(part).collect();
    let cash = 1.0 - decision.target.invested();
    // Less than a hundredth of a percent is rounding on the eye.
    if cash.abs() > 1e-4 {
        parts.push(format!("cash {}", percent(cash)));
    }
    let mut text = format!(
        "\nNewest decision, {}: {}\n",
        market.calendar().date(decision.day),
        parts.join(", ")
    );
    for note in &decision.because {
        text += &wrap(&format!("{}: {}", note.node, note.why), WIDTH, "  ");
    }
    text
}

/// What the reader must know.
pub(crate) fn notices(notices: &[String]) -> String {
    if notices.is_empty() {
        return String::new();
    }
    let lines: String =
        notices.iter().map(|notice| wrap(&format!("- {notice}"), WIDTH, "  ")).collect();
    format!("\nTo know\n{lines}")
}

/// One figure a line: name, value and convention.
pub(crate) fn list(set: &trimtab_lab::MetricSet) -> String {
    let rows: Vec<Vec<String>> = set
        .values
        .iter()
        .map(|value| {
            let number = value.value.map_or("-".to_owned(), |x| format!("{x:.6}"));
            vec![value.name.to_owned(), number, value.convention.to_owned()]
        })
        .collect();
    columns(&rows, &[Side::Left, Side::Right, Side::Left])
}

/// The head of a report on a curve.
pub(crate) fn short(
    set: &trimtab_lab::MetricSet,
    benchmark: Option<&trimtab_lab::MetricSet>,
) -> String {
    let line = |figure: &Figure| {
        let mut row = vec![figure.name.to_owned(), figure.shape.write(figure.of(set))];
        row.extend(benchmark.map(|other| figure.shape.write(figure.of(other))));
        row
    };
    columns(&HEAD.iter().map(line).collect::<Vec<_>>(), &[Side::Left, Side::Right])
}
