//! Gains, losses, and how long they last in a row.

/// Counts and sums of the gains (r > 0) and losses (r < 0) of a series.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Signs {
    /// Periods with r > 0.
    pub wins: usize,
    /// Periods with r < 0.
    pub losses: usize,
    /// Sum of the gains.
    pub gain: f64,
    /// Sum of the losses, as a positive number.
    pub loss: f64,
    /// Sum of the squared losses.
    pub loss_squared: f64,
    /// Most gains in a row; a zero ends a run.
    pub wins_in_a_row: usize,
    /// Most losses in a row; a zero ends a run.
    pub losses_in_a_row: usize,
}

impl Signs {
    /// The signs of `returns`, in one pass.
    pub fn of(returns: &[f64]) -> Self {
        let mut signs = Self::default();
        let (mut up, mut down) = (0_usize, 0_usize);
        for &r in returns {
            let (win, lose) = (usize::from(r > 0.0), usize::from(r < 0.0));
            signs.wins += win;
            signs.losses += lose;
            up = (up + 1) * win;
            down = (down + 1) * lose;
            signs.wins_in_a_row = signs.wins_in_a_row.max(up);
            signs.losses_in_a_row = signs.losses_in_a_row.max(down);
        }
        let [gain, loss, loss_squared] = trimtab_math::moments::sums_of(returns, |r| {
            let (g, l) = (super::positive(r), super::positive(-r));
            [g, l, l * l]
        });
        Self { gain, loss, loss_squared, ..signs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_end_at_a_zero() {
        let s = Signs::of(&[0.1, 0.2, 0.0, 0.1, -0.1, -0.2, -0.3, 0.4]);
        assert_eq!((s.wins, s.losses), (4, 3));
        assert_eq!((s.wins_in_a_row, s.losses_in_a_row), (2, 3));
        assert!((s.gain - 0.8).abs() < 1e-15 && (s.loss - 0.6).abs() < 1e-15);
        assert!((s.loss_squared - 0.14).abs() < 1e-15);
    }
}
