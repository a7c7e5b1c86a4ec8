//! Days as numpy counts them, from 1970-01-01 on.
use pyo3::prelude::*;
use trimtab_core::{Date, Error};

use crate::errors::raised;

/// 1970-01-01.
fn epoch() -> Date {
    jiff::civil::date(1970, 1, 1)
}

/// Days since 1970-01-01.
pub(crate) fn number(date: Date) -> i64 {
    let span = date.since(epoch()).expect("civil dates have a distance in days");
    i64::from(span.get_days())
}

/// The day of that number.
pub(crate) fn date(number: i64) -> PyResult<Date> {
    let span = jiff::Span::new().try_days(number);
    span.and_then(|span| epoch().checked_add(span))
        .map_err(|_| raised(Error::data(format!("{number} days from 1970 on is no date"))))
}

/// Reads `2004-01-31`.
pub(crate) fn parse(text: Option<&str>) -> PyResult<Option<Date>> {
    let Some(text) = text else { return Ok(None) };
    let day = text.get(..10).unwrap_or(text);
    match day.parse() {
        Ok(date) => Ok(Some(date)),
        Err(_) => Err(raised(
            Error::new(trimtab_core::Kind::Usage, format!("`{text}` is no date"))
                .hint("write dates as 2004-01-31"),
        )),
    }
}
