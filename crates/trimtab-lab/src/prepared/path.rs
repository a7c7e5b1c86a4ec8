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
        let mut wealth = Vec::with_capacity(returns.len() + 1);
        let mut depth = Vec::with_capacity(returns.len());
        let (mut w, mut peak) = (1.0_f64, 1.0_f64);
        wealth.push(1.0);
        for &r in returns {
            w *= 1.0 + r;
            peak = if w > peak { w } else { peak };
            wealth.push(w);
            depth.push(1.0 - w / peak);
        }
        let [depth_sum, depth_squared] = trimtab_math::moments::sums_of(&depth, |d| [d, d * d]);
        let episodes = episodes(&depth);
        let depth_max = episodes.iter().fold(0.0_f64, |m, e| m.max(e.depth));
        Self { wealth, depth, growth: w, depth_max, depth_sum, depth_squared, episodes }
    }
}

impl Episode {
    /// Periods from the peak to the recovery, or to `last`, the last level, while open.
    pub fn length(&self, last: usize) -> usize {
        self.recovery.unwrap_or(last) - self.peak
    }
}

fn episodes(depth: &[f64]) -> Vec<Episode> {
    let mut found = Vec::new();
    let mut open: Option<Episode> = None;
    for (t, &d) in depth.iter().enumerate() {
        match &mut open {
            None if d > 0.0 => {
                open = Some(Episode { peak: t, trough: t + 1, recovery: None, depth: d });
            }
            Some(e) if d > e.depth => (e.trough, e.depth) = (t + 1, d),
            Some(e) if d <= 0.0 => {
                found.push(Episode { recovery: Some(t + 1), ..*e });
                open = None;
            }
            _ => {}
        }
    }
    found.extend(open);
    found
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
