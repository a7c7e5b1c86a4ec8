//! The questions, and where their answers come from: a file, a preset, the terminal.
use std::io::{BufRead, Write};
use std::path::Path;

use toml::{Table, Value};
use trimtab_core::{Error, Kind, Result};
use trimtab_lab::profile::{Answers, Goal};

use crate::args::Preset;

/// One question.
struct Question {
    /// Its name in a file of answers.
    key: &'static str,
    /// What is asked.
    text: &'static str,
    /// The words that can be answered; none for a number.
    words: &'static [&'static str],
}

const QUESTIONS: [Question; 8] = [
    Question {
        key: "horizon_years",
        text: "In how many years will a large part of this money be needed?",
        words: &[],
    },
    Question {
        key: "reserve_months",
        text: "For how many months would your cash elsewhere pay your expenses?",
        words: &[],
    },
    Question {
        key: "income",
        text: "Would your income go on in a crisis?",
        words: &["secure", "variable", "none"],
    },
    Question {
        key: "withdrawals_yearly",
        text: "Which part of this money do you take out each year (4%)?",
        words: &[],
    },
    Question {
        key: "share_of_wealth",
        text: "Which part of all that you own is this (50%)?",
        words: &[],
    },
    Question {
        key: "loss_bearable",
        text: "Which loss within a year could you sit through (20%)?",
        words: &[],
    },
    Question {
        key: "after_fall",
        text: "After a fall of a quarter, what would you do?",
        words: &["buy", "hold", "sell-some", "sell-all"],
    },
    Question {
        key: "account",
        text: "Are gains in this account taxed when they are realised?",
        words: &["taxable", "sheltered"],
    },
];

/// The answers so far, by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet {
    file: Option<String>,
    table: Table,
    goal: Option<Table>,
}

impl Sheet {
    /// What a file of answers says: the names of [`Answers`], and perhaps a table `goal`.
    ///
    /// # Errors
    /// When it cannot be read or is no TOML.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            Error::new(Kind::Io, format!("cannot read the answers: {error}")).place(file.clone())
        })?;
        let mut table: Table = text
            .parse()
            .map_err(|e| Error::new(Kind::Usage, format!("{e}")).place(file.clone()))?;
        let goal = match table.remove("goal") {
            None => None,
            Some(Value::Table(goal)) => Some(goal),
            Some(_) => {
                let said = "`goal` is a table: [goal] with target, years, now, monthly";
                return Err(Error::new(Kind::Usage, said).place(file));
            }
        };
        Ok(Self { file: Some(file), table, goal })
    }

    /// Answers that a preset gives, where nobody answered.
    pub(crate) fn fill(&mut self, preset: Preset) {
        for (key, value) in preset.answers() {
            self.table.entry(key).or_insert(value);
        }
    }

    /// Asks what is not answered yet; an answer that makes no sense is asked for again.
    ///
    /// # Errors
    /// [`Kind::Usage`] when the answers end before the questions.
    pub(crate) fn ask(&mut self, from: &mut impl BufRead, to: &mut impl Write) -> Result<()> {
        let open: Vec<&Question> =
            QUESTIONS.iter().filter(|q| !self.table.contains_key(q.key)).collect();
        let count = open.len();
        for (ix, question) in open.into_iter().enumerate() {
            let choice = match question.words {
                [] => String::new(),
                words => format!(" ({})", words.join(", ")),
            };
            loop {
                // Where nobody reads the questions, the answers still come.
                let _ = write!(to, "{}/{count}  {}{choice} ", ix + 1, question.text)
                    .and_then(|()| to.flush());
                let mut line = String::new();
                let read = from.read_line(&mut line).map_err(|error| {
                    Error::new(Kind::Io, format!("cannot read the answers: {error}"))
                })?;
                if read == 0 {
                    let said = format!("the answers end before `{}`", question.key);
                    return Err(Error::new(Kind::Usage, said)
                        .hint("answer on the terminal, or name a file with --answers"));
                }
                if let Some(value) = question.value(line.trim()) {
                    self.table.insert(question.key.to_owned(), value);
                    break;
                }
            }
        }
        Ok(())
    }

    /// The answers, all of them.
    ///
    /// # Errors
    /// [`Kind::Usage`] with the first that is missing or makes no sense.
    pub(crate) fn answers(&self) -> Result<Answers> {
        let wrong = |said: String| match &self.file {
            Some(file) => Error::new(Kind::Usage, said).place(file.clone()),
            None => Error::new(Kind::Usage, said),
        };
        if let Some(open) = QUESTIONS.iter().find(|q| !self.table.contains_key(q.key)) {
            let said = format!("nothing answers `{}`: {}", open.key, open.text);
            return Err(wrong(said).hint("add it to the file, or let --preset answer it"));
        }
        let numbers = self.table.iter().map(|(key, value)| (key.clone(), widened(value)));
        let table: Table = numbers.collect();
        table.try_into().map_err(|error: toml::de::Error| wrong(error.message().to_owned()))
    }

    /// The goal of the file, if it has one.
    ///
    /// # Errors
    /// As [`goal`].
    pub(crate) fn goal(&self) -> Result<Option<Goal>> {
        let Some(table) = &self.goal else { return Ok(None) };
        let known = ["target", "years", "now", "monthly"];
        if let Some(key) = table.keys().find(|key| !known.contains(&key.as_str())) {
            let said = format!("`goal.{key}` means nothing: a goal has {}", known.join(", "));
            return Err(Error::new(Kind::Usage, said));
        }
        let number = |key: &str| match table.get(key).map(widened) {
            None => Ok(None),
            Some(Value::Float(x)) => Ok(Some(x)),
            Some(_) => Err(Error::new(Kind::Usage, format!("`goal.{key}` is no number"))),
        };
        let wanted = |key: &str| {
            let said = || Error::new(Kind::Usage, format!("the goal has no `{key}`"));
            number(key)?.ok_or_else(said)
        };
        let (now, monthly) = (number("now")?.unwrap_or(0.0), number("monthly")?.unwrap_or(0.0));
        goal(wanted("target")?, wanted("years")?, now, monthly).map(Some)
    }
}

