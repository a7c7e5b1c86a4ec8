//! A price file of any bytes: plain, gzipped or Parquet.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trimtab_data::parse_bytes;

fuzz_target!(|bytes: &[u8]| {
    match parse_bytes("SPY.csv", bytes) {
        Ok(read) => assert!(read.rows <= bytes.len(), "no row comes from nowhere"),
        Err(error) => {
            assert!(error.to_string().contains("SPY.csv"), "an error names the file: {error}")
        }
    }
});
