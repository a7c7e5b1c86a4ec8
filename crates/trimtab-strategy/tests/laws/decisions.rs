//! Laws on decisions.
use std::collections::BTreeMap;

use super::markets::{SYMBOLS, market, market_of};
use super::registered;
use trimtab_core::{Day, Error, Kind, Market, Weights};
use trimtab_strategy::{
    AnyAllocator, AnyGauge, AnySignal, Book, Cx, KindInfo, Memory, Node, Note, Strategy,
};

/// One decision: the day, the weights, the reasons.
type Decision = (Day, Result<Weights, Error>, Vec<Note>);

const DAYS: usize = 620;

/// Decisions at every `every`-th close, memory carried on; "not yet" is left out.
fn decisions(strategy: &Strategy, market: &Market, every: usize) -> Vec<Decision> {
    let (mut memory, mut made) = (Memory::default(), Vec::new());
    for day in (0..market.days() as u32).step_by(every).map(Day) {
        let book = Book { weights: Weights::cash(), value: 1e5, peak: 1e5 };
        let mut cx = Cx::new(market.as_of(day), &book, &mut memory, &strategy.universe);
        match strategy.weights(&mut cx) {
            Err(error) if error.kind() == Kind::Data && made.is_empty() => {}
            weights => made.push((day, weights, cx.into_notes())),
        }
    }
    made
}

#[test]
fn every_kind_decides() {
    let market = market(DAYS);
    for (info, strategy) in registered() {
        let made = decisions(&strategy, &market, 21);
        assert!(made.len() > 5, "{} never decided", info.kind);
        for (day, weights, _) in made {
            weights.unwrap_or_else(|e| panic!("{} on {day:?}: {e}", info.kind));
        }
    }
}

/// Names of the allocators in a printed tree, its root left out.
fn allocators(value: &serde_json::Value, names: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(table) => {
            let known = |kind: &str| AnyAllocator::kinds().iter().any(|info| info.kind == kind);
            if table.get("kind").and_then(|kind| kind.as_str()).is_some_and(known) {
                names.push(table["name"].as_str().unwrap_or_default().to_owned());
            }
            table.values().for_each(|child| allocators(child, names));
        }
        serde_json::Value::Array(all) => all.iter().for_each(|child| allocators(child, names)),
        _ => {}
    }
}

#[test]
fn every_allocator_names_all_its_parts() {
    fn parts(node: &Node<AnyAllocator>, names: &mut Vec<String>) {
        names.push(node.name().to_owned());
        node.inner().as_dyn().parts().into_iter().for_each(|part| parts(part, names));
    }
    let others = [AnySignal::kinds(), AnyGauge::kinds()].concat();
    let shared = |info: &KindInfo| AnyAllocator::kinds().iter().any(|own| own.kind == info.kind);
    assert!(!others.iter().any(shared), "the printed tree tells classes apart by kind");
    for (info, strategy) in registered() {
        let printed: serde_json::Value = serde_json::from_str(&strategy.canonical()).unwrap();
        let (mut told, mut there) = (Vec::new(), Vec::new());
        parts(&strategy.root, &mut told);
        allocators(&printed["root"], &mut there);
        told.sort();
        there.sort();
        assert_eq!(told, there, "{}", info.kind);
    }
}

/// Sessions on which `decide` sees more than their past: decisions up to there differ when the market after them is
/// scrambled, or cut off. The cuts are days of decisions, so that even one session of foresight shows.
fn foresight(
    market: &Market,
    decide: impl Fn(&Market) -> Vec<Decision>,
) -> Vec<(u32, &'static str)> {
    let (whole, mut seen) = (decide(market), Vec::new());
    for cut in [57 * 7, 72 * 7, 84 * 7] {
        let scrambled = market.scrambled_after(Day(cut), |_, _, x| 1e4 / x, |x| 50.0 - x).unwrap();
        let short = market.cut(Day(cut)).unwrap();
        for (what, other) in [("scrambled", scrambled), ("cut", short)] {
            let before = |d: &&Decision| d.0 <= Day(cut);
            if !whole.iter().filter(before).eq(decide(&other).iter().filter(before)) {
                seen.push((cut, what));
            }
        }
    }
    seen
}

#[test]
fn no_decision_depends_on_the_future() {
    let market = market(DAYS);
    for (info, strategy) in registered() {
        let seen = foresight(&market, |market| decisions(&strategy, market, 7));
        assert!(seen.is_empty(), "{} saw past these sessions: {seen:?}", info.kind);
    }
}

