//! What was traded, and what that took.
use trimtab_sim::Run;

use super::{Prepares, TearSheet, prose, table};
use crate::page::{Block, Section};
use crate::trading::{Shortfall, Tickets, Whipsaws};
use crate::words::{counted, money, percent};

/// Bytes of trades on the page; the rest is in trades.csv.
const BYTES_MAX: usize = 90_000;

/// Round trips that are listed, the dearest first.
const TRIPS: usize = 15;

pub(super) fn section(sheet: &TearSheet<'_>, all: &Prepares<'_>) -> Option<Section> {
    let run = sheet.books?;
    let mut blocks = vec![effort(sheet, run)];
    blocks.extend(shortfall(sheet, run));
    blocks.extend(whipsaws(sheet, run, all));
    blocks.push(Block::Fold(format!("{} trades", run.trades.len()), vec![list(sheet, run)]));
    Some(Section::new("Trades and costs", blocks))
}

fn effort(sheet: &TearSheet<'_>, run: &Run) -> Block {
    let tickets = Tickets::of(run, sheet.market);
    let turnover = run.turnover_yearly(sheet.record.periods_yearly());
    let number = |x: f64| format!("{x:.1}");
    let mut rows = vec![
        vec!["Tickets a year".to_owned(), number(tickets.tickets_yearly)],
        vec![
            "Days a year on which something is traded".to_owned(),
            number(tickets.trade_days_yearly),
        ],
        vec!["Decisions a year".to_owned(), number(tickets.decisions_yearly)],
        vec!["Decisions a year that led to a trade".to_owned(), number(tickets.rebalances_yearly)],
        vec!["Most tickets on one day".to_owned(), tickets.most_on_one_day.to_string()],
        vec!["Turnover a year, one way".to_owned(), percent(turnover)],
    ];
    let paid = run.costs.each().into_iter().filter(|(_, cost)| cost.as_f64() > 0.0);
    rows.extend(
        paid.map(|(kind, cost)| vec![format!("Paid in all: {kind}"), money(cost.as_f64())]),
    );
    table("What it asks of you", ["", ""], rows)
}

fn shortfall(sheet: &TearSheet<'_>, run: &Run) -> Vec<Block> {
    let short = Shortfall::of(run, sheet.market);
    let mut rows = vec![vec![
        "Prices moved between decision and fill".to_owned(),
        percent(short.delay_yearly),
    ]];
    let kinds = short.costs_yearly.iter().filter(|(_, cost)| *cost > 0.0);
    rows.extend(kinds.map(|(kind, cost)| vec![format!("Paid: {kind}"), percent(*cost)]));
    rows.push(vec!["Together".to_owned(), percent(short.total_yearly)]);
    if let Some(bps) = short.total_bps {
        rows.push(vec![
            "Together, in basis points of what was traded".to_owned(),
            format!("{bps:.1}"),
        ]);
    }
    let mut said = String::from(
        "Implementation shortfall (Perold 1988): what the way from the close that decided to the fill cost, a year. \
         Negative numbers are gains.",
    );
    if let Ok(variations) = &sheet.variations {
        said += &format!(
            " The paper portfolio, filled at the very closes that decided and traded free, made {} a year; the run {}.",
            percent(variations.paper),
            percent(variations.own)
        );
    }
    if short.unfilled > 0 {
        said += &format!(
            " {} ended without being filled to the end; what they would have earned is not counted.",
            counted(short.unfilled, "order")
        );
    }
    if short.unpriced > 0 {
        said += &format!(" {} had no price at the decision.", counted(short.unpriced, "trade"));
    }
    vec![prose(said), table("Of the account, a year", ["", ""], rows)]
}

