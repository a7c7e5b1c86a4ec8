//! A chart in one line of a terminal.

/// The curve in `width` characters, from low to high in eight steps; gaps are blanks.
///
/// ```
/// assert_eq!(trimtab_lab::chart::sparkline(&[1.0, 2.0, 3.0, 2.0], 4), "▁▅█▅");
/// ```
pub fn sparkline(values: &[f64], width: usize) -> String {
    spark(values, width, range([values]))
}

/// Several curves below each other on one scale, a line each.
pub fn sparklines(curves: &[Vec<f64>], width: usize) -> Vec<String> {
    let shared = range(curves.iter().map(Vec::as_slice));
    curves.iter().map(|values| spark(values, width, shared)).collect()
}

fn range<'a>(curves: impl IntoIterator<Item = &'a [f64]>) -> (f64, f64) {
    let known = curves.into_iter().flatten().copied().filter(|v| v.is_finite());
    known.fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(v), b.max(v)))
}

fn spark(values: &[f64], width: usize, (low, high): (f64, f64)) -> String {
    const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let width = width.min(values.len());
    let column = |ix: usize| {
        let (from, to) = (ix * values.len() / width, (ix + 1) * values.len() / width);
        let inside: Vec<f64> = values[from..to].iter().copied().filter(|v| v.is_finite()).collect();
        if inside.is_empty() {
            return ' ';
        }
        let mean = inside.iter().sum::<f64>() / inside.len() as f64;
        let part = if high > low { (mean - low) / (high - low) } else { 0.5 };
        STEPS[((part * 8.0) as usize).min(7)]
    };
    (0..width).map(column).collect()
}