#[test]
fn the_law_notices_one_session_of_foresight() {
    let leak = |market: &Market| -> Vec<Decision> {
        let tomorrow = |t: usize| market.total_return(trimtab_core::AssetId(0)).get(t + 1).copied();
        let all_in =
            |t: usize| Weights::new([(trimtab_core::AssetId(0), tomorrow(t).unwrap_or(1.0) / 1e6)]);
        (0..market.days()).step_by(7).map(|t| (Day(t as u32), Ok(all_in(t)), Vec::new())).collect()
    };
    assert_eq!(foresight(&market(DAYS), leak).len(), 6);
}

#[test]
fn weights_are_finite_and_within_the_money() {
    let market = market(DAYS);
    for (info, strategy) in registered() {
        for (day, weights, _) in decisions(&strategy, &market, 5) {
            let weights = weights.unwrap();
            assert!(weights.iter().all(|(_, w)| w.is_finite()), "{} on {day:?}", info.kind);
            assert!(
                weights.gross() <= strategy.leverage() + 1e-9,
                "{}: {}",
                info.kind,
                weights.gross()
            );
        }
    }
}

#[test]
fn the_same_question_has_the_same_answer_to_the_last_bit() {
    let market = market(DAYS);
    for (info, strategy) in registered() {
        let twice = [(); 2].map(|()| format!("{:?}", decisions(&strategy, &market, 21)));
        assert_eq!(twice[0], twice[1], "{}", info.kind);
    }
}

/// What the weights of a permuted market may differ by: its sums are taken in another order.
const PERMUTED: f64 = 1e-9;

fn by_symbol(market: &Market, weights: &Weights) -> BTreeMap<String, f64> {
    weights.iter().map(|(asset, w)| (market.symbol(asset).to_owned(), w)).collect()
}

/// Whether no weight of one is apart from that of the other by more than [`PERMUTED`].
fn alike(a: &BTreeMap<String, f64>, b: &BTreeMap<String, f64>) -> bool {
    let of = |weights: &BTreeMap<String, f64>, symbol| weights.get(symbol).copied().unwrap_or(0.0);
    a.keys().chain(b.keys()).all(|symbol| (of(a, symbol) - of(b, symbol)).abs() <= PERMUTED)
}

#[test]
fn permuting_assets_permutes_weights() {
    let mut other = SYMBOLS;
    other.reverse();
    other.swap(3, 11);
    let (market, permuted) = (market(DAYS), market_of(&other, DAYS));
    for (info, strategy) in registered() {
        let (a, b) = (decisions(&strategy, &market, 31), decisions(&strategy, &permuted, 31));
        assert_eq!(a.len(), b.len(), "{}", info.kind);
        for ((day, a, _), (_, b, _)) in a.iter().zip(&b) {
            let (a, b) = (
                by_symbol(&market, a.as_ref().unwrap()),
                by_symbol(&permuted, b.as_ref().unwrap()),
            );
            assert!(alike(&a, &b), "{} on {day:?}: {a:?} and {b:?}", info.kind);
        }
    }
}

#[test]
fn scaling_prices_changes_nothing() {
    let market = market(DAYS);
    // A power of two, so that not even rounding differs.
    let scaled = market.rescaled(|asset| if asset.0 % 3 == 0 { 4.0 } else { 0.5 }).unwrap();
    for (info, strategy) in registered() {
        let (a, b) = (decisions(&strategy, &market, 31), decisions(&strategy, &scaled, 31));
        let only_weights = |made: Vec<Decision>| made.into_iter().map(|d| d.1).collect::<Vec<_>>();
        assert_eq!(only_weights(a), only_weights(b), "{}", info.kind);
    }
}

#[test]
fn a_hole_in_the_data_is_an_error_or_without_effect() {
    let market = market(DAYS);
    let last = Day(DAYS as u32 - 1);
    for (info, strategy) in registered() {
        for asset in 0..SYMBOLS.len() {
            let holed =
                market.with_hole(trimtab_core::AssetId(asset as u16), Day(last.0 - 3)).unwrap();
            let decide = |market: &Market| {
                let (book, mut memory) = (Book::default(), Memory::default());
                let mut cx = Cx::new(market.as_of(last), &book, &mut memory, &strategy.universe);
                strategy.weights(&mut cx)
            };
            match decide(&holed) {
                Err(error) => assert_eq!(error.kind(), Kind::Data, "{}: {error}", info.kind),
                Ok(weights) => assert!(weights.iter().all(|(_, w)| w.is_finite()), "{}", info.kind),
            }
        }
    }
}
