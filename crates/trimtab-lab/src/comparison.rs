//! Several strategies as one page: side by side, how alike they are, and what comes of holding them together.
use trimtab_core::Result;

use crate::behaviour::{ClassRow, Classes, MarketRule, Seen, by_class};
use crate::figures::{HEAD, MORE};
use crate::interaction::{DEEP, Netted, Pair, Together, pairs, together};
use crate::page::{Block, Page, Section, table};
use crate::prepared::Prepared;
use crate::record::Record;
use crate::tables::CalendarReturns;
use crate::tearsheet::{Data, Rival, Times, curves};
use crate::words::percent;

/// Everything that a page on several strategies is made from.
#[derive(Clone, Debug)]
pub struct Comparison<'a> {
    /// Returns of the first strategy; its dates, cash and periods hold for all.
    pub record: Record<'a>,
    /// The strategies, over the same sessions.
    pub strategies: Vec<Rival<'a>>,
    /// What each takes: turnover a year, costs paid, rebalances; `None` for curves from elsewhere.
    pub efforts: Vec<Option<Effort>>,
    /// For pairs of strategies with books, the mean share of the portfolio that both hold alike.
    pub overlaps: Vec<(usize, usize, f64)>,
    /// What of their trades cancels when they share an account; `None` where books are missing.
    pub netted: Option<Netted>,
    /// What one unit stands for at the start of the chart.
    pub capital: f64,
    /// Where the data are from.
    pub data: Data<'a>,
    /// Said once, at the end.
    pub disclaimer: &'a str,
}

/// What a strategy takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effort {
    /// One-way turnover a year.
    pub turnover_yearly: f64,
    /// What was paid for trading, in currency units.
    pub costs: f64,
    /// Decisions that led to a trade.
    pub rebalances: usize,
}

/// A comparison worked out.
#[derive(Clone, Debug)]
pub struct Compared<'a> {
    /// Each strategy, prepared.
    pub runs: Vec<Prepared<'a>>,
    /// Every pair.
    pub pairs: Vec<Pair>,
    /// All of them together.
    pub together: Together,
}

