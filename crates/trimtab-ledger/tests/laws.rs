//! Laws of the books on thousands of random lives of an account.
#![allow(clippy::unwrap_used)]
use std::collections::VecDeque;

use jiff::civil::date;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use trimtab_core::{AssetId, Date, Money, Quantity};
use trimtab_ledger::{Account, Costs, Entry, Fill, Lot, Pick, Redemption, Terms, What, replay};

/// One random event; what depends on the account (how much is held or owed) is scaled when it happens.
#[derive(Clone, Debug)]
enum Event {
    Trade { asset: u16, shares: f64, price: f64, costs: [u32; 5] },
    Dividend { asset: u16, per_share: f64, later: i32 },
    Pay,
    Money { kind: u8, micros: i64 },
    Split { asset: u16, factor: f64 },
    SpinOff { asset: u16, into: u16, ratio: f64, basis: f64 },
    Redeem { asset: u16, part: f64, price: f64 },
    Receive { asset: u16, raw: i64, cost: i64, earlier: i32 },
}

fn event() -> impl Strategy<Value = Event> {
    let asset = 0u16..4;
    let trade = (asset.clone(), -200.0..200.0f64, 0.01..900.0f64, any::<[u16; 5]>());
    prop_oneof![
        10 => trade.prop_map(|(asset, shares, price, costs)| Event::Trade {
            asset, shares, price, costs: costs.map(|c| u32::from(c) * 37),
        }),
        2 => (asset.clone(), 0.0..3.0f64, 0i32..40)
            .prop_map(|(asset, per_share, later)| Event::Dividend { asset, per_share, later }),
        2 => Just(Event::Pay),
        3 => (0u8..6, 0i64..20_000_000_000).prop_map(|(kind, micros)| Event::Money { kind, micros }),
        2 => (asset.clone(), prop_oneof![Just(2.0), Just(0.1), 0.001..20.0f64, Just(1e-10)])
            .prop_map(|(asset, factor)| Event::Split { asset, factor }),
        2 => (asset.clone(), 0u16..4, 1e-9..4.0f64, 0.0..=1.0f64)
            .prop_map(|(asset, into, ratio, basis)| Event::SpinOff { asset, into, ratio, basis }),
        1 => (asset.clone(), 0.0..1.0f64, 0.0..50.0f64)
            .prop_map(|(asset, part, price)| Event::Redeem { asset, part, price }),
        1 => (asset, 1i64..2_000_000_000, 0i64..9_000_000_000, 0i32..4_000)
            .prop_map(|(asset, raw, cost, earlier)| Event::Receive { asset, raw, cost, earlier }),
    ]
}

fn entry(event: &Event, account: &Account, on: Date) -> Entry {
    let days = |n: i32| jiff::Span::new().days(n);
    let what = match *event {
        Event::Trade { asset, shares, price, costs } => {
            let costs = costs.map(|c| Money::from_micros(i64::from(c)));
            let [commission, spread, impact, slippage, redemption] = costs;
            let costs = Costs { commission, spread, impact, slippage, redemption };
            let quantity = Quantity::round_from(shares).unwrap();
            return Entry::filled(Fill::at(on, AssetId(asset), quantity, price, costs).unwrap());
        }
        Event::Dividend { asset, per_share, later } => {
            let asset = AssetId(asset);
            let amount = account.quantity(asset).at(per_share).unwrap();
            What::Accrued { asset, amount, pays: on.saturating_add(days(later)) }
        }
        Event::Pay => match account.receivables().first() {
            Some(r) => What::Paid { asset: r.asset, amount: r.amount },
            None => What::Paid { asset: AssetId(0), amount: Money::from_units(1) },
        },
        Event::Money { kind, micros } => {
            let amount = Money::from_micros(micros);
            match kind {
                0 => What::Deposited(amount),
                1 => What::Withdrawn(amount),
                2 => What::Interest(amount.part(1, 1_000)),
                3 => What::Financed(amount.part(1, 1_000)),
                4 => What::Charged { asset: None, amount: amount.part(1, 1_000) },
                _ => What::Settled(amount.part(1, 2_000)),
            }
        }
        Event::Split { asset, factor } => What::Split { asset: AssetId(asset), factor },
        Event::SpinOff { asset, into, ratio, basis } => {
            What::SpunOff { asset: AssetId(asset), into: AssetId(into), ratio, basis }
        }
        Event::Redeem { asset, part, price } => {
            let asset = AssetId(asset);
            let held = account.quantity(asset);
            let quantity = Quantity::round_from(held.as_f64() * part).unwrap();
            let proceeds = quantity.at(price).unwrap();
            What::Redeemed { asset, quantity, proceeds, why: Redemption::Delisted }
        }
        Event::Receive { asset, raw, cost, earlier } => What::Received(Lot {
            opened: on.saturating_sub(days(earlier)),
            asset: AssetId(asset),
            quantity: Quantity::from_raw(raw),
            cost: Money::from_micros(cost),
        }),
    };
    Entry::new(on, what)
}

