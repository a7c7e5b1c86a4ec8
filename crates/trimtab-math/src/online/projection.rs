/// The point of the simplex (not negative, sum one) nearest to v: `max(v_i - theta, 0)` with the
/// theta that makes the sum one (Held, Wolfe, Crowder 1974; Duchi et al. 2008, fig. 1).
#[must_use]
pub fn project_onto_simplex(v: &[f64]) -> Vec<f64> {
    // A constant added to all elements moves the point by nothing; the largest becomes 0, so that
    // the one of the sum is not lost beside elements of any size.
    let largest = v.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sorted: Vec<f64> = v.iter().map(|v| v - largest).collect();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    let (mut sum, mut theta) = (0.0, 0.0);
    for (k, &u) in sorted.iter().enumerate() {
        sum += u;
        let candidate = (sum - 1.0) / (k + 1) as f64;
        if u > candidate {
            theta = candidate;
        } else {
            break;
        }
    }
    v.iter().map(|v| (v - largest - theta).max(0.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::project_onto_simplex;

    #[test]
    fn projections_by_hand() {
        assert_eq!(project_onto_simplex(&[0.25, 0.75]), [0.25, 0.75]);
        assert_eq!(project_onto_simplex(&[2.0, 0.0, -5.0]), [1.0, 0.0, 0.0]);
        assert_eq!(project_onto_simplex(&[0.0, 0.0]), [0.5, 0.5]);
        assert_eq!(project_onto_simplex(&[-3.0]), [1.0]);
        assert_eq!(project_onto_simplex(&[1.0, 0.75, -0.5]), [0.625, 0.375, 0.0]);
        assert_eq!(project_onto_simplex(&[3e17, -1e17, 1.0]), [1.0, 0.0, 0.0]);
    }
}
