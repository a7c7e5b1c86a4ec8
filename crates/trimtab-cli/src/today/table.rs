//! A morning for people.
use trimtab_core::{AssetId, Frequency, Money, Quantity, Weights};
use trimtab_lab::releases::{HEAD, SIGNS};
use trimtab_sim::{Flip, Lapse, Line, Turn, Why};

use super::Morning;
use crate::report::{DISCLAIMER, table};
use crate::text::{Side, columns, money, percent, wrap};

/// Reports are read on screens of this width.
const WIDTH: usize = 100;

/// Less than a hundredth of a percent is rounding on the eye.
const SHOWN: f64 = 1e-4;

/// The whole report.
pub(crate) fn report(morning: &Morning) -> String {
    let mut text = head(morning);
    text += &target(morning);
    text += &because(morning);
    text += &since(morning);
    text += &ticket(morning);
    text += &turns(morning);
    text += &readings(morning);
    text += &releases(morning);
    text += &table::notices(&morning.notices);
    text += &format!("\n{DISCLAIMER}\n");
    text
}

fn head(morning: &Morning) -> String {
    let date = morning.date(morning.day);
    let mut text = format!("{}, close of {date}, {}\n", morning.strategy.name, morning.holder);
    let next = morning
        .next
        .map_or("there is no next one".into(), |next| format!("the next decision is on {next}"));
    text += &match morning.due {
        Some(Why::Band) => {
            format!("A holding has left its band: back to the newest target; {next}.\n")
        }
        Some(_) => format!("A decision day; {next}.\n"),
        None => format!(
            "Not a decision day; {next}. What follows is indicative: what it would be at this close.\n"
        ),
    };
    text
}

/// Weights wanted, held, and wanted before.
fn target(morning: &Morning) -> String {
    let wanted = &morning.decision.target;
    let before = morning.before().map(|before| &before.target);
    let mut rows = vec![vec!["Target".to_owned(), "wanted".into(), "held".into(), "before".into()]];
    let mut all: Vec<AssetId> = wanted.assets_with(&morning.held).collect();
    all.extend(before.iter().flat_map(|before| before.iter().map(|(asset, _)| asset)));
    all.sort_unstable();
    all.dedup();
    for asset in all {
        rows.push(vec![
            format!("  {}", morning.symbol(asset)),
            percent(wanted.of(asset)),
            percent(morning.held.of(asset)),
            before.map_or("-".into(), |before| percent(before.of(asset))),
        ]);
    }
    let cash = |weights: &Weights| percent(1.0 - weights.invested());
    rows.push(vec![
        "  cash".into(),
        cash(wanted),
        cash(&morning.held),
        before.map_or("-".into(), cash),
    ]);
    format!("\n{}", columns(&rows, &[Side::Left, Side::Right]))
}

fn because(morning: &Morning) -> String {
    let lines = morning.decision.because.iter();
    let lines: String =
        lines.map(|note| wrap(&format!("{}: {}", note.node, note.why), WIDTH, "  ")).collect();
    if lines.is_empty() { String::new() } else { format!("\nWhy\n{lines}") }
}

/// What changed since the decision before.
fn since(morning: &Morning) -> String {
    let Some(before) = morning.before() else {
        return "\nThere was no decision before.\n".into();
    };
    let changed = before.target.turnover_to(&morning.decision.target);
    let mut text = format!("\nSince the decision of {}\n", morning.date(before.day));
    if changed < SHOWN {
        return text + "  the target is the same\n";
    }
    text += &format!("  {} of the portfolio changes\n", percent(changed));
    for note in morning.new_reasons() {
        text += &wrap(&format!("{}: {}", note.node, note.why), WIDTH, "  ");
    }
    text
}

fn ticket(morning: &Morning) -> String {
    let ticket = &morning.ticket;
    let mut text = format!("\nTicket, of {} to invest\n", money(ticket.value));
    if ticket.lines.is_empty() {
        text += "  nothing to trade\n";
    } else {
        let head = [
            "", "", "shares", "limit", "close", "value", "fees", "signal", "drift", "flow",
            "rounding",
        ];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        for line in &ticket.lines {
            let costs: f64 = line.costs.each().iter().map(|(_, cost)| cost.as_f64()).sum();
            let part = |amount: Money| money(amount.as_f64());
            rows.push(vec![
                format!("  {}", side(line)),
                morning.symbol(line.asset).to_owned(),
                line.quantity.abs().to_string(),
                line.limit.map_or("fund".into(), |limit| limit.to_string()),
                format!("{:.2}", line.price),
                part(line.value),
                money(costs),
                part(line.money.signal),
                part(line.money.drift),
                part(line.money.cash_flow),
                part(line.money.rounding),
            ]);
        }
        text += &columns(&rows, &[Side::Left, Side::Left, Side::Right]);
    }
    for (asset, why) in &ticket.left_out {
        text += &format!("  not traded: {}, {}\n", morning.symbol(*asset), left_out(*why));
    }
    let fees: Vec<String> = ticket
        .costs
        .each()
        .iter()
        .filter(|(_, cost)| *cost > Money::ZERO)
        .map(|(kind, cost)| format!("{kind} {}", money(cost.as_f64())))
        .collect();
    let fees = if fees.is_empty() { "none".into() } else { fees.join(", ") };
    let (before, after) = (ticket.cash_before.as_f64(), ticket.cash_after.as_f64());
    text + &format!(
        "  fees before trading: {fees}; cash {} before, {} after\n",
        money(before),
        money(after)
    )
}