fn whipsaws(sheet: &TearSheet<'_>, run: &Run, all: &Prepares<'_>) -> Vec<Block> {
    let whipsaws = Whipsaws::of(run, sheet.market);
    let said = format!(
        "Whipsaws: what was sold and within three months bought back higher. That happened {:.1} times a year and cost {} a \
         year; buying back lower saved {}. Trades below {:.0} % of the account are not counted.",
        whipsaws.count_yearly,
        percent(whipsaws.cost_yearly),
        percent(whipsaws.saved_yearly),
        Whipsaws::LEAST * 100.0
    );
    let mut blocks = vec![prose(said)];
    blocks.extend(by_market(run, all, &whipsaws));
    let mut dearest: Vec<_> = whipsaws.trips.iter().filter(|trip| trip.cost > 0.0).collect();
    dearest.sort_by(|a, b| b.cost.total_cmp(&a.cost).then(a.bought.cmp(&b.bought)));
    let rows: Vec<Vec<String>> = dearest
        .iter()
        .take(TRIPS)
        .map(|trip| {
            vec![
                sheet.market.symbol(trip.asset).to_owned(),
                trip.sold.to_string(),
                trip.bought.to_string(),
                percent(trip.moved),
                percent(trip.share),
                percent(trip.cost),
            ]
        })
        .collect();
    if !rows.is_empty() {
        let head = ["", "Sold", "Bought back", "It rose", "Of the account", "Cost"];
        let name = format!("The dearest {}", counted(rows.len(), "whipsaw"));
        blocks.push(Block::Fold(name, vec![table("Whipsaws, the dearest first", head, rows)]));
    }
    blocks
}

/// In which kind of market the sales fell that were regretted.
fn by_market(run: &Run, all: &Prepares<'_>, whipsaws: &Whipsaws) -> Option<Block> {
    let classes = all.told("market")?;
    let of = |day: trimtab_core::Day| {
        let level = day.index().checked_sub(run.first.index())?;
        *classes.labels().get(level.checked_sub(1)?)?
    };
    let rows: Vec<Vec<String>> = classes
        .names()
        .iter()
        .enumerate()
        .map(|(class, name)| {
            let here: Vec<_> =
                whipsaws.trips.iter().filter(|trip| of(trip.day) == Some(class)).collect();
            let lost: Vec<f64> = here.iter().map(|trip| trip.cost).filter(|c| *c > 0.0).collect();
            // The sum of nothing is -0.0, which would be printed with its sign.
            let sum = |costs: &mut dyn Iterator<Item = f64>| costs.sum::<f64>() + 0.0;
            let net = sum(&mut here.iter().map(|trip| trip.cost));
            let total = sum(&mut lost.iter().copied());
            vec![
                name.clone(),
                here.len().to_string(),
                lost.len().to_string(),
                percent(total),
                percent(net),
            ]
        })
        .collect();
    if whipsaws.trips.is_empty() {
        return None;
    }
    let head = ["Market at the sale", "Round trips", "Whipsaws", "They cost", "Round trips, net"];
    Some(table("Whipsaws by kind of market, over the whole run", head, rows))
}

fn list(sheet: &TearSheet<'_>, run: &Run) -> Block {
    let mut bytes = 0;
    let calendar = sheet.market.calendar();
    let rows: Vec<Vec<String>> = run
        .trades
        .iter()
        .rev()
        .map(|trade| {
            let fill = &trade.fill;
            vec![
                fill.date.to_string(),
                sheet.market.symbol(fill.asset).to_owned(),
                if fill.buys() { "buy" } else { "sell" }.to_owned(),
                format!("{:.4}", fill.quantity.as_f64().abs()),
                format!("{:.4}", fill.price),
                money(fill.gross.as_f64().abs()),
                fill.costs.total().map_or("-".to_owned(), |cost| money(cost.as_f64())),
                trade.shortfall().map_or("-".to_owned(), money),
                calendar.date(trade.decided).to_string(),
                trade.why.word().to_owned(),
            ]
        })
        .take_while(|row| {
            // About what the tags of a row take.
            const TAGS: usize = 100;
            bytes += TAGS + row.iter().map(String::len).sum::<usize>();
            bytes <= BYTES_MAX
        })
        .collect();
    let caption = match run.trades.len() - rows.len() {
        0 => "Every trade, the newest first".to_owned(),
        n => format!("The newest trades first; {n} older ones stand in trades.csv"),
    };
    let head = [
        "Filled",
        "Symbol",
        "",
        "Shares",
        "Price",
        "Value",
        "Costs",
        "Shortfall",
        "Decided",
        "Occasion",
    ];
    table(caption, head, rows)
}
