//! The page on metrics, from their registry.

use super::types::cell;
use crate::generated::Generated;
use trimtab_lab::metrics::{Better, Group, Metric, Unit, all};

const INTRO: &str = "\
Two tools that print the same name rarely print the same number. Each metric therefore states its convention. A metric
that is undefined (no loss to divide by, too few periods, no benchmark) is shown as such, never as a number. Losses,
shortfalls and depths are positive: a value at risk of 0.02 is a loss of 2 %.

r, n, P: return of a period, number of periods, periods a year. f, e = r - f: return of cash, excess return. b, a = r - b:
return of the benchmark, active return. m: target return per period. W: wealth, one unit at the start. R, F, B: yearly
return by number of periods, W^(P/n) - 1, of the run, of cash, of the benchmark. D: depth of a drawdown. mean, sd:
arithmetic mean; standard deviation with divisor n - 1 unless said.";

/// The page.
pub(super) fn page() -> Generated {
    let mut text = format!("# Metrics\n\n{}\n\n{INTRO}\n", super::MADE);
    for (group, title) in GROUPS {
        text += &format!("\n## {title}\n\n");
        text += "| key | name | unit | better | convention |\n|---|---|---|---|---|\n";
        for metric in all().filter(|metric| metric.group == group) {
            text += &row(metric);
        }
    }
    Generated { path: format!("{}/metrics.md", super::FOLDER), text }
}

fn row(metric: &Metric) -> String {
    let better = match metric.better {
        Better::Higher => "higher",
        Better::Lower => "lower",
        Better::Neither => "–",
    };
    let unit = match metric.unit {
        Unit::Fraction => "fraction",
        Unit::Ratio => "ratio",
        Unit::Probability => "probability",
        Unit::Days => "days",
        Unit::Periods => "periods",
        Unit::Count => "count",
    };
    let Metric { key, name, convention, .. } = metric;
    format!("| `{key}` | {} | {unit} | {better} | {} |\n", cell(name), cell(convention))
}

const GROUPS: [(Group, &str); 9] = [
    (Group::Return, "Return"),
    (Group::Reward, "Reward for risk"),
    (Group::Risk, "Risk"),
    (Group::Tail, "Tail"),
    (Group::Drawdown, "Drawdown"),
    (Group::Wins, "Wins and losses"),
    (Group::Shape, "Shape and order"),
    (Group::Inference, "Inference"),
    (Group::Benchmark, "Beside a benchmark"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_has_its_line() {
        let text = page().text;
        for metric in all() {
            assert_eq!(text.matches(&format!("| `{}` |", metric.key)).count(), 1, "{}", metric.key);
        }
    }
}
