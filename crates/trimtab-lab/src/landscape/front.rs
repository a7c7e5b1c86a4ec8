//! Several objectives at once: the sets of which none is better in all.
use super::Landscape;
use crate::chart::{Mark, Plane, Unit, plane};
use crate::page::{Block, Figure, Section, table};
use crate::words::fixed;

/// One of several objectives.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// Its name.
    pub name: String,
    /// Its number for each set; none where the set failed.
    pub values: Vec<Option<f64>>,
}

/// Sets with several numbers each.
#[derive(Clone, Copy, Debug)]
pub struct Front<'a> {
    /// The sets.
    pub landscape: &'a Landscape,
    /// Their numbers, two objectives or more.
    pub objectives: &'a [Objective],
    /// The sets of which none is better in all.
    pub best: &'a [usize],
}

/// Sets beside the front that are drawn: more hide each other.
const DRAWN: usize = 400;

/// Sets of the front in the table.
const LISTED: usize = 50;

impl Front<'_> {
    /// A table of the front, and each pair of objectives as points, the front in a colour of its own.
    pub fn section(&self) -> Section {
        let all = self.landscape;
        let said = format!(
            "{} of {} sets: of these, none is better than another in all of {}. Which of them is best is a matter of taste.",
            self.best.len(),
            all.sets.len(),
            self.objectives.iter().map(|o| o.name.as_str()).collect::<Vec<_>>().join(", ")
        );
        let mut blocks = vec![Block::Prose(said)];
        for (k, across) in self.objectives.iter().enumerate() {
            for up in &self.objectives[k + 1..] {
                blocks.push(self.pair(across, up));
            }
        }
        let names = all.paths.iter().map(String::as_str);
        let head = names.chain(self.objectives.iter().map(|o| o.name.as_str()));
        let written = |x: Option<f64>| x.map_or("-".to_owned(), |x| fixed(x, 4));
        let row = |set: &usize| {
            let places = all.sets[*set].iter().zip(&all.values);
            let values = places.map(|(place, values)| values[*place].clone());
            values.chain(self.objectives.iter().map(|o| written(o.values[*set]))).collect()
        };
        let rows: Vec<Vec<String>> = self.best.iter().take(LISTED).map(row).collect();
        let caption = match self.best.len() > LISTED {
            true => format!("The first {LISTED} sets of the front"),
            false => "The front".to_owned(),
        };
        blocks.push(table(caption, head, rows));
        Section::new("The front", blocks)
    }

    fn pair(&self, across: &Objective, up: &Objective) -> Block {
        let mark = |set: usize| Some(Mark { name: "", x: across.values[set]?, y: up.values[set]? });
        let front: Vec<Mark<'_>> = self.best.iter().filter_map(|set| mark(*set)).collect();
        let others: Vec<usize> =
            (0..self.landscape.sets.len()).filter(|set| !self.best.contains(set)).collect();
        // Evenly through all of them.
        let step = others.len().div_ceil(DRAWN).max(1);
        let rest: Vec<Mark<'_>> = others.into_iter().step_by(step).filter_map(mark).collect();
        let label = format!("{} and {} of each set", across.name, up.name);
        let drawing = plane(&Plane {
            label: &label,
            curves: &[],
            marks: &[("the front", &front), ("other sets", &rest)],
            x_name: &across.name,
            y_name: &up.name,
            units: [Unit::Number; 2],
            height: 380.0,
        });
        Block::Figure(Figure::fixed(label, drawing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Page;

    #[test]
    fn the_front_is_drawn_and_listed() {
        let sets: Vec<Vec<String>> = (0..4).map(|k| vec![k.to_string()]).collect();
        let landscape = Landscape::new(&["a.b".to_owned()], &sets, vec![None; 4]);
        let objective = |name: &str, values: [f64; 4]| Objective {
            name: name.to_owned(),
            values: values.map(|x| x.is_finite().then_some(x)).to_vec(),
        };
        let objectives = [
            objective("sharpe", [1.0, 0.5, 0.9, f64::NAN]),
            objective("drawdown_max", [0.4, 0.3, 0.45, 0.1]),
        ];
        let front = Front { landscape: &landscape, objectives: &objectives, best: &[0, 1] };
        let section = front.section();
        assert_eq!(section.blocks.len(), 3);
        let Block::Table(table) = &section.blocks[2] else { panic!("a table") };
        assert_eq!(table.rows, [["0", "1.0000", "0.4000"], ["1", "0.5000", "0.3000"]]);
        let page = Page {
            title: String::new(),
            subtitle: String::new(),
            verdict: Vec::new(),
            tiles: Vec::new(),
            sections: vec![section],
            footer: Vec::new(),
        };
        let html = page.html();
        assert!(html.contains("matter of taste"));
        // The set that failed has no place in the drawing.
        assert_eq!(html.matches("the front: sharpe").count(), 2);
        assert_eq!(html.matches("other sets: sharpe").count(), 1);
        assert!(html.contains("the front: sharpe 1, drawdown_max 0.4"));
    }
}
