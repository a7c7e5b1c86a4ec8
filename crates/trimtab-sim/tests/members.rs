//! Strategies that choose among the members of the day.
#![allow(clippy::unwrap_used)]
mod support;

use support::{assert_close, closes, date_of, market as market_of, run, with};
use trimtab_core::{AssetId, Date, Day, Delisting, Market, Membership, Universe};
use trimtab_sim::{Options, Scope, audit, backtest};
use trimtab_strategy::Strategy;

const DAYS: usize = 60;

/// A belongs throughout; B until session 20, announced on session 15; C ends after session 30 and loses half; D is announced on
/// session 35 for session 40, and E on session 50 for session 10.
fn market() -> Market {
    let path = |rate: f64| (0..DAYS).map(|t| 100.0 * rate.powi(t as i32)).collect::<Vec<f64>>();
    let mut columns: Vec<Vec<f64>> = [1.001, 0.999, 1.002, 1.0005, 0.998].map(path).to_vec();
    columns[2][31..].fill(f64::NAN);
    let ends = |ix: usize, asset: &mut trimtab_core::Asset| {
        if ix == 2 {
            asset.delisting = Delisting::Return(-0.5);
        }
    };
    let market = with((5, DAYS), closes(columns), vec![], ends, vec![]);
    let one = |about: u32, known: u32, asset: u16, belongs: bool| Membership {
        about: date_of(about),
        known: date_of(known),
        belongs,
        asset: AssetId(asset),
    };
    let announced = vec![
        one(2, 2, 0, true),
        one(2, 2, 1, true),
        one(20, 15, 1, false),
        one(2, 2, 2, true),
        one(32, 32, 2, false),
        one(40, 35, 3, true),
        one(10, 50, 4, true),
    ];
    market.with_universes(vec![Universe::new("INDEX", announced).unwrap()]).unwrap()
}

const EQUAL: &str = "root = { kind = \"equal-weight\", among = [\"members:INDEX\"] }\n\
                     [schedule]\nevery = \"session\"\n[execution]\nsizing = \"value\"\n[costs]\npreset = \"none\"";

fn members(market: &Market, day: u32) -> Vec<u16> {
    market.as_of(Day(day)).members("INDEX").unwrap().iter().map(|asset| asset.0).collect()
}

#[test]
fn each_decision_chooses_among_those_known_to_belong_on_its_day() {
    let market = market();
    for (day, expected) in [
        (2, &[0, 1, 2][..]),
        (19, &[0, 1, 2]),
        (20, &[0, 2]),
        (32, &[0]),
        (39, &[0]),
        (40, &[0, 3]),
        (50, &[0, 3, 4]),
    ] {
        assert_eq!(members(&market, day), expected, "{day}");
    }
    let run = run(EQUAL, &market);
    // Nothing was known before session 2: the first decision waits for it.
    assert_eq!(run.decisions[0].day, Day(2));
    for decision in &run.decisions {
        let target: Vec<u16> = decision.target.iter().map(|(asset, _)| asset.0).collect();
        let mut expected = members(&market, decision.day.0);
        // The one that has ended on session 31 still belongs, and is left out with a note.
        expected.retain(|asset| *asset != 2 || decision.day.0 <= 30);
        assert_eq!(target, expected, "{:?}", decision.day);
    }
    let on_31 = run.decisions.iter().find(|decision| decision.day == Day(31)).unwrap();
    let said = |note: &trimtab_strategy::Note| note.why == "C is no longer listed and is left out";
    assert!(on_31.because.iter().any(said), "{:?}", on_31.because);
}

#[test]
fn a_member_that_ends_takes_its_delisting_return_along() {
    let market = market();
    let run = run(EQUAL, &market);
    // Half of the money is in C at the close of session 30; half of that half is lost, and A's half gains a thousandth.
    let (before, after) = (run.equity[30], run.equity[31]);
    assert_eq!(run.sessions[31], date_of(31));
    assert_close(after / before, 0.5 * 0.5 + 0.5 * 1.001, 2e-3);
    // Among survivors it would never have been held.
    let survivors = EQUAL.replace("members:INDEX", "A\", \"D");
    assert!(support::run(&survivors, &market).equity.last() > run.equity.last());
}

