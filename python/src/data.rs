//! Markets from files, from what ships with the program, and from arrays.
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::{ArrowArrayStreamReader, FFI_ArrowArrayStream};
use arrow_array::types::{
    Date32Type, Float64Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use numpy::{PyArray1, PyArray2, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};
use trimtab_core::{
    Action, ActionKind, Asset, AssetId, Calendar, Columns, Day, Delisting, Error, Fact, Frequency,
    FundRules, Levels, Market, Panel, Series, Unit,
};
use trimtab_data::{FileRead, Loaded, Repairs, SeriesFile};

use crate::dates::{date, number};
use crate::errors::raised;

/// A market, as it is compiled: prices, corporate actions, series.
#[pyclass(frozen, module = "trimtab._trimtab")]
pub(crate) struct Data {
    pub(crate) market: Arc<Market>,
    /// Identifies the content.
    #[pyo3(get)]
    pub(crate) hash: String,
    /// Where it is from, in a line.
    #[pyo3(get)]
    pub(crate) source: String,
    /// What was lost, repaired or assumed.
    #[pyo3(get)]
    pub(crate) notices: Vec<String>,
    /// What was read, a line each.
    pub(crate) files: Vec<String>,
}

impl Data {
    fn of(loaded: Loaded, source: String) -> Self {
        let file = |file: &FileRead| {
            format!(
                "{}: {:?}, {} rows, {} symbols",
                file.name, file.vendor, file.rows, file.symbols
            )
        };
        Self {
            market: Arc::new(loaded.market),
            hash: loaded.hash.to_string(),
            source,
            notices: loaded.log.iter().map(ToString::to_string).collect(),
            files: loaded.files.iter().map(file).collect(),
        }
    }

    /// A market that the engine made of another one.
    pub(crate) fn made(market: &Market) -> Self {
        let (market, source) = (Arc::new(market.clone()), "made by an audit".to_owned());
        Self { market, hash: String::new(), source, notices: Vec::new(), files: Vec::new() }
    }

    fn bars(&self, field: &str) -> Option<Vec<Vec<f64>>> {
        let market = &self.market;
        let assets = 0..market.assets().len() as u16;
        let read = &|day: u32, asset: AssetId| {
            let bar = market.bar(Day(day));
            match field {
                "open" => bar.open(asset),
                "high" => bar.high(asset),
                "low" => bar.low(asset),
                _ => bar.volume(asset),
            }
        };
        let days = 0..market.days() as u32;
        let column =
            |asset| days.clone().map(move |day| read(day, AssetId(asset)).unwrap_or(f64::NAN));
        let columns: Vec<Vec<f64>> = assets.map(|asset| column(asset).collect()).collect();
        columns.iter().flatten().any(|x| !x.is_nan()).then_some(columns)
    }
}

/// A dividend, a split or a spin-off as numbers: session, asset, kind, and what the kind needs.
type ActionRow = (u32, u16, u8, f64, f64, Option<i64>);
/// A ticker, its former ones, whether prices are adjusted, the return when it was delisted, the rules of a fund.
type AssetRow = (String, Vec<String>, bool, Option<f64>, Option<(f64, u32)>);
/// Name, whether in percent a year, and the days it is about, the days it became known, the values.
type SeriesRow<'py> = (
    String,
    bool,
    PyReadonlyArray1<'py, i64>,
    PyReadonlyArray1<'py, i64>,
    PyReadonlyArray1<'py, f64>,
);

const DIVIDEND: u8 = 0;
const SPLIT: u8 = 1;
const SPIN_OFF: u8 = 2;

