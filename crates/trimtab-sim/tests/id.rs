//! A run's name.
#![allow(clippy::unwrap_used)]
mod support;

use jiff::civil::date;
use trimtab_core::Money;
use trimtab_sim::{Flows, Options, SHORT, run_id};

#[test]
fn equal_parts_have_equal_names_and_every_part_counts() {
    let a = support::parse("root = { kind = \"fixed\", weights = { A = 0.5 } }");
    let same = support::parse(
        "# a comment\nroot = \"@mix\"\n[allocator.mix]\nkind = \"fixed\"\nweights.A = 0.5\n",
    );
    let b = support::parse("root = { kind = \"fixed\", weights = { A = 0.6 } }");
    let options = Options::default();
    let name = run_id(&a, "data", &options, 1);
    assert_eq!(name, run_id(&a, "data", &options, 1));
    assert_eq!((name.len(), name[..SHORT].len()), (64, 12));
    let dated = vec![(date(2018, 1, 2), Money::from_units(1))];
    let others = [
        run_id(&b, "data", &options, 1),
        run_id(&a, "dat", &options, 1),
        run_id(&a, "data", &options, 2),
        run_id(&a, "data", &Options { from: Some(date(2018, 1, 2)), ..Options::default() }, 1),
        run_id(&a, "data", &Options { to: Some(date(2018, 1, 2)), ..Options::default() }, 1),
        run_id(&a, "data", &Options { cash: Money::from_units(1), ..Options::default() }, 1),
        run_id(
            &a,
            "data",
            &Options { flows: Flows { dated, regular: vec![] }, ..options.clone() },
            1,
        ),
    ];
    for (ix, other) in others.iter().enumerate() {
        assert!(*other != name && !others[..ix].contains(other), "{ix}");
    }
    // The node's name is part of the strategy, because notes and errors show it.
    assert_ne!(run_id(&same, "data", &options, 1), name);
}
