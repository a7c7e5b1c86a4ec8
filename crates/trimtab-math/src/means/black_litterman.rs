//! Black and Litterman: prior means and views, each as certain as it is.

use super::{MeanError, same_length};
use crate::linalg::vector::dot;
use crate::linalg::{Cholesky, Sym};

/// A view: the combination `p'mu` is `value`. `p = e_j` is an absolute view on variable j, `p` with
/// sum 0 a relative one.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// p, N elements.
    pub picks: Vec<f64>,
    /// What the combination is believed to be.
    pub value: f64,
    /// How certainly.
    pub certainty: Certainty,
}

/// How certain a view is, as the variance omega of its error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Certainty {
    /// omega itself; 0 is certain.
    Variance(f64),
    /// As uncertain as the prior is about the same combination, `omega = tau p'Q p` (He and
    /// Litterman 1999).
    Prior,
    /// Part of the way, in (0, 1], that this view alone would move the weights from the prior's to
    /// those of certainty: `omega = tau p'Q p (1 - c) / c`, the closed form of Idzorek's method.
    Confidence(f64),
}

/// What is believed after the views.
#[derive(Clone, Debug, PartialEq)]
pub struct Posterior {
    /// Means.
    pub mean: Vec<f64>,
    /// Covariance of the means' error. Covariance of the observations themselves is Q plus this.
    pub mean_covariance: Sym,
    /// omega of each view.
    pub omega: Vec<f64>,
}

/// Posterior of `mu ~ N(prior, tau Q)` and `P mu ~ N(value, diag(omega))`:
///
/// ```text
/// mean = prior + tau Q P' (P tau Q P' + Omega)^-1 (value - P prior)
/// mean_covariance = tau Q - tau Q P' (P tau Q P' + Omega)^-1 P tau Q
/// ```
///
/// Sources: F. Black and R. Litterman, Global portfolio optimization, Financial Analysts Journal
/// 48 (1992), pages 28-43; T. Idzorek, A step-by-step guide to the Black-Litterman model, 2005;
/// the closed form of his confidences: J. Walters, The Black-Litterman model in detail, 2014.
///
/// # Errors
/// [`MeanError::Shape`]; [`MeanError::Parameter`] for tau, a variance or a confidence outside its
/// range; [`MeanError::Views`] if certain views repeat or contradict each other.
pub fn black_litterman(
    prior: &[f64],
    q: &Sym,
    tau: f64,
    views: &[View],
) -> Result<Posterior, MeanError> {
    let n = q.n();
    same_length(n, prior.len())?;
    if !(tau > 0.0 && tau.is_finite()) {
        return Err(MeanError::Parameter("tau"));
    }
    let mut spread = Vec::with_capacity(views.len()); // tau Q p of each view
    let mut omega = Vec::with_capacity(views.len());
    for view in views {
        same_length(n, view.picks.len())?;
        let column: Vec<f64> = q.mul(&view.picks).iter().map(|v| tau * v).collect();
        omega.push(variance(view, dot(&view.picks, &column))?);
        spread.push(column);
    }
    let k = views.len();
    let a = Sym::from_fn(k, |i, j| {
        dot(&views[i].picks, &spread[j]) + if i == j { omega[i] } else { 0.0 }
    });
    let factor = Cholesky::new(&a).map_err(MeanError::Views)?;
    let surprise: Vec<f64> = views.iter().map(|v| v.value - dot(&v.picks, prior)).collect();
    let pull = factor.solve(&surprise).map_err(MeanError::Views)?;
    let mut mean = prior.to_vec();
    for (column, pull) in spread.iter().zip(&pull) {
        crate::linalg::vector::axpy(*pull, column, &mut mean);
    }
    // (P tau Q P' + Omega)^-1 P tau Q, one column for each variable
    let mut gain = Vec::with_capacity(n);
    for j in 0..n {
        let right: Vec<f64> = spread.iter().map(|c| c[j]).collect();
        gain.push(factor.solve(&right).map_err(MeanError::Views)?);
    }
    let known = |i: usize, j: usize| -> f64 { (0..k).map(|v| spread[v][i] * gain[j][v]).sum() };
    let mean_covariance = Sym::from_fn(n, |i, j| tau * q[(i, j)] - known(i, j));
    Ok(Posterior { mean, mean_covariance, omega })
}

