//! Strategies of one file that differ in parameters of their nodes, and the columns that they share.
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use toml::{Table, Value};

use super::{Columns, Days, Portfolios, Readings, ScoreColumns};
use crate::registry::Registered;
use crate::spec::{Located, Template};
use crate::{AnyAllocator, AnyGauge, AnySignal, Strategy};
use trimtab_core::AssetId;

/// Strategies of one file that differ in parameters of their nodes only.
///
/// A node is known by its place in the tree, the values of its own parameters, and those of the nodes below it. So two
/// strategies that give a node and all below it the same values share its columns, which are made once; and a node is read from
/// its own table alone, not from the file.
#[derive(Debug)]
pub struct Family<'m> {
    base: Strategy,
    days: Days<'m>,
    places: Vec<Place>,
    paths: Vec<String>,
    /// How many values each parameter may take.
    sizes: Vec<u32>,
    nodes: Mutex<BTreeMap<NodeKey, Option<Arc<Node>>>>,
    columns: Mutex<Known>,
}

/// A node of the tree.
#[derive(Debug)]
struct Place {
    name: String,
    /// Its expanded table, the nodes below it included.
    table: Table,
    /// The parameters that stand in its own table: which, and under which keys.
    own: Vec<(usize, Vec<String>)>,
    /// The parameters of it and of all below it.
    reach: Vec<usize>,
    children: Vec<usize>,
}

#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // always behind a pointer
enum Node {
    Signal(AnySignal),
    Gauge(AnyGauge),
    Allocator(AnyAllocator),
}

#[derive(Clone, Debug)]
enum Column {
    Scores(Arc<ScoreColumns>),
    Readings(Arc<Readings>),
    Portfolios(Arc<Portfolios>),
}

/// Place, then the values of its own parameters as one number.
type NodeKey = (usize, u128);

/// Place, the values of all parameters that reach it as one number, and the assets that are scored.
type ColumnKey = (usize, u128, Vec<AssetId>);

/// The columns that were made, within bounds.
#[derive(Debug, Default)]
struct Known {
    columns: BTreeMap<ColumnKey, Option<Column>>,
    bytes: usize,
}

/// Columns of so many bytes are kept; beyond that all are dropped and made again when they are needed. A search over a few
/// windows stays far below; one over numbers that never repeat must not fill the memory.
const BYTES_MOST: usize = 16 << 20;

/// Nodes that were read are dropped beyond this number, for the same reason.
const NODES_MOST: usize = 4096;

/// One strategy of a family, as its nodes see it.
#[derive(Clone, Copy)]
pub struct Member<'a> {
    /// Which of its values each parameter has: equal numbers mean equal values.
    pub codes: &'a [u32],
    /// The values as written; only asked for nodes that were not met before.
    pub values: &'a dyn Fn() -> Vec<String>,
}

/// What a node at work knows of its family.
#[derive(Clone, Copy)]
pub(super) struct Sharing<'a> {
    family: &'a Family<'a>,
    member: Member<'a>,
    place: usize,
}

impl std::fmt::Debug for Sharing<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sharing({}, {:?})", self.place, self.member.codes)
    }
}

impl<'m> Family<'m> {
    /// The strategies that `template` makes with other values for `paths`. `base` is the one that it makes with `values`, and
    /// `sizes` are the numbers of values that the paths may take. `None` when a path does more than set a parameter of a node:
    /// then the strategies may differ in their very trees.
    pub fn new(
        template: &Template,
        base: Strategy,
        paths: &[String],
        values: &[String],
        sizes: &[u32],
        days: Days<'m>,
    ) -> Option<Self> {
        let set = paths.iter().zip(values).map(|(path, value)| (path.as_str(), value.as_str()));
        sizes.iter().try_fold(1u128, |n, size| n.checked_mul(u128::from(*size)))?;
        let places = places(&template.tree(set)?, template, paths)?;
        let (nodes, columns) = (Mutex::default(), Mutex::default());
        Some(Self {
            base,
            days,
            places,
            paths: paths.to_vec(),
            sizes: sizes.to_vec(),
            nodes,
            columns,
        })
    }

