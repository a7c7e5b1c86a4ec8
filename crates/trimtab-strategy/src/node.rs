//! A named child. The name leads errors and reasons back to the line in the strategy file.
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use toml::{Table, Value};

use crate::registry::Registered;
use crate::{
    AnyAllocator, AnyCovariance, AnyGauge, AnyLimit, AnyMean, AnySignal, Cx, Documented, Means,
    Observed,
};
use trimtab_core::{AssetId, Error, Kind, Result, Scores, Weights};
use trimtab_math::linalg::Sym;

/// A child of the tree and the name the file gives it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Node<T> {
    name: Arc<str>,
    #[serde(flatten)]
    inner: Box<T>,
}

impl<T> Node<T> {
    /// Names `inner`.
    pub fn new(name: impl Into<Arc<str>>, inner: T) -> Self {
        Self { name: name.into(), inner: Box::new(inner) }
    }
    /// The name in the file; for a node written in place, the name of its field.
    pub fn name(&self) -> &str {
        &self.name
    }
    /// What is named.
    pub fn inner(&self) -> &T {
        &self.inner
    }

    /// Runs something of `inner` under this name, for parents that ask a child for more than its trait offers.
    pub(crate) fn with<R>(
        &self,
        cx: &mut Cx<'_>,
        run: impl FnOnce(&T, &mut Cx<'_>) -> Result<R>,
    ) -> Result<R> {
        cx.enter(&self.name, |cx| run(&self.inner, cx))
    }
}

impl Node<AnyAllocator> {
    /// [`crate::Allocator::allocate`] under this name.
    ///
    /// # Errors
    /// Those of the allocator, with this name on the path.
    pub fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        cx.enter(&self.name, |cx| self.inner.as_dyn().allocate(cx))
    }

    /// Whether it and all its parts can answer today; failures other than missing data are left to their day.
    pub(crate) fn ready(&self, cx: &mut Cx<'_>) -> Result<()> {
        cx.enter(&self.name, |cx| {
            let inner = self.inner.as_dyn();
            match inner.allocate(cx) {
                Err(error) if error.kind() == Kind::Data => Err(error),
                _ => inner.ready(cx),
            }
        })
    }
}

impl Node<AnySignal> {
    /// [`crate::Signal::score`] under this name.
    ///
    /// # Errors
    /// Those of the signal, with this name on the path.
    pub fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        cx.enter(&self.name, |cx| self.inner.as_dyn().score(cx, among))
    }
}

impl Node<AnyGauge> {
    /// [`crate::Gauge::read`] under this name; a reading that is not finite is an error.
    ///
    /// # Errors
    /// Those of the gauge, with this name on the path.
    pub fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        cx.enter(&self.name, |cx| {
            let reading = self.inner.as_dyn().read(cx)?;
            if reading.is_finite() {
                return Ok(reading);
            }
            Err(Error::new(Kind::Numeric, format!("the gauge reads {reading}")))
        })
    }
}

impl Node<AnyLimit> {
    /// [`crate::Limit::apply`] under this name.
    ///
    /// # Errors
    /// Those of the limit, with this name on the path.
    pub fn apply(&self, cx: &mut Cx<'_>, wanted: Weights) -> Result<Weights> {
        cx.enter(&self.name, |cx| self.inner.as_dyn().apply(cx, wanted))
    }
}

impl Node<AnyMean> {
    /// [`crate::Mean::estimate`] under this name.
    ///
    /// # Errors
    /// Those of the estimator, with this name on the path.
    pub fn estimate(
        &self,
        cx: &mut Cx<'_>,
        observed: &Observed,
        covariance: &Sym,
    ) -> Result<Means> {
        cx.enter(&self.name, |cx| self.inner.as_dyn().estimate(cx, observed, covariance))
    }
}

impl Node<AnyCovariance> {
    /// [`crate::Covariance::estimate`] under this name.
    ///
    /// # Errors
    /// Those of the estimator, with this name on the path.
    pub fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed) -> Result<Sym> {
        cx.enter(&self.name, |cx| self.inner.as_dyn().estimate(cx, observed))
    }
}

/// A mistake in a strategy file on its way up through serde, which carries nothing but text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Mistake {
    /// The keys that lead to the node's table in the file.
    pub(crate) at: Vec<String>,
    /// The field inside that table, as keys.
    pub(crate) field: Vec<String>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

const MARK: &str = "\u{1}";
const PART: char = '\u{2}';
const STEP: char = '\u{3}';

