//! The one file of a ZIP archive, as Ken French's pages hand it out.
//!
//! The directory at the end of the archive is read (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.16), because only
//! there are the sizes sure to stand. Methods 0 (stored) and 8 (deflate); no encryption, no ZIP64.
use std::io::Read as _;

use flate2::{Crc, bufread::DeflateDecoder};
use trimtab_core::{Error, Result};

/// No table of factors unpacks to more.
const UNPACKED_MAX: u64 = 256 << 20;

const END: u32 = 0x0605_4b50;
const ENTRY: u32 = 0x0201_4b50;
const LOCAL: u32 = 0x0403_4b50;

/// Lengths of the three records without names and comments.
const END_LENGTH: usize = 22;
const ENTRY_LENGTH: usize = 46;
const LOCAL_LENGTH: usize = 30;

/// Unpacks the first file of an archive and holds it against its checksum.
///
/// # Errors
/// When the archive is cut off, damaged, empty or packed in another way.
pub(crate) fn first(bytes: &[u8]) -> Result<Vec<u8>> {
    unpack(bytes).unwrap_or_else(|| {
        Err(Error::data("the answer is no whole ZIP archive: it was cut off or is something else"))
    })
}

/// `None` when a place lies outside the archive.
fn unpack(bytes: &[u8]) -> Option<Result<Vec<u8>>> {
    let last = bytes.len().checked_sub(END_LENGTH)?;
    let end = (0..=last).rev().find(|at| u32_at(bytes, *at) == Some(END))?;
    let entry = u32_at(bytes, end + 16)? as usize;
    if u32_at(bytes, entry)? != ENTRY || u16_at(bytes, end + 10)? == 0 {
        return None;
    }
    let (method, crc) = (u16_at(bytes, entry + 10)?, u32_at(bytes, entry + 16)?);
    let (packed, plain) = (u32_at(bytes, entry + 20)? as usize, u32_at(bytes, entry + 24)?);
    bytes.get(entry..entry + ENTRY_LENGTH)?;
    let local = u32_at(bytes, entry + 42)? as usize;
    if u32_at(bytes, local)? != LOCAL {
        return None;
    }
    let names = usize::from(u16_at(bytes, local + 26)?) + usize::from(u16_at(bytes, local + 28)?);
    let start = local.checked_add(LOCAL_LENGTH + names)?;
    let data = bytes.get(start..start.checked_add(packed)?)?;
    let mut out = Vec::new();
    match method {
        0 => out.extend_from_slice(data),
        8 => {
            DeflateDecoder::new(data).take(UNPACKED_MAX).read_to_end(&mut out).ok()?;
        }
        _ => return Some(Err(Error::data(format!("the archive is packed by method {method}")))),
    }
    let mut sum = Crc::new();
    sum.update(&out);
    (out.len() as u64 == u64::from(plain) && sum.sum() == crc).then_some(Ok(out))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|b| u16::from_le_bytes(*b))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|b| u32::from_le_bytes(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by Python 3.11: `zipfile.ZipFile(f, "w").writestr(…)` of a deflated `a.csv` with 20 lines `x,y`.
    const MADE: &str = "504b030414000000080000002158a2ccce6c090000005000000005000000612e637376abd0a9e4aaa0220600504b\
                        0102140314000000080000002158a2ccce6c0900000050000000050000000000000000000000800100000000612e\
                        637376504b05060000000001000100330000002c0000000000";

    #[test]
    fn the_first_file_comes_out_and_nothing_damaged_does() {
        let digits = |i: usize| u8::from_str_radix(&MADE[2 * i..2 * i + 2], 16).unwrap();
        let made: Vec<u8> = (0..MADE.len() / 2).map(digits).collect();
        assert_eq!(first(&made).unwrap(), b"x,y\n".repeat(20));
        for cut in 0..made.len() {
            assert!(first(&made[..cut]).is_err(), "{cut}");
        }
        // The packed bytes stand behind the local header and the name of five letters; the last one is padding.
        for at in LOCAL_LENGTH + 5..LOCAL_LENGTH + 5 + 8 {
            let mut spoilt = made.clone();
            spoilt[at] ^= 0x20;
            assert!(first(&spoilt).is_err(), "{at}");
        }
        assert!(first(b"<html>").is_err() && first(&[0; 100]).is_err());
    }
}
