//! Closed forms of the books.
#![allow(clippy::unwrap_used)]
use jiff::civil::date;
use trimtab_core::{AssetId, Date, Kind, Money, Quantity};
use trimtab_ledger::{Account, Costs, Entry, Fill, Lot, Pick, Redemption, Terms, What, replay};

const A: AssetId = AssetId(0);
const B: AssetId = AssetId(3);

fn day(n: i8) -> Date {
    date(2018, 1, n)
}

fn units(n: i64) -> Money {
    Money::from_units(n)
}

fn opened(cash: i64, pick: Pick, margin: bool) -> Account {
    let terms = Terms { pick, margin };
    replay(&[Entry::new(day(1), What::Opened { cash: units(cash), terms })]).unwrap()
}

fn trade(on: i8, asset: AssetId, shares: i64, price: f64, commission: i64) -> Entry {
    let costs = Costs { commission: units(commission), ..Costs::ZERO };
    Entry::filled(Fill::at(day(on), asset, Quantity::from_shares(shares), price, costs).unwrap())
}

fn book(account: &mut Account, what: What) {
    let on = account.last().unwrap();
    account.apply(&Entry::new(on, what)).unwrap();
    account.audit().unwrap();
}

#[test]
fn costs_raise_the_basis_and_lower_the_proceeds() {
    let mut account = opened(1_000, Pick::Fifo, false);
    account.apply(&trade(2, A, 10, 50.0, 3)).unwrap();
    assert_eq!(account.position(A).unwrap().cost(), units(503));
    account.apply(&trade(3, A, -4, 60.0, 2)).unwrap();
    let part = account.realized()[0];
    assert_eq!((part.opened, part.closed), (day(2), day(3)));
    assert_eq!(part.cost, Money::from_micros(201_200_000));
    assert_eq!(part.proceeds, units(238));
    assert_eq!(account.cash(), units(1_000 - 503 + 238));
    account.audit().unwrap();
}

#[test]
fn each_pick_realizes_its_own_gain() {
    // Lots at 10, 30 and 20 a share; five of them are sold at 40.
    for (pick, cost) in [
        (Pick::Fifo, 4 * 10 + 30),
        (Pick::Lifo, 4 * 20 + 30),
        (Pick::HighestCost, 4 * 30 + 20),
        (Pick::LowestCost, 4 * 10 + 20),
    ] {
        let mut account = opened(1_000, pick, false);
        for (on, price) in [(2, 10.0), (3, 30.0), (4, 20.0)] {
            account.apply(&trade(on, A, 4, price, 0)).unwrap();
        }
        account.apply(&trade(5, A, -5, 40.0, 0)).unwrap();
        assert_eq!(account.gains(), units(5 * 40 - cost), "{pick:?}");
        assert_eq!(account.quantity(A), Quantity::from_shares(7));
        account.audit().unwrap();
    }
}

#[test]
fn a_refused_entry_leaves_no_trace() {
    let mut account = opened(100, Pick::Fifo, false);
    account.apply(&trade(3, A, 1, 60.0, 0)).unwrap();
    let before = account.clone();
    let wrong_way = Fill { gross: units(-5), ..fill(trade(4, A, 1, 5.0, 0)) };
    for bad in [
        trade(4, A, -2, 60.0, 0),
        trade(4, B, -1, 60.0, 0),
        trade(4, B, 1, 60.0, 0),
        trade(2, A, -1, 60.0, 0),
        trade(4, A, 0, 60.0, 0),
        trade(4, A, -1, 1.0, 50),
        Entry::filled(wrong_way),
        Entry { date: day(5), ..trade(4, A, -1, 60.0, 0) },
        Entry::new(day(4), What::Withdrawn(units(41))),
        Entry::new(day(4), What::Deposited(units(-1))),
        Entry::new(day(4), What::Deposited(Money::from_micros(i64::MAX))),
        Entry::new(day(4), What::Settled(units(1))),
        Entry::new(day(4), What::Paid { asset: A, amount: units(1) }),
        Entry::new(day(4), What::Accrued { asset: A, amount: units(1), pays: day(3) }),
        Entry::new(day(4), What::Split { asset: A, factor: 0.0 }),
        Entry::new(day(4), What::Opened { cash: units(1), terms: Terms::default() }),
    ] {
        let error = account.apply(&bad).unwrap_err();
        assert_eq!(error.kind(), Kind::Ledger, "{bad:?}");
        assert_eq!(account, before, "{bad:?}");
    }
    let early = Entry::new(day(1), What::Deposited(units(1)));
    assert!(Account::default().apply(&early).is_err(), "an account is opened first");
}

fn fill(entry: Entry) -> Fill {
    match entry.what {
        What::Filled(fill) => fill,
        other => panic!("{other:?} is no fill"),
    }
}