impl Mistake {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }
    fn pack(&self) -> String {
        let join = |keys: &[String]| keys.join(&STEP.to_string());
        let hint = self.hint.clone().unwrap_or_default();
        format!(
            "{MARK}{}{PART}{}{PART}{}{PART}{hint}",
            join(&self.at),
            join(&self.field),
            self.message
        )
    }
    fn unpack(text: &str) -> Option<Self> {
        let mut parts = text.split_once(MARK)?.1.split(PART);
        let mut keys = || -> Option<Vec<String>> {
            Some(parts.next()?.split(STEP).filter(|k| !k.is_empty()).map(str::to_owned).collect())
        };
        let (at, field) = (keys()?, keys()?);
        let (message, hint) = (parts.next()?.to_owned(), parts.next()?.trim().to_owned());
        Some(Self { at, field, message, hint: (!hint.is_empty()).then_some(hint) })
    }

    /// From an error of serde: one of ours is passed on, another one becomes a mistake in `field`.
    pub(crate) fn from_serde(field: Vec<String>, message: &str) -> Self {
        if let Some(inner) = Self::unpack(message) {
            return inner;
        }
        let message = message.trim().trim_end_matches("in ``").trim().to_owned();
        let hint = did_you_mean(&message);
        // serde stands at the table when a key is unknown; the reader wants the key.
        let unknown = message.strip_prefix("unknown field `").and_then(|m| m.split('`').next());
        let mut field = field;
        if let Some(key) = unknown
            && field.last().is_none_or(|last| last != key)
        {
            field.push(key.to_owned());
        }
        Self { at: Vec::new(), field, message, hint }
    }
}

/// The nearest of the names that serde says it expected.
fn did_you_mean(message: &str) -> Option<String> {
    let (unknown, expected) = message.split_once("expected")?;
    let found = unknown.split('`').nth(1)?;
    nearest(found, expected.split('`').skip(1).step_by(2))
}

/// A hint when one of `names` is so close to `found` that it was probably meant.
pub(crate) fn nearest<'a>(found: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    // Below this similarity the suggestion confuses more than it helps.
    const CLOSE: f64 = 0.75;
    let similarity = |name: &str| strsim::jaro_winkler(found, name);
    let best = names.max_by(|a, b| similarity(a).total_cmp(&similarity(b)))?;
    (similarity(best) >= CLOSE).then(|| format!("did you mean `{best}`?"))
}

pub(crate) fn take_kind<T: Registered>(table: &mut Table) -> Result<String, Mistake> {
    match table.remove("kind") {
        Some(Value::String(kind)) => Ok(kind),
        Some(other) => Err(Mistake::new(format!("`kind` is a name, not {other}"))),
        None => Err(Mistake::new(format!("this {} has no `kind`", T::CLASS))),
    }
}

pub(crate) fn unknown_kind(class: &str, kind: &str, known: &[&str]) -> Mistake {
    let hint = nearest(kind, known.iter().copied())
        .unwrap_or_else(|| format!("the kinds of {class} are {}", known.join(", ")));
    let message = format!("unknown {class} kind `{kind}`");
    Mistake { field: vec!["kind".into()], message, hint: Some(hint), at: Vec::new() }
}

/// Reads the parameters of one kind and lets it check what no field's type can say.
pub(crate) fn concrete<K: DeserializeOwned + Documented>(table: Table) -> Result<K, Mistake> {
    let kind: K = from_value(Value::Table(table))?;
    kind.check().map_err(Mistake::new)?;
    Ok(kind)
}

/// Reads a value, keeping the path to what is wrong.
pub(crate) fn from_value<K: DeserializeOwned>(value: Value) -> Result<K, Mistake> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let field = keys_of(error.path());
        Mistake::from_serde(field, &error.into_inner().to_string())
    })
}

fn keys_of(path: &serde_path_to_error::Path) -> Vec<String> {
    use serde_path_to_error::Segment;
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(key.clone()),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

impl<'de, T: Registered> Deserialize<'de> for Node<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut table = match Value::deserialize(from)? {
            Value::Table(table) => table,
            Value::String(name) => {
                let said =
                    format!("`{name}` is not a {}: write \"@{name}\" to call it by name", T::CLASS);
                return Err(D::Error::custom(said));
            }
            other => {
                return Err(D::Error::custom(format!("{other} is not a {}", T::CLASS)));
            }
        };
        let name = match table.remove("name") {
            Some(Value::String(name)) => name,
            _ => T::CLASS.to_owned(),
        };
        let at = match table.remove(AT) {
            Some(Value::String(at)) => at.split(STEP).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        T::read(table).map(|inner| Self::new(name, inner)).map_err(|mistake| {
            let at = if mistake.at.is_empty() { at } else { mistake.at.clone() };
            D::Error::custom(Mistake { at, ..mistake }.pack())
        })
    }
}

/// The key under which a node's table carries the keys that lead to it in the file.
pub(crate) const AT: &str = "\u{4}at";

/// Writes the keys that lead to a node into its table.
pub(crate) fn locate(table: &mut Table, name: &str, at: &[String]) {
    table.insert("name".into(), Value::String(name.to_owned()));
    table.insert(AT.into(), Value::String(at.join(&STEP.to_string())));
}

/// Takes what [`locate`] wrote out of a node's table.
pub(crate) fn located(table: &mut Table) -> Option<(String, Vec<String>)> {
    match (table.remove("name"), table.remove(AT)) {
        (Some(Value::String(name)), Some(Value::String(at))) => {
            Some((name, at.split(STEP).map(str::to_owned).collect()))
        }
        _ => None,
    }
}

// On paper a node is either written in place or called by name.
impl<T: JsonSchema> JsonSchema for Node<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("NodeOf{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let in_place = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [{ "type": "string", "pattern": "^@" }, in_place] })
    }
}
