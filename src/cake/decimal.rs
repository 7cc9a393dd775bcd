//! Amounts, exactly: sums of money are never floats.

use std::fmt;
use std::ops::{AddAssign, SubAssign};

/// How many digits are kept behind the point.
const PLACES: usize = 10;

/// How many digits stand before the point at most. With these, 10^10 values fit into one sum.
const DIGITS: usize = 18;

/// A decimal number with at most 18 digits before the point and 10 behind it, or a sum of such numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Decimal(i128);

impl Decimal {
    /// The number that a field holds. `1e3`, `25,000` and `$5` are not plain decimal numbers.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let is_number = digits.bytes().any(|byte| byte.is_ascii_digit())
            && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
        if !is_number || whole.len() > DIGITS || fraction.len() > PLACES {
            return None;
        }
        format!("{whole}{fraction:0<PLACES$}").parse().ok().map(|units: i128| Self(sign * units))
    }
}

impl AddAssign for Decimal {
    fn add_assign(&mut self, other: Self) {
        self.0 = self.0.saturating_add(other.0);
    }
}

impl SubAssign for Decimal {
    fn sub_assign(&mut self, other: Self) {
        self.0 = self.0.saturating_sub(other.0);
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:0>width$}", self.0.unsigned_abs(), width = PLACES + 1);
        let (whole, fraction) = digits.split_at(digits.len() - PLACES);
        let sign = if self.0 < 0 { "-" } else { "" };
        // As money is written: 25000, but 25000.50.
        match fraction.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}"),
            fraction => write!(f, "{sign}{whole}.{fraction:0<2}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    fn shown(text: &str) -> Option<String> {
        Decimal::read(text).map(|number| number.to_string())
    }

    #[test]
    fn a_number_is_kept_digit_for_digit() {
        for (text, expected) in [
            ("25000", "25000"),
            ("-0.1", "-0.10"),
            ("+.5", "0.50"),
            ("007.", "7"),
            (" 12.345 ", "12.345"),
            ("-0", "0"),
            ("999999999999999999.9999999999", "999999999999999999.9999999999"),
            ("1.00000000000000", "1"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_plain_number_is_none() {
        for text in ["", ".", "-", "+-1", "1e3", "25,000", "$5", "1.2.3", "0x1F", "NaN", "٣", "1 000", "0.00000000001"]
        {
            assert_eq!(shown(text), None, "{text:?}");
        }
        assert_eq!(shown("1000000000000000000"), None);
    }

    #[test]
    fn sums_are_exact() {
        let mut sum = Decimal::default();
        for _ in 0..10 {
            sum += Decimal::read("0.1").unwrap();
        }
        sum -= Decimal::read("0.30").unwrap();
        assert_eq!(sum.to_string(), "0.70");
    }
}
