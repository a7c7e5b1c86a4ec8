//! Successive halving: little is spent on what looks bad early.

/// A round: how many are run, on which part of the history.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rung {
    /// How many.
    pub count: usize,
    /// The part of the history from its beginning, 1 for all of it.
    pub part: f64,
}

/// The rounds of `n` candidates: in each only the best `1/eta` of the round before are left, on a history `eta` times as long; the last
/// sees all of it. `least`: the smallest part of the history that says anything.
///
/// The history is cut at its end, so that what a round knows is what a person knew then. Results of different rounds are about different
/// spans: they decide who goes on, and are not compared with each other.
///
/// Source: K. Jamieson, A. Talwalkar (2016), Non-stochastic Best Arm Identification and Hyperparameter Optimization, AISTATS,
/// figure 3, with the budget of an arm being the length of its history.
pub fn rungs(n: usize, eta: usize, least: f64) -> Vec<Rung> {
    let eta = eta.max(2);
    let mut rungs = vec![Rung { count: n.max(1), part: 1.0 }];
    let mut count = n / eta;
    // As many rounds as the candidates and the history allow.
    let part = |rounds: usize| (eta as f64).powi(-(rounds as i32));
    while count >= 1 && part(rungs.len()) >= least {
        rungs.push(Rung { count, part: 1.0 });
        count /= eta;
    }
    let rounds = rungs.len();
    for (ix, rung) in rungs.iter_mut().enumerate() {
        rung.part = part(rounds - 1 - ix);
    }
    rungs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_by_hand() {
        let counts = |n, eta, least| {
            rungs(n, eta, least)
                .iter()
                .map(|r| (r.count, (1.0 / r.part) as usize))
                .collect::<Vec<_>>()
        };
        assert_eq!(counts(81, 3, 0.0), [(81, 81), (27, 27), (9, 9), (3, 3), (1, 1)]);
        assert_eq!(counts(81, 3, 0.1), [(81, 9), (27, 3), (9, 1)]);
        assert_eq!(counts(5, 2, 0.0), [(5, 4), (2, 2), (1, 1)]);
        assert_eq!(counts(1, 3, 0.0), [(1, 1)]);
        assert_eq!(counts(10, 3, 0.9), [(10, 1)]);
    }
}
