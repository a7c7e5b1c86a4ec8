//! Flat Parquet files, by the column reader alone: no Arrow.
//!
//! Column names are those of the text formats. Dates may be dates, time stamps (their day in UTC) or text; numbers
//! doubles, floats, integers or decimals of up to eight bytes; names text. A null and a `NaN` are both "no value".
use bytes::Bytes;
use jiff::civil::Date;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::ParquetError;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::schema::types::ColumnDescriptor;
use trimtab_core::{Error, Result};

use crate::csv::{self, Want};
use crate::dates;
use crate::export::{Cells, Columns};
use crate::fault::What;
use crate::layout::{Layout, Role};
use crate::table::{Expect, Rows, Table, intern};

/// The bytes that begin and end a Parquet file.
pub(crate) const MAGIC: &[u8] = b"PAR1";

/// The name under which pandas stores an index without one.
const PANDAS_INDEX: &str = "__index_level_0__";

/// Rows decoded at a time: a page of doubles, and a bound on what a lying footer can make us reserve.
const BATCH: usize = 1 << 16;

/// Reads a table.
///
/// # Errors
/// When the file is broken, a wanted column is nested or of an unknown kind, or the header is not understood.
pub(crate) fn table(file: &str, bytes: &[u8], expect: Expect) -> Result<Table> {
    // The library panics on some broken files where it should return an error. It holds no state of ours, so a
    // file that breaks it is a broken file and nothing else.
    let outcome = std::panic::catch_unwind(|| read_table(file, bytes, expect));
    outcome.unwrap_or_else(|_| {
        let error = ParquetError::General("its pages contradict each other".to_owned());
        Err(broken(error).place(file))
    })
}

fn read_table(file: &str, bytes: &[u8], expect: Expect) -> Result<Table> {
    let failed = |error: Error| error.place(file);
    let reader =
        SerializedFileReader::new(Bytes::copy_from_slice(bytes)).map_err(broken).map_err(failed)?;
    check_places(&reader, bytes.len()).map_err(failed)?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let names: Vec<String> = schema.columns().iter().map(|column| name(column)).collect();
    let layout = expect.recognise(&names).map_err(failed)?;
    let mut columns: Vec<Column> = Vec::with_capacity(names.len());
    for (ix, want) in layout.wants().into_iter().enumerate() {
        let column = match want {
            Want::Skip => Column::None,
            _ => read(&reader, &schema.columns()[ix], ix)
                .map_err(|error| error.place(format!("{file}: column {}", names[ix])))?,
        };
        columns.push(column);
    }
    rows(layout, columns).map_err(failed)
}

/// Reads a table of dates and numbers as it stands, by column. Nothing is said of what its columns mean.
///
/// # Errors
/// When the file is broken or a column is nested, of an unknown kind, or holds a null where a date must be.
pub(crate) fn columns(file: &str, bytes: Vec<u8>) -> Result<Columns> {
    let read_all = || -> Result<Columns> {
        let length = bytes.len();
        let reader = SerializedFileReader::new(Bytes::from(bytes)).map_err(broken)?;
        check_places(&reader, length)?;
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        let mut table = Columns::default();
        for (ix, column) in schema.columns().iter().enumerate() {
            if column.max_def_level() == 0 && is_date(column) {
                table.push(&name(column), Cells::Dates(whole_dates(&reader, ix)?));
                continue;
            }
            let cells = match read(&reader, column, ix)? {
                Column::Dates(dates) => {
                    let dates: Option<Vec<Date>> = dates.into_iter().collect();
                    Cells::Dates(dates.ok_or_else(|| Error::data("a date is missing"))?)
                }
                Column::Numbers(numbers) => Cells::Numbers(numbers),
                Column::Texts(_) | Column::None => {
                    return Err(Error::data("a column holds neither dates nor numbers"));
                }
            };
            table.push(&name(column), cells);
        }
        Ok(table)
    };
    // As above: a file that breaks the library is a broken file.
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read_all));
    let outcome = outcome.unwrap_or_else(|_| {
        Err(broken(ParquetError::General("its pages contradict each other".to_owned())))
    });
    outcome.map_err(|error| error.place(file))
}

/// Refuses a footer that places columns outside the file: the library trusts it.
fn check_places(reader: &SerializedFileReader<Bytes>, length: usize) -> Result<()> {
    for column in reader.metadata().row_groups().iter().flat_map(|group| group.columns()) {
        let start = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
        let end = start.checked_add(column.compressed_size()).unwrap_or(-1);
        if start < 0 || column.compressed_size() < 0 || end < start || end > length as i64 {
            return Err(Error::data("the Parquet file names places outside itself")
                .hint("write the file again; it may have been cut off"));
        }
    }
    Ok(())
}

