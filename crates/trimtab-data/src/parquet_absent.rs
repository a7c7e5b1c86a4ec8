//! Stands for Parquet in a build without the feature `parquet`.
use trimtab_core::{Error, Result};

use crate::export::Columns;
use crate::table::{Expect, Table};

/// The bytes that begin a Parquet file.
pub(crate) const MAGIC: &[u8] = b"PAR1";

/// Says that this build reads no Parquet.
pub(crate) fn table(file: &str, _: &[u8], _: Expect) -> Result<Table> {
    Err(absent().place(file))
}

/// Says that this build reads no Parquet.
pub(crate) fn columns(file: &str, _: Vec<u8>) -> Result<Columns> {
    Err(absent().place(file))
}

/// Says that this build writes no Parquet.
pub(crate) fn write(_: &Columns) -> Result<Vec<u8>> {
    Err(absent())
}

fn absent() -> Error {
    Error::data("this build knows no Parquet files")
        .hint("build with the feature `parquet`, or write the table as CSV")
}
