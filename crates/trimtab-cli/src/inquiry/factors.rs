//! `trimtab study factors`: which factors mattered.
use serde_json::json;
use trimtab_core::{AssetId, Date, Day, Error, Kind, Market, Result, Unit};
use trimtab_lab::factors::{FactorAlone, FactorSeries, FactorStudy, study};
use trimtab_strategy::{AnyAllocator, AnyGauge, Book, Cx, Memory, Node, Strategy};

use super::months::{ends, growth, levels};
use crate::args::{self, Format};
use crate::history::Opened;
use crate::report::DISCLAIMER;
use crate::say::{self, Outcome};
use crate::text::{Side, columns, wrap};

/// Studies the factors and prints what was found.
pub(crate) fn run(args: &args::Factors) -> Outcome {
    let target = Strategy::parse("target", &holding(&args.asset))?;
    let opened = Opened::open(&args.data, args.history, args.quiet, &target)?;
    let market = &opened.market;
    let asset = market.find(&args.asset)?;
    let days = ends(market, args.from, args.to)?;
    let (days, returns) = priced(market, asset, &days)?;
    let gauges = match args.factor.is_empty() {
        true => usual(market, &args.asset)?,
        false => args.factor.iter().map(|(name, said)| gauge(name, said)).collect::<Result<_>>()?,
    };
    let factors: Vec<FactorSeries> =
        gauges.iter().map(|(name, gauge)| readings(market, &days, name, gauge)).collect();
    let found = study(&returns, &factors, &args.horizon)?;
    let span = (market.calendar().date(days[0]), market.calendar().date(days[days.len() - 1]));
    match args.format {
        Format::Json => say::json(&json!({
            "asset": args.asset, "from": span.0, "to": span.1, "months": days.len(),
            "alone": found.alone, "together": found.together, "tests": found.tests,
            "left_out": found.left_out, "notices": opened.notices, "disclaimer": DISCLAIMER,
        })),
        Format::Table => say::result(&table(&args.asset, span, &found)),
    }
}

/// A strategy that holds the asset, so that the history that has it is opened.
fn holding(asset: &str) -> String {
    format!("root = {{ kind = \"fixed\", weights = {{ {asset:?} = 1.0 }} }}")
}

/// A gauge under a name: a table as in a strategy file, or the name of a series.
fn gauge(name: &str, said: &str) -> Result<(String, Node<AnyGauge>)> {
    let table = match said.trim_start().starts_with('{') {
        true => said.to_owned(),
        false => format!("{{ kind = \"series\", series = {said:?} }}"),
    };
    let text = format!(
        "root = {{ kind = \"when\", gauge = {table}, above = 0.0, then = {{ kind = \"equal-weight\" }} }}"
    );
    let strategy = Strategy::parse(name, &text)?;
    match strategy.root.inner() {
        AnyAllocator::When(when) => Ok((name.to_owned(), when.gauge.clone())),
        _ => Err(Error::new(Kind::Usage, format!("{name} is no gauge"))),
    }
}

/// The month-ends on which the asset has a price, from its first one on, and its return in the month before each.
fn priced(market: &Market, asset: AssetId, days: &[Day]) -> Result<(Vec<Day>, Vec<f64>)> {
    let levels = levels(market, asset, days);
    let (mut kept, mut returns) = (Vec::new(), Vec::new());
    for (at, day) in days.iter().enumerate().skip(1) {
        match growth(&levels, at, 1) {
            Some(r) => {
                kept.push(*day);
                returns.push(r);
            }
            None if kept.is_empty() => {}
            None => break,
        }
    }
    match kept.is_empty() {
        true => Err(Error::data(format!("{} has no two month-ends", market.symbol(asset)))),
        false => Ok((kept, returns)),
    }
}

/// What the gauge said on each day, as a strategy would have heard it.
fn readings(market: &Market, days: &[Day], name: &str, gauge: &Node<AnyGauge>) -> FactorSeries {
    let (book, mut memory) = (Book::default(), Memory::default());
    let read = |day: &Day| {
        let mut cx = Cx::silent(market.as_of(*day), &book, &mut memory, &[]);
        gauge.read(&mut cx).ok()
    };
    FactorSeries { name: name.to_owned(), readings: days.iter().map(read).collect() }
}

/// What is studied when nothing is named: the asset's own past, and the change over a year of every series that could be
/// known at the time. Rates also by their level.
fn usual(market: &Market, asset: &str) -> Result<Vec<(String, Node<AnyGauge>)>> {
    let own = |name: &str, by: &str| {
        gauge(name, &format!("{{ kind = \"score-of\", asset = {asset:?}, by = {{ {by} }} }}"))
    };
    let mut all = vec![
        own("return of 1 month", "kind = \"total-return\", window = \"1 months\"")?,
        own("return of 12 months", "kind = \"total-return\", window = \"12 months\"")?,
        own("return of 60 months", "kind = \"total-return\", window = \"60 months\"")?,
        own("above 10-month average", "kind = \"sma-distance\", window = \"10 months\"")?,
        own("volatility of 12 months", "kind = \"volatility\", window = \"12 months\"")?,
    ];
    for name in market.series_names() {
        let Some(series) = market.series(name).filter(|series| !series.is_hindsight()) else {
            continue;
        };
        let Some(year) = readings_a_year(series.facts().iter().map(|fact| fact.about)) else {
            continue;
        };
        let rate = series.unit() == Unit::PercentPerYear;
        if rate {
            all.push(gauge(name, name)?);
        }
        let how = match rate || series.facts().iter().any(|fact| fact.value <= 0.0) {
            true => "difference",
            false => "ratio",
        };
        let table = format!(
            "{{ kind = \"series-change\", series = {name:?}, readings = {year}, how = \"{how}\" }}"
        );
        all.push(gauge(&format!("{name}, change of a year"), &table)?);
    }
    Ok(all)
}