/// The dotted path of a column: flat files have one part.
fn name(column: &ColumnDescriptor) -> String {
    match column.path().string().as_str() {
        PANDAS_INDEX => "date".to_owned(),
        path => path.to_owned(),
    }
}

/// One column over all row groups.
enum Column {
    None,
    Dates(Vec<Option<Date>>),
    Texts(Vec<Option<ByteArray>>),
    Numbers(Vec<f64>),
}

impl Column {
    fn len(&self) -> Option<usize> {
        match self {
            Column::None => None,
            Column::Dates(all) => Some(all.len()),
            Column::Texts(all) => Some(all.len()),
            Column::Numbers(all) => Some(all.len()),
        }
    }
}

fn rows(layout: Layout, columns: Vec<Column>) -> Result<Table> {
    let lengths: Vec<usize> = columns.iter().filter_map(Column::len).collect();
    let count = lengths.first().copied().unwrap_or(0);
    if lengths.iter().any(|length| *length != count) || u32::try_from(count).is_err() {
        return Err(Error::data("columns differ in length, or have more rows than can be counted"));
    }
    let mut rows = Rows { lines: (1..=count as u32).collect(), ..Rows::default() };
    let mut numbers = Vec::new();
    for (ix, column) in columns.iter().enumerate() {
        let place = Some(ix as u32 + 1);
        match (layout.roles[ix], column) {
            (_, Column::None) => {}
            (Role::Date, _) => rows.dates = rows.dates_in(column, place)?,
            (Role::Known | Role::Vintage, _) => rows.known = Some(rows.dates_in(column, place)?),
            (Role::Symbol | Role::Series, Column::Texts(cells)) => {
                let cells: Vec<&[u8]> = cells.iter().map(text).collect();
                let (ids, names) = intern(&cells);
                (rows.ids, rows.names) = (Some(ids), names);
            }
            (_, Column::Numbers(values)) => {
                for (row, value) in values.iter().enumerate().filter(|(_, x)| x.is_infinite()) {
                    rows.fault(row as u32 + 1, place, What::NoNumber, value.to_string());
                }
                numbers.push(values);
            }
            _ => return Err(Error::data(format!("column {} is of the wrong kind", ix + 1))),
        }
    }
    rows.numbers.reserve(count * numbers.len());
    for row in 0..count {
        let cells = numbers.iter().map(|column| column[row]);
        rows.numbers.extend(cells.map(|x| if x.is_infinite() { f64::NAN } else { x }));
    }
    Ok(rows.table(layout))
}

impl Rows {
    fn dates_in(&mut self, column: &Column, place: Option<u32>) -> Result<Vec<Option<Date>>> {
        let dates = match column {
            Column::Dates(dates) => dates.clone(),
            Column::Texts(cells) => {
                let cells: Vec<&[u8]> = cells.iter().map(text).collect();
                dates::parse_column(&cells).map_err(|ambiguous| {
                    let cell = csv::quoted(cells[ambiguous.cell]);
                    Error::data(format!(
                        "row {}: {} (`{cell}`)",
                        ambiguous.cell + 1,
                        ambiguous.said
                    ))
                })?
            }
            Column::Numbers(_) | Column::None => {
                return Err(Error::data("the date column holds plain numbers")
                    .hint("store it as dates, time stamps or text"));
            }
        };
        for row in (0..dates.len()).filter(|row| dates[*row].is_none()) {
            let cell = match column {
                Column::Texts(cells) => csv::quoted(text(&cells[row])),
                _ => "null".to_owned(),
            };
            self.fault(row as u32 + 1, place, What::NoDate, cell);
        }
        Ok(dates)
    }
}

fn text(cell: &Option<ByteArray>) -> &[u8] {
    cell.as_ref().map_or(&[], ByteArray::data)
}

