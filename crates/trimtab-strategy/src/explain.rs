//! The tree in words.
use crate::{
    AnyAllocator, AnyCovariance, AnyGauge, AnyLimit, AnyMean, AnyObjective, AnySignal, Node,
    universe_in,
};

/// An outline under construction: one line a statement, children indented.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    lines: Vec<(usize, String)>,
    depth: usize,
}

impl Words {
    /// Adds a line at the present depth.
    pub fn line(&mut self, text: impl Into<String>) {
        self.lines.push((self.depth, text.into()));
    }

    /// Adds an allocator below the last line.
    pub fn allocator(&mut self, role: &str, node: &Node<AnyAllocator>) {
        self.child(role, node.name(), |words| node.inner().as_dyn().explain(words));
    }
    /// Adds a signal below the last line.
    pub fn signal(&mut self, role: &str, node: &Node<AnySignal>) {
        self.child(role, node.name(), |words| node.inner().as_dyn().explain(words));
    }
    /// Adds a gauge below the last line.
    pub fn gauge(&mut self, role: &str, node: &Node<AnyGauge>) {
        self.child(role, node.name(), |words| node.inner().as_dyn().explain(words));
    }
    /// Adds an estimator of expected returns below the last line.
    pub fn mean(&mut self, role: &str, node: &Node<AnyMean>) {
        self.child(role, node.name(), |words| node.inner().as_dyn().explain(words));
    }
    /// Adds an estimator of covariances below the last line.
    pub fn covariance(&mut self, role: &str, node: &Node<AnyCovariance>) {
        self.child(role, node.name(), |words| node.inner().as_dyn().explain(words));
    }
    /// Adds an objective below the last line.
    pub fn objective(&mut self, role: &str, node: &Node<AnyObjective>) {
        self.child(role, node.name(), |words| node.inner().as_dyn().explain(words));
    }
    /// Adds a limit below the last line.
    pub fn limit(&mut self, node: &Node<AnyLimit>) {
        self.child("limit", node.name(), |words| node.inner().as_dyn().explain(words));
    }

    fn child(&mut self, role: &str, name: &str, explain: impl FnOnce(&mut Self)) {
        self.depth += 1;
        let head = self.lines.len();
        explain(self);
        if let Some((_, text)) = self.lines.get_mut(head) {
            *text = match role == name || role.is_empty() {
                true => format!("{name}: {text}"),
                false => format!("{role} ({name}): {text}"),
            };
        }
        self.depth -= 1;
    }

    /// The outline as text, two blanks a level.
    pub fn text(&self) -> String {
        let line = |(depth, text): &(usize, String)| format!("{}{text}\n", "  ".repeat(*depth));
        self.lines.iter().map(line).collect()
    }
}

/// `SPY, TLT and GLD`, `the members of SP500`, or `every asset` for none.
pub(crate) fn list(symbols: &[String]) -> String {
    let word = |symbol: &String| match universe_in(symbol) {
        Some(universe) => format!("the members of {universe}"),
        None => symbol.clone(),
    };
    let words: Vec<String> = symbols.iter().map(word).collect();
    match words.as_slice() {
        [] => "every asset".into(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// A fraction as percent without needless digits.
pub(crate) fn percent(x: f64) -> String {
    let text = format!("{:.2}", x * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}
