//! What `optimize` and `frontier` are asked: estimates from prices or given, and named constraints.
mod given;
mod words;

use trimtab_core::{AssetId, Date, Error, Frequency, Kind, Result, Window};
use trimtab_strategy::{
    AnyAllocator, AnyObjective, Book, Constraint, Cx, Estimates, Estimating, Memory, Programme,
    Strategy,
};

use crate::args::{Question, Shipped};
use crate::history::Opened;
use crate::say;
use words::Words;

/// Everything an optimiser is told, and where it comes from.
#[derive(Debug)]
pub(crate) struct Asked {
    /// What is known of the assets.
    pub(crate) estimates: Estimates,
    /// The objective and the constraints.
    pub(crate) programme: Programme,
    /// Where the estimates come from, in a line.
    pub(crate) source: String,
    /// The close they look back from; none for given ones.
    pub(crate) date: Option<Date>,
    /// What the reader must know.
    pub(crate) notices: Vec<String>,
}

/// The parts of a question that a strategy file would hold.
struct Parts {
    objective: AnyObjective,
    estimating: Estimating,
}

impl Asked {
    /// Reads the question. `objective` is a name or an inline table, as in a strategy file.
    ///
    /// # Errors
    /// [`Kind::Usage`], [`Kind::Spec`], [`Kind::Data`] and [`Kind::Io`], by what is wrong.
    pub(crate) fn read(question: &Question, objective: &str) -> Result<Self> {
        let mut asked = match (&question.means, &question.covariance) {
            (None, None) => Self::from_prices(question, objective)?,
            (means, Some(covariance)) => {
                let estimates = given::read(means.as_deref(), covariance)?;
                let objective = parts(objective, "252", question)?.objective;
                let source = match means {
                    Some(means) => format!("{} and {}", means.display(), covariance.display()),
                    None => covariance.display().to_string(),
                };
                Self::of(estimates, objective, source)
            }
            (Some(_), None) => {
                return Err(Error::new(Kind::Usage, "--means needs --covariance beside it"));
            }
        };
        if let Some(rate) = question.riskless {
            asked.estimates.riskless = Some(rate);
        }
        asked.programme.constraints = asked.constraints(question)?;
        asked.programme.invested = question.invested;
        asked.programme.short_most = question.short;
        asked.programme.relax.clone_from(&question.relax);
        asked.programme.held = asked.held(question)?;
        Ok(asked)
    }

    /// The error with a hint in words of the command line, where the strategy's would mislead.
    pub(crate) fn advised(&self, error: Error) -> Error {
        match self.estimates.riskless {
            None if error.kind() == Kind::Data && error.message().contains("riskless") => {
                error.hint("say --riskless 0.02, or give bill rates with --bills FILE")
            }
            _ => error,
        }
    }

    fn of(estimates: Estimates, objective: AnyObjective, source: String) -> Self {
        let programme = Programme::new(objective);
        Self { estimates, programme, source, date: None, notices: Vec::new() }
    }

    fn from_prices(question: &Question, objective: &str) -> Result<Self> {
        let opened = opened(question)?;
        let market = &opened.market;
        let day = match question.date {
            None => market.calendar().last(),
            Some(date) => market
                .calendar()
                .on_or_before(date)
                .ok_or_else(|| Error::data(format!("the data begin after {date}")))?,
        };
        let past = market.as_of(day);
        let window = match question.window {
            Some(window) => window,
            None => usual(market.calendar().frequency()),
        };
        let parts = parts(objective, &format!("{:?}", window.to_string()), question)?;
        let (book, mut memory) = (Book::default(), Memory::default());
        let mut cx = Cx::new(past, &book, &mut memory, &[]);
        let among: Vec<AssetId> = cx.select(&question.assets)?;
        let (_, estimates) = parts.estimating.make(&mut cx, &among)?;
        let mut asked = Self::of(estimates, parts.objective, opened.source.clone());
        asked.date = Some(market.calendar().date(day));
        asked.notices = opened.notices.clone();
        asked.notices.extend(cx.into_notes().into_iter().map(|note| note.why));
        Ok(asked)
    }

    fn constraints(&self, question: &Question) -> Result<Vec<Constraint>> {
        let words = Words::new(&self.estimates, &question.group)?;
        let read = question.constraint.iter().map(|text| words.constraint(text));
        Ok(read.collect::<Result<Vec<_>>>()?.concat())
    }

    fn held(&self, question: &Question) -> Result<Vec<f64>> {
        if question.held.is_empty() {
            return Ok(Vec::new());
        }
        let mut held = vec![0.0; self.estimates.n()];
        for (symbol, share) in &question.held {
            let ix = given::place_of(&self.estimates.names, symbol)?;
            held[ix] = words::number(share).ok_or_else(|| {
                Error::new(Kind::Usage, format!("`{share}` is no weight of {symbol}"))
            })?;
        }
        Ok(held)
    }
}

/// Another objective for the same question.
///
/// # Errors
/// [`Kind::Spec`] when it is none.
pub(crate) fn objective(question: &Question, words: &str) -> Result<AnyObjective> {
    Ok(parts(words, "252", question)?.objective)
}

/// The market of a question: files, or what ships with the program.
fn opened(question: &Question) -> Result<Opened> {
    if !question.data.paths.is_empty() {
        return Opened::files(&question.data);
    }
    if let Some(option) = question.data.lone() {
        return Err(Error::new(Kind::Usage, format!("{option} belongs to files of your own"))
            .hint("name them with --data PATH"));
    }
    let opened = Opened::shipped(question.history.unwrap_or(Shipped::Monthly))?;
    say::note(&opened.source);
    Ok(opened)
}

/// What is usual to look back over: a year of days, two of weeks, five of months.
fn usual(frequency: Frequency) -> Window {
    match frequency {
        Frequency::Daily => Window::Sessions(252),
        Frequency::Weekly => Window::Sessions(104),
        _ => Window::Sessions(60),
    }
}

/// Reads objective and estimators as a strategy file would: the same names, the same mistakes found.
fn parts(objective: &str, window: &str, question: &Question) -> Result<Parts> {
    let table = |words: &str| match words.trim_start().starts_with('{') {
        true => words.to_owned(),
        false => format!("{{ kind = {words:?} }}"),
    };
    let objective = match (question.target, objective.trim_start().starts_with('{')) {
        (None, _) => table(objective),
        (Some(target), false) => format!("{{ kind = {objective:?}, yearly = {target:?} }}"),
        (Some(_), true) => {
            let said = "--target belongs to an objective given by its name";
            return Err(Error::new(Kind::Usage, said).hint("write the target into the table"));
        }
    };
    let mut estimates = format!("window = {window}");
    for (key, words) in [("mean", &question.mean_by), ("covariance", &question.covariance_by)] {
        if let Some(words) = words {
            estimates += &format!(", {key} = {}", table(words));
        }
    }
    let text = format!(
        "root = \"@question\"\n[allocator.question]\nkind = \"optimal\"\nobjective = {objective}\nestimates = {{ {estimates} }}\n"
    );
    let strategy = Strategy::parse("question", &text)?;
    match strategy.root.inner() {
        AnyAllocator::Optimal(optimal) => Ok(Parts {
            objective: optimal.objective.inner().clone(),
            estimating: optimal.estimates.clone(),
        }),
        _ => Err(Error::spec("the question has another root than it was given")),
    }
}