impl<'a> Comparison<'a> {
    /// Works out what a comparison consists of.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when the strategies do not cover the same periods.
    pub fn compared(&self) -> Result<Compared<'a>> {
        let returns: Vec<&[f64]> = self.strategies.iter().map(|s| s.returns).collect();
        let runs =
            self.strategies.iter().map(|s| Ok(Prepared::new(self.record.of_returns(s.returns)?)));
        Ok(Compared {
            runs: runs.collect::<Result<_>>()?,
            pairs: pairs(&returns)?,
            together: together(&self.record, &returns)?,
        })
    }

    /// The page.
    ///
    /// # Errors
    /// As [`Comparison::compared`].
    pub fn page(&self, compared: &Compared<'_>) -> Result<Page> {
        let dates = self.record.dates();
        let mix = Prepared::new(self.record.of_returns(&compared.together.returns)?);
        let names: Vec<&str> = self.strategies.iter().map(|s| s.name).collect();
        let sections = vec![
            Section::new("Value", self.value(compared)),
            Section::new("Figures", vec![self.figures(compared, &mix), self.years(compared)]),
            Section::new("In which times", self.times(compared)?),
            Section::new("How alike they are", self.alike(compared)),
            Section::new("Held together", self.mixed(compared, &mix)),
            Section::new("Data", self.notes()),
        ];
        Ok(Page {
            title: names.join(" · "),
            subtitle: format!(
                "{} strategies side by side, {} to {}.",
                names.len(),
                dates[0],
                dates[dates.len() - 1]
            ),
            verdict: self.verdict(compared, &mix),
            tiles: Vec::new(),
            sections,
            footer: vec![self.disclaimer.to_owned()],
        })
    }

    fn verdict(&self, compared: &Compared<'_>, mix: &Prepared<'_>) -> Vec<String> {
        let best = |by: &dyn Fn(&Prepared<'_>) -> f64| {
            let places = 0..self.strategies.len();
            let best =
                places.max_by(|a, b| by(&compared.runs[*a]).total_cmp(&by(&compared.runs[*b])));
            best.map_or("", |ix| self.strategies[ix].name)
        };
        let mut said = vec![format!(
            "{} earned most, {} fell least.",
            best(&|run| run.path.growth),
            best(&|run| -run.path.depth_max)
        )];
        if let Some(ratio) = compared.together.volatility_ratio {
            said.push(format!(
                "Held together in equal parts, they had {:.0} % of the volatility of their mean, and fell by {} at worst.",
                ratio * 100.0,
                percent(mix.path.depth_max)
            ));
        }
        said
    }

    fn value(&self, compared: &Compared<'_>) -> Vec<Block> {
        let drawn: Vec<(&str, &Prepared<'_>)> =
            self.strategies.iter().map(|s| s.name).zip(&compared.runs).collect();
        let mut blocks =
            curves("What the same money became in each", self.capital, &drawn, &Times::default());
        let abouts = self.strategies.iter().map(|s| vec![s.name.to_owned(), s.about.to_owned()]);
        blocks.push(table("What they are", ["", ""], abouts.collect()));
        blocks
    }

    fn figures(&self, compared: &Compared<'_>, mix: &Prepared<'_>) -> Block {
        let mut rows: Vec<Vec<String>> = HEAD
            .iter()
            .chain(&MORE)
            .map(|figure| {
                let each = compared.runs.iter().chain([mix]).map(|run| figure.write(run));
                std::iter::once(figure.name.to_owned()).chain(each).collect()
            })
            .collect();
        let effort = |name: &str, of: &dyn Fn(&Effort) -> String| -> Vec<String> {
            let each = self.efforts.iter().map(|e| e.as_ref().map_or("-".to_owned(), of));
            std::iter::once(name.to_owned()).chain(each).chain(["-".to_owned()]).collect()
        };
        rows.push(effort("Turnover a year", &|e| percent(e.turnover_yearly)));
        rows.push(effort("Costs paid", &|e| crate::words::money(e.costs)));
        rows.push(effort("Rebalances", &|e| e.rebalances.to_string()));
        let names = self.strategies.iter().map(|s| s.name);
        table("Beside each other", [""].into_iter().chain(names).chain(["together"]), rows)
    }

    fn years(&self, compared: &Compared<'_>) -> Block {
        let years: Vec<CalendarReturns> = compared.runs.iter().map(CalendarReturns::of).collect();
        let rows = years[0].years.iter().enumerate().map(|(ix, row)| {
            let each =
                years.iter().map(|y| y.years.get(ix).map_or("-".into(), |r| percent(r.total)));
            std::iter::once(row.year.to_string()).chain(each).collect()
        });
        let names = self.strategies.iter().map(|s| s.name);
        let rows = table("Returns by year", ["Year"].into_iter().chain(names), rows.collect());
        Block::Fold("Year by year".to_owned(), vec![rows])
    }

    /// What each earned in which times, as all of them together lived through them, and where each was best and worst.
    fn times(&self, compared: &Compared<'_>) -> Result<Vec<Block>> {
        let mix = &compared.together.returns;
        let market = self.record.of_returns(mix)?.with_benchmark(mix)?;
        let per_year = market.periods_yearly();
        let quarter = (per_year / 4.0).round().max(2.0) as usize;
        let kinds = [
            Classes::markets(&market, &MarketRule::yearly(per_year), Seen::During)?,
            Classes::roughness(&market, quarter)?,
        ];
        let mut rows = Vec::new();
        let mut told = vec![(Vec::new(), Vec::new()); self.strategies.len()];
        for classes in &kinds {
            let each = |s: &Rival<'_>| by_class(&self.record.of_returns(s.returns)?, classes);
            let each: Vec<Vec<ClassRow>> =
                self.strategies.iter().map(each).collect::<Result<_>>()?;
            for (place, first) in each[0].iter().enumerate() {
                let earned: Vec<f64> = each.iter().map(|own| own[place].return_yearly).collect();
                let by = |a: &usize, b: &usize| earned[*a].total_cmp(&earned[*b]);
                let (best, worst) = ((0..earned.len()).max_by(by), (0..earned.len()).min_by(by));
                if let (Some(best), Some(worst)) = (best, worst) {
                    told[best].0.push(first.name.clone());
                    told[worst].1.push(first.name.clone());
                }
                let cells = earned.iter().map(|r| percent(*r));
                let best = best.map_or("", |best| self.strategies[best].name).to_owned();
                let head = [first.name.clone(), percent(first.share)];
                rows.push(head.into_iter().chain(cells).chain([best]).collect());
            }
        }
        let names = self.strategies.iter().map(|s| s.name);
        let head = ["Times", "Of the time"].into_iter().chain(names).chain(["Best"]);
        let listed = |times: &[String]| match times.is_empty() {
            true => "-".to_owned(),
            false => times.join(", "),
        };
        let strong = self
            .strategies
            .iter()
            .zip(&told)
            .map(|(s, (best, worst))| vec![s.name.to_owned(), listed(best), listed(worst)]);
        Ok(vec![
            Block::Prose(
                "Returns a year, as they would be if such times lasted. Up, down, flat and choppy: the three months of equal money in each that \
                 end with a session; high volatility: the roughest quarter of the time. Both are known only afterwards."
                    .to_owned(),
            ),
            table("What each earned in which times", head, rows),
            table("Where each is strong and weak", ["", "Best of all in", "Worst of all in"], strong.collect()),
        ])
    }

    /// The matrix of correlations, and each pair in more detail.
    fn alike(&self, compared: &Compared<'_>) -> Vec<Block> {
        let names = || self.strategies.iter().map(|s| s.name);
        let count = self.strategies.len();
        let matrix = (0..count).map(|a| {
            let cell = |b: usize| match a == b {
                true => "1.00".to_owned(),
                false => {
                    let of = (a.min(b), a.max(b));
                    let pair = compared.pairs.iter().find(|pair| pair.of == of);
                    number(pair.and_then(|pair| pair.correlation))
                }
            };
            std::iter::once(self.strategies[a].name.to_owned())
                .chain((0..count).map(cell))
                .collect()
        });
        let matrix =
            table("Correlation of returns", [""].into_iter().chain(names()), matrix.collect());
        let rows = compared.pairs.iter().map(|pair| {
            let overlap = self.overlaps.iter().find(|(a, b, _)| (*a, *b) == pair.of);
            vec![
                format!(
                    "{} and {}",
                    self.strategies[pair.of.0].name, self.strategies[pair.of.1].name
                ),
                number(pair.correlation),
                number(pair.correlation_worst),
                percent(pair.both_down),
                overlap.map_or("-".to_owned(), |(.., share)| percent(*share)),
            ]
        });
        let down = format!("Both down {:.0} % or more", DEEP * 100.0);
        let head = ["", "Correlation", "in the worst tenth", &down, "Held alike"];
        vec![matrix, table("Every pair", head, rows.collect())]
    }

    fn mixed(&self, compared: &Compared<'_>, mix: &Prepared<'_>) -> Vec<Block> {
        let together = &compared.together;
        let sharpe = crate::metrics::find("sharpe").and_then(|metric| metric.of(mix));
        let said = format!(
            "Equal money in each, brought back to equal at the end of each month: {} a year, a Sharpe ratio of {}, a largest \
             drawdown of {}. Trading between them is not charged.",
            percent(mix.return_yearly()),
            number(sharpe),
            percent(mix.path.depth_max)
        );
        let rows =
            self.strategies.iter().zip(&together.sharpe_without).map(|(strategy, without)| {
                let helps = sharpe
                    .zip(*without)
                    .map_or("-", |(all, rest)| if all > rest { "yes" } else { "no" });
                vec![strategy.name.to_owned(), number(*without), helps.to_owned()]
            });
        let head = ["", "Sharpe ratio of the others without it", "It helps"];
        let netted = self.netted.iter().map(|netted| Block::Prose(netted.words()));
        let mut blocks = vec![
            Block::Prose(said),
            Block::Prose(format!(
                "The mix has {} of the mean volatility of its parts and {} of their mean largest drawdown.",
                together.volatility_ratio.map_or("-".to_owned(), percent),
                together.drawdown_ratio.map_or("-".to_owned(), percent)
            )),
            table("What each adds to the rest", head, rows.collect()),
        ];
        blocks.extend(netted);
        blocks
    }

    fn notes(&self) -> Vec<Block> {
        let mut blocks =
            vec![Block::Prose(format!("Data: {}. Content {}.", self.data.source, self.data.hash))];
        if !self.data.notices.is_empty() {
            let rows = self.data.notices.iter().map(|notice| vec![notice.clone()]).collect();
            blocks.push(table("What you must know", ["To know"], rows));
        }
        blocks
    }
}

fn number(x: Option<f64>) -> String {
    x.map_or("-".to_owned(), |x| format!("{x:.2}"))
}
