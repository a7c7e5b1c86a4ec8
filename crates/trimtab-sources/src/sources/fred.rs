//! Observations of the Federal Reserve Bank of St. Louis, as they stand on one day:
//! <https://fred.stlouisfed.org/docs/api/fred/series_observations.html>.
use jiff::civil::Date;
use serde_json::Value;
use trimtab_core::{Error, Result};
use trimtab_data::store::{Rows, What};

use crate::answer::{date, field, integer, json, json_body, list, text};
use crate::source::{Ask, Get, Source, Stop, escaped, named};

/// The latest revision.
#[derive(Debug)]
pub(crate) struct Fred;

/// The environment variable of its key; the archive has the same.
pub(crate) const KEY: &str = "FRED_API_KEY";

/// The address of both.
pub(crate) const BASE: &str = "https://api.stlouisfed.org";

/// What it allows.
pub(crate) const PER_MINUTE: f64 = 120.0;

/// The most observations of one answer.
const LIMIT: usize = 100_000;

impl Source for Fred {
    fn name(&self) -> &'static str {
        "fred"
    }
    fn about(&self) -> &'static str {
        "readings of economic series by series id, in the revision of the last day asked for; for what was known when, \
         ask alfred"
    }
    fn base(&self) -> &'static str {
        BASE
    }
    fn what(&self) -> What {
        What::Readings
    }
    fn key(&self) -> Option<&'static str> {
        Some(KEY)
    }
    fn per_minute(&self) -> f64 {
        PER_MINUTE
    }
    fn incremental(&self) -> bool {
        // Any past value may have been revised.
        false
    }

    fn fetch(&self, ask: &Ask, get: &mut Get<'_>) -> Result<Vec<(String, Rows)>, Stop> {
        let all = observations(ask, (ask.to, ask.to), get)?;
        let rows = all.into_iter().filter(|row| ask.spans(row.date));
        let rows = rows.map(|row| (row.date, row.value)).collect();
        Ok(vec![(ask.name.clone(), Rows::Readings(rows))])
    }
}

/// One observation, and from when on it stood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Observation {
    pub(crate) date: Date,
    pub(crate) since: Date,
    pub(crate) value: f64,
}

/// All observations that stood at any time of a span, page by page. A parameter that the service does not know it
/// ignores, and answers with today's revision; so the answer has to repeat the span.
pub(crate) fn observations(
    ask: &Ask,
    span: (Date, Date),
    get: &mut Get<'_>,
) -> Result<Vec<Observation>, Stop> {
    let key = escaped(ask.key(KEY)?);
    let mut all: Vec<Observation> = Vec::new();
    let mut seen = 0;
    loop {
        let path = format!(
            "/fred/series/observations?series_id={}&api_key={key}&file_type=json&output_type=1&sort_order=asc\
             &realtime_start={}&realtime_end={}&limit={LIMIT}&offset={seen}",
            escaped(&ask.name),
            span.0,
            span.1
        );
        let body = get(&ask.request(&path, json_body))?;
        let page = named(json(&body).and_then(|answer| page(&answer, span, seen)), &ask.name)?;
        seen += page.rows;
        all.extend(page.observations);
        if seen >= page.count {
            return Ok(all);
        }
    }
}

struct Page {
    count: usize,
    /// Rows of the answer, those without a value included.
    rows: usize,
    observations: Vec<Observation>,
}

fn page(answer: &Value, span: (Date, Date), offset: usize) -> Result<Page> {
    for (name, wanted) in [("realtime_start", span.0), ("realtime_end", span.1)] {
        let said = date(answer, name)?;
        if said != wanted {
            return Err(Error::data(format!(
                "the answer is for the {name} {said} and not {wanted}: it may be revised data"
            )));
        }
    }
    if integer(answer, "output_type")? != 1 {
        return Err(Error::data("the answer is of another output type than 1"));
    }
    let count = usize::try_from(integer(answer, "count")?).unwrap_or(0);
    let rows = list(answer, "observations")?;
    // The last page is short; any other that is short was cut.
    if rows.len() < LIMIT.min(count - offset.min(count)) {
        return Err(Error::data(format!(
            "the answer has {} observations of {count}, from number {offset} on: it was cut off",
            rows.len()
        )));
    }
    let mut observations = Vec::with_capacity(rows.len());
    for row in rows {
        let written = text(row, "value")?;
        let (about, since, until) =
            (date(row, "date")?, date(row, "realtime_start")?, date(row, "realtime_end")?);
        if since < span.0 || since > span.1 || until < since {
            return Err(Error::data(format!(
                "the observation of {about} stood from {since} to {until}, which was not asked for"
            )));
        }
        // A point stands where there is no value.
        if written == "." {
            continue;
        }
        let value = written.parse().ok().filter(|x: &f64| x.is_finite());
        let value = value.ok_or_else(|| {
            Error::data(format!("the value of {about} is `{written}`, no number"))
        })?;
        observations.push(Observation { date: about, since, value });
    }
    let _ = field(answer, "units")?;
    Ok(Page { count, rows: rows.len(), observations })
}
