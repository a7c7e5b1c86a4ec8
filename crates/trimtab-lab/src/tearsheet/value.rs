//! What became of the money, beside what it is compared with.
use super::{Prepares, TearSheet, prose, table};
use crate::chart::{Curve, Lines, Scale, Stretch, Unit};
use crate::figures::{AGAINST, HEAD, MORE};
use crate::metrics;
use crate::page::{Block, Figure, Section};
use crate::prepared::Prepared;

/// Numbers that one chart may hold. A longer run is shown at every second, third … session: at 80,000 the page would not
/// keep within a megabyte, at 4,000 twenty years would have no days.
const NUMBERS_MAX: usize = 18_000;

/// Rivals that are drawn; all of them stand in the tables.
const DRAWN: usize = 3;

pub(super) fn section(sheet: &TearSheet<'_>, all: &Prepares<'_>) -> Section {
    let rivals = sheet.rivals.iter().map(|rival| rival.name).zip(&all.rivals).take(DRAWN);
    let own = (sheet.strategy.name.as_str(), &all.run);
    let drawn: Vec<(&str, &Prepared<'_>)> = std::iter::once(own).chain(rivals).collect();
    let (what, start) = match (sheet.flows, sheet.equity.first()) {
        (false, Some(start)) => {
            ("Value of the account, and of the same money in what it is compared with", *start)
        }
        _ => ("What 100 became, deposits and withdrawals taken out", 100.0),
    };
    let shades = shades(all);
    let strips = strips(all);
    let mut blocks = curves(what, start, &drawn, &Times { shades: &shades, strips: &strips });
    if let Some(rival) = sheet.rivals.first().filter(|_| !shades.is_empty()) {
        blocks.push(prose(format!(
            "Shaded: bear markets of {}, from a high to the low after it where it fell by 20 % or more. They are known only \
             afterwards; nobody could have acted on them.",
            rival.name
        )));
    }
    if !strips.is_empty() {
        blocks.push(prose(told(all, strips.len())));
    }
    let about = |rival: &super::Rival<'_>| {
        prose(format!("{}: {}.", rival.name, rival.about.trim_end_matches('.')))
    };
    blocks.extend(sheet.rivals.iter().map(about));
    Section::new("Value", blocks)
}

/// The bear markets as first and last level, with the class of their shade.
fn shades(all: &Prepares<'_>) -> Vec<Stretch> {
    let bears = all.told("phase").map(|phases| phases.stretches(1)).unwrap_or_default();
    bears.into_iter().map(|(first, last)| (first, last + 1, "bear")).collect()
}

/// What the strips below the curves show, from the top, and in which colours.
const STRIPS: [(&str, &str, &[&str]); 3] = [
    (
        "regime",
        "known beforehand, by rule: calm and rising, rough and rising, calm and falling, rough and falling",
        &["r0", "r1", "r2", "r3"],
    ),
    (
        "fitted-regime",
        "known beforehand: calm or rough by a jump model fitted to the past alone",
        &["r0", "r3"],
    ),
    (
        "fitted-to-all",
        "known only afterwards: the same model fitted to the whole span",
        &["r0", "r3"],
    ),
];

/// Regimes as strips: stretches of levels with their colour.
fn strips(all: &Prepares<'_>) -> Vec<Vec<Stretch>> {
    let strip = |(by, _, colours): &(&str, &str, &'static [&'static str])| {
        let classes = all.told(by)?;
        let mut stretches: Vec<Stretch> = Vec::new();
        for (class, colour) in colours.iter().enumerate() {
            let own = classes.stretches(class).into_iter();
            stretches.extend(own.map(|(first, last)| (first, last + 1, *colour)));
        }
        stretches.sort_unstable();
        Some(stretches)
    };
    STRIPS.iter().filter_map(strip).collect()
}

/// What the strips are.
fn told(all: &Prepares<'_>, count: usize) -> String {
    let shown = STRIPS.iter().filter(|(by, ..)| all.told(by).is_some());
    let lines: Vec<String> =
        shown.enumerate().map(|(ix, (_, what, _))| format!("{}. {what}", ix + 1)).collect();
    let (strips, from) = if count == 1 { ("strip", "") } else { ("strips", ", from the top") };
    format!(
        "The {strips} at the foot of the chart show regimes{from}: {}. Green is calm and rising, red is rough or falling.",
        lines.join("; ")
    )
}

/// Stretches of levels to mark in a chart.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times<'a> {
    /// From top to bottom.
    pub(crate) shades: &'a [Stretch],
    /// At the foot, one strip below the other.
    pub(crate) strips: &'a [Vec<Stretch>],
}

