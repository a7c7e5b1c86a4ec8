//! A landscape as one page.
use super::{Around, Influence, Landscape};
use crate::chart::{Map, Parallel, map, parallel};
use crate::page::{Block, Figure, Page, Section, Tile, table};
use crate::words::percent;

/// All that a page on many sets is made from.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// The strategy.
    pub strategy: &'a str,
    /// The sets.
    pub landscape: &'a Landscape,
    /// What the number is called.
    pub score: &'a str,
    /// Where the data are from, and the span.
    pub about: String,
    /// The researcher's budget in a sentence; empty for none.
    pub budget: &'a str,
    /// What stands before everything else: the front, where there are several numbers.
    pub front: Option<Section>,
    /// What else the reader must know.
    pub notices: &'a [String],
    /// Said once, at the end.
    pub disclaimer: &'a str,
}

/// More values of a parameter are drawn together.
const BINS: usize = 14;
/// Parameters whose pairs are mapped: those that explain most.
const MAPPED: usize = 4;
/// Lines of parallel coordinates: more hide each other.
const LINES: usize = 400;
/// Sets in tables.
const SHOWN: usize = 10;

impl Report<'_> {
    /// The page.
    pub fn page(&self) -> Page {
        let all = self.landscape;
        let around = all.around(SHOWN);
        let influences = all.influences();
        let mut sections: Vec<Section> = self.front.iter().cloned().collect();
        sections.push(self.neighbours(&around));
        sections.push(self.maps(&influences));
        sections.push(self.coordinates(&influences));
        sections.push(self.parameters(&influences));
        if !self.notices.is_empty() {
            let notices = self.notices.iter().map(|notice| Block::Prose(notice.clone()));
            sections.push(Section::new("Notices", notices.collect()));
        }
        let measured = all.scores.iter().flatten().count();
        let tile =
            |name: &str, value: String| Tile { name: name.into(), value, versus: String::new() };
        let order = all.order();
        let at = |ix: usize| order.get(ix).and_then(|ix| all.scores[*ix]);
        let written = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x:.3}"));
        Page {
            title: format!("{}: {} sets of parameters", self.strategy, all.sets.len()),
            subtitle: self.about.clone(),
            verdict: self.verdict(&around, &influences),
            tiles: vec![
                tile("Sets", all.sets.len().to_string()),
                tile("Failed", (all.sets.len() - measured).to_string()),
                tile(&format!("Highest {}", self.score), written(at(0))),
                tile("In the middle", written(at(order.len() / 2))),
                tile("Lowest", written(order.len().checked_sub(1).and_then(at))),
            ],
            sections: sections.into_iter().filter(|section| !section.blocks.is_empty()).collect(),
            footer: vec![self.disclaimer.to_owned()],
        }
    }

    fn named(&self, set: usize) -> String {
        let all = self.landscape;
        let places = all.paths.iter().zip(&all.values).zip(&all.sets[set]);
        places
            .map(|((path, values), k)| format!("{path} {}", values[*k]))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn verdict(&self, around: &[Around], influences: &[Influence]) -> Vec<String> {
        let Some(best) = around.first() else {
            return vec!["No set has neighbours to be compared with.".to_owned()];
        };
        let mut said = vec![format!(
            "The best set has a {} of {:.3}: {}. It was chosen among many, so its figures are better than they will be.",
            self.score,
            best.score,
            self.named(best.set)
        )];
        said.push(match best.lone {
            true => format!(
                "It is a lone peak: the {} sets around it have {:.3} on average, nearer to the {:.3} of all sets than to it. One step away \
                 most of it is gone, so it is probably an accident.",
                best.count,
                best.mean,
                self.landscape.mean().unwrap_or_default()
            ),
            false => format!(
                "It stands on a plateau: the {} sets around it have {:.3} on average, and {:.3} at the lowest.",
                best.count, best.mean, best.lowest
            ),
        });
        let steady = around.iter().max_by(|a, b| a.mean.total_cmp(&b.mean));
        if let Some(steady) = steady.filter(|steady| steady.set != best.set) {
            said.push(format!(
                "Of the {} best, the one with the best neighbours is {} ({:.3}, around it {:.3}).",
                around.len(),
                self.named(steady.set),
                steady.score,
                steady.mean
            ));
        }
        if let Some(first) = influences.first() {
            said.push(format!(
                "{} alone explains {} of the differences between sets.",
                first.path,
                percent(first.explained)
            ));
        }
        if !self.budget.is_empty() {
            said.push(format!("The researcher's budget: {}.", self.budget));
        }
        said
    }

    fn neighbours(&self, around: &[Around]) -> Section {
        let row = |one: &Around| {
            vec![
                self.named(one.set),
                format!("{:.3}", one.score),
                format!("{:.3}", one.mean),
                format!("{:.3}", one.lowest),
                one.count.to_string(),
                if one.lone { "lone peak" } else { "plateau" }.to_owned(),
            ]
        };
        let head = ["Set", self.score, "Around it", "Lowest around it", "Neighbours", "It is a"];
        let rows: Vec<Vec<String>> = around.iter().map(row).collect();
        let said = "Neighbours differ by one step in one parameter; where there are no steps, they are the nearest sets. A set is a lone \
                    peak when its neighbours are nearer to the mean of all sets than to it.";
        let blocks = match rows.is_empty() {
            true => Vec::new(),
            false => vec![
                Block::Prose(said.to_owned()),
                table("The best sets and what stands around them", head, rows),
            ],
        };
        Section::new("How wide the heights are", blocks)
    }

    /// Values of a parameter drawn together, so that a map has few cells: names, and the part of each value.
    fn bins(&self, axis: usize) -> (Vec<String>, Vec<usize>) {
        let values = &self.landscape.values[axis];
        let count = values.len().min(BINS);
        let part: Vec<usize> = (0..values.len()).map(|k| k * count / values.len()).collect();
        let name = |bin: usize| {
            let own: Vec<usize> = (0..values.len()).filter(|k| part[*k] == bin).collect();
            let short = |k: usize| values[k].chars().take(6).collect::<String>();
            match own[..] {
                [one] => short(one),
                _ => format!("{}…", short(own[0])),
            }
        };
        ((0..count).map(name).collect(), part)
    }

    fn maps(&self, influences: &[Influence]) -> Section {
        let all = self.landscape;
        let axis = |path: &String| all.paths.iter().position(|own| own == path);
        let axes: Vec<usize> =
            influences.iter().take(MAPPED).filter_map(|i| axis(&i.path)).collect();
        let best = all.order().first().copied();
        let mut blocks = Vec::new();
        for (k, down) in axes.iter().enumerate() {
            for across in &axes[k + 1..] {
                let ((rows, row), (columns, column)) = (self.bins(*down), self.bins(*across));
                let mut sums = vec![vec![(0.0, 0_usize); columns.len()]; rows.len()];
                for (set, score) in all.sets.iter().zip(&all.scores) {
                    let cell = &mut sums[row[set[*down]]][column[set[*across]]];
                    if let Some(score) = score {
                        *cell = (cell.0 + score, cell.1 + 1);
                    }
                }
                let mean = |(sum, n): &(f64, usize)| (*n > 0).then(|| sum / *n as f64);
                let cells: Vec<Vec<Option<f64>>> =
                    sums.iter().map(|row| row.iter().map(mean).collect()).collect();
                let label =
                    format!("{} by {} and {}", self.score, all.paths[*down], all.paths[*across]);
                let drawing = map(&Map {
                    label: &label,
                    across: (&all.paths[*across], &columns),
                    down: (&all.paths[*down], &rows),
                    cells: &cells,
                    marked: best.map(|b| (row[all.sets[b][*down]], column[all.sets[b][*across]])),
                });
                blocks.push(Block::Figure(Figure::fixed(label, drawing)));
            }
        }
        if !blocks.is_empty() {
            let said = "Each cell is the mean over all sets with these two values, whatever the others are; the frame holds the best set. Values \
                        with … begin a group.";
            blocks.insert(0, Block::Prose(said.to_owned()));
        }
        Section::new("Maps", blocks)
    }

    fn coordinates(&self, influences: &[Influence]) -> Section {
        let all = self.landscape;
        let order = all.order();
        let (Some(best), Some(worst)) = (order.first(), order.last()) else {
            return Section::new("Parallel coordinates", Vec::new());
        };
        let axis = |path: &String| all.paths.iter().position(|own| own == path);
        let axes: Vec<usize> = influences.iter().rev().filter_map(|i| axis(&i.path)).collect();
        let score = |ix: &usize| all.scores[*ix].unwrap_or_default();
        let (high, low) = (score(best), score(worst));
        // Evenly through the order, so that the picture is that of all.
        let step = order.len().div_ceil(LINES);
        let top = order.len().div_ceil(10);
        let place = |rank: usize| {
            let set = &all.sets[order[rank]];
            let part = |axis: &usize| match all.values[*axis].len() {
                1 => 0.5,
                n => set[*axis] as f64 / (n - 1) as f64,
            };
            let last = if high > low { (score(&order[rank]) - low) / (high - low) } else { 0.5 };
            (axes.iter().map(part).chain([last]).collect::<Vec<f64>>(), rank < top)
        };
        let sets: Vec<(Vec<f64>, bool)> = (0..order.len()).step_by(step).map(place).collect();
        let end = |axis: &usize| {
            let values = &all.values[*axis];
            (all.paths[*axis].clone(), values[0].clone(), values[values.len() - 1].clone())
        };
        let mut ends: Vec<_> = axes.iter().map(end).collect();
        ends.push((self.score.to_owned(), format!("{low:.3}"), format!("{high:.3}")));
        let label = format!("{} sets as lines; the best tenth in colour", sets.len());
        let drawing =
            parallel(&Parallel { label: &label, axes: &ends, sets: &sets, height: 380.0 });
        let figure = Block::Figure(Figure::fixed(label, drawing));
        Section::new("Parallel coordinates", vec![figure])
    }

    fn parameters(&self, influences: &[Influence]) -> Section {
        let head = ["Parameter", "Explains alone"];
        let rows = influences.iter().map(|i| vec![i.path.clone(), percent(i.explained)]).collect();
        let mut blocks = vec![table(
            "How much of the differences each parameter explains by itself",
            head,
            rows,
        )];
        for influence in influences {
            let row = |(value, mean, n): &(String, f64, usize)| {
                vec![value.clone(), format!("{mean:.3}"), n.to_string()]
            };
            // Free numbers have no two sets alike.
            if influence.means.len() <= 3 * BINS {
                let rows = influence.means.iter().map(row).collect();
                let one = table(influence.path.clone(), ["Value", "Mean", "Sets"], rows);
                blocks.push(Block::Fold(influence.path.clone(), vec![one]));
            }
        }
        Section::new(
            "Parameters one by one",
            if influences.is_empty() { Vec::new() } else { blocks },
        )
    }
}
