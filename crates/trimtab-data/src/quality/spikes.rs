//! Prices that leave their neighbours and come back.
use super::{Finding, Rule, Severity, Subject};

pub(super) const RULE: Rule = Rule {
    name: "spike",
    about: "A jump that is taken back. Let r be log total returns, or those less the median of all symbols on the day \
            when there are at least 8, and s their usual size (1.4826 times the median of |r| over 63 sessions on each \
            side). A spike begins with |r(t)| > max(8 s, 0.5 %) and ends within 10 sessions with a return of the \
            other sign and at least 0.7 times the size, after which less than 0.3 of the jump is left. Eight \
            deviations in both directions hardly happen in markets; wrong prices do little else. The price between \
            the two is doubtful, not the return that corrects it.",
    check,
};

/// The jump, in usual sizes and as a log return.
const JUMP: (f64, f64) = (8.0, 0.005);
/// Sessions within which it is taken back.
const WITHIN: usize = 10;
/// The smallest part of the jump that the way back has in one session.
const BACK_MIN: f64 = 0.7;
/// The largest part of the jump that is left afterwards.
const LEFT_MAX: f64 = 0.3;

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut found = spikes(&subject.returns, &subject.scale);
    found.extend(spikes(&subject.relative, &subject.relative_scale));
    found.sort_unstable();
    // Both measures see most spikes; one finding is enough.
    found.dedup_by_key(|(start, _)| *start);
    let mut covered = 0;
    for (start, end) in found {
        // What lies within a spike is part of it.
        if start < covered {
            continue;
        }
        covered = end;
        let close = subject.history.close();
        let jump = subject.returns[start].exp() - 1.0;
        let back = subject.returns[end].exp() - 1.0;
        let said = match end - start {
            1 => format!("the close of {} jumps by {:+.1} % and back", close[start], 100.0 * jump),
            n => format!(
                "{n} closes from {} on jump by {:+.1} % and back",
                close[start],
                100.0 * jump
            ),
        };
        let evidence = [
            ("close", close[start]),
            ("before", close[start - 1]),
            ("jump", jump),
            ("back", back),
            ("scale", subject.scale[start]),
            ("sessions", (end - start) as f64),
        ];
        findings.push(subject.finding(RULE.name, Severity::Warning, start, said, &evidence));
    }
}

/// Rows at which a spike begins, with the row that takes it back.
fn spikes(returns: &[f64], scale: &[f64]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for start in 1..returns.len() {
        let jump = returns[start];
        if jump.is_nan()
            || scale[start].is_nan()
            || jump.abs() <= (JUMP.0 * scale[start]).max(JUMP.1)
        {
            continue;
        }
        let mut left = jump;
        for (end, back) in returns.iter().enumerate().skip(start + 1).take(WITHIN) {
            if back.is_nan() {
                break;
            }
            left += back;
            let opposite = back * jump < 0.0;
            if opposite && back.abs() >= BACK_MIN * jump.abs() && left.abs() < LEFT_MAX * jump.abs()
            {
                found.push((start, end));
                break;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spike_and_a_plateau_are_found_and_a_crash_is_not() {
        let mut returns: Vec<f64> = (0..200).map(|t| 0.01 * f64::from(t % 5 - 2)).collect();
        let scale = super::super::subject::scale(&returns);
        assert_eq!(spikes(&returns, &scale), []);
        (returns[50], returns[51]) = (-0.3, 0.31);
        (returns[90], returns[95]) = (1.0, -0.98);
        (returns[130], returns[131]) = (-0.3, 0.1);
        assert_eq!(spikes(&returns, &scale), [(50, 51), (90, 95)]);
    }
}
