//! From text to tree.
use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::place::Places;
use super::{Benchmark, Range, Strategy};
use crate::node::{self, Mistake, nearest};
use crate::{AnyAllocator, AnyLimit, Node, Schedule};
use trimtab_core::{Error, Result};

/// Every key that may stand at the top of a file.
const KEYS: [&str; 13] = [
    "title",
    "universe",
    "root",
    "signal",
    "gauge",
    "allocator",
    "limit",
    "benchmark",
    "schedule",
    "execution",
    "costs",
    "provenance",
    "range",
];

/// The tables of named nodes that `@name` looks in.
const NAMED: [&str; 3] = ["signal", "gauge", "allocator"];

/// `@a` in `@b` in … deeper than this is a mistake, and would end the stack.
const DEEPEST: usize = 64;

/// A file whose names unfold to more tables than this is a mistake: forty lines that each name the next one
/// twice would fill any memory. The largest published strategies stay below a hundred.
const TABLES_MOST: usize = 10_000;

/// A strategy file that is read once and then filled with many sets of parameters.
#[derive(Clone, Debug)]
pub struct Template {
    name: String,
    text: String,
    file: Table,
}

impl Template {
    /// Reads a strategy file. `name` is what errors call it, and what the strategies are called.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Spec`] when the text is not TOML. What else may be wrong is found by [`Template::with`].
    pub fn new(name: &str, text: &str) -> Result<Self> {
        Places::new(name, text)?;
        let file: Table = text
            .parse()
            .map_err(|e: toml::de::Error| Error::spec(e.message().to_owned()).place(name))?;
        Ok(Self { name: name.to_owned(), text: text.to_owned(), file })
    }

    /// Replaces a parameter in all strategies to come.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Spec`] when it does not exist.
    pub fn fix(&mut self, path: &str, value: &str) -> Result<()> {
        replace(&mut self.file, path, value)
    }

