//! How much risk a person can and wants to take, from a few answers.
//!
//! *Capacity* is what a loss would do to somebody's life: time, reserves, income, withdrawals, dependence on this money.
//! *Willingness* is what somebody says a loss would do to his nerves, asked twice so that the answers can be compared.
//! Each answer caps the level; the lowest cap is the level, because the cost of too much risk (selling at the bottom, or
//! having to) is greater than that of too little. That the lower of ability and willingness decides is the rule of
//! Maginn, Tuttle, Pinto, McLeavey (2007), Managing Investment Portfolios, 3rd edition, chapter 2. The edges of the bands
//! are this project's own, and stand beside each rule.
mod goal;

pub use goal::{Goal, Outlook, outlook};

use serde::{Deserialize, Serialize};

/// The number of levels.
pub const LEVELS: usize = 5;

/// A level of risk, from 1 to [`LEVELS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(u8);

impl Level {
    /// The lowest.
    pub const LEAST: Level = Level(1);
    /// The highest.
    pub const MOST: Level = Level(LEVELS as u8);

    /// Its number, 1 to [`LEVELS`].
    pub fn number(self) -> u8 {
        self.0
    }

    /// The share of stocks that goes with it: a fifth for each level.
    pub fn stocks(self) -> f64 {
        f64::from(self.0) / LEVELS as f64
    }

    /// All levels, lowest first.
    pub fn all() -> impl DoubleEndedIterator<Item = Level> {
        (1..=LEVELS as u8).map(Level)
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        ["cautious", "moderate", "balanced", "growth", "all stocks"][usize::from(self.0) - 1]
    }
}

/// Where income comes from beside the portfolio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Income {
    /// It would go on in a crisis.
    Secure,
    /// It depends on the economy.
    Variable,
    /// There is none: the portfolio pays for life.
    None,
}

/// What somebody would do after a fall of a quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AfterFall {
    /// Buy more.
    Buy,
    /// Nothing.
    Hold,
    /// Sell a part.
    SellSome,
    /// Sell all.
    SellAll,
}

/// How the account is taxed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Account {
    /// Gains are taxed when they are realised: few trades.
    Taxable,
    /// Nothing is taxed inside it: IRA, 401(k), Roth.
    Sheltered,
}

/// What somebody answers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// Years until a large part of the money is needed.
    pub horizon_years: f64,
    /// Months of expenses held in cash elsewhere.
    pub reserve_months: f64,
    /// Income beside the portfolio.
    pub income: Income,
    /// What is taken out each year, as a fraction of the portfolio.
    pub withdrawals_yearly: f64,
    /// This portfolio as a fraction of all that is owned.
    pub share_of_wealth: f64,
    /// The largest loss within a year that would be sat through, as a fraction.
    pub loss_bearable: f64,
    /// What would be done after a fall of a quarter.
    pub after_fall: AfterFall,
    /// How the account is taxed.
    pub account: Account,
}

/// A rule that capped the level, with the answer it looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Cap {
    /// `horizon`, `liquidity`, `income`, `withdrawals`, `dependence`, `loss`, `reaction`.
    pub rule: &'static str,
    /// The highest level it allows.
    pub level: Level,
    /// Why, in a sentence.
    pub why: String,
}

/// The level with all that led to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The lower of capacity and willingness.
    pub level: Level,
    /// The lowest cap of what a loss would do.
    pub capacity: Level,
    /// The lowest cap of what a loss would feel like.
    pub willingness: Level,
    /// Every cap, in the order of the questions.
    pub caps: Vec<Cap>,
    /// Set when the two answers on losses are two levels apart or more: what was said of a loss and what would be done
    /// do not go together.
    pub inconsistent: bool,
}