    /// The days that are asked for.
    pub fn days(&self) -> &Days<'m> {
        &self.days
    }

    /// [`Strategy::columns`] of one of them; `None` also when its values make no strategy.
    pub fn columns(&self, member: Member<'_>) -> Option<Portfolios> {
        let columns = self.at(member, 0);
        let node = self.node::<AnyAllocator>(member, 0)?;
        let Node::Allocator(root) = &*node else { return None };
        self.base.within_limits(root.as_dyn().columns(&columns)?)
    }

    fn at<'a>(&'a self, member: Member<'a>, place: usize) -> Columns<'a> {
        let sharing = Some(Sharing { family: self, member, place });
        Columns { days: &self.days, universe: &self.base.universe, sharing }
    }

    /// The values of some parameters as one number.
    fn key(&self, codes: &[u32], of: impl Iterator<Item = usize>) -> u128 {
        of.fold(0, |key, ix| key * u128::from(self.sizes[ix]) + u128::from(codes[ix]))
    }

    /// The node at a place with its own parameters; `None` when it cannot be read.
    fn node<T: Sort>(&self, member: Member<'_>, place: usize) -> Option<Arc<Node>> {
        let lock = || self.nodes.lock().unwrap_or_else(PoisonError::into_inner);
        let at = &self.places[place];
        let key = (place, self.key(member.codes, at.own.iter().map(|(ix, _)| *ix)));
        if let Some(known) = lock().get(&key) {
            return known.clone();
        }
        let read = || {
            let (mut table, values) = (at.table.clone(), (member.values)());
            for (ix, keys) in &at.own {
                let value = crate::spec::value_of(&values[*ix]);
                let ranged = self.base.range.contains_key(&self.paths[*ix]);
                let number = matches!(value, Value::Integer(_) | Value::Float(_));
                // Another tree, or what the whole file is needed to judge.
                if has_node(&value) || (ranged && !number) {
                    return None;
                }
                let (last, way) = keys.split_last()?;
                let into = way.iter().try_fold(&mut table, |t, key| t.get_mut(key)?.as_table_mut());
                into?.insert(last.clone(), value);
            }
            T::read(table).ok().map(|read| Arc::new(read.into()))
        };
        let node: Option<Arc<Node>> = read();
        let mut nodes = lock();
        if nodes.len() == NODES_MOST {
            nodes.clear();
        }
        nodes.insert(key, node.clone());
        node
    }
}

impl<'a> Sharing<'a> {
    /// A column of a child, made when it is not known.
    fn column<T: Sort>(
        &self,
        name: &str,
        among: &[AssetId],
        make: impl FnOnce(&Node, &Columns<'a>) -> Option<Column>,
    ) -> Option<Column> {
        let family = self.family;
        let lock = || family.columns.lock().unwrap_or_else(PoisonError::into_inner);
        let mut children = family.places[self.place].children.iter().copied();
        let place = children.find(|child| family.places[*child].name == name)?;
        let codes = family.key(self.member.codes, family.places[place].reach.iter().copied());
        let key = (place, codes, among.to_vec());
        if let Some(known) = lock().columns.get(&key) {
            return known.clone();
        }
        let node = family.node::<T>(self.member, place);
        let column = node.and_then(|node| make(&node, &family.at(self.member, place)));
        let mut known = lock();
        known.bytes += column.as_ref().map_or(0, Column::bytes);
        if known.bytes > BYTES_MOST {
            *known = Known { bytes: column.as_ref().map_or(0, Column::bytes), ..Known::default() };
        }
        known.columns.insert(key, column.clone());
        column
    }

    pub(super) fn scores(&self, name: &str, among: &[AssetId]) -> Option<Arc<ScoreColumns>> {
        let make = |node: &Node, columns: &Columns<'a>| match node {
            Node::Signal(signal) => {
                signal.as_dyn().columns(columns, among).map(|c| Column::Scores(Arc::new(c)))
            }
            _ => None,
        };
        match self.column::<AnySignal>(name, among, make)? {
            Column::Scores(scores) => Some(scores),
            _ => None,
        }
    }

