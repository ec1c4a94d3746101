//! Numbers as text: one spelling for equal values, and which of them a `jsonb` column can hold.

use std::borrow::Cow;

/// Most digits on either side of the point that are kept as a number in stored JSON. PostgreSQL
/// itself allows 131072 before and 16383 behind the point.
const MAX_DIGITS: i64 = 2000;

/// Longest plain integer that needs no second look.
const SHORT: usize = 40;

/// How a JSON number can be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StorableNumber {
    /// As it is.
    AsIs,
    /// Only as text: too large for a double, or with more digits than a `numeric` should carry.
    AsText,
}

/// Whether a JSON number can be stored in `jsonb` and read back by ordinary JSON readers.
pub(crate) fn storable_number(text: &str) -> StorableNumber {
    if text.len() <= SHORT && !text.bytes().any(|b| matches!(b, b'e' | b'E')) {
        return StorableNumber::AsIs;
    }
    let finite = text.parse::<f64>().is_ok_and(f64::is_finite);
    let parts = Parts::of(text);
    if finite && parts.digits_before() <= MAX_DIGITS && parts.digits_behind() <= MAX_DIGITS {
        StorableNumber::AsIs
    } else {
        StorableNumber::AsText
    }
}

/// One spelling for equal numbers: `5e1`, `50.0` and `50` are `50`; long ones are `digits e power`.
pub(crate) fn canonical_number(text: &str) -> Cow<'_, str> {
    let plain = text.len() <= SHORT && !text.bytes().any(|b| matches!(b, b'.' | b'e' | b'E'));
    if plain && text != "-0" {
        return Cow::Borrowed(text);
    }
    let parts = Parts::of(text);
    if parts.digits.is_empty() {
        return Cow::Borrowed("0");
    }
    let sign = if parts.negative { "-" } else { "" };
    let length = i64::try_from(parts.digits.len()).unwrap_or(i64::MAX);
    if parts.power >= 0 && parts.power.saturating_add(length) <= SHORT as i64 {
        let zeros = "0".repeat(usize::try_from(parts.power).unwrap_or(0));
        return Cow::Owned(format!("{sign}{}{zeros}", parts.digits));
    }
    Cow::Owned(format!("{sign}{}e{}", parts.digits, parts.power))
}

/// `digits × 10^power`, digits without leading or trailing zeros.
struct Parts {
    negative: bool,
    digits: String,
    power: i64,
    /// Digits behind the point as written, which is what `numeric` keeps.
    written_scale: i64,
}

impl Parts {
    fn of(text: &str) -> Self {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction_length = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
        let mut power = exponent.saturating_sub(fraction_length);
        let written_scale = power.saturating_neg().max(0);
        let all = format!("{whole}{fraction}");
        let kept = all.trim_end_matches('0');
        power = power.saturating_add(i64::try_from(all.len() - kept.len()).unwrap_or(0));
        let digits = kept.trim_start_matches('0').to_owned();
        Self { negative, digits, power, written_scale }
    }

    fn digits_before(&self) -> i64 {
        let length = i64::try_from(self.digits.len()).unwrap_or(i64::MAX);
        self.power.saturating_add(length).max(0)
    }

    fn digits_behind(&self) -> i64 {
        self.written_scale
    }
}

/// An exponent of absurd length counts as a very large one.
fn read_exponent(text: &str) -> i64 {
    let absurd = if text.starts_with('-') { i64::MIN / 4 } else { i64::MAX / 4 };
    text.parse::<i64>().map_or(absurd, |e| e.clamp(i64::MIN / 4, i64::MAX / 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_have_one_spelling() {
        let fifty = ["50", "50.0", "5e1", "5E+1", "500e-1", "50.00000000000000000000000000000000000000000000000000"];
        for text in fifty {
            assert_eq!(canonical_number(text), "50", "{text}");
        }
        for text in ["0", "-0", "0.0", "-0.000", "0e99"] {
            assert_eq!(canonical_number(text), "0", "{text}");
        }
        let googol = format!("1{}", "0".repeat(100));
        assert_eq!(canonical_number(&googol), canonical_number("1e100"));
        assert_eq!(canonical_number("-0.0120"), "-12e-3");
        assert_ne!(canonical_number("12345678901234567890123"), canonical_number("12345678901234567890124"));
    }

    #[test]
    fn numbers_that_no_column_holds_are_stored_as_text() {
        for text in ["1e400", "-1e99999", "1e-5000", "1e999999999999999999999", "1e-999999999999999999999"] {
            assert_eq!(storable_number(text), StorableNumber::AsText, "{text}");
        }
        let long = "9".repeat(300);
        for text in ["0", "1.50", "1e300", "-1e-300", &long] {
            assert_eq!(storable_number(text), StorableNumber::AsIs, "{text}");
        }
    }
}
