//! Trailing windows: what somebody saw who looked back 1, 3, 6 or 12 months.
use trimtab_core::{Date, Result};

use super::{Prepares, TearSheet, prose, table};
use crate::chart::{Curve, Lines, Scale, Unit};
use crate::figures::GRID;
use crate::page::{Block, Figure, Section};
use crate::rolling::{MONTHS, RollingMetric, RollingTable};

/// What is drawn over twelve months besides the return.
const MORE: [(RollingMetric, &str, Unit); 5] = [
    (RollingMetric::Volatility, "Volatility over 12 months", Unit::Percent),
    (RollingMetric::Sharpe, "Sharpe ratio over 12 months", Unit::Number),
    (RollingMetric::Sortino, "Sortino ratio over 12 months", Unit::Number),
    (RollingMetric::Alpha, "Alpha a year over 12 months", Unit::Percent),
    (RollingMetric::Beta, "Beta over 12 months", Unit::Number),
];

/// Values further out than this are drawn at it: a month without a falling day has a Sortino ratio of thousands, beside
/// which everything else would be a flat line.
const RATIO_MOST: f64 = 10.0;

/// The dates that are drawn, and the run beside its first rival.
struct Windows<'a> {
    run: RollingTable,
    rival: Option<RollingTable>,
    names: Vec<&'a str>,
    /// Periods whose end is drawn.
    periods: Vec<usize>,
    dates: Vec<Date>,
}

pub(super) fn section(sheet: &TearSheet<'_>, all: &Prepares<'_>) -> Result<Section> {
    let record = &all.run.record;
    let rival = all.rivals.first().map(|r| RollingTable::months(&r.record, &MONTHS)).transpose()?;
    let names: Vec<&str> = std::iter::once(sheet.strategy.name.as_str())
        .chain(sheet.rival().map(|rival| rival.name))
        .collect();
    let last = record.len() - 1;
    let periods: Vec<usize> = (0..=last).rev().step_by(sheet.stride()).collect::<Vec<_>>();
    let periods: Vec<usize> = periods.into_iter().rev().collect();
    let dates = periods.iter().map(|t| record.dates()[t + 1]).collect();
    let windows =
        Windows { run: RollingTable::months(record, &MONTHS)?, rival, names, periods, dates };
    let mut blocks = vec![grid(&windows)];
    let returns = |ix: usize| {
        let months = MONTHS[ix];
        let plural = if months == 1 { "" } else { "s" };
        let label = format!("Return over the last {months} month{plural}");
        windows.drawn(ix, RollingMetric::Return, &label, Unit::Percent)
    };
    blocks.extend(returns(3));
    let shorter: Vec<Block> = [2, 1, 0].into_iter().filter_map(returns).collect();
    let others =
        MORE.iter().filter_map(|(metric, label, unit)| windows.drawn(3, *metric, label, *unit));
    let others: Vec<Block> = others.collect();
    let folds = [("Over 6, 3 and 1 months", shorter), ("Risk and ratios over 12 months", others)];
    let folds = folds.into_iter().filter(|(_, blocks)| !blocks.is_empty());
    blocks.extend(folds.map(|(name, blocks)| Block::Fold(name.to_owned(), blocks)));
    if blocks.len() == 1 {
        blocks.push(prose("The run is shorter than a year: there is nothing to draw."));
    }
    Ok(Section::new("Rolling windows", blocks))
}

/// Seven metrics over the last 1, 3, 6 and 12 months.
fn grid(windows: &Windows<'_>) -> Block {
    let grid = windows.run.grid();
    let rows = GRID.iter().enumerate().map(|(ix, figure)| {
        let cells = grid.iter().map(|(_, row)| figure.shape.write(row[ix]));
        std::iter::once(figure.name.to_owned()).chain(cells).collect()
    });
    let head = ["Last", "1 month", "3 months", "6 months", "12 months"];
    table("The end of the run; alpha and beta against the first comparison", head, rows.collect())
}

impl Windows<'_> {
    /// One metric over the window at `ix`; nothing when the window is longer than the run or the metric never defined.
    fn drawn(&self, ix: usize, metric: RollingMetric, label: &str, unit: Unit) -> Option<Block> {
        let column = |table: &RollingTable| -> Vec<f64> {
            let column = table.window(ix).column(metric);
            let limit = if unit == Unit::Number { RATIO_MOST } else { f64::MAX };
            let at = |t: &usize| column.at(*t).map_or(f64::NAN, |x| x.clamp(-limit, limit));
            self.periods.iter().map(at).collect()
        };
        let first = self.run.window(ix).column(metric).first();
        let start = self.periods.partition_point(|t| *t < first);
        let versus = matches!(metric, RollingMetric::Alpha | RollingMetric::Beta);
        let columns: Vec<Vec<f64>> = std::iter::once(&self.run)
            .chain(self.rival.as_ref().filter(|_| !versus))
            .map(column)
            .collect();
        if columns[0].iter().all(|x| x.is_nan()) {
            return None;
        }
        let curves: Vec<Curve<'_>> = self
            .names
            .iter()
            .zip(&columns)
            .map(|(name, values)| Curve { name, values: &values[start..] })
            .collect();
        let chart = Lines {
            label,
            dates: &self.dates[start..],
            curves: &curves,
            scale: Scale::Linear,
            unit,
            height: 200.0,
            filled: false,
            shades: &[],
            strips: &[],
        };
        Some(Block::Figure(Figure::live(label, &chart)))
    }
}
