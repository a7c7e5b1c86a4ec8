//! `trimtab validate` on the history that ships with the program.
#![allow(clippy::unwrap_used)]
mod support;

use serde_json::Value;
use support::{number, refused, said};

const SMALL: [&str; 7] =
    ["--markets", "6", "--trials", "12", "--no-library", "--quiet", "--format=json"];

fn validated(arguments: &[&str]) -> Value {
    serde_json::from_str(&said(&[&["validate"], arguments, &SMALL].concat())).unwrap()
}

#[test]
fn a_validation_ends_in_a_verdict_with_its_evidence() {
    let report = validated(&["sector-breadth-monthly"]);
    let found = &report["validation"];
    let verdict = found["verdict"].as_str().unwrap();
    assert!(["supported", "fragile", "not-shown"].contains(&verdict), "{verdict}");
    assert!(number(&found["tests"], "p") > 0.0 && number(&found["tests"], "p") <= 1.0);
    assert_eq!(found["tests"]["trials"], 12);
    for what in ["significance", "overfitting", "costs", "concentration", "number of parameters"] {
        let findings = found["findings"].as_array().unwrap();
        assert!(findings.iter().any(|finding| finding["what"] == what), "{what}");
    }
    // With one price a month there is no other day to decide on, and a frequency below it does not exist.
    assert_eq!(found["timing_luck"].as_array().unwrap().len(), 0);
    assert_eq!(found["frequencies"].as_array().unwrap().len(), 3);
    assert_eq!(found["markets"].as_array().unwrap().len(), 2);
}

#[test]
fn a_mix_is_no_better_than_its_neighbour() {
    let report = validated(&["US=0.6,T10=0.4", "--benchmark", "US=0.59,T10=0.41"]);
    assert_eq!(report["validation"]["verdict"], "not-shown");
}

#[test]
fn a_table_says_the_verdict_first() {
    let quick = ["validate", "sector-breadth-monthly", "--markets=0", "--trials=3", "-q"];
    let table = said(&quick);
    let order = ["Verdict", "Headline figures", "In other circumstances", "Choosing by the past"];
    let places: Vec<usize> = order.iter().map(|head| table.find(head).unwrap()).collect();
    assert!(places.is_sorted(), "{table}");
    assert!(table.contains("each year the best-looking of"), "{table}");
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let error = refused(&["validate", "sector-breadth-monthly", "--benchmark", "nothing"], 2);
    assert!(error.contains("nothing"), "{error}");
    refused(&["validate", "sector-breadth-monthly", "--from", "2017-01-31"], 4);
}