#[pymethods]
impl Data {
    /// Loads files: folders, wide and long tables, CSV or Parquet.
    #[staticmethod]
    #[pyo3(signature = (paths, bills=None, series=Vec::new(), repair=Vec::new(), meta=None, symbols=None))]
    fn load(
        py: Python<'_>,
        paths: Vec<PathBuf>,
        bills: Option<&str>,
        series: Vec<String>,
        repair: Vec<String>,
        meta: Option<PathBuf>,
        symbols: Option<Vec<String>>,
    ) -> PyResult<Self> {
        let loaded = py.detach(|| {
            let mut repairs = Repairs::default();
            repair.iter().try_for_each(|word| repairs.add(word))?;
            let options = trimtab_data::Options {
                repairs,
                bills: bills.map(SeriesFile::bills).transpose()?,
                series: series.iter().map(|words| words.parse()).collect::<Result<_, Error>>()?,
                meta,
                symbols,
                ..trimtab_data::Options::default()
            };
            trimtab_data::load(&paths, &options)
        });
        let source = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>();
        Ok(Self::of(loaded.map_err(raised)?, source.join(", ")))
    }

    /// The history that ships with the package.
    #[staticmethod]
    fn embedded(py: Python<'_>, frequency: &str) -> PyResult<Self> {
        let (frequency, name) = match frequency {
            "monthly" => (Frequency::Monthly, "monthly from 1953 to 2017"),
            "daily" => (Frequency::Daily, "daily from 1990 to 2017"),
            _ => {
                let said = format!("there is no {frequency} history");
                return Err(raised(Error::spec(said).hint("monthly or daily")));
            }
        };
        let loaded = py.detach(|| trimtab_data::embedded(frequency)).map_err(raised)?;
        Ok(Self::of(loaded, format!("the history that ships with trimtab, {name}")))
    }

