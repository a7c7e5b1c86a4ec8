//! One error for everything above the kernels: what happened, of which kind, and where in the strategy.
use std::fmt;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The coarse class of an error. Callers and the faces branch on this, never on text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The strategy file is wrong; its author must edit it.
    Spec,
    /// The data do not reach far enough back, have a hole, or are wrong.
    Data,
    /// The limits admit no portfolio.
    Infeasible,
    /// A kernel failed (singular matrix, no convergence).
    Numeric,
    /// The books refuse: more sold than held, or an amount beyond what an integer holds.
    Ledger,
    /// A file or a socket failed.
    Io,
    /// The command was called wrongly.
    Usage,
}

impl Kind {
    /// The process exit code of the command line for this kind.
    pub fn exit_code(self) -> u8 {
        match self {
            Kind::Usage => 2,
            Kind::Spec => 3,
            Kind::Data => 4,
            Kind::Infeasible => 5,
            Kind::Numeric => 6,
            Kind::Ledger => 7,
            Kind::Io => 8,
        }
    }
}

/// What happened, of which [`Kind`], where, and what to do about it.
#[derive(Clone, PartialEq)]
pub struct Error(Box<Parts>);

// Behind a pointer, so that results stay small.
#[derive(Clone, PartialEq)]
struct Parts {
    kind: Kind,
    message: String,
    hint: Option<String>,
    /// Innermost first; printed outermost first.
    path: Vec<String>,
    place: Option<String>,
    picture: String,
}

impl Error {
    /// An error of `kind` that says `message`.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            kind,
            message: message.into(),
            hint: None,
            path: Vec::new(),
            place: None,
            picture: String::new(),
        }))
    }

    /// Shorthand for [`Kind::Spec`].
    pub fn spec(message: impl Into<String>) -> Self {
        Self::new(Kind::Spec, message)
    }

    /// Shorthand for [`Kind::Data`].
    pub fn data(message: impl Into<String>) -> Self {
        Self::new(Kind::Data, message)
    }

    /// Says what the reader can do.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Records that the error passed through the node `name` of the strategy.
    pub fn at(mut self, name: &str) -> Self {
        self.0.path.push(name.to_owned());
        self
    }

    /// Where it stands: `file:line:column`, or a file and a date. Printed first.
    pub fn place(mut self, place: impl Into<String>) -> Self {
        self.0.place = Some(place.into());
        self
    }

    /// The lines of the file in question, printed behind the sentence.
    pub fn shown(mut self, picture: impl Into<String>) -> Self {
        self.0.picture = picture.into();
        self
    }

    /// The class to branch on.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The sentence alone, without place, path and hint.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where it stands, if that is known.
    pub fn location(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// What the reader can do, if there is something to say.
    pub fn advice(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The names of the nodes that lead to the error, outermost first.
    pub fn path(&self) -> impl Iterator<Item = &str> {
        self.0.path.iter().rev().map(String::as_str)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.0.place {
            write!(f, "{place}: ")?;
        }
        if !self.0.path.is_empty() {
            let path: Vec<&str> = self.path().collect();
            write!(f, "{}: ", path.join(" > "))?;
        }
        f.write_str(&self.0.message)?;
        f.write_str(&self.0.picture)?;
        match &self.0.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)
    }
}

impl std::error::Error for Error {}