/// Reads a column with the meaning that the schema gives it.
fn read(
    file: &SerializedFileReader<Bytes>,
    column: &ColumnDescriptor,
    ix: usize,
) -> Result<Column> {
    if column.max_rep_level() > 0 || column.max_def_level() > 1 {
        return Err(Error::data("the column is nested").hint("write a flat table"));
    }
    let unit = time_unit(column);
    let is_date = is_date(column);
    let scale = match column.converted_type() {
        ConvertedType::DECIMAL => 10f64.powi(column.type_scale()),
        _ => 1.0,
    };
    let mut whole = Column::None;
    for group in 0..file.num_row_groups() {
        let group = file.get_row_group(group).map_err(broken)?;
        let part = match group.get_column_reader(ix).map_err(broken)? {
            ColumnReader::Int32ColumnReader(reader) if is_date => {
                let days = |d: i32| dates::from_epoch_days(i64::from(d));
                Column::Dates(values(reader)?.into_iter().map(|v| v.and_then(days)).collect())
            }
            ColumnReader::Int64ColumnReader(reader) if unit.is_some() => {
                let per_day = unit.map_or(1, |unit| 86_400 * unit);
                let day = |stamp: i64| dates::from_epoch_days(stamp.div_euclid(per_day));
                Column::Dates(values(reader)?.into_iter().map(|v| v.and_then(day)).collect())
            }
            ColumnReader::Int96ColumnReader(reader) => {
                /// The Julian day of 1970-01-01.
                const EPOCH: i64 = 2_440_588;
                let day = |stamp: parquet::data_type::Int96| {
                    dates::from_epoch_days(i64::from(stamp.data()[2]) - EPOCH)
                };
                Column::Dates(values(reader)?.into_iter().map(|v| v.and_then(day)).collect())
            }
            ColumnReader::Int32ColumnReader(reader) => numbers(reader, |v| f64::from(v) / scale)?,
            ColumnReader::Int64ColumnReader(reader) => numbers(reader, |v| v as f64 / scale)?,
            ColumnReader::FloatColumnReader(reader) => numbers(reader, f64::from)?,
            ColumnReader::DoubleColumnReader(reader) if column.max_def_level() == 0 => {
                Column::Numbers(whole_numbers(reader)?)
            }
            ColumnReader::DoubleColumnReader(reader) => numbers(reader, |v| v)?,
            ColumnReader::ByteArrayColumnReader(reader) => Column::Texts(values(reader)?),
            _ => {
                return Err(Error::data("the column is of a kind that no price, date or name has")
                    .hint("write prices as doubles, dates as dates, names as text"));
            }
        };
        whole = joined(whole, part);
    }
    Ok(whole)
}

fn is_date(column: &ColumnDescriptor) -> bool {
    column.logical_type_ref() == Some(&LogicalType::Date)
        || column.converted_type() == ConvertedType::DATE
}

/// A column of dates without nulls. Days mostly follow each other, and the next one is had from the one before.
fn whole_dates(file: &SerializedFileReader<Bytes>, ix: usize) -> Result<Vec<Date>> {
    let mut days: Vec<i32> = Vec::new();
    for group in 0..file.num_row_groups() {
        let group = file.get_row_group(group).map_err(broken)?;
        let ColumnReader::Int32ColumnReader(mut reader) =
            group.get_column_reader(ix).map_err(broken)?
        else {
            return Err(Error::data("a date is no number of days"));
        };
        while reader.read_records(BATCH, None, None, &mut days).map_err(broken)?.0 > 0 {}
    }
    let mut before: Option<(i32, Date)> = None;
    let mut date = |day: i32| {
        let date = match before {
            Some((last, date)) => later(date, i64::from(day) - i64::from(last)),
            None => None,
        };
        let date = date.or_else(|| dates::from_epoch_days(i64::from(day)))?;
        before = Some((day, date));
        Some(date)
    };
    let dates: Option<Vec<Date>> = days.into_iter().map(&mut date).collect();
    dates.ok_or_else(|| Error::data("a date lies outside the calendar"))
}

/// The date some days later, where both lie in the days that every month has.
fn later(date: Date, days: i64) -> Option<Date> {
    let day = i64::from(date.day()) + days;
    let same = days > 0 && day <= 28;
    same.then(|| Date::new(date.year(), date.month(), day as i8).ok())?
}

/// Units a second of a column of time stamps.
fn time_unit(column: &ColumnDescriptor) -> Option<i64> {
    let unit = match (column.logical_type_ref(), column.converted_type()) {
        (Some(LogicalType::Timestamp(stamp)), _) => stamp.unit,
        (_, ConvertedType::TIMESTAMP_MILLIS) => TimeUnit::MILLIS,
        (_, ConvertedType::TIMESTAMP_MICROS) => TimeUnit::MICROS,
        _ => return None,
    };
    Some(match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    })
}

fn numbers<T: DataType>(
    reader: ColumnReaderImpl<T>,
    number: impl Fn(T::T) -> f64,
) -> Result<Column> {
    let values = values(reader)?;
    Ok(Column::Numbers(values.into_iter().map(|v| v.map_or(f64::NAN, &number)).collect()))
}

