//! What the result was made from.
use super::{Doubt, TearSheet, prose, table};
use crate::page::{Block, Section};

pub(super) fn section(sheet: &TearSheet<'_>) -> Section {
    let data = &sheet.data;
    let calendar = sheet.market.calendar();
    let sessions = calendar.sessions();
    let mut blocks = vec![prose(format!(
        "Data: {}; {} assets, {} sessions from {} to {}. Content {}.",
        data.source,
        sheet.market.assets().len(),
        sessions.len(),
        sessions[0],
        calendar.date(calendar.last()),
        data.hash
    ))];
    match data.notices {
        [] => blocks.push(prose("Nothing was lost, repaired or assumed.")),
        notices => {
            let rows = notices.iter().map(|notice| vec![notice.clone()]).collect();
            blocks.push(table(
                "What you must know about them and about the run",
                ["To know"],
                rows,
            ));
        }
    }
    blocks.extend(doubts(&data.doubts));
    blocks.push(assets(sheet));
    if !data.files.is_empty() {
        let rows: Vec<Vec<String>> = data.files.iter().map(|file| vec![file.clone()]).collect();
        let name = format!("{} files that were read", rows.len());
        blocks.push(Block::Fold(name, vec![table("Files", ["File"], rows)]));
    }
    Section::new("Data", blocks)
}

/// What looks wrong in the files, rule by rule.
fn doubts(doubts: &[Doubt]) -> Option<Block> {
    let row = |d: &Doubt| vec![d.what.clone(), d.count.to_string(), d.first.clone()];
    let rows: Vec<Vec<String>> = doubts.iter().map(row).collect();
    let head = ["What looks wrong", "How often", "For example"];
    (!rows.is_empty()).then(|| {
        let all: usize = doubts.iter().map(|d| d.count).sum();
        let name = format!("{all} things look wrong or unusual in the files");
        Block::Fold(name, vec![table("As `trimtab data check` finds them", head, rows)])
    })
}

/// Assets that are listed; a market of stocks has thousands.
const LISTED: usize = 60;

/// Since when and until when each asset has prices, and where they are missing in between.
fn assets(sheet: &TearSheet<'_>) -> Block {
    let (market, calendar) = (sheet.market, sheet.market.calendar());
    let ids = (0..market.assets().len()).map(|ix| trimtab_core::AssetId(ix as u16));
    let traded = |id: &trimtab_core::AssetId| {
        sheet.books.is_none_or(|run| run.trades.iter().any(|trade| trade.fill.asset == *id))
    };
    let rows: Vec<Vec<String>> = ids
        .filter(traded)
        .take(LISTED)
        .map(|id| {
            let (first, last) = market.life(id);
            vec![
                market.symbol(id).to_owned(),
                calendar.date(first).to_string(),
                calendar.date(last).to_string(),
                market.holes(id).len().to_string(),
                format!("{:?}", market.asset(id).levels).to_lowercase(),
            ]
        })
        .collect();
    let head = ["Traded", "Prices from", "to", "Sessions without a price", "Prices are"];
    let name = format!("Prices of the {} assets that were traded", rows.len());
    Block::Fold(name, vec![table("Prices", head, rows)])
}