/// What `start` became in each of the runs, and how far below the highest value so far it was. All runs have the dates
/// of the first.
pub(crate) fn curves(
    what: &str,
    start: f64,
    drawn: &[(&str, &Prepared<'_>)],
    times: &Times<'_>,
) -> Vec<Block> {
    let Some((_, first)) = drawn.first() else { return Vec::new() };
    let dates = first.record.dates();
    let every = (dates.len() * drawn.len()).div_ceil(NUMBERS_MAX).max(1);
    let ends = ends(dates.len(), every);
    let placed = |stretches: &[Stretch]| -> Vec<Stretch> {
        let place =
            |(a, b, class): &Stretch| (a / every, b.div_ceil(every).min(ends.len() - 1), *class);
        stretches.iter().map(place).collect()
    };
    let shades = placed(times.shades);
    let strips: Vec<Vec<Stretch>> = times.strips.iter().map(|strip| placed(strip)).collect();
    let shown: Vec<_> = ends.iter().map(|t| dates[*t]).collect();
    let wealth = |run: &Prepared<'_>| -> Vec<f64> {
        ends.iter().map(|t| start * run.path.wealth[*t]).collect()
    };
    let wealth: Vec<Vec<f64>> = drawn.iter().map(|(_, run)| wealth(run)).collect();
    let depth: Vec<Vec<f64>> = drawn.iter().map(|(_, run)| deepest(run, &ends)).collect();
    let below = "Drawdown: how far below the highest value so far";
    let value = Lines {
        label: what,
        dates: &shown,
        curves: &named(drawn, &wealth),
        scale: Scale::Log,
        unit: Unit::Money,
        height: 340.0,
        filled: false,
        shades: &shades,
        strips: &strips,
    };
    let fall = Lines {
        label: below,
        curves: &named(drawn, &depth),
        scale: Scale::Linear,
        unit: Unit::Percent,
        height: 200.0,
        filled: true,
        strips: &[],
        ..value
    };
    let note = match every {
        1 => String::new(),
        n => format!(" (one session of {n} is drawn; drawdowns are the deepest of each {n})"),
    };
    vec![
        Block::Figure(Figure::live(format!("{what}{note}"), &value)),
        Block::Figure(Figure::live(below, &fall)),
    ]
}

/// Every `every`-th level and the last one.
fn ends(levels: usize, every: usize) -> Vec<usize> {
    let mut ends: Vec<usize> = (0..levels).step_by(every).collect();
    if ends.last() != Some(&(levels - 1)) {
        ends.push(levels - 1);
    }
    ends
}

/// The deepest drawdown of the levels up to each of `ends`, from the one before on; at most zero.
fn deepest(run: &Prepared<'_>, ends: &[usize]) -> Vec<f64> {
    let mut from = 0;
    ends.iter()
        .map(|&end| {
            // Level t is the end of period t - 1.
            let depth = run.path.depth[from..end].iter().fold(0.0_f64, |most, d| most.max(*d));
            from = end;
            -depth
        })
        .collect()
}

fn named<'c>(drawn: &[(&'c str, &Prepared<'_>)], columns: &'c [Vec<f64>]) -> Vec<Curve<'c>> {
    drawn.iter().zip(columns).map(|((name, _), values)| Curve { name, values }).collect()
}

/// The figures of the run and its rivals side by side, and the whole registry.
pub(super) fn figures(sheet: &TearSheet<'_>, all: &Prepares<'_>) -> Section {
    let names = || sheet.rivals.iter().map(|rival| rival.name);
    let rows = HEAD.iter().chain(&MORE).map(|figure| {
        let rivals = all.rivals.iter().map(|run| figure.write(run));
        [figure.name.to_owned(), figure.write(&all.run)].into_iter().chain(rivals).collect()
    });
    let own = sheet.strategy.name.as_str();
    let head = ["", own].into_iter().chain(names());
    let mut blocks = vec![table("Beside each other", head, rows.collect())];
    if !all.against.is_empty() {
        let rows = AGAINST.iter().map(|figure| {
            let each = all.against.iter().map(|run| figure.write(run));
            std::iter::once(figure.name.to_owned()).chain(each).collect()
        });
        let head = [""].into_iter().chain(names());
        blocks.push(table(format!("{own} against each of them"), head, rows.collect()));
    }
    let every = metrics::all().filter_map(|metric| {
        let value = metric.of(&all.run)?;
        Some(vec![metric.name.to_owned(), format!("{value:.5}"), metric.convention.to_owned()])
    });
    let caption = match sheet.rival() {
        Some(rival) => format!(
            "Every figure there is, against {} where it needs a benchmark; fractions, not percent",
            rival.name
        ),
        None => "Every figure there is; fractions, not percent".to_owned(),
    };
    let every = table(caption, ["Figure", "Value", "How it is computed"], every.collect());
    blocks.push(Block::Fold("Every figure with its convention".to_owned(), vec![every]));
    Section::new("Figures", blocks)
}
