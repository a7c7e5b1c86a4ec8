//! What the sides of a comparison printed: agreement, medians, ratios.

use serde_json::Value;

/// One piece of work that several programs do.
pub(super) struct Work {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) ours: &'static str,
    /// What this project promises, in milliseconds of CPU time on a machine of its day.
    pub(super) goal_ms: f64,
    pub(super) peers: &'static [(&'static str, &'static str)],
    /// The figures that all sides print and that must be equal.
    pub(super) agree: &'static [&'static str],
    /// The figure that no side may have lower than this project: what an optimiser makes least.
    pub(super) least: Option<&'static str>,
}

/// How far below this project's a peer's least value may be, relative: the digits that peers give.
const BEHIND: f64 = 1e-6;

/// One line of the result.
#[derive(Debug, PartialEq)]
pub(super) struct Row {
    work: String,
    who: String,
    /// None for a peer that failed.
    milliseconds: Option<f64>,
    /// Times this project's time; none for itself.
    ratio: Option<f64>,
    goal: String,
}

/// A figure of a printed line.
pub(super) fn number(said: &Value, key: &str) -> Result<f64, String> {
    said[key].as_f64().ok_or_else(|| format!("there is no number `{key}` in {said}"))
}

/// Where a side prints another figure than this project, as sentences.
pub(super) fn disagreements(work: &Work, sides: &[Vec<Value>], tolerance: f64) -> Vec<String> {
    let Some(ours) = sides.first().and_then(|side| side.first()) else { return Vec::new() };
    let names = std::iter::once("trimtab").chain(work.peers.iter().map(|(name, _)| *name));
    let mut complaints = Vec::new();
    for (name, said) in
        names.zip(sides).flat_map(|(name, side)| side.iter().map(move |s| (name, s)))
    {
        for key in work.agree {
            match (number(ours, key), number(said, key)) {
                (Ok(a), Ok(b)) if (a - b).abs() <= tolerance * a.abs().max(b.abs()) => {}
                (Ok(a), Ok(b)) => complaints.push(format!("{key}: trimtab {a}, {name} {b}")),
                (a, b) => complaints.extend(a.err().into_iter().chain(b.err())),
            }
        }
        if let Some(key) = work.least {
            match (number(ours, key), number(said, key)) {
                (Ok(a), Ok(b)) if a <= b + BEHIND * b.abs() => {}
                (Ok(a), Ok(b)) => {
                    complaints.push(format!("{key}: {name} has {b}, trimtab only {a}"))
                }
                (a, b) => complaints.extend(a.err().into_iter().chain(b.err())),
            }
        }
    }
    complaints.dedup();
    complaints
}

/// The lines of one work: this project with its goal, then each peer with its ratio.
pub(super) fn rows(work: &Work, sides: &[Vec<Value>]) -> Result<Vec<Row>, String> {
    const MILLI: f64 = 1e3;
    let names = std::iter::once("trimtab").chain(work.peers.iter().map(|(name, _)| *name));
    let mut rows: Vec<Row> = Vec::new();
    for (name, side) in names.zip(sides) {
        let times: Result<Vec<f64>, String> = side.iter().map(|s| number(s, "cpu_s")).collect();
        let milliseconds = median(times?).map(|seconds| seconds * MILLI);
        let ours = rows.first().and_then(|row| row.milliseconds);
        let met = if milliseconds.is_some_and(|ms| ms <= work.goal_ms) { "met" } else { "MISSED" };
        rows.push(Row {
            work: if ours.is_none() { work.name.into() } else { String::new() },
            who: match side.first().and_then(|said| said["metrics"].as_u64()) {
                Some(count) if ours.is_none() => format!("{name}, {count}"),
                _ => name.into(),
            },
            milliseconds,
            ratio: ours.zip(milliseconds).map(|(ours, theirs)| theirs / ours),
            goal: match ours {
                None => format!("<= {} ms: {met}", work.goal_ms),
                Some(_) => String::new(),
            },
        });
    }
    Ok(rows)
}

/// The rows under a head, aligned.
pub(super) fn table(rows: &[Row]) -> String {
    let line = |work: &str, who: &str, time: &str, ratio: &str, goal: &str| {
        format!("{work:<32}{who:<18}{time:>14}{ratio:>12}   {goal}").trim_end().to_owned() + "\n"
    };
    let mut text = line("work", "who", "CPU ms", "x trimtab", "goal");
    for row in rows {
        let ratio = row.ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        let time = row.milliseconds.map_or_else(|| "fails".into(), |ms| format!("{ms:.4}"));
        text += &line(&row.work, &row.who, &time, &ratio, &row.goal);
    }
    text
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const WORK: Work = Work {
        name: "sum",
        about: "",
        ours: "",
        goal_ms: 2.0,
        peers: &[("other", "")],
        agree: &["sum"],
        least: Some("sum"),
    };

    fn said(seconds: [f64; 3], sum: f64) -> Vec<Value> {
        seconds.map(|cpu_s| json!({ "cpu_s": cpu_s, "sum": sum })).to_vec()
    }

    #[test]
    fn medians_are_compared() {
        let sides = [said([0.001, 0.009, 0.0015], 1.0), said([0.003, 0.0045, 0.009], 1.0)];
        let rows = rows(&WORK, &sides).expect("rows");
        assert!((rows[0].milliseconds.expect("a time") - 1.5).abs() < 1e-12);
        assert_eq!((rows[0].goal.as_str(), rows[0].ratio), ("<= 2 ms: met", None));
        assert!((rows[1].ratio.expect("a ratio") - 3.0).abs() < 1e-12);
        assert!(table(&rows).contains("3.00"));
    }

    #[test]
    fn a_peer_that_failed_has_no_time() {
        let sides = [said([0.001; 3], 1.0), Vec::new()];
        assert!(disagreements(&WORK, &sides, 1e-9).is_empty());
        let rows = rows(&WORK, &sides).expect("rows");
        assert_eq!((rows[1].milliseconds, rows[1].ratio), (None, None));
        assert!(table(&rows).contains("fails"));
    }

    #[test]
    fn other_figures_are_told() {
        let sides = |sum| [said([1.0; 3], 1.0), said([1.0; 3], sum)];
        assert!(disagreements(&WORK, &sides(1.0 + 1e-12), 1e-9).is_empty());
        assert_eq!(disagreements(&WORK, &sides(1.1), 1e-9), ["sum: trimtab 1, other 1.1"]);
        let optimum = Work { agree: &[], ..WORK };
        assert!(disagreements(&optimum, &sides(1.1), 1e-9).is_empty());
        let told = disagreements(&optimum, &sides(0.9), 1e-9);
        assert_eq!(told, ["sum: other has 0.9, trimtab only 1"]);
    }
}
