//! Decimal quantities in tenant text fields: `6.34g`, `6,3`, `1,234.5`.

/// Digits before the point that a `numeric(18,2)` column holds.
const MAX_WHOLE: usize = 16;

/// Digits behind the point that are worth keeping; the column rounds.
const MAX_FRACTION: usize = 20;

/// Reads a quantity, with or without a unit behind it, and gives it as plain decimal text
/// (`-?digits[.digits]`). Nothing if the text is no number, has a second number behind it, has a
/// sign such as `<` before it (a limit is not a value) or more than 16 digits before the point.
pub fn parse_decimal(text: &str) -> Option<String> {
    let text = text.trim();
    let (negative, body) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (number, exponent) = split_number(body)?;
    let plain = plain_number(number)?;
    let shifted = shift(&plain, exponent)?;
    normalise(negative, &shifted)
}

/// Cuts the number off its unit; also reads an exponent directly behind it.
fn split_number(body: &str) -> Option<(&str, i32)> {
    let end = body.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(body.len());
    let (number, unit) = body.split_at(end);
    if let Some(after) = unit.strip_prefix(['e', 'E']) {
        let digits = after.strip_prefix(['+', '-']).unwrap_or(after);
        if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            return after.parse::<i32>().ok().map(|exponent| (number, exponent));
        }
    }
    let has_second_number = unit.chars().any(char::is_numeric);
    (!has_second_number).then_some((number, 0))
}

/// Digits with at most one point: decides what each comma and point means.
fn plain_number(number: &str) -> Option<String> {
    let number = number.trim_end_matches(['.', ',']);
    let points = number.matches('.').count();
    let commas = number.matches(',').count();
    let plain = match (points, commas) {
        (_, 0) if points <= 1 => number.to_owned(),
        (0, 1) if !looks_grouped(number, ',') => number.replace(',', "."),
        (0, _) if looks_grouped(number, ',') => number.replace(',', ""),
        (1, _) => {
            let (whole, fraction) = number.split_once('.')?;
            if looks_grouped(whole, ',') {
                format!("{}.{fraction}", whole.replace(',', ""))
            } else {
                let (whole, fraction) = number.split_once(',').filter(|(w, _)| looks_grouped(w, '.'))?;
                format!("{}.{fraction}", whole.replace('.', ""))
            }
        }
        _ => return None,
    };
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    (digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())).then_some(plain)
}

/// `1,234` and `12,345,678` but not `0,634` (nobody groups a leading zero) or `6,3`.
fn looks_grouped(number: &str, separator: char) -> bool {
    let mut groups = number.split(separator);
    let first = groups.next().unwrap_or_default();
    let mut rest = groups.peekable();
    (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && rest.peek().is_some()
        && rest.all(|group| group.len() == 3)
}

/// Moves the point of `digits[.digits]` by `exponent` places.
fn shift(plain: &str, exponent: i32) -> Option<String> {
    if exponent == 0 {
        return Some(plain.to_owned());
    }
    if exponent.abs() > 40 || plain.len() > 60 {
        return None;
    }
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = format!("{whole}{fraction}");
    let point = i32::try_from(whole.len()).ok()? + exponent;
    let places = usize::try_from(point.unsigned_abs()).ok()?;
    if point <= 0 {
        return Some(format!("0.{}{digits}", "0".repeat(places)));
    }
    if places >= digits.len() {
        return Some(format!("{digits}{}", "0".repeat(places - digits.len())));
    }
    Some(format!("{}.{}", &digits[..places], &digits[places..]))
}

/// No needless zeros in front, a zero before the point, bounded lengths.
fn normalise(negative: bool, plain: &str) -> Option<String> {
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let whole = whole.trim_start_matches('0');
    if whole.len() > MAX_WHOLE {
        return None;
    }
    let fraction = fraction.get(..MAX_FRACTION).unwrap_or(fraction);
    let zero = whole.is_empty() && fraction.bytes().all(|b| b == b'0');
    let sign = if negative && !zero { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantities_are_read_as_people_write_them() {
        for (text, expected) in [
            ("6.34", "6.34"),
            ("6.34g", "6.34"),
            (" 6.34 g ", "6.34"),
            ("6,3", "6.3"),
            ("0,634", "0.634"),
            ("1,234", "1234"),
            ("1,234.50 mg", "1234.50"),
            ("1.234,5", "1234.5"),
            ("-5", "-5"),
            ("+.5", "0.5"),
            ("007.10", "7.10"),
            ("0", "0"),
            ("-0.0", "0.0"),
            ("12.", "12"),
            ("1e3", "1000"),
            ("2.5E-2", "0.025"),
            ("12,345,678", "12345678"),
            ("5 µg", "5"),
            ("100%", "100"),
            ("3.2e", "3.2"),
        ] {
            assert_eq!(parse_decimal(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_single_quantity_is_refused() {
        for text in [
            "",
            "ND",
            "<0.5",
            "~6",
            "6.3 / 2",
            "1.2.3",
            "1,23,4",
            "NaN",
            "inf",
            ".",
            "-",
            "6 x 10",
            "12345678901234567",
            "1e30",
            "1e999999999999",
            "٣",
        ] {
            assert_eq!(parse_decimal(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_plain_decimal_text_or_nothing(text in "[0-9.,eE+\\- gm<]{0,30}") {
            if let Some(plain) = parse_decimal(&text) {
                let digits = plain.strip_prefix('-').unwrap_or(&plain);
                let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
                prop_assert!(!whole.is_empty() && whole.len() <= MAX_WHOLE);
                prop_assert!(!fraction.is_empty());
                prop_assert!(whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()));
            }
        }

        #[test]
        fn plain_numbers_keep_their_value(value in -1_000_000_000_i64..1_000_000_000, cents in 0_u8..100) {
            let text = format!("{value}.{cents:02}");
            let plain = parse_decimal(&text).expect("a number");
            prop_assert_eq!(plain.parse::<f64>().expect("number"), text.parse::<f64>().expect("number"));
        }
    }
}
