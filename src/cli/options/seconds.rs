//! A time on the command line: whole seconds, without a unit.

use std::ops::RangeInclusive;

/// Reads a number of seconds within these bounds.
pub(in crate::cli) fn seconds(text: &str, bounds: RangeInclusive<u64>) -> Result<u64, String> {
    let (least, most) = (bounds.start(), bounds.end());
    let read = text.parse().ok().filter(|seconds| bounds.contains(seconds));
    read.ok_or_else(|| format!("write whole seconds from {least} to {most}, without a unit, for example 30"))
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn a_unit_or_a_fraction_is_refused_with_an_example() {
        assert_eq!(seconds("30", 1..=60), Ok(30));
        for text in ["5s", "0.3", "0", "61", "-1", ""] {
            assert!(seconds(text, 1..=60).unwrap_err().contains("for example 30"), "{text}");
        }
    }
}