#[test]
fn no_decision_depends_on_who_joins_later() {
    let market = market();
    let strategy = Strategy::parse("members", EQUAL).unwrap();
    let scope = Scope { dates: 12, seed: 3 };
    let certificate = audit(&strategy, &market, "made-up", &Options::default(), &scope).unwrap();
    assert!(certificate.passed(), "{certificate}");
    // Cut off or scrambled, the members of every day up to then are the same.
    for day in 2..DAYS as u32 {
        let cut = market.cut(Day(day)).unwrap();
        let scrambled = market.scrambled_after(Day(day), |_, _, x| x * 1.5, |x| x).unwrap();
        for earlier in 2..=day {
            let symbols = |market: &Market| -> Vec<String> {
                let past = market.as_of(Day(earlier));
                let members = past.members("INDEX").unwrap();
                members.into_iter().map(|asset| past.symbol(asset).to_owned()).collect()
            };
            let expected = symbols(&market);
            assert_eq!(symbols(&scrambled), expected, "{day} {earlier}");
            assert_eq!(symbols(&cut), expected, "{day} {earlier}");
        }
    }
    // And the scrambling does change who joins later.
    let scrambled = market.scrambled_after(Day(34), |_, _, x| x, |x| x).unwrap();
    assert_eq!((members(&scrambled, 40), members(&market, 40)), (vec![0], vec![0, 3]));
}

#[test]
fn unknown_and_empty_universes_are_named() {
    let market = market();
    let fails = |text: &str, market: &Market| {
        let strategy = Strategy::parse("members", text).unwrap();
        match backtest(&strategy, market, &Options::default()) {
            Ok(run) => run.error(market).unwrap().to_string(),
            Err(error) => error.to_string(),
        }
    };
    let error = fails(&EQUAL.replace("INDEX", "SP500"), &market);
    assert!(error.contains("unknown universe `SP500`") && error.contains("INDEX"), "{error}");
    let error = market.as_of(Day(1)).members("INDEX").unwrap_err().to_string();
    assert!(
        error.contains(&format!("nothing is known to belong to INDEX on {}", date_of(1))),
        "{error}"
    );
    let late = Membership {
        about: Date::constant(2030, 1, 2),
        known: Date::constant(2030, 1, 2),
        belongs: true,
        asset: AssetId(0),
    };
    let never = vec![Universe::new("NEVER", vec![late]).unwrap()];
    let error = fails(&EQUAL.replace("INDEX", "NEVER"), &market.with_universes(never).unwrap());
    assert!(error.contains("nothing is known to belong to NEVER"), "{error}");
}

#[test]
fn who_is_listed_for_too_short_a_time_is_not_chosen_and_no_error() {
    // B would win from its third session on; C is listed one session later than B.
    let path = |rate: f64, from: usize| {
        let priced = |t: usize| if t < from { f64::NAN } else { 100.0 * rate.powi(t as i32) };
        (0..12).map(priced).collect::<Vec<f64>>()
    };
    let columns = vec![path(1.01, 0), path(1.02, 4), path(1.03, 5)];
    let market = market_of(columns, vec![]);
    let text = "root = { kind = \"top\", n = 1, by = { kind = \"seasoned\", sessions = 3, \
                by = { kind = \"total-return\", window = 2 } } }\n\
                [schedule]\nevery = \"session\"\n[costs]\npreset = \"none\"";
    let run = run(text, &market);
    assert_eq!(run.decisions[0].day, Day(2), "nothing has been listed for three sessions before");
    for decision in &run.decisions {
        let (day, held) = (decision.day.0, decision.target.iter().next().unwrap().0.0);
        // Listed on session 4, B has three sessions on session 6, and C on session 7.
        let expected = match day {
            ..=5 => 0,
            6 => 1,
            _ => 2,
        };
        assert_eq!(held, expected, "{day}");
    }
    let on_6 = run.decisions.iter().find(|decision| decision.day == Day(6)).unwrap();
    let said = |note: &trimtab_strategy::Note| note.why == "listed for less than 3 sessions: C";
    assert!(on_6.because.iter().any(said), "{:?}", on_6.because);
    // Without it a young member is an error.
    let plain = text.replace("seasoned", "only-if").replace("sessions = 3", "above = -9.0");
    let by = "test = { kind = \"total-return\", window = 2 }, by = { kind = \"total-return\", window = 2 } } }";
    let plain = plain.replace("by = { kind = \"total-return\", window = 2 } } }", by);
    let strategy = Strategy::parse("plain", &plain).unwrap();
    let failed = backtest(&strategy, &market, &Options::default()).unwrap();
    let said = failed.error(&market).unwrap().to_string();
    assert!(said.contains("B needs closes"), "{said}");
}