    /// Puts a market together from what `state` gives.
    #[staticmethod]
    fn from_state(py: Python<'_>, state: &Bound<'_, PyDict>) -> PyResult<Self> {
        let get = |name: &str| -> PyResult<Option<Bound<'_, PyAny>>> {
            Ok(state.get_item(name)?.filter(|value| !value.is_none()))
        };
        let must =
            |name: &str| get(name)?.ok_or_else(|| PyTypeError::new_err(format!("no `{name}`")));
        let days: PyReadonlyArray1<'_, i64> = must("days")?.extract()?;
        let sessions = days.as_array().iter().map(|n| date(*n)).collect::<PyResult<Vec<_>>>()?;
        let panel = |name: &str| -> PyResult<Option<Panel>> {
            let Some(value) = get(name)? else { return Ok(None) };
            let array: PyReadonlyArray2<'_, f64> = value.extract()?;
            let array = array.as_array();
            let columns: Vec<Vec<f64>> = array.outer_iter().map(|row| row.to_vec()).collect();
            match columns.iter().all(|column| column.len() == sessions.len()) {
                true => Ok(Some(Panel::from_columns(columns))),
                false => {
                    let said = format!("`{name}` has not {} values for each asset", sessions.len());
                    Err(raised(Error::data(said)))
                }
            }
        };
        let columns = Columns {
            close: panel("close")?.ok_or_else(|| PyTypeError::new_err("no `close`"))?,
            open: panel("open")?,
            high: panel("high")?,
            low: panel("low")?,
            volume: panel("volume")?,
        };
        let assets: Vec<AssetRow> = must("assets")?.extract()?;
        let assets =
            assets.into_iter().map(|(symbol, formerly, adjusted, delisting, fund)| Asset {
                symbol,
                formerly,
                levels: if adjusted { Levels::Adjusted } else { Levels::Raw },
                delisting: delisting.map_or(Delisting::LastPrice, Delisting::Return),
                fund: fund.map(|(redemption_fee, days)| FundRules { redemption_fee, days }),
            });
        let assets: Vec<Asset> = assets.collect();
        let rows: Vec<ActionRow> = must("actions")?.extract()?;
        let actions = rows.into_iter().map(action).collect::<PyResult<Vec<_>>>()?;
        let rows: Vec<SeriesRow<'_>> = must("series")?.extract()?;
        let series = rows.into_iter().map(self::series).collect::<PyResult<Vec<_>>>()?;
        let market =
            py.detach(|| Market::new(Calendar::new(sessions)?, assets, columns, actions, series));
        let text = |name: &str| -> PyResult<Vec<String>> {
            get(name)?.map_or_else(|| Ok(Vec::new()), |value| value.extract())
        };
        Ok(Self {
            market: Arc::new(market.map_err(raised)?),
            hash: must("hash")?.extract()?,
            source: must("source")?.extract()?,
            notices: text("notices")?,
            files: text("files")?,
        })
    }

    /// Everything `from_state` needs: arrays, and lists of plain values.
    fn state<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (market, state) = (&self.market, PyDict::new(py));
        let assets = 0..market.assets().len() as u16;
        state.set_item("days", self.days(py))?;
        let close: Vec<Vec<f64>> =
            assets.map(|asset| market.closes(AssetId(asset)).to_vec()).collect();
        state.set_item("close", PyArray2::from_vec2(py, &close)?)?;
        for field in ["open", "high", "low", "volume"] {
            let columns =
                self.bars(field).map(|columns| PyArray2::from_vec2(py, &columns)).transpose()?;
            state.set_item(field, columns)?;
        }
        let row = |asset: &Asset| -> AssetRow {
            let delisting = match asset.delisting {
                Delisting::LastPrice => None,
                Delisting::Return(r) => Some(r),
            };
            let fund = asset.fund.map(|rules| (rules.redemption_fee, rules.days));
            (
                asset.symbol.clone(),
                asset.formerly.clone(),
                asset.levels == Levels::Adjusted,
                delisting,
                fund,
            )
        };
        state.set_item("assets", market.assets().iter().map(row).collect::<Vec<_>>())?;
        let row = |action: &Action| -> ActionRow {
            let (kind, a, b, extra) = match action.kind {
                ActionKind::Dividend { per_share, pay } => {
                    (DIVIDEND, per_share, 0.0, pay.map(number))
                }
                ActionKind::Split { factor } => (SPLIT, factor, 0.0, None),
                ActionKind::SpinOff { into, ratio, basis } => {
                    (SPIN_OFF, ratio, basis, Some(i64::from(into.0)))
                }
            };
            (action.day.0, action.asset.0, kind, a, b, extra)
        };
        state.set_item("actions", market.actions().iter().map(row).collect::<Vec<_>>())?;
        let series = PyList::empty(py);
        for name in market.series_names() {
            series.append(self.series(py, name)?)?;
        }
        state.set_item("series", series)?;
        state.set_item("hash", &self.hash)?;
        state.set_item("source", &self.source)?;
        state.set_item("notices", &self.notices)?;
        state.set_item("files", &self.files)?;
        Ok(state)
    }

    /// The days of the sessions, counted from 1970.
    #[getter]
    fn days<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        let days = self.market.calendar().sessions().iter().map(|day| number(*day));
        PyArray1::from_vec(py, days.collect())
    }
    /// The symbols, in the order of the columns.
    #[getter]
    fn symbols(&self) -> Vec<String> {
        self.market.assets().iter().map(|asset| asset.symbol.clone()).collect()
    }
    /// Observations a year.
    #[getter]
    fn per_year(&self) -> f64 {
        self.market.calendar().frequency().per_year()
    }
    /// The names of the series.
    #[getter]
    fn series_names(&self) -> Vec<String> {
        self.market.series_names().map(str::to_owned).collect()
    }
    /// Quoted closes (`close`) or total-return indices (`total`): a row an asset; NaN where there is none.
    fn panel<'py>(&self, py: Python<'py>, field: &str) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let assets = (0..self.market.assets().len() as u16).map(AssetId);
        let column = |asset| match field {
            "total" => self.market.total_return(asset).to_vec(),
            _ => self.market.closes(asset).to_vec(),
        };
        Ok(PyArray2::from_vec2(py, &assets.map(column).collect::<Vec<_>>())?)
    }
    /// A series: name, whether in percent a year, the days it is about, the days it became known, the values.
    #[allow(clippy::type_complexity)]
    fn series<'py>(
        &self,
        py: Python<'py>,
        name: &str,
    ) -> PyResult<(
        String,
        bool,
        Bound<'py, PyArray1<i64>>,
        Bound<'py, PyArray1<i64>>,
        Bound<'py, PyArray1<f64>>,
    )> {
        let series = self.market.series(name).ok_or_else(|| {
            let known = self.series_names().join(", ");
            raised(
                Error::spec(format!("unknown series `{name}`"))
                    .hint(format!("the data hold: {known}")),
            )
        })?;
        let facts = series.facts();
        let days =
            |of: &dyn Fn(&Fact) -> i64| PyArray1::from_vec(py, facts.iter().map(of).collect());
        Ok((
            name.to_owned(),
            series.unit() == Unit::PercentPerYear,
            days(&|fact| number(fact.about)),
            days(&|fact| number(fact.known)),
            PyArray1::from_vec(py, facts.iter().map(|fact| fact.value).collect()),
        ))
    }
}