/// A goal in months.
///
/// # Errors
/// [`Kind::Usage`] when a number makes no sense.
pub(crate) fn goal(target: f64, years: f64, now: f64, monthly: f64) -> Result<Goal> {
    const MONTHS: f64 = 12.0;
    const YEARS_MAX: f64 = 100.0;
    let sound = target > 0.0 && now >= 0.0 && [target, now, monthly].iter().all(|x| x.is_finite());
    if !sound || !(1.0 / MONTHS..=YEARS_MAX).contains(&years) {
        let said = format!(
            "no goal: {target} in {years} years from {now} and {monthly} a month; amounts are not negative, \
             and it lies a month to {YEARS_MAX} years ahead"
        );
        return Err(Error::new(Kind::Usage, said));
    }
    Ok(Goal { now, monthly, target, months: (years * MONTHS).round() as u32 })
}

/// Whole numbers are numbers.
fn widened(value: &Value) -> Value {
    match value {
        Value::Integer(n) => Value::Float(*n as f64),
        other => other.clone(),
    }
}

impl Question {
    /// What a typed answer means; none when it means nothing.
    fn value(&self, typed: &str) -> Option<Value> {
        if !self.words.is_empty() {
            let word = self.words.iter().find(|word| word.eq_ignore_ascii_case(typed))?;
            return Some(Value::String((*word).to_owned()));
        }
        let (number, unit) = match typed.strip_suffix('%') {
            Some(number) => (number.trim(), 100.0),
            None => (typed, 1.0),
        };
        let number: f64 = number.parse().ok()?;
        (number.is_finite() && number >= 0.0).then_some(Value::Float(number / unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_lab::profile::{Account, AfterFall, Income};

    fn asked(typed: &str) -> (Result<Answers>, String) {
        let (mut sheet, mut shown) = (Sheet::default(), Vec::new());
        let answers = sheet.ask(&mut typed.as_bytes(), &mut shown).and_then(|()| sheet.answers());
        (answers, String::from_utf8(shown).unwrap())
    }

    #[test]
    fn the_terminal_asks_until_it_understands() {
        let (answers, shown) =
            asked("20\nmany\n6\nSecure\n4%\n0.5\n25 %\nrun away\nhold\ntaxable\n");
        let answers = answers.unwrap();
        assert_eq!((answers.horizon_years, answers.reserve_months), (20.0, 6.0));
        assert_eq!((answers.income, answers.withdrawals_yearly), (Income::Secure, 0.04));
        assert_eq!((answers.loss_bearable, answers.after_fall), (0.25, AfterFall::Hold));
        assert_eq!((answers.share_of_wealth, answers.account), (0.5, Account::Taxable));
        assert_eq!(shown.matches("2/8").count(), 2, "{shown}");
        assert!(asked("20\n6\n").0.unwrap_err().to_string().contains("before `income`"));
    }

    #[test]
    fn a_goal_is_checked() {
        let months = goal(1e5, 2.5, 0.0, 100.0).unwrap().months;
        assert_eq!(months, 30);
        assert!(goal(1e5, 0.0, 0.0, 100.0).is_err() && goal(-1.0, 5.0, 0.0, 0.0).is_err());
    }
}
