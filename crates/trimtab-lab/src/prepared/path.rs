//! Wealth over time and the drawdowns in it.

/// The path of one unit invested at the start.
///
/// *Levels* are counted from 0, the day the run began, to n; level t + 1 is the end of period t. Depths are positive
/// fractions: 0.2 is 20 % below the highest wealth so far, the start included.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Path {
    /// Wealth at each level, n + 1 values, the first 1.
    pub wealth: Vec<f64>,
    /// Depth below the highest wealth so far, at the end of each period; n values.
    pub depth: Vec<f64>,
    /// Wealth at the end, W.
    pub growth: f64,
    /// Largest depth.
    pub depth_max: f64,
    /// Sum of the depths.
    pub depth_sum: f64,
    /// Sum of the squared depths.
    pub depth_squared: f64,
    /// The drawdowns in order of time.
    pub episodes: Vec<Episode>,
}

/// One drawdown: from a peak down, until wealth is back at the peak.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Episode {
    /// Level of the last peak before the fall.
    pub peak: usize,
    /// Level of the lowest wealth; the first of several.
    pub trough: usize,
    /// First level back at or above the peak. `None` while the drawdown is open.
    pub recovery: Option<usize>,
    /// Depth at the trough.
    pub depth: f64,
}

impl Path {
    /// The path of `returns`.
    pub fn of(returns: &[f64]) -> Self {
        let wealth = wealth(returns);
        let mut depth = wealth[1..].to_vec();
        let mut peak = 1.0_f64;
        for x in &mut depth {
            peak = if *x > peak { *x } else { peak };
            *x = peak;
        }
        for (x, w) in depth.iter_mut().zip(&wealth[1..]) {
            *x = 1.0 - w / *x;
        }
        let [depth_sum, depth_squared] = trimtab_math::moments::sums_of(&depth, |d| [d, d * d]);
        let episodes = episodes(&depth);
        let depth_max = episodes.iter().fold(0.0_f64, |m, e| m.max(e.depth));
        Self {
            growth: wealth[returns.len()],
            wealth,
            depth,
            depth_max,
            depth_sum,
            depth_squared,
            episodes,
        }
    }
}

/// Wealth at each level, one unit at the start.
pub(crate) fn wealth(returns: &[f64]) -> Vec<f64> {
    let mut wealth = Vec::with_capacity(returns.len() + 1);
    wealth.push(1.0);
    let mut w = 1.0;
    wealth.extend(returns.iter().map(|r| {
        w *= 1.0 + r;
        w
    }));
    wealth
}

/// Largest depth of positive `levels` below the highest so far.
pub(crate) fn depth_max(levels: impl IntoIterator<Item = f64>) -> f64 {
    let (mut peak, mut least) = (0.0_f64, 1.0_f64);
    for x in levels {
        peak = if x > peak { x } else { peak };
        // Compared before dividing: a new worst fall is rare, a division slow.
        if x < least * peak {
            least = x / peak;
        }
    }
    1.0 - least
}

impl Episode {
    /// Periods from the peak to the recovery, or to `last`, the last level, while open.
    pub fn length(&self, last: usize) -> usize {
        self.recovery.unwrap_or(last) - self.peak
    }
}

fn episodes(depth: &[f64]) -> Vec<Episode> {
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(fall) = depth[start..].iter().position(|d| *d > 0.0) {
        let peak = start + fall;
        let length = depth[peak..].iter().position(|d| *d <= 0.0);
        let end = length.map_or(depth.len(), |length| peak + length);
        // Two simple passes: the first keeps several maxima at once, the second ends early.
        let fall = &depth[peak..end];
        let deepest = highest(fall);
        let trough = peak + fall.iter().position(|d| *d == deepest).unwrap_or(0);
        found.push(Episode {
            peak,
            trough: trough + 1,
            recovery: length.map(|_| end + 1),
            depth: deepest,
        });
        start = end;
    }
    found
}

/// Largest of `xs`, 0 when there is none above.
fn highest(xs: &[f64]) -> f64 {
    let mut lanes = [0.0_f64; 8];
    let (blocks, rest) = xs.as_chunks::<8>();
    for block in blocks {
        for lane in 0..8 {
            lanes[lane] = if block[lane] > lanes[lane] { block[lane] } else { lanes[lane] };
        }
    }
    lanes.iter().chain(rest).fold(0.0, |most, x| if *x > most { *x } else { most })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fall_from_the_first_day_counts() {
        let p = Path::of(&[-0.5, 1.0, 0.1, -0.1]);
        assert_eq!(p.wealth[..3], [1.0, 0.5, 1.0]);
        assert_eq!(p.episodes.len(), 2);
        assert_eq!(p.episodes[0], Episode { peak: 0, trough: 1, recovery: Some(2), depth: 0.5 });
        let open = p.episodes[1];
        assert_eq!((open.peak, open.trough, open.recovery), (3, 4, None));
        assert_eq!((p.episodes[0].length(4), open.length(4)), (2, 1));
        assert_eq!(p.depth_max, 0.5);
    }

    #[test]
    fn a_path_that_only_rises_has_no_drawdown() {
        let p = Path::of(&[0.0, 0.1, 0.0, 0.2]);
        assert!(p.episodes.is_empty());
        assert_eq!((p.depth_max, p.depth_sum), (0.0, 0.0));
    }

    #[test]
    fn the_first_of_equal_troughs_is_kept() {
        let p = Path::of(&[-0.5, 0.0, 0.5, 0.0]);
        assert_eq!(p.episodes[0].trough, 1);
    }
}