    /// The strategy with some parameters replaced, as by [`Strategy::parse_with`].
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Spec`], also when a parameter does not exist.
    pub fn with<'s>(&self, set: impl IntoIterator<Item = (&'s str, &'s str)>) -> Result<Strategy> {
        let mut file = self.file.clone();
        for (path, value) in set {
            replace(&mut file, path, value)?;
        }
        Reader { file, used: BTreeSet::new(), tables: 0 }.read(&self.name).map_err(|mistake| {
            // Places are only worth their time when something is wrong.
            match Places::new(&self.name, &self.text) {
                Ok(places) => places.error(mistake),
                Err(error) => error,
            }
        })
    }
}

/// A node's table on its own.
pub(crate) struct Located {
    /// What the node is called.
    pub(crate) name: String,
    /// The keys that lead to its table in the file.
    pub(crate) keys: Vec<String>,
    /// The table without them.
    pub(crate) table: Table,
}

impl Located {
    /// Of an expanded table; `None` when it is no node's.
    pub(crate) fn of(table: &Table) -> Option<Self> {
        let mut table = table.clone();
        let (name, keys) = node::located(&mut table)?;
        Some(Self { name, keys, table })
    }
}

impl Template {
    /// The keys that a parameter path stands for.
    pub(crate) fn keys(&self, path: &str) -> Vec<String> {
        keys(&self.file, path).into_iter().map(str::to_owned).collect()
    }

    /// The table of the root with everything below it in place; `None` when it cannot be read.
    pub(crate) fn tree<'s>(&self, set: impl Iterator<Item = (&'s str, &'s str)>) -> Option<Table> {
        let mut file = self.file.clone();
        for (path, value) in set {
            replace(&mut file, path, value).ok()?;
        }
        let root = file.get("root")?.clone();
        let mut reader = Reader { file, used: BTreeSet::new(), tables: 0 };
        match reader.expand(&root, &mut vec!["root".to_owned()], &mut Vec::new()) {
            Ok(Value::Table(table)) => Some(table),
            _ => None,
        }
    }

    /// Whether `path` leads into a named node or the root.
    pub fn is_of_node(&self, path: &str) -> bool {
        let keys = keys(&self.file, path);
        keys.first().is_some_and(|first| NAMED.contains(first) || *first == "root")
    }
}

/// A value as written on a command line: as in a file, or a bare word.
pub(crate) fn value_of(text: &str) -> Value {
    let table = format!("v = {text}").parse::<Table>().ok();
    table.and_then(|mut table| table.remove("v")).unwrap_or_else(|| Value::String(text.to_owned()))
}

struct Reader {
    file: Table,
    /// `signal.trend` and so on, for every node that something points to.
    used: BTreeSet<String>,
    /// How many tables were unfolded so far.
    tables: usize,
}

type Read<T> = std::result::Result<T, Mistake>;

impl Reader {
    fn read(mut self, name: &str) -> Read<Strategy> {
        for key in self.file.keys() {
            if !KEYS.contains(&key.as_str()) {
                let hint = nearest(key, KEYS.into_iter())
                    .unwrap_or_else(|| format!("a file has {}", KEYS.join(", ")));
                return Err(at(&[], &[key], format!("unknown key `{key}`"), Some(hint)));
            }
        }
        if !self.file.contains_key("root") {
            let hint = "name the allocator whose weights are held: root = \"@portfolio\"";
            return Err(at(&[], &[], "the file has no `root`", Some(hint.into())));
        }
        self.refuse_odd_names()?;
        let root: Node<AnyAllocator> =
            self.field("root")?.ok_or_else(|| Mistake::new("no root"))?;
        let strategy = Strategy {
            name: name.to_owned(),
            root,
            title: self.field("title")?.unwrap_or_default(),
            universe: self.field("universe")?.unwrap_or_default(),
            limits: self.limits()?,
            benchmark: self.field("benchmark")?.unwrap_or_default(),
            schedule: self.field("schedule")?.unwrap_or_default(),
            execution: self.field("execution")?.unwrap_or_default(),
            costs: self.field("costs")?.unwrap_or_default(),
            provenance: self.field("provenance")?.unwrap_or_default(),
            range: self.field("range")?.unwrap_or_default(),
        };
        self.refuse_unused()?;
        self.check(&strategy)?;
        Ok(strategy)
    }

    /// A top-level key, its nodes expanded.
    fn field<T: DeserializeOwned>(&mut self, key: &str) -> Read<Option<T>> {
        let Some(value) = self.file.get(key).cloned() else { return Ok(None) };
        let mut place = vec![key.to_owned()];
        let value = self.expand(&value, &mut place, &mut Vec::new())?;
        node::from_value(value).map(Some).map_err(|mut mistake| {
            if mistake.at.is_empty() {
                mistake.field.insert(0, key.to_owned());
            }
            mistake
        })
    }

    /// Limits keep the order of the file.
    fn limits(&mut self) -> Read<Vec<Node<AnyLimit>>> {
        let Some(value) = self.file.get("limit").cloned() else { return Ok(Vec::new()) };
        let Value::Table(table) = value else {
            return Err(at(&[], &["limit"], "limits are tables: write [limit.NAME]", None));
        };
        let mut limits = Vec::with_capacity(table.len());
        for (name, value) in &table {
            let mut place = vec!["limit".to_owned(), name.clone()];
            let value = self.expand(value, &mut place, &mut Vec::new())?;
            limits.push(node::from_value(value)?);
        }
        Ok(limits)
    }

    /// Replaces every `"@name"` by the table of that name, and leaves name and place in each node.
    fn expand(
        &mut self,
        value: &Value,
        place: &mut Vec<String>,
        open: &mut Vec<String>,
    ) -> Read<Value> {
        if open.len() > DEEPEST || place.len() > 2 * DEEPEST {
            return Err(at(&to_str(place), &[], "nodes are nested too deeply", None));
        }
        Ok(match value {
            Value::String(s) if s.starts_with('@') => self.follow(&s[1..], place, open)?,
            Value::Table(table) => {
                self.tables += 1;
                if self.tables > TABLES_MOST {
                    let said = format!("the file unfolds to more than {TABLES_MOST} tables");
                    return Err(at(&to_str(place), &[], said, None));
                }
                if table.contains_key("kind") && table.contains_key("name") {
                    let hint = "a node is called by the name of its table";
                    return Err(at(
                        &to_str(place),
                        &["name"],
                        "unknown key `name`",
                        Some(hint.into()),
                    ));
                }
                let mut node = Table::new();
                for (key, value) in table {
                    place.push(key.clone());
                    node.insert(key.clone(), self.expand(value, place, open)?);
                    place.pop();
                }
                if node.contains_key("kind") {
                    node::locate(&mut node, &name(place), place);
                }
                Value::Table(node)
            }
            Value::Array(items) => {
                let mut expanded = Vec::with_capacity(items.len());
                for (ix, item) in items.iter().enumerate() {
                    place.push(ix.to_string());
                    expanded.push(self.expand(item, place, open)?);
                    place.pop();
                }
                Value::Array(expanded)
            }
            plain => plain.clone(),
        })
    }

    fn follow(&mut self, name: &str, place: &[String], open: &mut Vec<String>) -> Read<Value> {
        if open.iter().any(|n| n == name) {
            let way = [open.as_slice(), &[name.to_owned()]].concat().join(" > ");
            return Err(at(&[], &to_str(place), format!("`{name}` contains itself: {way}"), None));
        }
        let found = NAMED.iter().find_map(|class| {
            let table = self.file.get(*class)?.as_table()?.get(name)?;
            Some(((*class).to_owned(), table.clone()))
        });
        let Some((class, table)) = found else {
            let names: Vec<String> = self.names().map(|(_, name)| name.to_owned()).collect();
            let hint =
                nearest(name, names.iter().map(String::as_str)).map(|h| h.replace('`', "\""));
            let said = format!("`@{name}` is not defined in this file");
            return Err(at(&[], &to_str(place), said, hint.map(|h| h.replacen('"', "\"@", 1))));
        };
        self.used.insert(format!("{class}.{name}"));
        open.push(name.to_owned());
        let node = self.expand(&table, &mut vec![class, name.to_owned()], open)?;
        open.pop();
        Ok(node)
    }

    fn names(&self) -> impl Iterator<Item = (&'static str, &str)> {
        NAMED.iter().flat_map(|class| {
            let table = self.file.get(*class).and_then(Value::as_table);
            table.into_iter().flat_map(|t| t.keys()).map(|name| (*class, name.as_str()))
        })
    }

    /// Names are parts of paths: in errors, in parameters (`trend.slow`), in what a strategy remembers.
    fn refuse_odd_names(&self) -> Read<()> {
        for class in NAMED.iter().copied().chain(["limit"]) {
            let table = self.file.get(class).and_then(Value::as_table);
            for name in table.into_iter().flat_map(|table| table.keys()) {
                let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
                if name.is_empty() || !name.chars().all(fits) {
                    let said = format!("{name:?} cannot be the name of a {class}");
                    let hint = "names are made of letters, digits, `-` and `_`";
                    return Err(at(&[class, name], &[], said, Some(hint.into())));
                }
            }
        }
        Ok(())
    }

    fn refuse_unused(&self) -> Read<()> {
        for class in NAMED {
            if self.file.get(class).is_some_and(|value| !value.is_table()) {
                return Err(at(&[], &[class], format!("write [{class}.NAME] tables"), None));
            }
        }
        match self.names().find(|(class, name)| !self.used.contains(&format!("{class}.{name}"))) {
            None => Ok(()),
            Some((class, name)) => Err(at(
                &[class, name],
                &[],
                format!("nothing uses the {class} `{name}`"),
                Some(format!("call it with \"@{name}\", or take it out")),
            )),
        }
    }

    /// What the types of single fields cannot say.
    fn check(&self, strategy: &Strategy) -> Read<()> {
        strategy.execution.check().map_err(|said| at(&[], &["execution"], said, None))?;
        check_schedule(&strategy.schedule).map_err(|said| at(&[], &["schedule"], said, None))?;
        for (name, Benchmark { schedule, .. }) in &strategy.benchmark {
            check_schedule(schedule).map_err(|said| at(&[], &["benchmark", name], said, None))?;
        }
        for (path, range) in &strategy.range {
            self.check_range(path, range).map_err(|said| at(&[], &["range", path], said, None))?;
        }
        Ok(())
    }

    fn check_range(&self, path: &str, range: &Range) -> std::result::Result<(), String> {
        let Range { from, to, step } = *range;
        if !(from.is_finite() && to.is_finite() && from <= to && step.is_none_or(|s| s > 0.0)) {
            return Err(format!("the range of `{path}` is empty"));
        }
        match find(&self.file, path) {
            Some(Value::Integer(_) | Value::Float(_)) => Ok(()),
            Some(_) => Err(format!("`{path}` is not a number")),
            None => Err(format!("there is no parameter `{path}`")),
        }
    }
}

