//! `trimtab profile`: how much risk suits a person, a strategy that has it, and whether a goal is on track.
use std::io::{self, IsTerminal};

use serde_json::{Value, json};
use trimtab_core::{Error, Kind, Market, Result};
use trimtab_lab::figures::{Figure, HEAD};
use trimtab_lab::profile::{Goal, LEVELS, Level, Outlook, Verdict, outlook, verdict};
use trimtab_lab::{Prepared, Record, RiskFree, metrics};
use trimtab_sim::{Options, backtest};
use trimtab_strategy::Strategy;

use super::new::write_new;
use crate::args::{Format, Profile, Shipped};
use crate::history::Opened;
use crate::profile::{Funds, Plan, Sheet, goal};
use crate::report::DISCLAIMER;
use crate::say::{self, Outcome};
use crate::text::{Side, columns, money, percent, wrap};

const WIDTH: usize = 96;

/// Months of a year.
const YEAR: usize = 12;

/// Asks, judges, and says what came of it.
pub(crate) fn run(args: &Profile) -> Outcome {
    let mut sheet = match &args.answers {
        Some(path) => Sheet::read(path)?,
        None => Sheet::default(),
    };
    if let Some(preset) = args.preset {
        sheet.fill(preset);
    }
    if args.answers.is_none() {
        sheet.ask(&mut io::stdin().lock(), &mut io::stderr())?;
        if !io::stdin().is_terminal() {
            say::note("answers were read from standard input");
        }
    }
    let answers = sheet.answers()?;
    let history = Opened::shipped(Shipped::Monthly)?;
    let worst = worst_years(&history.market)?;
    let verdict = verdict(&answers, &worst).map_err(|said| Error::new(Kind::Usage, said))?;
    let plan = Plan::new(verdict.level, &answers, args.preset);
    let past = Past::of(&plan, &history.market)?;
    let goal = match args.goal_target {
        Some(target) => {
            let years = args.goal_years.unwrap_or(answers.horizon_years);
            Some(goal(target, years, args.goal_now, args.goal_monthly)?)
        }
        None => sheet.goal()?,
    };
    let outlook = goal.map(|goal| outlook(&past.real, &goal, args.seed)).transpose()?;
    let goal = goal.as_ref().zip(outlook.as_ref());
    if let Some(path) = &args.write {
        let funds = Funds {
            stocks: args.stocks.clone(),
            bonds: args.bonds.clone(),
            bills: args.bills.clone(),
        };
        write_new(path, &plan.file(&funds))?;
    }
    match args.format {
        Format::Json => say::json(&as_json(&verdict, &plan, &past, goal)),
        Format::Table => say::result(&table(args, &verdict, &plan, &past, goal)),
    }
}

/// The worst twelve months of each level's mix of stocks and ten-year Treasuries on the shipped history, as losses.
fn worst_years(market: &Market) -> Result<[f64; LEVELS]> {
    let [stocks, bonds] = ["US", "T10"].map(|symbol| market.find(symbol));
    let (stocks, bonds) = (market.total_return(stocks?), market.total_return(bonds?));
    let growth = |of: &[f64], t: usize| of[t] / of[t - 1];
    let mut worst = [0.0; LEVELS];
    for (level, worst) in Level::all().zip(&mut worst) {
        let share = level.stocks();
        let months: Vec<f64> = (1..stocks.len())
            .map(|t| share * growth(stocks, t) + (1.0 - share) * growth(bonds, t))
            .collect();
        let years = months.windows(YEAR).map(|year| year.iter().product::<f64>());
        *worst = 1.0 - years.fold(1.0, f64::min);
    }
    Ok(worst)
}

/// Return, volatility and deepest fall: what does not ask for a rate of cash.
const FIGURES: [Figure; 3] = [HEAD[1], HEAD[2], HEAD[5]];

/// What a plan did on the history that ships.
struct Past {
    from: trimtab_core::Date,
    to: trimtab_core::Date,
    /// [`FIGURES`].
    figures: [Option<f64>; FIGURES.len()],
    /// Monthly returns less inflation.
    real: Vec<f64>,
}

impl Past {
    fn of(plan: &Plan, market: &Market) -> Result<Self> {
        // One price a month: it is decided and traded at, as published tables do.
        let close = [("execution.fill".to_owned(), "\"same-close\"".to_owned())];
        let strategy = Strategy::parse_with("profile", &plan.file(&Funds::shipped()), &close)?;
        let run = backtest(&strategy, market, &Options::default())?;
        if let Some(error) = run.error(market) {
            return Err(error);
        }
        // The year before the first decision was spent in cash.
        let first = run.decisions.first().map_or(run.first, |decision| decision.day);
        let skip = (first.0 - run.first.0) as usize;
        let (dates, returns) = (&run.sessions[skip..], &run.returns()[skip..]);
        let record = Prepared::new(Record::new(dates, returns, RiskFree::ZERO, YEAR as f64)?);
        let figure = |figure: Figure| metrics::find(figure.key).and_then(|m| m.of(&record));
        let real = dates
            .windows(2)
            .zip(returns)
            .map(|(pair, r)| Ok((1.0 + r) / inflation(market, pair[0], pair[1])? - 1.0));
        Ok(Self {
            from: dates[0],
            to: dates[dates.len() - 1],
            figures: FIGURES.map(figure),
            real: real.collect::<Result<_>>()?,
        })
    }
}

