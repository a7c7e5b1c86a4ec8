//! The styles that a run is held against: what its data have of them.
use trimtab_core::{Date, Day, Market, Window};
use trimtab_data::factors as shipped_factors;
use trimtab_lab::exposure::{Exposure, Style, exposure};

use crate::study::Study;

/// A style made of funds: the first of each list that has a price at every session of the run, over the other or over cash.
struct Recipe {
    name: &'static str,
    about: &'static str,
    long: &'static [&'static str],
    /// None: cash.
    short: &'static [&'static str],
}

const RECIPES: [Recipe; 8] = [
    Recipe {
        name: "stocks",
        about: "US stocks over cash",
        long: &["SPY", "VTI", "US"],
        short: &[],
    },
    Recipe {
        name: "long bonds",
        about: "long Treasuries over cash",
        long: &["TLT", "T20", "IEF", "T10"],
        short: &[],
    },
    Recipe { name: "size", about: "small less large stocks", long: &["IWM"], short: &["SPY"] },
    Recipe {
        name: "value",
        about: "value less growth stocks",
        long: &["IWD", "VTV"],
        short: &["IWF", "VUG"],
    },
    Recipe {
        name: "foreign",
        about: "foreign less US stocks",
        long: &["EFA", "VEA"],
        short: &["SPY"],
    },
    Recipe {
        name: "credit",
        about: "corporate bonds less Treasuries",
        long: &["HYG", "LQD"],
        short: &["IEF"],
    },
    Recipe { name: "gold", about: "gold over cash", long: &["GLD"], short: &[] },
    Recipe {
        name: "commodities",
        about: "commodities over cash",
        long: &["DBC", "GSG"],
        short: &[],
    },
];

/// Months of the factors of Fama, French and Carhart, with what each is.
const FACTORS: [(&str, &str, &str); 3] = [
    ("SMB", "size", "small less large stocks (Fama, French)"),
    ("HML", "value", "value less growth stocks (Fama, French)"),
    ("MOM", "momentum", "winners less losers (Carhart)"),
];

/// Every style that the data of the study hold throughout the run.
pub(super) fn styles(study: &Study) -> Vec<Style> {
    let (market, sessions) = (&study.opened.market, &study.run.sessions);
    let cash = |t: usize| study.cash.risk_free().at(t);
    let first = |symbols: &[&str]| symbols.iter().find_map(|s| returns(market, s, sessions));
    let of = |recipe: &Recipe| {
        let long = first(recipe.long)?;
        let short = match recipe.short.is_empty() {
            true => (0..long.len()).map(cash).collect(),
            false => first(recipe.short)?,
        };
        let returns = long.iter().zip(&short).map(|(a, b)| a - b).collect();
        Some(Style { name: recipe.name.into(), about: recipe.about.into(), returns })
    };
    let mut styles: Vec<Style> = RECIPES.iter().filter_map(of).collect();
    if study.per_year() == 12.0 {
        let missing = |style: &Style| styles.iter().all(|own| own.name != style.name);
        let more: Vec<Style> = factors(sessions).into_iter().filter(missing).collect();
        styles.extend(more);
    }
    styles
}

/// The bets that the run made on these styles; `None` where there is none to hold it against, or too little of it.
pub(super) fn bets(study: &Study) -> Option<Exposure> {
    let free = study.cash.risk_free();
    let excess: Vec<f64> =
        study.run.returns.iter().enumerate().map(|(t, r)| r - free.at(t)).collect();
    exposure(&excess, &styles(study), study.per_year()).ok()
}

/// Returns between the sessions; `None` without a price at one of them.
fn returns(market: &Market, symbol: &str, sessions: &[Date]) -> Option<Vec<f64>> {
    let asset = market.find(symbol).ok()?;
    let level = |date: &Date| {
        let day: Day = market.calendar().on_or_before(*date)?;
        market.as_of(day).closes(asset, Window::Sessions(1)).ok()?.first().copied()
    };
    let levels: Vec<f64> = sessions.iter().map(level).collect::<Option<_>>()?;
    Some(levels.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect())
}

/// The factors that ship with the program, where they cover every month of the run.
fn factors(sessions: &[Date]) -> Vec<Style> {
    let Ok(all) = shipped_factors() else { return Vec::new() };
    let of = |(series, name, about): &(&str, &str, &str)| {
        let facts = all.iter().find(|own| own.name() == *series)?.facts();
        let month = |date: Date| (date.year(), date.month());
        let at =
            |date: &Date| facts.iter().find(|f| month(f.about) == month(*date)).map(|f| f.value);
        let returns = sessions[1..].iter().map(at).collect::<Option<_>>()?;
        Some(Style { name: (*name).to_owned(), about: (*about).to_owned(), returns })
    };
    FACTORS.iter().filter_map(of).collect()
}
