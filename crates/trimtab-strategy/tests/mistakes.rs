//! What a strategy file's author is told about a mistake.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use trimtab_core::Kind;
use trimtab_strategy::Strategy;

const FILE: &str = r#"root = "@portfolio"

[signal.trend]
kind = "sma-ratio"
fast = 20
slow = 200

[allocator.portfolio]
kind = "top"
n    = 1
by   = "@trend"
"#;

fn told(from: &str, to: &str) -> String {
    assert!(FILE.contains(from), "the test changes nothing");
    let error = Strategy::parse("my.toml", &FILE.replacen(from, to, 1)).unwrap_err();
    assert_eq!(error.kind(), Kind::Spec);
    error.to_string()
}

fn assert_told(from: &str, to: &str, parts: &[&str]) {
    let said = told(from, to);
    for part in parts {
        assert!(said.contains(part), "`{part}` is missing in:\n{said}");
    }
}

#[test]
fn the_file_itself_is_right() {
    Strategy::parse("my.toml", FILE).unwrap();
}

#[test]
fn a_misspelt_kind_is_shown_in_its_line() {
    let said = told("\"sma-ratio\"", "\"sma-ration\"");
    assert!(said.starts_with("my.toml:4:8: unknown signal kind `sma-ration`"), "{said}");
    assert!(said.contains("did you mean `sma-ratio`?"), "{said}");
    assert!(said.contains("^^^^"), "{said}");
}

#[test]
fn mistakes_have_line_column_and_advice() {
    assert_told(
        "fast = 20",
        "fats = 20",
        &["my.toml:5:1", "unknown field `fats`", "did you mean `fast`?"],
    );
    assert_told("slow = 200", "slow = 0", &["my.toml:6:8", "at least one observation"]);
    assert_told("slow = 200", "slow = \"12 moons\"", &["my.toml:6:8", "12 months"]);
    assert_told("slow = 200\n", "", &["my.toml:3:", "missing field `slow`"]);
    assert_told("n    = 1", "n    = -1", &["my.toml:10:8"]);
    assert_told("n    = 1", "n    = 0", &["my.toml:8:", "`n` is at least 1"]);
    assert_told(
        "@trend",
        "@trned",
        &["my.toml:11:8", "`@trned` is not defined", "did you mean \"@trend\"?"],
    );
    assert_told("\"@trend\"", "\"trend\"", &["my.toml:11:8", "write \"@trend\""]);
    assert_told("root =", "rot =", &["my.toml:1:", "unknown key `rot`", "did you mean `root`?"]);
    assert_told("root = \"@portfolio\"", "", &["no `root`"]);
    assert_told("root = ", "root = = ", &["my.toml:1:8", "not a TOML file"]);
}

#[test]
fn an_unused_table_is_a_mistake() {
    assert_told(
        "[allocator.portfolio]",
        "[signal.spare]\nkind = \"volatility\"\nwindow = 20\n[allocator.portfolio]",
        &["my.toml:8:", "nothing uses the signal `spare`"],
    );
}

#[test]
fn a_node_that_contains_itself_is_named() {
    let text =
        "root = \"@a\"\n[allocator.a]\nkind = \"blend\"\nparts = [{ share = 1.0, of = \"@a\" }]\n";
    let said = Strategy::parse("my.toml", text).unwrap_err().to_string();
    assert!(said.contains("`a` contains itself: a > a"), "{said}");
}

#[test]
fn mistakes_in_place_are_found_too() {
    let text = "root = { kind = \"blend\", parts = [\n  { share = 0.5, of = { kind = \"equal-weight\" } },\n  { share = 1.5, of = { kind = \"equal-weight\" } },\n] }\n";
    let said = Strategy::parse("my.toml", text).unwrap_err().to_string();
    assert!(said.starts_with("my.toml:3:13: 1.5 is not a fraction in [0, 1]"), "{said}");
}

#[test]
fn sections_are_checked_too() {
    let with = |extra: &str| {
        Strategy::parse("my.toml", &format!("{FILE}{extra}")).unwrap_err().to_string()
    };
    let said = with("[schedule]\nevery = \"fortnight\"\n");
    assert!(said.starts_with("my.toml:13:9: unknown variant `fortnight`"), "{said}");
    assert!(with("[schedule]\nsession = 0\n").contains("sessions count from 1"));
    assert!(with("[execution]\nfill = \"limit\"\n").contains("needs `limit"));
    assert!(with("[costs]\nhalf_spread = { bps = 5 }\n").contains("one_way_bps"));
    assert!(
        with("[range]\n\"trend.slaw\" = { from = 1, to = 2 }\n")
            .contains("no parameter `trend.slaw`")
    );
    let said = with("[limit.x]\nkind = \"bounds\"\nmost = 0.1\nleast = 0.2\n");
    assert!(said.contains("`least` 0.2 is above `most` 0.1"), "{said}");
}

#[test]
fn parameters_are_set_by_path() {
    let set = |path: &str, value: &str| {
        Strategy::parse_with("my.toml", FILE, &[(path.to_owned(), value.to_owned())])
    };
    assert!(set("trend.slow", "150").unwrap().canonical().contains("\"slow\":150"));
    assert!(set("trend.slow", "12 months").unwrap().canonical().contains("\"slow\":\"12 months\""));
    assert!(set("schedule.session", "1").unwrap().canonical().contains("\"session\":1"));
    assert!(
        set("trend.slaw", "150").unwrap_err().to_string().contains("no parameter `trend.slaw`")
    );
    assert!(set("trend.slow", "0").is_err());
}

#[test]
fn a_node_has_one_name() {
    assert_told("n    = 1", "name = \"best\"", &["my.toml:10:1", "unknown key `name`"]);
    let odd = FILE.replace("trend", "tr/end").replace("signal.tr/end", "signal.\"tr/end\"");
    let said = Strategy::parse("my.toml", &odd).unwrap_err().to_string();
    assert!(said.contains("letters, digits") && said.starts_with("my.toml:3:"), "{said}");
}

/// Forty tables that each name the next one twice would unfold to 2^40.
#[test]
fn names_that_multiply_are_refused() {
    let half = |k| format!("{{ share = 0.5, of = \"@a{k}\" }}");
    let mut text = String::from("root = \"@a0\"\n[allocator.a40]\nkind = \"equal-weight\"\n");
    for k in 0..40 {
        let next = half(k + 1);
        text += &format!("[allocator.a{k}]\nkind = \"blend\"\nparts = [{next}, {next}]\n");
    }
    let said = Strategy::parse("my.toml", &text).unwrap_err().to_string();
    assert!(said.contains("unfolds to more than"), "{said}");
}

#[test]
fn the_checked_in_schema_is_the_generated_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/strategy.schema.json");
    let generated =
        format!("{}\n", serde_json::to_string_pretty(&trimtab_strategy::schema()).unwrap());
    if std::env::var_os("TRIMTAB_BLESS").is_some() {
        std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema")).unwrap();
        std::fs::write(path, &generated).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap();
    assert!(
        written == generated,
        "the schema is stale: run `TRIMTAB_BLESS=1 cargo test -p trimtab-strategy`"
    );
}
