//! The sources. One source, one file, one line in [`SOURCES`].
mod alfred;
mod alpha_vantage;
mod cboe;
mod fred;
mod french;
mod shiller;
mod stooq;
mod tiingo;
mod treasury;
mod treasury_xml;
mod yahoo;

use trimtab_core::{Error, Kind, Result};

use crate::source::Source;

/// All of them.
pub const SOURCES: &[&dyn Source] = &[
    &yahoo::Yahoo,
    &stooq::Stooq,
    &tiingo::Tiingo,
    &alpha_vantage::AlphaVantage,
    &fred::Fred,
    &alfred::Alfred,
    &treasury::Treasury,
    &treasury_xml::TreasuryXml,
    &shiller::Shiller,
    &french::French,
    &cboe::Cboe,
];

/// The source of that name.
///
/// # Errors
/// [`Kind::Usage`] when there is none; the message lists them.
pub fn find(name: &str) -> Result<&'static dyn Source> {
    let found = SOURCES.iter().find(|source| source.name() == name);
    found.copied().ok_or_else(|| {
        let names: Vec<&str> = SOURCES.iter().map(|source| source.name()).collect();
        Error::new(Kind::Usage, format!("`{name}` is no source"))
            .hint(format!("the sources are {}", names.join(", ")))
    })
}
