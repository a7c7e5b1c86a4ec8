//! The inner loop of every covariance: 8 x 8 tiles of `X'X`, compiled for several processors.
//!
//! One body in plain Rust, compiled three times with the instruction sets the processor may have,
//! and chosen when called. Multiplication and addition are one rounding in all of them and each
//! element is summed in the order of the observations, so that all three give the same bytes. On
//! Sapphire Rapids this takes half the time of separate roundings.
//!
//! This is the only file of the crate with `unsafe`: the call of a function compiled for an
//! instruction set is sound exactly if the processor has it, which is tested on the line before.
//! Without it the kernel runs at the width of SSE2, and a processor without fused multiply-add (made
//! before 2013) has the C library round each sum, which takes some fifty times as long.
#![allow(unsafe_code)]

/// Series in a panel: one register of AVX-512, two of AVX2, four of SSE2.
pub(super) const WIDTH: usize = 8;

/// One observation of the eight series of a panel.
pub(super) type Lane = [f64; WIDTH];

/// Observations per pass: two panels of 256 x 8 x 8 bytes stay in a first-level cache of 32 kB.
const DEPTH: usize = 256;

/// What a Gram matrix is made of: the panels of X one after the other, `t` lanes each, the last
/// one filled up with zeros; `right` holds those of `W X`, W diagonal.
#[derive(Clone, Copy)]
pub(super) struct Factors<'a> {
    pub(super) left: &'a [Lane],
    pub(super) right: &'a [Lane],
    pub(super) t: usize,
    pub(super) n: usize,
}

/// What becomes of the result.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Put {
    /// It is scaled and written.
    Scaled(f64),
    /// It is added to what is there.
    Added,
}

/// Puts `X'W X` into the n x n matrix `out`, both triangles.
pub(super) fn gram(factors: Factors<'_>, put: Put, out: &mut [f64]) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl") {
            // SAFETY: the processor has the instruction sets the function is compiled for.
            return unsafe { gram_avx512(factors, put, out) };
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: as above.
            return unsafe { gram_avx2(factors, put, out) };
        }
    }
    gram_plain(factors, put, out);
}

/// As [`gram`], with the instructions every processor of the target has.
pub(super) fn gram_plain(factors: Factors<'_>, put: Put, out: &mut [f64]) {
    body::<2>(factors, put, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn gram_avx2(factors: Factors<'_>, put: Put, out: &mut [f64]) {
    body::<4>(factors, put, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,fma")]
fn gram_avx512(factors: Factors<'_>, put: Put, out: &mut [f64]) {
    body::<8>(factors, put, out);
}

/// R columns of a tile are summed at once: R x 8 running sums must fit the registers.
#[inline(always)]
fn body<const R: usize>(factors: Factors<'_>, put: Put, out: &mut [f64]) {
    let Factors { left, right, t, n } = factors;
    let count = n.div_ceil(WIDTH);
    let mut start = 0;
    loop {
        let end = t.min(start + DEPTH);
        let last = end == t;
        let scale = match put {
            Put::Scaled(scale) if last => scale,
            _ => 1.0,
        };
        for i in 0..count {
            for j in 0..=i {
                let a = &left[i * t + start..i * t + end];
                let b = &right[j * t + start..j * t + end];
                let mut tile = [[0.0; WIDTH]; WIDTH];
                if start > 0 || put == Put::Added {
                    load(out, n, i, j, &mut tile);
                }
                for h in (0..WIDTH).step_by(R) {
                    columns::<R>(a, b, h, &mut tile);
                }
                store(out, n, i, j, &tile, scale);
            }
        }
        if last {
            return;
        }
        start = end;
    }
}

/// `tile[h..h+R][i] += sum_t b_t[h + c] a_t[i]`.
#[inline(always)]
fn columns<const R: usize>(a: &[Lane], b: &[Lane], h: usize, tile: &mut [Lane; WIDTH]) {
    let mut sums = [[0.0; WIDTH]; R];
    sums.copy_from_slice(&tile[h..h + R]);
    for (a, b) in a.iter().zip(b) {
        for c in 0..R {
            for i in 0..WIDTH {
                sums[c][i] = b[h + c].mul_add(a[i], sums[c][i]);
            }
        }
    }
    tile[h..h + R].copy_from_slice(&sums);
}

/// Reads the tile of rows `8 i ..` and columns `8 j ..` back, to add to it.
#[inline(always)]
fn load(out: &[f64], n: usize, i: usize, j: usize, tile: &mut [Lane; WIDTH]) {
    let height = WIDTH.min(n - i * WIDTH);
    for c in 0..WIDTH.min(n - j * WIDTH) {
        let at = (j * WIDTH + c) * n + i * WIDTH;
        tile[c][..height].copy_from_slice(&out[at..at + height]);
    }
}

/// Writes `scale tile` to its place and its mirror image.
#[inline(always)]
fn store(out: &mut [f64], n: usize, i: usize, j: usize, tile: &[Lane; WIDTH], scale: f64) {
    let mut scaled = [[0.0; WIDTH]; WIDTH];
    let mut mirror = [[0.0; WIDTH]; WIDTH];
    for c in 0..WIDTH {
        for r in 0..WIDTH {
            scaled[c][r] = tile[c][r] * scale;
            mirror[r][c] = scaled[c][r];
        }
    }
    let height = WIDTH.min(n - i * WIDTH);
    let width = WIDTH.min(n - j * WIDTH);
    if height == WIDTH && width == WIDTH {
        // Lengths known when compiled: register moves, not calls that copy memory.
        for c in 0..WIDTH {
            let at = (j * WIDTH + c) * n + i * WIDTH;
            out[at..at + WIDTH].copy_from_slice(&scaled[c]);
        }
        for r in 0..WIDTH {
            let at = (i * WIDTH + r) * n + j * WIDTH;
            out[at..at + WIDTH].copy_from_slice(&mirror[r]);
        }
        return;
    }
    for c in 0..width {
        let at = (j * WIDTH + c) * n + i * WIDTH;
        out[at..at + height].copy_from_slice(&scaled[c][..height]);
    }
    for r in 0..height {
        let at = (i * WIDTH + r) * n + j * WIDTH;
        out[at..at + width].copy_from_slice(&mirror[r][..width]);
    }
}
