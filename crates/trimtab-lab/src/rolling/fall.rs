//! Sliding largest drawdown, by blocks.

/// A stretch of wealth: its highest and lowest level, and the smallest ratio of a level to an earlier or the same one.
#[derive(Clone, Copy)]
struct Stretch {
    high: f64,
    low: f64,
    least: f64,
}

impl Stretch {
    const EMPTY: Stretch = Stretch { high: 0.0, low: f64::INFINITY, least: 1.0 };

    /// With `x` after it.
    fn append(&mut self, x: f64) {
        self.high = if x > self.high { x } else { self.high };
        self.low = if x < self.low { x } else { self.low };
        // Compared before dividing: a new worst fall is rare, a division slow.
        if x < self.least * self.high {
            self.least = x / self.high;
        }
    }

    /// With `x` before it.
    fn prepend(&mut self, x: f64) {
        self.high = if x > self.high { x } else { self.high };
        self.low = if x < self.low { x } else { self.low };
        if self.low < self.least * x {
            self.least = self.low / x;
        }
    }

    /// Smallest ratio of this stretch followed by `next`.
    fn least_with(&self, next: &Stretch) -> f64 {
        let across = next.low / self.high;
        let least = if self.least < next.least { self.least } else { next.least };
        if across < least { across } else { least }
    }
}

/// Largest drawdown of every window of `w + 1` levels of `wealth`, in order of time.
pub(super) fn drawdowns(wealth: &[f64], w: usize) -> Vec<f64> {
    let length = w + 1;
    let mut found = Vec::with_capacity((wealth.len() + 1).saturating_sub(length));
    let mut suffix = vec![Stretch::EMPTY; length];
    let mut start = 0;
    while start < wealth.len() {
        let block = &wealth[start..(start + length).min(wealth.len())];
        let mut prefix = Stretch::EMPTY;
        for (i, x) in block.iter().enumerate() {
            prefix.append(*x);
            if i + 1 == length {
                found.push(1.0 - prefix.least);
            } else if start > 0 {
                found.push(1.0 - suffix[i + 1].least_with(&prefix));
            }
        }
        if block.len() == length {
            let mut stretch = Stretch::EMPTY;
            for (i, x) in block.iter().enumerate().rev() {
                stretch.prepend(*x);
                suffix[i] = stretch;
            }
        }
        start += length;
    }
    found
}
