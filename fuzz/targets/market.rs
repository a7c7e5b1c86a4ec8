//! Files of any text, parted by lines of `===`, loaded with every repair: an error, or a market that makes sense.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trimtab_core::{AssetId, Market};
use trimtab_data::{Options, load_bytes};

const REPAIRS: &str = "carry=2,drop-duplicates=first,drop-nonpositive,drop-unreadable,sort,drop-closed,drop-stale,\
                       round-splits";

/// The names stand for the symbols.
const NAMES: [&str; 3] = ["SPY.csv", "^IRX.csv", "daily_adjusted_TLT.csv"];

fuzz_target!(|text: &str| {
    let parts = text.split("===\n").map(str::as_bytes);
    let files: Vec<(&str, &[u8])> = NAMES.into_iter().zip(parts).collect();
    let strict = load_bytes(&files, &Options::default());
    let repairs = REPAIRS.parse().expect("the list above is right");
    let mended = load_bytes(&files, &Options { repairs, ..Options::default() });
    for loaded in [&strict, &mended].into_iter().flatten() {
        assert_sane(&loaded.market);
    }
    if let Err(error) = mended {
        assert!(!error.to_string().is_empty());
    }
});

fn assert_sane(market: &Market) {
    let sessions = market.calendar().sessions();
    assert!(sessions.windows(2).all(|pair| pair[0] < pair[1]), "sessions are in order");
    for id in (0..market.assets().len()).map(|ix| AssetId(ix as u16)) {
        let (first, last) = market.life(id);
        assert!(first <= last && last.index() < market.days(), "a life lies within the sessions");
        let index = market.total_return(id);
        assert!(index.iter().all(|level| level.is_nan() || (level.is_finite() && *level > 0.0)));
    }
}
