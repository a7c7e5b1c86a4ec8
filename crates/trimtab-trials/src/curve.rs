//! Returns in few bytes.
use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use trimtab_core::{Error, Result};

/// The returns of a trial.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The session before the first return, counted in the calendar of the data.
    pub first: u32,
    /// The return of each session after it.
    pub returns: Vec<f64>,
}

/// Bytes of a single-precision number.
const BYTES: usize = 4;

/// Returns as single-precision numbers (six digits), their bytes sorted by place and then deflated: signs and exponents
/// repeat themselves, the last bytes are noise. Level 1: others are slower and hardly smaller.
pub(crate) fn pack(returns: &[f64]) -> std::io::Result<Vec<u8>> {
    let mut planes = vec![0; BYTES * returns.len()];
    for (t, r) in returns.iter().enumerate() {
        for (place, byte) in (*r as f32).to_le_bytes().into_iter().enumerate() {
            planes[place * returns.len() + t] = byte;
        }
    }
    let mut packer = ZlibEncoder::new(Vec::with_capacity(planes.len()), Compression::fast());
    packer.write_all(&planes)?;
    packer.finish()
}

/// Reads [`pack`] back.
pub(crate) fn unpack(packed: &[u8]) -> Result<Vec<f64>> {
    let bad =
        |said: String| Error::data(format!("returns in the trial ledger are damaged: {said}"));
    let mut planes = Vec::new();
    ZlibDecoder::new(packed).read_to_end(&mut planes).map_err(|e| bad(e.to_string()))?;
    let n = planes.len() / BYTES;
    let at = |t: usize| f64::from(f32::from_le_bytes(std::array::from_fn(|k| planes[k * n + t])));
    let returns: Vec<f64> = (0..n).map(at).collect();
    match returns.iter().all(|r| r.is_finite()) && planes.len() == BYTES * n {
        true => Ok(returns),
        false => Err(bad("they are no numbers".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_come_back_to_six_digits_in_fewer_bytes() {
        let returns: Vec<f64> = (0..5_000).map(|t| 0.01 * f64::from(t).sin().powi(3)).collect();
        let packed = pack(&returns).unwrap();
        assert!(packed.len() < 4 * returns.len(), "{}", packed.len());
        for (a, b) in unpack(&packed).unwrap().iter().zip(&returns) {
            assert!((a - b).abs() <= 6e-8 * b.abs(), "{a} {b}");
        }
        assert!(unpack(&packed[..packed.len() / 2]).is_err());
        assert!(unpack(&pack(&[f64::NAN]).unwrap()).is_err());
    }
}