fn action((day, asset, kind, a, b, extra): ActionRow) -> PyResult<Action> {
    let kind = match kind {
        DIVIDEND => ActionKind::Dividend { per_share: a, pay: extra.map(date).transpose()? },
        SPLIT => ActionKind::Split { factor: a },
        _ => {
            let into = extra.and_then(|into| u16::try_from(into).ok());
            let into = into.ok_or_else(|| raised(Error::data("a spin-off names no asset")))?;
            ActionKind::SpinOff { into: AssetId(into), ratio: a, basis: b }
        }
    };
    Ok(Action { day: Day(day), asset: AssetId(asset), kind })
}

fn series((name, percent, about, known, values): SeriesRow<'_>) -> PyResult<Series> {
    let (about, known, values) = (about.as_array(), known.as_array(), values.as_array());
    let facts = about.iter().zip(known).zip(values).map(|((about, known), value)| {
        Ok(Fact { about: date(*about)?, known: date(*known)?, value: *value })
    });
    let unit = if percent { Unit::PercentPerYear } else { Unit::Level };
    Series::new(name, unit, facts.collect::<PyResult<_>>()?).map_err(raised)
}

/// One column of a table that came through Arrow's C interface.
#[derive(IntoPyObject)]
pub(crate) enum Column<'py> {
    Numbers(Bound<'py, PyArray1<f64>>),
    Days(Bound<'py, PyArray1<i64>>),
    Words(Vec<Option<String>>),
}

/// Reads a table that offers Arrow's stream as a capsule (`__arrow_c_stream__`: polars, pyarrow, pandas, DuckDB and others).
/// Batches are read where they lie; each column is copied once, into one array.
#[pyfunction]
#[allow(unsafe_code)]
pub(crate) fn arrow_columns<'py>(
    py: Python<'py>,
    table: &Bound<'py, PyAny>,
) -> PyResult<Vec<(String, Column<'py>)>> {
    let capsule = table.call_method0("__arrow_c_stream__")?.cast_into::<PyCapsule>()?;
    let pointer = capsule.pointer_checked(Some(c"arrow_array_stream"))?;
    // SAFETY: a capsule of that name holds an ArrowArrayStream, says Arrow's PyCapsule interface; `from_raw` moves it out
    // and leaves it released, as the interface asks of a consumer.
    let reader = unsafe {
        ArrowArrayStreamReader::from_raw(pointer.as_ptr().cast::<FFI_ArrowArrayStream>())
    };
    let broken =
        |error: arrow_schema::ArrowError| raised(Error::data(format!("the table: {error}")));
    let reader = reader.map_err(broken)?;
    let schema = reader.schema_of();
    let batches = reader.collect::<Result<Vec<_>, _>>().map_err(broken)?;
    schema
        .iter()
        .enumerate()
        .map(|(ix, name)| {
            let parts: Vec<&ArrayRef> = batches.iter().map(|batch| batch.column(ix)).collect();
            Ok((name.clone(), column(py, name, &parts)?))
        })
        .collect()
}