/// What a node written in place is called: its field, and for one in a list also the field and the index of the
/// list (`parts.0.of`), so that two of one list are told apart, in errors and in memory.
fn name(place: &[String]) -> String {
    let is_index = |key: &String| !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit());
    // The class and the name of the table that holds it, or `root`, are never part of it.
    let holder = if place.first().is_some_and(|key| key == "root") { 1 } else { 2 };
    let mut start = place.len().saturating_sub(1);
    while start > holder && place[start - 1..=start].iter().any(is_index) {
        start -= 1;
    }
    place[start..].join(".")
}

fn check_schedule(schedule: &Schedule) -> std::result::Result<(), String> {
    match &schedule.band {
        Some(band) if band.absolute.is_none() && band.relative.is_none() => {
            Err("a band has an `absolute` or a `relative` width".into())
        }
        _ => Ok(()),
    }
}

fn at(place: &[&str], field: &[&str], said: impl Into<String>, hint: Option<String>) -> Mistake {
    let keys = |keys: &mut dyn Iterator<Item = &str>| keys.map(str::to_owned).collect();
    Mistake {
        at: keys(&mut place.iter().copied()),
        field: keys(&mut field.iter().copied()),
        hint,
        ..Mistake::new(said)
    }
}

fn to_str(keys: &[String]) -> Vec<&str> {
    keys.iter().map(String::as_str).collect()
}

