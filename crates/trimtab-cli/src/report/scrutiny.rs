//! A scrutiny for people.
use trimtab_lab::robustness::{Evidence, Figures, Resampled, Scrutiny, Varied, Walk};
use trimtab_trials::Researched;

use super::DISCLAIMER;
use super::table::budget;
use crate::history::Opened;
use crate::text::{Side, columns, fixed, percent, wrap};

/// Reports are read on screens of this width.
const WIDTH: usize = 100;

/// The whole report: the verdict first, then what it rests on.
pub(crate) fn table(found: &Scrutiny, opened: &Opened, researched: &Researched) -> String {
    let mut text = format!("{} against {}\n", found.strategy, found.benchmark);
    text += &wrap(&format!("{} periods of {}", found.periods, opened.source), WIDTH, "");
    text += &format!("\nVerdict\n{}", wrap(found.verdict.words(), WIDTH, "  "));
    for (evidence, head) in [(Evidence::For, "For"), (Evidence::Against, "Against")] {
        let lines: Vec<Vec<String>> = found
            .findings
            .iter()
            .filter(|finding| finding.says == evidence)
            .map(|finding| vec![format!("  {}", finding.what), finding.words.clone()])
            .collect();
        if !lines.is_empty() {
            text += &format!("\n{head}\n{}", columns(&lines, &[Side::Left]));
        }
    }
    text += &budget(researched);
    text += &headlines(found);
    text += &circumstances(found);
    text += &markets(&found.markets);
    text += &walks(found);
    text += &format!("\n{DISCLAIMER}\n");
    text
}

fn headlines(found: &Scrutiny) -> String {
    let shape = |key: &str, x: f64| match key {
        "sharpe" | "sortino" => fixed(x, 2),
        _ => percent(x),
    };
    let row = |band: &trimtab_lab::robustness::Banded| {
        let [value, low, high] = [band.value, band.low, band.high].map(|x| shape(band.key, x));
        vec![format!("  {}", band.key), value, low, high]
    };
    let mut rows = vec![["", "value", "95 % from", "to"].map(str::to_owned).to_vec()];
    rows.extend(found.bands.iter().map(row));
    let mut text = format!("\nHeadline figures\n{}", columns(&rows, &[Side::Left, Side::Right]));
    let tests = &found.tests;
    let mut line = |name: &str, value: Option<String>| {
        text += &value.map_or_else(String::new, |value| format!("  {name}: {value}\n"));
    };
    line("trials compared", Some(tests.trials.to_string()));
    line("parameter sets refused", (found.refused > 0).then(|| found.refused.to_string()));
    line("p-value of the strategy, family-wise", Some(format!("{:.4}", tests.p)));
    line("p-value of the best of the family", Some(format!("{:.4}", tests.p_best)));
    line(
        "named by the stepwise test",
        Some(format!("{} ({} of the family)", tests.named, tests.named_all)),
    );
    line("probability of overfitting", tests.overfitting.map(percent));
    line("deflated Sharpe ratio", tests.deflated.map(|p| format!("{p:.4}")));
    line("Sharpe ratio after Holm's haircut", tests.sharpe_after_haircut.map(|s| fixed(s, 2)));
    text
}

fn figures(name: String, f: &Figures) -> Vec<String> {
    vec![
        format!("  {name}"),
        percent(f.return_yearly),
        percent(f.volatility_yearly),
        fixed(f.sharpe, 2),
        percent(f.drawdown_max),
        percent(f.turnover_yearly),
    ]
}

fn circumstances(found: &Scrutiny) -> String {
    let head = ["", "return", "volatility", "Sharpe", "drawdown", "turnover"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.push(figures("as it is".into(), &found.figures));
    rows.push(figures(found.benchmark.clone(), &found.benchmark_figures));
    let extremes = |all: &[Varied], rows: &mut Vec<Vec<String>>| {
        let by = |a: &&Varied, b: &&Varied| a.figures.sharpe.total_cmp(&b.figures.sharpe);
        let (low, high) = (all.iter().min_by(by), all.iter().max_by(by));
        for (name, varied) in [("worst", low), ("best", high)] {
            if let Some(varied) = varied {
                rows.push(figures(format!("{name} day: {}", varied.what), &varied.figures));
            }
        }
    };
    extremes(&found.timing_luck, &mut rows);
    let plain = found.delays.iter().chain(found.costs.iter().skip(1));
    let plain = plain.chain(found.frequencies.iter().flatten());
    rows.extend(plain.map(|varied| figures(varied.what.clone(), &varied.figures)));
    format!("\nIn other circumstances\n{}", columns(&rows, &[Side::Left, Side::Right]))
}

fn markets(markets: &[Resampled]) -> String {
    let mut text = String::new();
    for made in markets {
        let row = |name: &str, [low, middle, high]: [f64; 3], shape: fn(f64) -> String| {
            vec![format!("  {name}"), shape(low), shape(middle), shape(high)]
        };
        let ratio = |x: f64| fixed(x, 2);
        let rows = [
            ["", "5 %", "50 %", "95 %"].map(str::to_owned).to_vec(),
            row("return", made.return_yearly, percent),
            row("Sharpe", made.sharpe, ratio),
            row("Sharpe less the benchmark's", made.sharpe_ahead, ratio),
            row("drawdown", made.drawdown_max, percent),
        ];
        text += &format!("\n{} markets of {}", made.markets, made.how);
        text += &match made.failed {
            0 => "\n".to_owned(),
            n => format!("; {n} more could not be run\n"),
        };
        text += &columns(&rows, &[Side::Left, Side::Right]);
    }
    text
}

fn walks(found: &Scrutiny) -> String {
    let row = |name: &str, walk: &Option<Walk>| {
        walk.as_ref().map_or_else(Vec::new, |walk| {
            vec![
                figures(name.to_owned(), &walk.figures),
                figures("  all together".to_owned(), &walk.everyone),
                figures("  the best, known afterwards".to_owned(), &walk.hindsight),
            ]
        })
    };
    let moved = format!("each year the best-looking of {} strategies", found.library.len());
    let mut rows = row("parameters anew each year, from all before", &found.walk_anchored);
    rows.extend(row("parameters anew each year, from five years", &found.walk_rolling));
    rows.extend(row(&moved, &found.selection));
    if rows.is_empty() {
        return String::new();
    }
    rows.iter_mut().for_each(|row| {
        row.pop();
    });
    let mut all =
        vec![["", "return", "volatility", "Sharpe", "drawdown"].map(str::to_owned).to_vec()];
    all.extend(rows);
    format!("\nChoosing by the past\n{}", columns(&all, &[Side::Left, Side::Right]))
}
