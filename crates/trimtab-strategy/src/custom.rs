//! Rules that a program around us brings along, written in its own language and called by name.
//!
//! The file names the rule (`kind = "custom", call = "my-rule"`); the program has registered it under that name before it
//! reads the file. A rule sees what every rule sees, a [`crate::Cx`], so the laws of looking back and the audit hold for it
//! too. Kinds of ours do not come this way: they live in the registries.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;
use toml::{Table, Value};

use crate::node::{Mistake, nearest};

/// Makes a rule from the parameters of the file.
type Make<T> = Arc<dyn Fn(&Table) -> Result<Arc<T>, String> + Send + Sync>;

/// A rule from outside, and how the file calls it.
#[derive(Serialize)]
pub struct Custom<T: ?Sized> {
    /// The name it is registered under.
    call: String,
    /// Identifies what the rule does: it goes into hashes and ids, so that two versions of a rule are two strategies.
    code: String,
    /// Its parameters.
    with: Table,
    #[serde(skip)]
    rule: Arc<T>,
}

impl<T: ?Sized> Custom<T> {
    /// The rule behind its trait.
    pub(crate) fn rule(&self) -> &T {
        &self.rule
    }
}

impl<T: ?Sized> Clone for Custom<T> {
    fn clone(&self) -> Self {
        let rule = Arc::clone(&self.rule);
        Self { call: self.call.clone(), code: self.code.clone(), with: self.with.clone(), rule }
    }
}

impl<T: ?Sized> PartialEq for Custom<T> {
    fn eq(&self, other: &Self) -> bool {
        (&self.call, &self.code, &self.with) == (&other.call, &other.code, &other.with)
    }
}

impl<T: ?Sized> fmt::Debug for Custom<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "custom {} {}", self.call, self.with)
    }
}

/// All rules of one trait, by name.
#[derive(Default)]
pub struct Rules<T: ?Sized>(RwLock<BTreeMap<String, (String, Make<T>)>>);

impl<T: ?Sized> Rules<T> {
    pub(crate) const fn new() -> Self {
        Self(RwLock::new(BTreeMap::new()))
    }
}

/// A trait of which rules may come from outside.
pub trait Pluggable: 'static {
    /// What is registered. It is the one thing that outlives a call here: a file is text, and text can only name a rule.
    fn rules() -> &'static Rules<Self>;
}

/// Registers a rule under a name. Strategies that were read before keep the one they have.
///
/// `code` identifies what the rule does; `make` gets the parameters `with` of the file, and says in a sentence what is
/// wrong with them.
pub fn register<T: Pluggable + ?Sized>(
    name: impl Into<String>,
    code: impl Into<String>,
    make: impl Fn(&Table) -> Result<Arc<T>, String> + Send + Sync + 'static,
) {
    let mut rules = T::rules().0.write().unwrap_or_else(PoisonError::into_inner);
    rules.insert(name.into(), (code.into(), Arc::new(make)));
}

/// Reads `call`, `with` and, in a canonical text, `code`.
pub(crate) fn read<T: Pluggable + ?Sized>(mut table: Table) -> Result<Custom<T>, Mistake> {
    let call = match table.remove("call") {
        Some(Value::String(call)) => call,
        _ => return Err(Mistake::new("a custom rule is called by name: call = \"my-rule\"")),
    };
    let with = match table.remove("with") {
        Some(Value::Table(with)) => with,
        None => Table::new(),
        Some(other) => {
            return Err(wrong("with", format!("`with` is a table of parameters, not {other}")));
        }
    };
    let expected = table.remove("code");
    if let Some(key) = table.keys().next() {
        let said = format!("unknown field `{key}`: a custom rule has `call` and `with`");
        return Err(wrong(key, said));
    }
    let rules = T::rules().0.read().unwrap_or_else(PoisonError::into_inner);
    let Some((code, make)) = rules.get(&call) else {
        let hint = nearest(&call, rules.keys().map(String::as_str))
            .unwrap_or_else(|| "register it before the file is read".into());
        let said = format!("there is no custom rule `{call}`");
        return Err(Mistake { hint: Some(hint), ..wrong("call", said) });
    };
    if expected.as_ref().is_some_and(|expected| expected.as_str() != Some(code)) {
        return Err(wrong("code", format!("the custom rule `{call}` is not what it was")));
    }
    let (code, make) = (code.clone(), Arc::clone(make));
    drop(rules);
    let rule = make(&with).map_err(|said| wrong("with", said))?;
    Ok(Custom { call, code, with, rule })
}

fn wrong(field: &str, message: String) -> Mistake {
    Mistake { field: vec![field.to_owned()], ..Mistake::new(message) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, weights};
    use crate::{Allocator, Cx, Strategy, Words};
    use trimtab_core::{Kind, Weights};

    /// A part of one asset.
    #[derive(Debug)]
    struct Part(f64);

    impl Allocator for Part {
        fn allocate(&self, cx: &mut Cx<'_>) -> trimtab_core::Result<Weights> {
            Ok(Weights::new([(cx.past().find("A")?, self.0)]))
        }
        fn explain(&self, words: &mut Words) {
            words.line("hold a part of A");
        }
    }

    fn part(code: &str) {
        register::<dyn Allocator>("part", code, |with| {
            let share = with.get("share").and_then(Value::as_float);
            Ok(Arc::new(Part(share.ok_or("`share` is a number")?)))
        });
    }

    #[test]
    fn a_rule_from_outside_is_called_by_name() {
        part("1");
        let text = "root = \"@mine\"\n[allocator.mine]\nkind = \"custom\"\ncall = \"part\"\nwith = { share = 0.25 }";
        let strategy = Strategy::parse("mine.toml", text).unwrap();
        let market = market(&[("A", vec![1.0, 1.3])]);
        let held: Vec<f64> = weights(&strategy, &market, 1).iter().map(|(_, w)| w).collect();
        assert_eq!(held, [0.25]);
        assert_eq!(Strategy::from_canonical(&strategy.canonical()).unwrap(), strategy);
        assert!(strategy.explain().contains("hold a part of A"));
        let fails = |from: &str, to: &str| {
            let error = Strategy::parse("mine.toml", &text.replace(from, to)).unwrap_err();
            assert_eq!(error.kind(), Kind::Spec);
            error.to_string()
        };
        assert!(fails("share =", "part =").contains("`share` is a number"));
        assert!(fails("\"part\"", "\"parts\"").contains("did you mean `part`?"));
        assert!(fails("call =", "name2 =").contains("called by name"));
        // Another version of the rule is another strategy, and a canonical text is of one version.
        let canonical = strategy.canonical();
        part("2");
        assert!(Strategy::from_canonical(&canonical).is_err());
        assert_ne!(Strategy::parse("mine.toml", text).unwrap(), strategy);
    }
}