#[test]
fn margin_lets_cash_fall_below_zero() {
    let mut account = opened(100, Pick::Fifo, true);
    account.apply(&trade(2, A, 3, 50.0, 0)).unwrap();
    book(&mut account, What::Financed(units(1)));
    assert_eq!((account.cash(), account.financing()), (units(-51), units(1)));
}

#[test]
fn dividends_are_owed_before_they_are_paid() {
    let mut account = opened(100, Pick::Fifo, false);
    let (amount, pays) = (units(7), day(20));
    book(&mut account, What::Accrued { asset: A, amount, pays });
    assert_eq!((account.cash(), account.receivable()), (units(100), amount));
    account.apply(&Entry::new(pays, What::Paid { asset: A, amount })).unwrap();
    assert_eq!((account.cash(), account.receivable()), (units(107), Money::ZERO));
    assert!(account.receivables().is_empty());
    account.audit().unwrap();
}

#[test]
fn expenses_are_owed_until_cash_is_there() {
    let mut account = opened(100, Pick::Fifo, false);
    account.apply(&trade(2, A, 1, 100.0, 0)).unwrap();
    book(&mut account, What::Charged { asset: Some(A), amount: units(3) });
    assert!(account.apply(&Entry::new(day(3), What::Settled(units(3)))).is_err());
    account.apply(&trade(3, A, -1, 90.0, 0)).unwrap();
    book(&mut account, What::Settled(units(3)));
    assert_eq!((account.cash(), account.payable()), (units(87), Money::ZERO));
    assert_eq!((account.expenses(), account.gains()), (units(3), units(-10)));
}

#[test]
fn a_split_keeps_every_cost_and_rounds_the_position_once() {
    let mut account = opened(10_000, Pick::Fifo, false);
    for on in [2, 3, 4] {
        account.apply(&trade(on, A, 1, 100.0, 0)).unwrap();
    }
    // Three lots of a third of a share: the sum is a whole share, not three roundings.
    book(&mut account, What::Split { asset: A, factor: 1.0 / 3.0 });
    assert_eq!(account.quantity(A), Quantity::from_shares(1));
    assert!(account.lots().all(|lot| lot.cost == units(100)));
    book(&mut account, What::Split { asset: A, factor: 4.5 });
    assert_eq!(account.quantity(A), Quantity::round_from(4.5).unwrap());
    // An account of whole shares sells the fraction.
    let (quantity, why) = (Quantity::round_from(0.5).unwrap(), Redemption::InLieu);
    book(&mut account, What::Redeemed { asset: A, quantity, proceeds: units(12), why });
    assert_eq!(account.quantity(A), Quantity::from_shares(4));
}

#[test]
fn shares_that_round_to_nothing_are_a_loss() {
    let mut account = opened(100, Pick::Fifo, false);
    account.apply(&trade(2, A, 1, 40.0, 0)).unwrap();
    book(&mut account, What::Split { asset: A, factor: 1e-9 });
    assert!(account.held().is_empty());
    assert_eq!(account.gains(), units(-40));
    // A tiny lot beside a large one hands its cost over.
    let mut account = opened(1_000, Pick::Fifo, false);
    let tiny = Lot { opened: day(1), asset: A, quantity: Quantity::from_raw(2), cost: units(5) };
    book(&mut account, What::Received(tiny));
    account.apply(&trade(2, A, 1, 40.0, 0)).unwrap();
    book(&mut account, What::Split { asset: A, factor: 0.1 });
    let lots: Vec<_> = account.lots().collect();
    assert_eq!((lots.len(), lots[0].cost), (1, units(45)));
}

#[test]
fn shares_spun_off_keep_the_date_and_take_their_part_of_the_cost() {
    let mut account = opened(1_000, Pick::Fifo, false);
    account.apply(&trade(2, A, 10, 50.0, 0)).unwrap();
    account.apply(&trade(3, A, 2, 100.0, 0)).unwrap();
    book(&mut account, What::SpunOff { asset: A, into: B, ratio: 0.5, basis: 0.2 });
    let new = account.position(B).unwrap();
    let of = |lot: &Lot| (lot.opened, lot.quantity, lot.cost);
    let lots: Vec<_> = new.lots().iter().map(of).collect();
    let expected = [
        (day(2), Quantity::from_shares(5), units(100)),
        (day(3), Quantity::from_shares(1), units(40)),
    ];
    assert_eq!(lots, expected);
    assert_eq!(account.position(A).unwrap().cost(), units(560));
    assert_eq!(account.held(), [A, B]);
}

#[test]
fn a_delisting_turns_shares_into_cash() {
    let mut account = opened(100, Pick::Fifo, false);
    account.apply(&trade(2, A, 2, 40.0, 0)).unwrap();
    let (quantity, why) = (account.quantity(A), Redemption::Delisted);
    book(&mut account, What::Redeemed { asset: A, quantity, proceeds: units(12), why });
    assert_eq!((account.cash(), account.gains()), (units(32), units(-68)));
    assert!(account.held().is_empty() && account.lots().next().is_none());
}
