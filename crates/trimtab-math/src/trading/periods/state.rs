//! A point of the interior-point method: variables, prices, and the pairs whose product goes to zero.

/// Every vector has an entry for each period and series (period by period), or for each period and
/// row. Where there is no bound, price and movement stay zero.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) x: Vec<f64>,
    /// Purchases and sales.
    pub(super) p: Vec<f64>,
    pub(super) m: Vec<f64>,
    /// Price of the link `x_t - x_(t-1) = p - m`.
    pub(super) nu: Vec<f64>,
    /// Row values and their prices.
    pub(super) s: Vec<f64>,
    pub(super) lambda: Vec<f64>,
    /// Prices of the bounds of x, of p and m, and of the limits of rows.
    pub(super) z: [Vec<f64>; 6],
}

/// The pairs, by the place of their prices in [`State::z`].
pub(super) const LOWER: usize = 0;
pub(super) const UPPER: usize = 1;
pub(super) const BOUGHT: usize = 2;
pub(super) const SOLD: usize = 3;
pub(super) const ROW_LOWER: usize = 4;
pub(super) const ROW_UPPER: usize = 5;

impl State {
    /// A direction, or zeros of the right sizes.
    pub(super) fn zeros(series: usize, rows: usize) -> Self {
        let (v, r) = (vec![0.0; series], vec![0.0; rows]);
        Self {
            x: v.clone(),
            p: v.clone(),
            m: v.clone(),
            nu: v.clone(),
            s: r.clone(),
            lambda: r.clone(),
            z: [v.clone(), v.clone(), v.clone(), v, r.clone(), r],
        }
    }

    /// `self + t d` for variables, `self + u d` for prices.
    pub(super) fn advance(&mut self, d: &State, t: f64, u: f64) {
        let step = |a: &mut Vec<f64>, d: &Vec<f64>, by: f64| {
            a.iter_mut().zip(d).for_each(|(a, d)| *a += by * d);
        };
        step(&mut self.x, &d.x, t);
        step(&mut self.p, &d.p, t);
        step(&mut self.m, &d.m, t);
        step(&mut self.s, &d.s, t);
        step(&mut self.nu, &d.nu, u);
        step(&mut self.lambda, &d.lambda, u);
        for (z, d) in self.z.iter_mut().zip(&d.z) {
            step(z, d, u);
        }
    }
}
