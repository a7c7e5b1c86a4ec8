//! Rows on their way into the store and out of it. What is senseless does not get through this door.
use jiff::civil::Date;
use trimtab_core::{Error, Fact, Result};

use super::entry::What;
use crate::export::{Cells, Columns};

/// Bars of one symbol. Every field is as long as `dates`, or empty where the source has none; `NaN` stands for no
/// value, and only closes must all be there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bars {
    /// Sessions, each later than the one before.
    pub dates: Vec<Date>,
    /// First price of the session.
    pub open: Vec<f64>,
    /// Highest price.
    pub high: Vec<f64>,
    /// Lowest price.
    pub low: Vec<f64>,
    /// Last price, as traded; of [`Rows::Adjusted`] with dividends and splits folded in.
    pub close: Vec<f64>,
    /// Shares.
    pub volume: Vec<f64>,
    /// Cash for each old share, on the ex-day; 0 on others. Empty for [`Rows::Adjusted`].
    pub dividend: Vec<f64>,
    /// New shares for an old one, on the ex-day; 1 on others. Empty for [`Rows::Adjusted`].
    pub split: Vec<f64>,
}

/// Rows of one entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Rows {
    /// Prices as traded, with dividends and splits.
    Prices(Bars),
    /// Total-return levels.
    Adjusted(Bars),
    /// Readings by date, of one revision.
    Readings(Vec<(Date, f64)>),
    /// Readings with the day on which each became known; `about` is the date as the source writes it.
    Facts(Vec<Fact>),
}