/// How many readings a series has in a year, from the middle distance between its periods; none for fewer than three.
fn readings_a_year(about: impl Iterator<Item = Date>) -> Option<u32> {
    let mut dates: Vec<Date> = about.collect();
    dates.sort_unstable();
    dates.dedup();
    let mut gaps: Vec<i32> = dates.windows(2).map(|pair| (pair[1] - pair[0]).get_days()).collect();
    gaps.sort_unstable();
    let middle = *gaps.get(gaps.len() / 2).filter(|_| gaps.len() > 1)?;
    // A gap of one day is that of weekdays, of which a year has 261; sessions differ from them by holidays.
    Some(if middle <= 1 { 252 } else { (365.25 / f64::from(middle)).round().max(1.0) as u32 })
}

/// Below this corrected p-value a factor is called found.
const FOUND: f64 = 0.05;

fn table(asset: &str, (from, to): (Date, Date), found: &FactorStudy) -> String {
    let mut text = format!(
        "What came before the returns of {asset}, month-ends from {from} to {to}\n\n{}\n",
        wrap(
            "Slope: log return over the horizon that one deviation more of the factor came before. Errors after Newey and West. Holm, BH, \
             BHY: p-values corrected for all tests below. Out of sample: 1 less squared errors over those of the mean so far, above zero is \
             better than the mean, with the p-value of Clark and West.",
            100,
            ""
        )
    );
    let mut horizons: Vec<usize> = found.alone.iter().map(|f| f.horizon).collect();
    horizons.dedup();
    for horizon in horizons {
        text += &format!("Each alone, {} ahead\n", months(horizon));
        let mut own: Vec<&FactorAlone> =
            found.alone.iter().filter(|f| f.horizon == horizon).collect();
        let size = |f: &FactorAlone| f.t.map_or(0.0, f64::abs);
        own.sort_by(|a, b| size(b).total_cmp(&size(a)));
        let head = [
            "Factor",
            "Slope",
            "Error",
            "t",
            "p",
            "Holm",
            "BH",
            "BHY",
            "R2",
            "Out of sample",
            "p",
            "Months",
        ];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        rows.extend(own.into_iter().map(row));
        text += &columns(&rows, &[Side::Left, Side::Right]);
        text.push('\n');
    }
    for all in &found.together {
        let joint = all.p.map_or("-".to_owned(), probability);
        text += &format!(
            "All together, {} ahead: R2 {}, p {joint}, out of sample {}, {} months\n",
            months(all.horizon),
            share(all.r_squared),
            share(all.forecast.map(|f| f.r_squared)),
            all.outcomes
        );
        let mut rows = vec![["Factor", "Slope", "Error", "t", "p"].map(str::to_owned).to_vec()];
        rows.extend(all.slopes.iter().map(|own| {
            vec![
                own.name.clone(),
                format!("{:+.4}", own.slope),
                format!("{:.4}", own.error),
                own.t.map_or("-".to_owned(), |t| format!("{t:.1}")),
                own.p.map_or("-".to_owned(), probability),
            ]
        }));
        text += &columns(&rows, &[Side::Left, Side::Right]);
        text.push('\n');
    }
    for (name, why) in &found.left_out {
        text += &format!("left out: {name}: {why}\n");
    }
    text + &format!("{}\n{DISCLAIMER}\n", verdict(found))
}

fn row(f: &FactorAlone) -> Vec<String> {
    let p = |p: Option<f64>| p.map_or("-".to_owned(), probability);
    vec![
        f.name.clone(),
        format!("{:+.4}", f.slope),
        format!("{:.4}", f.error),
        f.t.map_or("-".to_owned(), |t| format!("{t:.1}")),
        p(f.p),
        p(f.p_holm),
        p(f.p_bh),
        p(f.p_bhy),
        share(f.r_squared),
        share(f.forecast.map(|forecast| forecast.r_squared)),
        p(f.forecast.map(|forecast| forecast.p)),
        f.outcomes.to_string(),
    ]
}

/// What is left after the corrections, in a sentence.
fn verdict(found: &FactorStudy) -> String {
    let sure = found.alone.iter().filter(|f| f.p_holm.is_some_and(|p| p < FOUND));
    let names: Vec<String> =
        sure.map(|f| format!("{} ({} ahead)", f.name, months(f.horizon))).collect();
    let said = match names.is_empty() {
        true => format!(
            "No factor is left after correcting for {} tests: what looks strong above may be chance.",
            found.tests
        ),
        false => {
            format!(
                "Left after correcting for {} tests (Holm, 5 %): {}.",
                found.tests,
                names.join(", ")
            )
        }
    };
    wrap(&said, 100, "")
}

fn months(n: usize) -> String {
    format!("{n} month{}", if n == 1 { "" } else { "s" })
}

fn share(x: Option<f64>) -> String {
    x.map_or("-".to_owned(), |x| format!("{:.1} %", 100.0 * x))
}

fn probability(p: f64) -> String {
    if p < 5e-4 { "<0.001".to_owned() } else { format!("{p:.3}") }
}
