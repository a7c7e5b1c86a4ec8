//! A chart in one line of a terminal.

/// The curve in `width` characters, from low to high in eight steps; gaps are blanks.
///
/// ```
/// assert_eq!(trimtab_lab::chart::sparkline(&[1.0, 2.0, 3.0, 2.0], 4), "▁▅█▅");
/// ```
pub fn sparkline(values: &[f64], width: usize) -> String {
    const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let known = || values.iter().copied().filter(|v| v.is_finite());
    let (low, high) = known().fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(v), b.max(v)));
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