/// The verdict on some answers. `worst_year[k]` is the worst twelve months of the mix of level `k + 1` on record, as a
/// positive fraction, so that "what loss could you bear" is held against what did happen.
///
/// # Errors
/// When an answer is no number that makes sense; the sentence names it.
pub fn verdict(answers: &Answers, worst_year: &[f64; LEVELS]) -> Result<Verdict, String> {
    check(answers)?;
    let capacity = capacity(answers);
    let willingness = [loss(answers, worst_year), reaction(answers)];
    let lowest = |caps: &[Cap]| caps.iter().map(|cap| cap.level).fold(Level::MOST, Ord::min);
    let apart = willingness[0].level.0.abs_diff(willingness[1].level.0);
    let (able, willing) = (lowest(&capacity), lowest(&willingness));
    let caps = capacity.into_iter().chain(willingness).collect();
    Ok(Verdict {
        level: able.min(willing),
        capacity: able,
        willingness: willing,
        caps,
        inconsistent: apart >= 2,
    })
}

fn check(answers: &Answers) -> Result<(), String> {
    let numbers = [
        ("horizon_years", answers.horizon_years, 100.0),
        ("reserve_months", answers.reserve_months, 1200.0),
        ("withdrawals_yearly", answers.withdrawals_yearly, 1.0),
        ("share_of_wealth", answers.share_of_wealth, 1.0),
        ("loss_bearable", answers.loss_bearable, 1.0),
    ];
    match numbers.iter().find(|(_, x, most)| !(0.0..=*most).contains(x)) {
        Some((name, x, most)) => Err(format!("{name} is {x}, not a number from 0 to {most}")),
        None => Ok(()),
    }
}

fn capacity(answers: &Answers) -> Vec<Cap> {
    let cap = |rule, level, why: String| Cap { rule, level: Level(level), why };
    let (horizon, reserve) = (answers.horizon_years, answers.reserve_months);
    let (withdrawals, share) = (answers.withdrawals_yearly, answers.share_of_wealth);
    // Stocks needed up to 15 years to come back after inflation (1968 to 1983, 2000 to 2013).
    let years = band(horizon, [3.0, 5.0, 10.0, 15.0]);
    // Half a year of expenses is what most advisers ask for before anything is invested.
    let months = band(reserve, [1.0, 3.0, 6.0, 6.0]);
    let income = match answers.income {
        Income::Secure => 5,
        Income::Variable => 4,
        Income::None => 3,
    };
    // Four in a hundred is the rate that thirty years of withdrawals survived on US record (Bengen 1994).
    let spending = 6 - band(withdrawals, [f64::MIN_POSITIVE, 0.03, 0.04, 0.06]);
    let dependence = if share > 0.75 { 4 } else { 5 };
    vec![
        cap("horizon", years, format!("needed in {horizon} years")),
        cap("liquidity", months, format!("{reserve} months of expenses in reserve")),
        cap("income", income, format!("income: {}", word(&answers.income))),
        cap("withdrawals", spending, format!("{:.1} % taken out a year", 100.0 * withdrawals)),
        cap("dependence", dependence, format!("{:.0} % of all that is owned", 100.0 * share)),
    ]
}

/// 1 below the first edge, 2 below the second, and so on; 5 from the last on.
fn band(x: f64, edges: [f64; LEVELS - 1]) -> u8 {
    1 + edges.iter().filter(|edge| x >= **edge).count() as u8
}

fn loss(answers: &Answers, worst_year: &[f64; LEVELS]) -> Cap {
    let bearable = answers.loss_bearable;
    let within = |level: &Level| worst_year[usize::from(level.0) - 1] <= bearable;
    let level = Level::all().rev().find(within).unwrap_or(Level::LEAST);
    let worst = worst_year[usize::from(level.0) - 1];
    let why = format!(
        "a loss of {:.0} % can be borne; the worst year of this level was {:.0} %",
        100.0 * bearable,
        100.0 * worst
    );
    Cap { rule: "loss", level, why }
}

fn reaction(answers: &Answers) -> Cap {
    let level = Level(match answers.after_fall {
        AfterFall::SellAll => 1,
        AfterFall::SellSome => 2,
        AfterFall::Hold => 4,
        AfterFall::Buy => 5,
    });
    let why = format!("after a fall of a quarter: {}", word(&answers.after_fall));
    Cap { rule: "reaction", level, why }
}