impl Rows {
    /// Which kind of thing they are.
    pub fn what(&self) -> What {
        match self {
            Rows::Prices(_) => What::Prices,
            Rows::Adjusted(_) => What::Adjusted,
            Rows::Readings(_) => What::Readings,
            Rows::Facts(_) => What::Facts,
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Rows::Prices(bars) | Rows::Adjusted(bars) => bars.dates.len(),
            Rows::Readings(all) => all.len(),
            Rows::Facts(all) => all.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The date by which rows are in order: that of the row, or on which a fact became known.
    pub fn date(&self, row: usize) -> Option<Date> {
        match self {
            Rows::Prices(bars) | Rows::Adjusted(bars) => bars.dates.get(row).copied(),
            Rows::Readings(all) => all.get(row).map(|reading| reading.0),
            Rows::Facts(all) => all.get(row).map(|fact| fact.known),
        }
    }

    /// The last of [`Rows::date`].
    pub fn last(&self) -> Option<Date> {
        self.date(self.len().checked_sub(1)?)
    }

    /// Refuses what cannot be true. Order is asked for, not made: an answer out of order was tampered with or cut
    /// together, and nobody knows what else is wrong with it.
    ///
    /// # Errors
    /// When there is no row, dates do not increase, a close is missing, a price is not positive, a number is not
    /// finite, or columns differ in length; the message names the date and the field.
    pub fn check(&self) -> Result<()> {
        if self.is_empty() {
            return Err(Error::data("there is no row"));
        }
        match self {
            Rows::Prices(bars) => bars.check(true),
            Rows::Adjusted(bars) => bars.check(false),
            Rows::Readings(all) => {
                increasing(all.iter().map(|reading| reading.0))?;
                finite(all.iter().copied())
            }
            Rows::Facts(all) => {
                let order = |f: &Fact| (f.known, f.about);
                if let Some(pair) = all.windows(2).find(|p| order(&p[0]) >= order(&p[1])) {
                    let (about, known) = (pair[1].about, pair[1].known);
                    return Err(Error::data(format!(
                        "the reading about {about}, known on {known}, is out of order or stands there twice"
                    )));
                }
                finite(all.iter().map(|fact| (fact.about, fact.value)))
            }
        }
    }

    pub(crate) fn into_columns(self) -> Columns {
        let mut table = Columns::default();
        match self {
            Rows::Prices(bars) => bars.columns("close", &mut table),
            Rows::Adjusted(bars) => bars.columns("adj_close", &mut table),
            Rows::Readings(all) => {
                let (dates, values) = all.into_iter().unzip();
                table.push("date", Cells::Dates(dates));
                table.push("value", Cells::Numbers(values));
            }
            Rows::Facts(all) => {
                table.push("about", Cells::Dates(all.iter().map(|fact| fact.about).collect()));
                table.push("known", Cells::Dates(all.iter().map(|fact| fact.known).collect()));
                table.push("value", Cells::Numbers(all.iter().map(|fact| fact.value).collect()));
            }
        }
        table
    }

    pub(crate) fn of(what: What, table: Columns, whose: &str) -> Result<Self> {
        let rows = match what {
            What::Prices => Rows::Prices(Bars::of(table)),
            What::Adjusted => Rows::Adjusted(Bars::of(table)),
            What::Readings | What::Facts => {
                let (mut dates, mut numbers) = (Vec::new(), Vec::new());
                for cells in table.columns {
                    match cells {
                        Cells::Dates(column) => dates.push(column),
                        Cells::Numbers(column) => numbers = column,
                        Cells::Texts(_) => {}
                    }
                }
                match (dates.as_slice(), what) {
                    ([date], What::Readings) => {
                        Rows::Readings(date.iter().copied().zip(numbers).collect())
                    }
                    ([about, known], What::Facts) => {
                        let facts = about.iter().zip(known).zip(numbers);
                        let fact = |((about, known), value): ((&Date, &Date), f64)| Fact {
                            about: *about,
                            known: *known,
                            value,
                        };
                        Rows::Facts(facts.map(fact).collect())
                    }
                    _ => {
                        return Err(Error::data(format!(
                            "{whose}: the stored table has other columns"
                        )));
                    }
                }
            }
            What::Meta | What::Actions | What::Members => {
                return Err(Error::data(format!("{whose}: it is a text, not rows")));
            }
        };
        Ok(rows)
    }

    /// The rows from this one on.
    pub fn from_row(mut self, row: usize) -> Self {
        match &mut self {
            Rows::Prices(bars) | Rows::Adjusted(bars) => bars.keep(row..bars.dates.len()),
            Rows::Readings(all) => {
                all.drain(..row);
            }
            Rows::Facts(all) => {
                all.drain(..row);
            }
        }
        self
    }

    /// The rows up to this date, itself included.
    pub fn until(mut self, date: Date) -> Self {
        let count = (0..self.len()).filter(|row| self.date(*row) <= Some(date)).count();
        match &mut self {
            Rows::Prices(bars) | Rows::Adjusted(bars) => bars.keep(0..count),
            Rows::Readings(all) => all.truncate(count),
            Rows::Facts(all) => all.truncate(count),
        }
        self
    }
}

impl Bars {
    fn keep(&mut self, rows: std::ops::Range<usize>) {
        for field in self.fields_mut().into_iter().filter(|field| !field.is_empty()) {
            *field = field[rows.clone()].to_vec();
        }
        self.dates = self.dates[rows].to_vec();
    }

    /// The columns beside the dates, in the order in which they are stored.
    pub(crate) fn fields_mut(&mut self) -> [&mut Vec<f64>; 7] {
        let Self { open, high, low, close, volume, dividend, split, .. } = self;
        [open, high, low, close, volume, dividend, split]
    }

    fn fields(&self) -> [(&'static str, &Vec<f64>); 7] {
        [
            ("open", &self.open),
            ("high", &self.high),
            ("low", &self.low),
            ("close", &self.close),
            ("volume", &self.volume),
            ("dividend", &self.dividend),
            ("split", &self.split),
        ]
    }

    fn check(&self, raw: bool) -> Result<()> {
        increasing(self.dates.iter().copied())?;
        for (name, field) in self.fields() {
            let needed = name == "close" || (raw && matches!(name, "dividend" | "split"));
            if field.len() != self.dates.len() && (needed || !field.is_empty()) {
                return Err(Error::data(format!(
                    "{} values of {name} stand beside {} dates",
                    field.len(),
                    self.dates.len()
                )));
            }
            let least_is_zero = matches!(name, "volume" | "dividend");
            for (date, x) in self.dates.iter().zip(field) {
                let sense = x.is_finite() && (*x > 0.0 || (least_is_zero && *x == 0.0));
                if !(sense || (x.is_nan() && !needed)) {
                    return Err(Error::data(format!("{name} of {date} is {x}")));
                }
            }
        }
        Ok(())
    }

    fn columns(mut self, close: &str, table: &mut Columns) {
        let names: Vec<&'static str> = self.fields().iter().map(|(name, _)| *name).collect();
        table.push("date", Cells::Dates(std::mem::take(&mut self.dates)));
        for (name, field) in names.into_iter().zip(self.fields_mut()) {
            let field = std::mem::take(field);
            if !field.is_empty() {
                table.push(if name == "close" { close } else { name }, Cells::Numbers(field));
            }
        }
    }

    /// Columns of other names mean nothing here and are left out.
    pub(crate) fn of(table: Columns) -> Self {
        let mut bars = Self::default();
        for (name, cells) in table.names.iter().zip(table.columns) {
            match (name.as_str(), cells) {
                ("date", Cells::Dates(dates)) => bars.dates = dates,
                ("open", Cells::Numbers(x)) => bars.open = x,
                ("high", Cells::Numbers(x)) => bars.high = x,
                ("low", Cells::Numbers(x)) => bars.low = x,
                ("close" | "adj_close", Cells::Numbers(x)) => bars.close = x,
                ("volume", Cells::Numbers(x)) => bars.volume = x,
                ("dividend", Cells::Numbers(x)) => bars.dividend = x,
                ("split", Cells::Numbers(x)) => bars.split = x,
                _ => {}
            }
        }
        bars
    }
}

fn increasing(dates: impl Iterator<Item = Date>) -> Result<()> {
    let mut last: Option<Date> = None;
    for date in dates {
        if let Some(before) = last.filter(|last| *last >= date) {
            return Err(match before == date {
                true => Error::data(format!("{date} stands there twice")),
                false => Error::data(format!("{date} stands behind {before}")),
            });
        }
        last = Some(date);
    }
    Ok(())
}

fn finite(mut values: impl Iterator<Item = (Date, f64)>) -> Result<()> {
    match values.find(|(_, value)| !value.is_finite()) {
        Some((date, value)) => Err(Error::data(format!("the value of {date} is {value}"))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn bars() -> Bars {
        Bars {
            dates: vec![date(2024, 1, 2), date(2024, 1, 3)],
            close: vec![1.0, 2.0],
            volume: vec![0.0, f64::NAN],
            dividend: vec![0.0, 0.1],
            split: vec![1.0, 2.0],
            ..Bars::default()
        }
    }

    #[test]
    fn senseless_rows_do_not_get_in() {
        assert_eq!(Rows::Prices(bars()).check(), Ok(()));
        type Spoil = fn(&mut Bars);
        let spoilt: [(Spoil, &str); 8] = [
            (|b| b.close[1] = 0.0, "close of 2024-01-03 is 0"),
            (|b| b.close[0] = f64::NAN, "close of 2024-01-02 is NaN"),
            (|b| b.volume[0] = -1.0, "volume of 2024-01-02 is -1"),
            (|b| b.split[1] = f64::INFINITY, "split of 2024-01-03 is inf"),
            (|b| b.open = vec![1.0], "1 values of open stand beside 2 dates"),
            (|b| b.dividend.clear(), "0 values of dividend stand beside 2 dates"),
            (|b| b.dates[1] = b.dates[0], "2024-01-02 stands there twice"),
            (|b| b.dates.reverse(), "2024-01-02 stands behind 2024-01-03"),
        ];
        for (spoil, said) in spoilt {
            let mut bars = bars();
            spoil(&mut bars);
            assert_eq!(Rows::Prices(bars).check().unwrap_err().message(), said);
        }
        let known = date(2024, 2, 1);
        let fact = Fact { about: date(2024, 1, 1), known, value: 1.0 };
        assert!(Rows::Facts(vec![fact, fact]).check().is_err());
        assert!(Rows::Readings(vec![(known, f64::NAN)]).check().is_err());
        assert!(Rows::Readings(Vec::new()).check().is_err());
    }
}
