//! Stands for Parquet in a build without the feature `parquet`.
use trimtab_core::{Error, Result};

use crate::table::{Expect, Table};

/// The bytes that begin a Parquet file.
pub(crate) const MAGIC: &[u8] = b"PAR1";

/// Says that this build reads no Parquet.
pub(crate) fn table(file: &str, _: &[u8], _: Expect) -> Result<Table> {
    Err(Error::data("this build reads no Parquet files")
        .place(file)
        .hint("build with the feature `parquet`, or write the table as CSV"))
}
