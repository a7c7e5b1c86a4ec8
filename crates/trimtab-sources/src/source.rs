//! What every source says of itself.
use jiff::civil::Date;
use trimtab_core::{Error, Result as CoreResult};
use trimtab_data::store::{Rows, What};

use crate::settings::Secret;

/// A place on the network that gives prices or readings.
pub trait Source: Sync {
    /// What the command line and the store call it.
    fn name(&self) -> &'static str;
    /// What it gives, in a sentence.
    fn about(&self) -> &'static str;
    /// Its address, without a slash at the end.
    fn base(&self) -> &'static str;
    /// The kind of rows it gives.
    fn what(&self) -> What;
    /// The environment variable of its key; `None` for a source that needs none.
    fn key(&self) -> Option<&'static str> {
        None
    }
    /// Requests a minute that it bears, from its terms or, where it has none, from caution.
    fn per_minute(&self) -> f64;
    /// The name to ask for when it has one table only.
    fn only(&self) -> Option<&'static str> {
        None
    }
    /// Whether new rows can be had without the old ones.
    fn incremental(&self) -> bool {
        true
    }
    /// Whether the series of the store with this name is from an answer to `asked`.
    fn covers(&self, asked: &str, stored: &str) -> bool {
        asked == stored
    }
    /// The parts in which it is asked; each is in the store before the next is asked for.
    fn spans(&self, ask: &Ask) -> Vec<Ask> {
        vec![ask.clone()]
    }
    /// Asks, reads and gives the rows by name.
    ///
    /// # Errors
    /// When it cannot be asked, or the answer is not what was asked for.
    fn fetch(&self, ask: &Ask, get: &mut Get<'_>) -> Result<Vec<(String, Rows)>, Stop>;
}

/// Sends a request and gives the body of its answer.
pub type Get<'a> = dyn FnMut(&Request) -> Result<Vec<u8>, Stop> + 'a;

/// One question.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The symbol, series or table.
    pub name: String,
    /// The first day; everything when absent.
    pub from: Option<Date>,
    /// The last day.
    pub to: Date,
    /// The address to ask.
    pub base: String,
    /// The key, where the source needs one.
    pub key: Option<Secret>,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Request {
    /// The whole address, the key included where it belongs there.
    pub url: String,
    /// Headers beside the usual ones.
    pub headers: Vec<(&'static str, String)>,
    /// What must never be shown.
    pub secret: Option<Secret>,
    /// Looks at a body before it is believed.
    pub judge: fn(&[u8]) -> Verdict,
}

impl Request {
    /// The address without the key, for messages.
    pub fn shown(&self) -> String {
        hidden(&self.url, self.secret.as_ref())
    }
}

/// A text without the key.
pub(crate) fn hidden(text: &str, secret: Option<&Secret>) -> String {
    match secret.map(|secret| secret.reveal()).filter(|secret| !secret.is_empty()) {
        Some(secret) => text.replace(secret, "***").replace(&escaped(secret), "***"),
        None => text.to_owned(),
    }
}

/// What a body is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Perhaps what was asked for: to be read.
    Data,
    /// A page, or a plea to come back later: worth another try.
    Later(String),
    /// The source will answer nobody for a while: a daily limit, a wrong key.
    Never(String),
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// This name cannot be had; others may.
    This(Error),
    /// The source answers nothing more for now.
    All(Error),
}

impl Stop {
    /// The error.
    pub fn error(&self) -> &Error {
        match self {
            Stop::This(error) | Stop::All(error) => error,
        }
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::This(error)
    }
}

impl Ask {
    /// A request to this path under the base address.
    pub(crate) fn request(&self, path: &str, judge: fn(&[u8]) -> Verdict) -> Request {
        let url = format!("{}{path}", self.base);
        Request { url, headers: Vec::new(), secret: self.key.clone(), judge }
    }

    /// The key.
    ///
    /// # Errors
    /// When there is none; `variable` says where it belongs.
    pub(crate) fn key(&self, variable: &str) -> Result<&str, Stop> {
        self.key.as_ref().map(Secret::reveal).ok_or_else(|| {
            Stop::All(
                Error::data("the source wants a key, and there is none").hint(format!(
                    "set {variable}, or write `key = …` under the source's name in a file only you can read (--config)"
                )),
            )
        })
    }

    /// Whether a day was asked for.
    pub(crate) fn spans(&self, date: Date) -> bool {
        self.from.is_none_or(|from| date >= from) && date <= self.to
    }
}

/// Text as part of an address: everything but letters, digits and `-._~` as `%XX`.
pub(crate) fn escaped(text: &str) -> String {
    let byte = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(b).to_string()
        }
        _ => format!("%{b:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// Puts the name of what was asked before an error of reading.
pub(crate) fn named<T>(result: CoreResult<T>, name: &str) -> Result<T, Stop> {
    result.map_err(|error| {
        let said = Error::data(format!("{name}: {}", error.message()));
        Stop::This(match error.advice() {
            Some(advice) => said.hint(advice),
            None => said,
        })
    })
}