/// The growth of consumer prices from one month to another.
fn inflation(market: &Market, from: trimtab_core::Date, to: trimtab_core::Date) -> Result<f64> {
    const PRICES: &str = "CPIAUCSL";
    let missing = || Error::data(format!("consumer prices are not known from {from} to {to}"));
    let series = market.series(PRICES).ok_or_else(missing)?;
    // The last figure that describes a day up to `date`; when it was published does not matter to what it bought.
    let level = |date| {
        let about = series.facts().iter().filter(|fact| fact.about <= date);
        about.max_by_key(|fact| (fact.about, fact.known)).map(|fact| fact.value)
    };
    Ok(level(to).ok_or_else(missing)? / level(from).ok_or_else(missing)?)
}

fn table(
    args: &Profile,
    verdict: &Verdict,
    plan: &Plan,
    past: &Past,
    goal: Option<(&Goal, &Outlook)>,
) -> String {
    let mut text = format!("{}\n\n", plan.title());
    let mut rows = vec![["Rule", "Allows", "Because"].map(str::to_owned).to_vec()];
    for cap in &verdict.caps {
        let level = format!("{} {}", cap.level.number(), cap.level.name());
        rows.push(vec![cap.rule.to_owned(), level, cap.why.clone()]);
    }
    text += &columns(&rows, &[Side::Left]);
    let (able, willing) = (verdict.capacity.number(), verdict.willingness.number());
    text += &wrap(
        &format!(
            "Capacity allows level {able}, willingness level {willing}: the more cautious counts, level {}.",
            verdict.level.number()
        ),
        WIDTH,
        "",
    );
    if verdict.inconsistent {
        let said = "The two answers on losses do not go together: what was said of a loss is far from what would be \
                    done. The more cautious counts; it is worth talking about before money is at stake.";
        text += &wrap(said, WIDTH, "");
    }
    text += &format!("\nThis plan on the history that ships, {} to {}\n", past.from, past.to);
    let figures = FIGURES.iter().zip(past.figures);
    let figures = figures.map(|(f, x)| vec![f.name.to_owned(), f.shape.write(x)]);
    text += &columns(&figures.collect::<Vec<_>>(), &[Side::Left, Side::Right]);
    text += &wrap(trimtab_data::caveat(), WIDTH, "");
    if let Some((goal, outlook)) = goal {
        text += &goal_words(goal, outlook);
    }
    text += &match &args.write {
        Some(path) => format!(
            "\nwrote {0}\nrun it with: trimtab backtest {0} --data PRICES\n",
            path.display()
        ),
        None => "\n`--write FILE` writes the strategy of this plan\n".to_owned(),
    };
    text + &format!("\n{DISCLAIMER}\n")
}

fn goal_words(goal: &Goal, outlook: &Outlook) -> String {
    let years = f64::from(goal.months) / YEAR as f64;
    let head = format!(
        "\nThe goal: {} in {years:.1} years, from {} and {} a month, in today's money\n",
        money(goal.target),
        money(goal.now),
        money(goal.monthly)
    );
    let [low, _, middle, _, high] = outlook.ends;
    let rows = [
        (
            "reached in",
            format!(
                "{} of drawn futures (+- {})",
                percent(outlook.chance),
                percent(outlook.chance_error)
            ),
        ),
        (
            "if returns are lower",
            format!("{}: one standard error of the past's mean", percent(outlook.chance_if_less)),
        ),
        ("the middle future ends with", money(middle)),
        ("nine of ten lie between", format!("{} and {}", money(low), money(high))),
        ("four of five reach it with", format!("{} a month", money(outlook.monthly_needed))),
    ];
    let rows: Vec<Vec<String>> =
        rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect();
    let method = "Drawn in blocks of a year on average from the plan's monthly returns above, after inflation. What \
                  that history never saw is not in it.";
    head + &columns(&rows, &[Side::Left]) + &wrap(method, WIDTH, "")
}

fn as_json(verdict: &Verdict, plan: &Plan, past: &Past, goal: Option<(&Goal, &Outlook)>) -> Value {
    let caps: Vec<Value> = verdict
        .caps
        .iter()
        .map(|cap| json!({ "rule": cap.rule, "level": cap.level.number(), "why": cap.why }))
        .collect();
    let [stocks, bonds, bills] = plan.core();
    let figures = FIGURES.iter().zip(past.figures);
    let figures: serde_json::Map<String, Value> =
        figures.map(|(figure, x)| (figure.json.to_owned(), json!(x))).collect();
    let goal = goal.map(|(goal, outlook)| {
        json!({
            "target": goal.target, "months": goal.months, "now": goal.now, "monthly": goal.monthly,
            "chance": outlook.chance, "chance_error": outlook.chance_error,
            "chance_if_less": outlook.chance_if_less, "ends": outlook.ends,
            "monthly_needed": outlook.monthly_needed,
        })
    });
    json!({
        "level": verdict.level.number(),
        "name": verdict.level.name(),
        "capacity": verdict.capacity.number(),
        "willingness": verdict.willingness.number(),
        "inconsistent": verdict.inconsistent,
        "caps": caps,
        "plan": {
            "title": plan.title(),
            "core": { "stocks": stocks, "bonds": bonds, "bills": bills },
            "sleeve": plan.sleeve(),
            "file": plan.file(&Funds::shipped()),
        },
        "past": { "from": past.from.to_string(), "to": past.to.to_string(), "figures": figures },
        "goal": goal,
    })
}