/// Left and right side of the identity, from the journal and the account, by the test's own count.
fn sides(journal: &[Entry], account: &Account) -> (i128, i128) {
    let wide = |m: Money| i128::from(m.micros());
    let came: i128 = journal
        .iter()
        .map(|entry| match &entry.what {
            What::Opened { cash: m, .. } | What::Deposited(m) | What::Interest(m) => wide(*m),
            What::Received(lot) => wide(lot.cost),
            What::Accrued { amount, .. } => wide(*amount),
            What::Withdrawn(m) | What::Financed(m) | What::Charged { amount: m, .. } => -wide(*m),
            _ => 0,
        })
        .sum();
    let gains: i128 = account.realized().iter().map(|r| wide(r.proceeds) - wide(r.cost)).sum();
    let open: i128 = account.lots().map(|lot| wide(lot.cost)).sum();
    let owed = wide(account.receivable()) - wide(account.payable());
    (came - wide(account.cash()) - owed, open - gains)
}

fn live(events: &[Event], terms: Terms, check: bool) -> (Vec<Entry>, Account, usize) {
    let cash = Money::from_units(50_000);
    let mut on = date(2015, 1, 2);
    let mut journal = vec![Entry::new(on, What::Opened { cash, terms })];
    let (mut account, mut refused) = (replay(&journal).unwrap(), 0);
    for (ix, event) in events.iter().enumerate() {
        if ix % 3 == 0 {
            on = on.tomorrow().unwrap();
        }
        let entry = entry(event, &account, on);
        let before = check.then(|| account.clone());
        match account.apply(&entry) {
            Ok(()) => journal.push(entry),
            Err(_) => {
                refused += 1;
                assert!(before.is_none_or(|b| b == account), "a refused entry left a trace");
            }
        }
        if check {
            account.audit().unwrap();
            let (left, right) = sides(&journal, &account);
            assert_eq!(left, right, "after {entry:?}");
            assert!(account.lots().all(|lot| lot.quantity > Quantity::ZERO));
            assert!(terms.margin || account.cash() >= Money::ZERO);
        }
    }
    (journal, account, refused)
}

fn pick() -> impl Strategy<Value = Pick> {
    (0usize..Pick::TABLE.len()).prop_map(|ix| Pick::TABLE[ix].0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_unit_of_money_is_lost(
        events in prop::collection::vec(event(), 1..60), pick in pick(), margin: bool,
    ) {
        live(&events, Terms { pick, margin }, true);
    }

    #[test]
    fn the_journal_replays_to_the_same_account(
        events in prop::collection::vec(event(), 1..150), pick in pick(), margin: bool,
    ) {
        let (journal, account, _) = live(&events, Terms { pick, margin }, false);
        prop_assert_eq!(replay(&journal).unwrap(), account);
    }

    /// Against share-by-share queues that know no lots.
    #[test]
    fn gains_are_those_of_single_shares(
        trades in prop::collection::vec((-30i64..30, 1i64..500), 1..80), newest_first: bool,
    ) {
        let terms = Terms { pick: if newest_first { Pick::Lifo } else { Pick::Fifo }, margin: true };
        let on = date(2015, 1, 2);
        let opened = Entry::new(on, What::Opened { cash: Money::ZERO, terms });
        let mut account = replay(&[opened]).unwrap();
        let (mut queue, mut gains) = (VecDeque::new(), 0);
        for (ix, (shares, price)) in trades.into_iter().enumerate() {
            let on = on.saturating_add(jiff::Span::new().days(ix as i32));
            let shares = shares.max(-(queue.len() as i64));
            if shares == 0 {
                continue;
            }
            let quantity = Quantity::from_shares(shares);
            let fill = Fill::at(on, AssetId(1), quantity, price as f64, Costs::ZERO).unwrap();
            account.apply(&Entry::filled(fill)).unwrap();
            for _ in 0..shares {
                queue.push_back(price);
            }
            for _ in shares..0 {
                let cost = if newest_first { queue.pop_back() } else { queue.pop_front() };
                gains += price - cost.unwrap();
            }
        }
        prop_assert_eq!(account.gains(), Money::from_units(gains));
        prop_assert_eq!(account.quantity(AssetId(1)), Quantity::from_shares(queue.len() as i64));
    }
}

/// A law that refuses everything, or nothing, proves little.
#[test]
fn random_lives_are_eventful() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut booked, mut refused, mut kinds) = (0, 0, std::collections::BTreeSet::new());
    for _ in 0..50 {
        let events = prop::collection::vec(event(), 60).new_tree(&mut runner).unwrap().current();
        let (journal, account, no) = live(&events, Terms::default(), false);
        (booked, refused) = (booked + journal.len(), refused + no);
        let name = |e: &Entry| format!("{:?}", e.what).split([' ', '(']).next().unwrap().to_owned();
        kinds.extend(journal.iter().map(name));
        kinds.extend((!account.realized().is_empty()).then(|| "gains".to_owned()));
    }
    assert!(booked > 1_000 && refused > 200, "{booked} booked, {refused} refused");
    assert_eq!(kinds.len(), 15, "{kinds:?}");
}
