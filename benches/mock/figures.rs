//! Figures from rounds: medians, spreads and percentiles, and how they are printed.

/// Prints what has to be known to read the figures.
pub(crate) fn conditions() {
    let processors = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("unknown");
    println!("processors: {processors}; load average at the start: {load}");
}

/// The value below which this part of all values lies.
pub(crate) fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a position in a list that fits memory, and not negative"
    )]
    let at = ((sorted.len().saturating_sub(1)) as f64 * part).round() as usize;
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// Median and, in brackets, the middle half of the values.
pub(crate) fn spread(values: &[f64], digits: usize) -> String {
    format!("{:.digits$} ({:.digits$} to {:.digits$})", median(values), quantile(values, 0.25), quantile(values, 0.75))
}

/// Each value divided by the one of the same round.
pub(crate) fn ratios(values: &[f64], of: &[f64]) -> Vec<f64> {
    values.iter().zip(of).map(|(value, of)| value / of).collect()
}

/// Microseconds below which this part of the latencies lies.
pub(crate) fn latency(latencies: &[u32], part: f64) -> f64 {
    let values: Vec<f64> = latencies.iter().map(|latency| f64::from(*latency) / 1_000.0).collect();
    quantile(&values, part)
}