/// The word that stands in a file of answers.
fn word(answer: &impl std::fmt::Debug) -> String {
    let mut text = String::new();
    for c in format!("{answer:?}").chars() {
        if c.is_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.extend(c.to_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORST: [f64; LEVELS] = [0.05, 0.12, 0.22, 0.32, 0.42];
    const BOLD: Answers = Answers {
        horizon_years: 30.0,
        reserve_months: 12.0,
        income: Income::Secure,
        withdrawals_yearly: 0.0,
        share_of_wealth: 0.5,
        loss_bearable: 0.5,
        after_fall: AfterFall::Buy,
        account: Account::Sheltered,
    };

    fn level(answers: Answers) -> u8 {
        verdict(&answers, &WORST).unwrap().level.number()
    }

    #[test]
    fn the_more_cautious_answer_wins() {
        assert_eq!(level(BOLD), 5);
        for (answers, expected) in [
            (Answers { horizon_years: 2.0, ..BOLD }, 1),
            (Answers { horizon_years: 4.0, ..BOLD }, 2),
            (Answers { horizon_years: 10.0, ..BOLD }, 4),
            (Answers { reserve_months: 0.0, ..BOLD }, 1),
            (Answers { reserve_months: 4.0, ..BOLD }, 3),
            (Answers { income: Income::None, ..BOLD }, 3),
            (Answers { withdrawals_yearly: 0.01, ..BOLD }, 4),
            (Answers { withdrawals_yearly: 0.05, ..BOLD }, 2),
            (Answers { withdrawals_yearly: 0.08, ..BOLD }, 1),
            (Answers { share_of_wealth: 0.9, ..BOLD }, 4),
            (Answers { loss_bearable: 0.25, ..BOLD }, 3),
            (Answers { loss_bearable: 0.0, ..BOLD }, 1),
            (Answers { after_fall: AfterFall::SellSome, ..BOLD }, 2),
        ] {
            assert_eq!(level(answers), expected, "{answers:?}");
        }
    }

    #[test]
    fn no_better_answer_ever_lowers_the_level() {
        let grid = [0.0, 0.02, 0.035, 0.05, 0.2, 0.3, 0.4, 0.9];
        let along = |set: &dyn Fn(f64) -> Answers, up: bool| {
            let levels: Vec<u8> = grid.iter().map(|x| level(set(*x))).collect();
            let ordered = |pair: &[u8]| if up { pair[0] <= pair[1] } else { pair[0] >= pair[1] };
            assert!(levels.windows(2).all(ordered), "{levels:?}");
        };
        along(&|x| Answers { horizon_years: 30.0 * x, ..BOLD }, true);
        along(&|x| Answers { reserve_months: 10.0 * x, ..BOLD }, true);
        along(&|x| Answers { loss_bearable: x, ..BOLD }, true);
        along(&|x| Answers { withdrawals_yearly: x, ..BOLD }, false);
        along(&|x| Answers { share_of_wealth: x, ..BOLD }, false);
    }

    #[test]
    fn words_and_deeds_are_compared() {
        let brave = Answers { after_fall: AfterFall::SellAll, ..BOLD };
        let verdict = verdict(&brave, &WORST).unwrap();
        assert!(verdict.inconsistent);
        assert_eq!((verdict.level, verdict.willingness), (Level::LEAST, Level::LEAST));
        assert_eq!((verdict.capacity, verdict.caps.len()), (Level::MOST, 7));
        assert!(verdict.caps[6].why.ends_with("sell-all"), "{:?}", verdict.caps[6]);
        assert!(!super::verdict(&BOLD, &WORST).unwrap().inconsistent);
    }

    #[test]
    fn senseless_answers_are_named() {
        let bad = |answers: Answers| verdict(&answers, &WORST).unwrap_err();
        assert!(bad(Answers { loss_bearable: 30.0, ..BOLD }).starts_with("loss_bearable is 30"));
        assert!(bad(Answers { horizon_years: f64::NAN, ..BOLD }).starts_with("horizon_years"));
        assert!(bad(Answers { withdrawals_yearly: -0.1, ..BOLD }).contains("withdrawals_yearly"));
    }
}