/// How far weights have moved from the prior's towards those of certain views, for each variable;
/// `None` where certainty moves nothing.
///
/// `(w - w_prior) / (w_certain - w_prior)`: Idzorek 2005, section on implied confidence levels.
///
/// # Errors
/// [`MeanError::Shape`].
pub fn implied_confidences(
    w_prior: &[f64],
    w: &[f64],
    w_certain: &[f64],
) -> Result<Vec<Option<f64>>, MeanError> {
    same_length(w_prior.len(), w.len())?;
    same_length(w_prior.len(), w_certain.len())?;
    let scale = w_prior.iter().fold(0.0_f64, |m, w| m.max(w.abs()));
    let moved = |j: usize| w_certain[j] - w_prior[j];
    Ok((0..w.len())
        .map(|j| (moved(j).abs() > UNMOVED * scale).then(|| (w[j] - w_prior[j]) / moved(j)))
        .collect())
}

/// Movement of a weight, relative to the largest, that counts as none.
const UNMOVED: f64 = 1e-9;

/// omega of a view whose combination has the prior variance `prior = tau p'Q p`.
fn variance(view: &View, prior: f64) -> Result<f64, MeanError> {
    match view.certainty {
        Certainty::Prior => Ok(prior),
        Certainty::Variance(v) if v >= 0.0 && v.is_finite() => Ok(v),
        Certainty::Variance(_) => Err(MeanError::Parameter("variance of a view")),
        Certainty::Confidence(c) if c > 0.0 && c <= 1.0 => Ok(prior * (1.0 - c) / c),
        Certainty::Confidence(_) => Err(MeanError::Parameter("confidence of a view")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prior() -> (Vec<f64>, Sym) {
        let q = Sym::from_rows(&[[0.04, 0.01, 0.0], [0.01, 0.09, 0.02], [0.0, 0.02, 0.16]]);
        (vec![0.03, 0.05, 0.06], q.unwrap())
    }

    fn view(picks: [f64; 3], value: f64, certainty: Certainty) -> View {
        View { picks: picks.to_vec(), value, certainty }
    }

    #[test]
    fn a_certain_view_holds_and_no_view_changes_nothing() {
        let (pi, q) = prior();
        let none = black_litterman(&pi, &q, 0.05, &[]).unwrap();
        assert_eq!(none.mean, pi);
        let certain = view([1.0, -1.0, 0.0], 0.04, Certainty::Variance(0.0));
        let post = black_litterman(&pi, &q, 0.05, std::slice::from_ref(&certain)).unwrap();
        assert!((post.mean[0] - post.mean[1] - 0.04).abs() < 1e-15);
        let left = post.mean_covariance.quadratic_form(&certain.picks);
        assert!(left.abs() < 1e-17, "{left}");
        let same = view([1.0, -1.0, 0.0], 0.04, Certainty::Confidence(1.0));
        assert_eq!(black_litterman(&pi, &q, 0.05, &[same]).unwrap(), post);
    }

    #[test]
    fn confidence_is_the_part_of_the_way() {
        let (pi, q) = prior();
        let at = |c: f64| {
            let v = view([0.0, 1.0, -0.5], 0.1, Certainty::Confidence(c));
            black_litterman(&pi, &q, 0.05, &[v]).unwrap().mean
        };
        let (certain, some) = (at(1.0), at(0.3));
        for j in 0..3 {
            assert!((some[j] - pi[j] - 0.3 * (certain[j] - pi[j])).abs() < 1e-15);
        }
        let half = view([0.0, 1.0, -0.5], 0.1, Certainty::Prior);
        for (a, b) in black_litterman(&pi, &q, 0.05, &[half]).unwrap().mean.iter().zip(at(0.5)) {
            assert!((a - b).abs() < 1e-15);
        }
    }

    #[test]
    fn contradictions_and_ranges_are_named() {
        let (pi, q) = prior();
        let a = view([1.0, 0.0, 0.0], 0.1, Certainty::Variance(0.0));
        let b = view([2.0, 0.0, 0.0], 0.3, Certainty::Variance(0.0));
        let e = black_litterman(&pi, &q, 0.05, &[a.clone(), b]);
        assert!(matches!(e, Err(MeanError::Views(_))));
        let wrong = View { certainty: Certainty::Confidence(0.0), ..a.clone() };
        assert!(black_litterman(&pi, &q, 0.05, &[wrong]).is_err());
        assert!(black_litterman(&pi, &q, 0.0, std::slice::from_ref(&a)).is_err());
        let short = View { picks: vec![1.0], ..a };
        assert!(black_litterman(&pi, &q, 0.05, &[short]).is_err());
    }
}
