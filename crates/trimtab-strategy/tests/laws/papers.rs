//! Laws on what stands on paper: files, schemas, manuals.
use super::registered;
use trimtab_strategy::{Strategy, schema};

#[test]
fn printing_and_reading_back_is_the_identity() {
    for (info, strategy) in registered() {
        let text = strategy.canonical();
        let back = Strategy::from_canonical(&text).unwrap_or_else(|e| panic!("{}: {e}", info.kind));
        assert_eq!(strategy, back, "{}", info.kind);
        assert_eq!(text, back.canonical(), "{}", info.kind);
    }
}

#[test]
fn the_example_of_a_kind_uses_the_kind() {
    for (info, strategy) in registered() {
        let named = format!("\"kind\":\"{}\"", info.kind);
        assert!(strategy.canonical().contains(&named), "{}", info.kind);
    }
}

#[test]
fn the_schema_names_every_kind() {
    let text = serde_json::to_string(&schema()).unwrap();
    for (info, _) in registered() {
        assert!(text.contains(&format!("\"const\":\"{}\"", info.kind)), "{}", info.kind);
    }
}

#[test]
fn docs_have_idea_formula_symbols_and_source() {
    for (info, _) in registered() {
        let schema = serde_json::to_value((info.schema)()).unwrap();
        let doc = schema["description"].as_str().unwrap_or_default().to_owned();
        assert!(doc.len() > 40, "{} has no idea in its doc", info.kind);
        assert!(doc.contains('$'), "{} has no formula or symbols in its doc", info.kind);
        assert!(info.source.len() > 20, "{} has no source", info.kind);
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            assert!(
                property["description"].as_str().is_some_and(|d| !d.is_empty()),
                "{}.{field} has no doc",
                info.kind
            );
        }
    }
}

#[test]
fn every_kind_can_be_told_in_words() {
    for (info, strategy) in registered() {
        let words = strategy.explain();
        assert!(words.lines().count() >= 3 && !words.contains("NaN"), "{}:\n{words}", info.kind);
    }
}
