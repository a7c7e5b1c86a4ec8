//! `trimtab list`: what there is.
use serde_json::{Value, json};
use trimtab_core::Result;
use trimtab_lab::metrics;

use super::manual;
use crate::args::{Format, List, Topic};
use crate::library::LIBRARY;
use crate::say::{self, Outcome};
use crate::text::{Side, columns};

const TOPICS: [Topic; 9] = [
    Topic::Strategies,
    Topic::Signals,
    Topic::Gauges,
    Topic::Allocators,
    Topic::Limits,
    Topic::Objectives,
    Topic::Means,
    Topic::Covariances,
    Topic::Metrics,
];

/// A named thing in one line.
struct Item {
    name: String,
    about: String,
}

/// Prints names and one line each.
pub(crate) fn run(args: &List) -> Outcome {
    let topics: &[Topic] = match &args.what {
        Some(topic) => std::slice::from_ref(topic),
        None => &TOPICS,
    };
    let mut lists = Vec::with_capacity(topics.len());
    for topic in topics {
        lists.push((name(*topic), items(*topic)?));
    }
    if args.format == Format::Json {
        let list = |items: &[Item]| -> Value {
            items.iter().map(|item| json!({ "name": item.name, "about": item.about })).collect()
        };
        let all = lists.iter().map(|(name, items)| ((*name).to_owned(), list(items)));
        return say::json(&Value::Object(all.collect()));
    }
    let rows = |items: &[Item]| -> Vec<Vec<String>> {
        items.iter().map(|item| vec![format!("  {}", item.name), item.about.clone()]).collect()
    };
    let mut text = String::new();
    for (name, items) in &lists {
        text += &format!("{name}\n{}\n", columns(&rows(items), &[Side::Left]));
    }
    text += "`trimtab explain NAME` says more about each.\n";
    say::result(&text)
}

fn name(topic: Topic) -> &'static str {
    match topic {
        Topic::Strategies => "strategies",
        Topic::Signals => "signals",
        Topic::Gauges => "gauges",
        Topic::Allocators => "allocators",
        Topic::Limits => "limits",
        Topic::Objectives => "objectives",
        Topic::Means => "means",
        Topic::Covariances => "covariances",
        Topic::Metrics => "metrics",
    }
}

fn items(topic: Topic) -> Result<Vec<Item>> {
    let item = |name: &str, about: &str| Item { name: name.to_owned(), about: about.to_owned() };
    match topic {
        Topic::Strategies => LIBRARY
            .iter()
            .map(|entry| entry.strategy().map(|strategy| item(entry.name, &strategy.title)))
            .collect(),
        Topic::Metrics => Ok(metrics::all().map(|metric| item(metric.key, metric.name)).collect()),
        _ => {
            let class = manual::classes()
                .into_iter()
                .find(|class| name(topic) == format!("{}s", class.name));
            let kinds = class.into_iter().flat_map(|class| class.kinds);
            Ok(kinds.map(|info| item(info.kind, &manual::summary(&info))).collect())
        }
    }
}