    pub(super) fn readings(&self, name: &str) -> Option<Arc<Readings>> {
        let make = |node: &Node, columns: &Columns<'a>| match node {
            Node::Gauge(gauge) => {
                gauge.as_dyn().column(columns).map(|c| Column::Readings(Arc::new(c)))
            }
            _ => None,
        };
        match self.column::<AnyGauge>(name, &[], make)? {
            Column::Readings(readings) => Some(readings),
            _ => None,
        }
    }

    pub(super) fn portfolios(&self, name: &str) -> Option<Arc<Portfolios>> {
        let make = |node: &Node, columns: &Columns<'a>| match node {
            Node::Allocator(allocator) => {
                allocator.as_dyn().columns(columns).map(|c| Column::Portfolios(Arc::new(c)))
            }
            _ => None,
        };
        match self.column::<AnyAllocator>(name, &[], make)? {
            Column::Portfolios(portfolios) => Some(portfolios),
            _ => None,
        }
    }
}

impl Column {
    fn bytes(&self) -> usize {
        match self {
            Column::Scores(scores) => scores.bytes(),
            Column::Readings(readings) => size_of_val(&*readings.values),
            Column::Portfolios(portfolios) => portfolios.bytes(),
        }
    }
}

/// A registry whose members are nodes of a tree.
trait Sort: Registered + Into<Node> {}

impl<T: Registered + Into<Node>> Sort for T {}

impl From<AnySignal> for Node {
    fn from(signal: AnySignal) -> Self {
        Node::Signal(signal)
    }
}

impl From<AnyGauge> for Node {
    fn from(gauge: AnyGauge) -> Self {
        Node::Gauge(gauge)
    }
}

impl From<AnyAllocator> for Node {
    fn from(allocator: AnyAllocator) -> Self {
        Node::Allocator(allocator)
    }
}

/// The nodes of a tree, the root first, with the parameters of each; `None` when a path leads to no node, or to more than a
/// parameter.
fn places(tree: &Table, template: &Template, paths: &[String]) -> Option<Vec<Place>> {
    let (mut places, mut at) = (Vec::new(), Vec::new());
    collect(tree, &mut places, &mut at)?;
    for (ix, path) in paths.iter().enumerate() {
        let keys = template.keys(path);
        let leads = |place: &usize| keys.starts_with(&at[*place]) && keys.len() > at[*place].len();
        let place = (0..places.len()).filter(leads).max_by_key(|place| at[*place].len())?;
        let rest = keys[at[place].len()..].to_vec();
        // Another kind is another tree.
        if rest == ["kind"] {
            return None;
        }
        places[place].own.push((ix, rest));
    }
    for place in 0..places.len() {
        let mut reach = Vec::new();
        gather(&places, place, &mut reach);
        reach.sort_unstable();
        reach.dedup();
        places[place].reach = reach;
    }
    Some(places)
}

/// The parameters of a node and of all below it.
fn gather(places: &[Place], place: usize, reach: &mut Vec<usize>) {
    reach.extend(places[place].own.iter().map(|(ix, _)| *ix));
    places[place].children.iter().for_each(|child| gather(places, *child, reach));
}

/// The node of a table, added with those below it; its index. `None` when two children of a node share a name.
fn collect(table: &Table, places: &mut Vec<Place>, at: &mut Vec<Vec<String>>) -> Option<usize> {
    let Located { name, keys, table } = Located::of(table)?;
    // A node that is called by name in two places is one.
    if let Some(known) = at.iter().position(|known| *known == keys) {
        return Some(known);
    }
    let place = places.len();
    let mut tables = Vec::new();
    table.values().for_each(|value| below(value, &mut tables));
    let (own, reach, children) = (Vec::new(), Vec::new(), Vec::new());
    places.push(Place { name, table, own, reach, children });
    at.push(keys);
    for table in tables {
        let child = collect(&table, places, at)?;
        let children = &places[place].children;
        if children.contains(&child) {
            continue;
        }
        if children.iter().any(|other| places[*other].name == places[child].name) {
            return None;
        }
        places[place].children.push(child);
    }
    Some(place)
}

/// Whether a value holds a node, or calls one by name.
fn has_node(value: &Value) -> bool {
    match value {
        Value::Table(_) => true,
        Value::Array(items) => items.iter().any(has_node),
        Value::String(text) => text.starts_with('@'),
        _ => false,
    }
}

/// The nodes that a value holds, those below them left out.
fn below(value: &Value, found: &mut Vec<Table>) {
    match value {
        Value::Table(table) if table.contains_key("kind") => found.push(table.clone()),
        Value::Table(table) => table.values().for_each(|value| below(value, found)),
        Value::Array(items) => items.iter().for_each(|value| below(value, found)),
        _ => {}
    }
}