/// Where a parameter path leads: `trend.slow` into the named node, `schedule.session` into the file.
fn keys<'p>(file: &Table, path: &'p str) -> Vec<&'p str> {
    let keys: Vec<&str> = path.split('.').collect();
    let first = keys.first().copied().unwrap_or_default();
    let class = NAMED.iter().chain(&["limit"]).find(|class| {
        file.get(**class).and_then(Value::as_table).is_some_and(|table| table.contains_key(first))
    });
    class.into_iter().copied().chain(keys).collect()
}

fn find<'f>(file: &'f Table, path: &str) -> Option<&'f Value> {
    let keys = keys(file, path);
    let (first, rest) = keys.split_first()?;
    rest.iter().try_fold(file.get(*first)?, |value, key| value.get(*key))
}

/// The number at `path` in the file `text`.
pub(super) fn number(text: &str, path: &str) -> Option<f64> {
    let file: Table = text.parse().ok()?;
    match find(&file, path)? {
        Value::Integer(n) => Some(*n as f64),
        Value::Float(x) => Some(*x),
        _ => None,
    }
}

fn replace(file: &mut Table, path: &str, text: &str) -> Result<()> {
    let value = value_of(text);
    let keys: Vec<String> = keys(file, path).into_iter().map(str::to_owned).collect();
    let missing = || {
        Error::spec(format!("there is no parameter `{path}`"))
            .hint("parameters are called NODE.FIELD, as in trend.slow, or SECTION.FIELD, as in schedule.session")
    };
    let (last, way) = keys.split_last().ok_or_else(missing)?;
    let mut table = &mut *file;
    for key in way {
        // A section that the file leaves out has only defaults; any of its fields may be set.
        if !table.contains_key(key.as_str())
            && ["schedule", "execution", "costs"].contains(&key.as_str())
        {
            table.insert(key.clone(), Value::Table(Table::new()));
        }
        table = table.get_mut(key.as_str()).and_then(Value::as_table_mut).ok_or_else(missing)?;
    }
    let section =
        way.first().is_some_and(|k| ["schedule", "execution", "costs"].contains(&k.as_str()));
    if !section && !table.contains_key(last.as_str()) {
        return Err(missing());
    }
    table.insert(last.clone(), value);
    Ok(())
}