trait Names {
    fn schema_of(&self) -> Vec<String>;
}

impl Names for ArrowArrayStreamReader {
    fn schema_of(&self) -> Vec<String> {
        use arrow_array::RecordBatchReader;
        self.schema().fields().iter().map(|field| field.name().clone()).collect()
    }
}

const DAY_SECONDS: i64 = 86_400;

fn column<'py>(py: Python<'py>, name: &str, parts: &[&ArrayRef]) -> PyResult<Column<'py>> {
    let Some(first) = parts.first() else {
        return Ok(Column::Numbers(PyArray1::from_vec(py, Vec::new())));
    };
    let days = |of: &dyn Fn(&ArrayRef) -> Vec<Option<i64>>| -> PyResult<Column<'py>> {
        let days: Option<Vec<i64>> = parts.iter().flat_map(|part| of(part)).collect();
        let days = days.ok_or_else(|| {
            raised(Error::data(format!("column `{name}` has a row without a date")))
        })?;
        Ok(Column::Days(PyArray1::from_vec(py, days)))
    };
    let numbers = |of: &dyn Fn(&ArrayRef) -> Vec<Option<f64>>| -> PyResult<Column<'py>> {
        let values = parts.iter().flat_map(|part| of(part)).map(|x| x.unwrap_or(f64::NAN));
        Ok(Column::Numbers(PyArray1::from_vec(py, values.collect())))
    };
    let words = |of: &dyn Fn(&ArrayRef) -> Vec<Option<String>>| -> PyResult<Column<'py>> {
        Ok(Column::Words(parts.iter().flat_map(|part| of(part)).collect()))
    };
    let text = |word: Option<&str>| word.map(str::to_owned);
    match first.data_type() {
        DataType::Float64 => numbers(&|part| part.as_primitive::<Float64Type>().iter().collect()),
        DataType::Float32 => numbers(&|part| {
            part.as_primitive::<arrow_array::types::Float32Type>()
                .iter()
                .map(|x| x.map(f64::from))
                .collect()
        }),
        DataType::Int64 => numbers(&|part| {
            part.as_primitive::<Int64Type>().iter().map(|x| x.map(|x| x as f64)).collect()
        }),
        DataType::Date32 => days(&|part| {
            part.as_primitive::<Date32Type>().iter().map(|d| d.map(i64::from)).collect()
        }),
        DataType::Timestamp(unit, _) => {
            let unit = *unit;
            days(&move |part| {
                let (ticks, second): (Vec<Option<i64>>, i64) = match unit {
                    TimeUnit::Second => {
                        (part.as_primitive::<TimestampSecondType>().iter().collect(), 1)
                    }
                    TimeUnit::Millisecond => {
                        (part.as_primitive::<TimestampMillisecondType>().iter().collect(), 1_000)
                    }
                    TimeUnit::Microsecond => (
                        part.as_primitive::<TimestampMicrosecondType>().iter().collect(),
                        1_000_000,
                    ),
                    TimeUnit::Nanosecond => (
                        part.as_primitive::<TimestampNanosecondType>().iter().collect(),
                        1_000_000_000,
                    ),
                };
                ticks.into_iter().map(|t| t.map(|t| t.div_euclid(second * DAY_SECONDS))).collect()
            })
        }
        DataType::Utf8 => words(&|part| part.as_string::<i32>().iter().map(text).collect()),
        DataType::LargeUtf8 => words(&|part| part.as_string::<i64>().iter().map(text).collect()),
        DataType::Utf8View => words(&|part| part.as_string_view().iter().map(text).collect()),
        other => {
            let said =
                format!("column `{name}` is of type {other}, which is no number, date or text");
            Err(raised(Error::data(said).hint("cast it, or leave it out")))
        }
    }
}