/// Buy or sell.
pub(crate) fn side(line: &Line) -> &'static str {
    if line.quantity > Quantity::ZERO { "buy" } else { "sell" }
}

/// Why an order is not in the ticket.
pub(crate) fn left_out(why: Option<Lapse>) -> &'static str {
    match why {
        None => "no price today",
        Some(Lapse::Small) => "too small",
        Some(Lapse::Cash) => "cash does not reach",
        Some(Lapse::Replaced | Lapse::Expired | Lapse::Delisted) => "no longer tradable",
    }
}

/// The prices at which the target changes.
fn turns(morning: &Morning) -> String {
    let far = percent(morning.reach.far);
    let (near, none): (Vec<&Flip>, Vec<&Flip>) =
        morning.flips.iter().partition(|flip| flip.up.is_some() || flip.down.is_some());
    if morning.flips.is_empty() {
        return String::new();
    }
    let sigma = match morning.opened.market.calendar().frequency() {
        Frequency::Daily => "daily sigmas",
        Frequency::Weekly => "weekly sigmas",
        Frequency::Monthly => "monthly sigmas",
    };
    let mut text = format!(
        "\nWhat would change the target, if one price alone had closed elsewhere (within {far})\n"
    );
    let mut rows = vec![vec![
        String::new(),
        "close".into(),
        "turns at".into(),
        "away".into(),
        sigma.into(),
        "then".into(),
    ]];
    for flip in &near {
        for turn in [flip.up.as_ref(), flip.down.as_ref()].into_iter().flatten() {
            let (change, sigmas) = flip.distance(turn);
            rows.push(vec![
                format!("  {}", morning.symbol(flip.asset)),
                format!("{:.2}", flip.close),
                format!("{:.2}", turn.at),
                format!("{:+.2} %", change * 100.0),
                sigmas.map_or("-".into(), |sigmas| format!("{sigmas:+.1}")),
                then(morning, turn),
            ]);
        }
    }
    if !near.is_empty() {
        let sides = [Side::Left, Side::Right, Side::Right, Side::Right, Side::Right, Side::Left];
        text += &columns(&rows, &sides);
    }
    let names: Vec<&str> = none.iter().map(|flip| morning.symbol(flip.asset)).collect();
    if !names.is_empty() {
        text += &wrap(&format!("no price of these does: {}", names.join(" ")), WIDTH, "  ");
    }
    text
}

/// The readings of the economy at which the target changes.
fn readings(morning: &Morning) -> String {
    if morning.reading_flips.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "\nWhat would change the target, if the newest reading of one series alone were another (within {} sigmas)\n",
        morning.reach.far_sigmas
    );
    let head = ["", "about", "reading", "turns at", "away", "sigmas", "then"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let mut none = Vec::new();
    for flip in &morning.reading_flips {
        let turns: Vec<&Turn> =
            [flip.up.as_ref(), flip.down.as_ref()].into_iter().flatten().collect();
        if turns.is_empty() {
            none.push(flip.series.as_str());
        }
        for turn in turns {
            let (change, sigmas) = flip.distance(turn);
            rows.push(vec![
                format!("  {}", flip.series),
                flip.newest.about.to_string(),
                format!("{:.3}", flip.newest.value),
                format!("{:.3}", turn.at),
                format!("{change:+.3}"),
                format!("{sigmas:+.1}"),
                then(morning, turn),
            ]);
        }
    }
    if rows.len() > 1 {
        let numbers = [Side::Right; 5];
        let sides = [&[Side::Left][..], &numbers, &[Side::Left]].concat();
        text += &columns(&rows, &sides);
    }
    if !none.is_empty() {
        text += &wrap(&format!("no reading of these does: {}", none.join(" ")), WIDTH, "  ");
    }
    text
}

/// Series that are listed; `--format json` has all of them.
const RELEASES: usize = 12;

/// What came out of the economy, and what is due.
fn releases(morning: &Morning) -> String {
    if morning.releases.is_empty() {
        return String::new();
    }
    let mut rows = vec![HEAD.map(str::to_owned).to_vec()];
    rows.extend(morning.releases.iter().take(RELEASES).map(|own| own.cells()));
    let sides = [Side::Left, Side::Left, Side::Left, Side::Right];
    let mut text = format!("\nRelease calendar\n{}", columns(&rows, &sides));
    let more = morning.releases.len().saturating_sub(RELEASES);
    if more > 0 {
        text += &format!("  {more} more series stand in `--format json`\n");
    }
    text + &wrap(SIGNS, WIDTH, "  ")
}

/// What differs from the present target, the largest first.
fn then(morning: &Morning, turn: &Turn) -> String {
    let now = &morning.decision.target;
    let mut changes: Vec<_> = now
        .assets_with(&turn.target)
        .map(|asset| (asset, turn.target.of(asset)))
        .filter(|(asset, w)| (w - now.of(*asset)).abs() > SHOWN)
        .collect();
    changes.sort_by(|a, b| {
        let by = |(asset, w): &(_, f64)| (w - now.of(*asset)).abs();
        by(b).total_cmp(&by(a)).then(a.0.cmp(&b.0))
    });
    /// More than these make the line too long to read.
    const MOST: usize = 3;
    let rest = changes.len().saturating_sub(MOST);
    let mut words: Vec<String> = changes
        .iter()
        .take(MOST)
        .map(|(asset, w)| format!("{} {}", morning.symbol(*asset), percent(*w)))
        .collect();
    if rest > 0 {
        words.push(format!("{rest} more"));
    }
    words.join(", ")
}