/// The doubles of one column of one row group that has no nulls: no copy, no test of each.
fn whole_numbers(mut reader: ColumnReaderImpl<parquet::data_type::DoubleType>) -> Result<Vec<f64>> {
    let mut all = Vec::new();
    while reader.read_records(BATCH, None, None, &mut all).map_err(broken)?.0 > 0 {}
    Ok(all)
}

/// The values of one column of one row group, nulls as `None`.
fn values<T: DataType>(mut reader: ColumnReaderImpl<T>) -> Result<Vec<Option<T::T>>> {
    let mut all = Vec::new();
    let (mut levels, mut some) = (Vec::new(), Vec::new());
    loop {
        levels.clear();
        some.clear();
        let (records, _, _) =
            reader.read_records(BATCH, Some(&mut levels), None, &mut some).map_err(broken)?;
        if records == 0 {
            return Ok(all);
        }
        if levels.is_empty() {
            all.extend(some.drain(..).map(Some));
            continue;
        }
        let mut some = some.drain(..);
        all.extend(levels.iter().map(|level| if *level > 0 { some.next() } else { None }));
    }
}

fn joined(whole: Column, part: Column) -> Column {
    match (whole, part) {
        (Column::Dates(mut a), Column::Dates(b)) => {
            a.extend(b);
            Column::Dates(a)
        }
        (Column::Texts(mut a), Column::Texts(b)) => {
            a.extend(b);
            Column::Texts(a)
        }
        (Column::Numbers(mut a), Column::Numbers(b)) => {
            a.extend(b);
            Column::Numbers(a)
        }
        (_, part) => part,
    }
}

fn broken(error: ParquetError) -> Error {
    let said = error.to_string();
    let error = Error::data(format!("the Parquet file cannot be read: {said}"));
    if said.contains("zstd") || said.contains("lz4") || said.contains("brotli") {
        return error.hint("write it with compression `snappy` or `gzip`, or without");
    }
    error.hint("write the file again; it may have been cut off")
}

/// Writes a table: one row group, compressed with Snappy.
pub(crate) fn write(table: &Columns) -> Result<Vec<u8>> {
    use parquet::basic::{Compression, Repetition, Type as Physical};
    use parquet::data_type::{ByteArrayType, DoubleType, Int32Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::types::Type;
    use std::sync::Arc;

    let field = |(name, cells): (&String, &Cells)| {
        let (physical, logical, repetition) = match cells {
            Cells::Dates(_) => (Physical::INT32, Some(LogicalType::Date), Repetition::REQUIRED),
            Cells::Texts(_) => {
                (Physical::BYTE_ARRAY, Some(LogicalType::String), Repetition::REQUIRED)
            }
            Cells::Numbers(all) if all.iter().any(|x| x.is_nan()) => {
                (Physical::DOUBLE, None, Repetition::OPTIONAL)
            }
            // Without nulls nothing has to be said of each row, and reading is a copy.
            Cells::Numbers(_) => (Physical::DOUBLE, None, Repetition::REQUIRED),
        };
        let column = Type::primitive_type_builder(name, physical);
        let column = column.with_repetition(repetition).with_logical_type(logical).build();
        column.map(Arc::new).map_err(broken)
    };
    let fields = table.names.iter().zip(&table.columns).map(field).collect::<Result<Vec<_>>>()?;
    let schema = Type::group_type_builder("schema").with_fields(fields).build().map_err(broken)?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut bytes = Vec::new();
    let mut file = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties))
        .map_err(broken)?;
    let mut group = file.next_row_group().map_err(broken)?;
    for cells in &table.columns {
        let Some(mut column) = group.next_column().map_err(broken)? else { break };
        let done = match cells {
            Cells::Dates(all) => {
                let days: Vec<i32> = all.iter().map(|date| dates::epoch_days(*date)).collect();
                column.typed::<Int32Type>().write_batch(&days, None, None)
            }
            Cells::Texts(all) => {
                let texts: Vec<ByteArray> = all.iter().map(|text| text.as_str().into()).collect();
                column.typed::<ByteArrayType>().write_batch(&texts, None, None)
            }
            Cells::Numbers(all) if !all.iter().any(|x| x.is_nan()) => {
                column.typed::<DoubleType>().write_batch(all, None, None)
            }
            Cells::Numbers(all) => {
                let levels: Vec<i16> = all.iter().map(|x| i16::from(!x.is_nan())).collect();
                let some: Vec<f64> = all.iter().copied().filter(|x| !x.is_nan()).collect();
                column.typed::<DoubleType>().write_batch(&some, Some(&levels), None)
            }
        };
        done.map_err(broken)?;
        column.close().map_err(broken)?;
    }
    group.close().map_err(broken)?;
    file.close().map_err(broken)?;
    Ok(bytes)
}
