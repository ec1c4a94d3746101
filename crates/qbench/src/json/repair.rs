//! Mends JSON that common writers get wrong, so that one odd record does not cost its whole page.

use std::{borrow::Cow, fmt::Write as _};

/// Replaces what is no JSON but has one sensible meaning: a byte order mark in front is dropped;
/// `NaN`, `Infinity` and `-Infinity` (which Python's writer emits) become `null`; raw control
/// characters inside strings are escaped. Anything else stays as it is, so a cut text stays broken.
/// Borrowed means that there was nothing to mend.
pub(crate) fn repair(text: &str) -> Cow<'_, str> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut out = String::with_capacity(body.len() + 16);
    let mut changed = body.len() != text.len();
    let mut in_string = false;
    let mut escaped = false;
    let mut rest = body;
    while let Some(c) = rest.chars().next() {
        let word = if in_string { None } else { bare_word(rest) };
        if let Some(word) = word {
            out.push_str("null");
            rest = &rest[word.len()..];
            changed = true;
            continue;
        }
        rest = &rest[c.len_utf8()..];
        if in_string && (c as u32) < 0x20 {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{:04x}", c as u32);
            changed = true;
            escaped = false;
            continue;
        }
        match (in_string, c) {
            (true, _) if escaped => escaped = false,
            (true, '\\') => escaped = true,
            (_, '"') => in_string = !in_string,
            _ => {}
        }
        out.push(c);
    }
    if changed { Cow::Owned(out) } else { Cow::Borrowed(text) }
}

fn bare_word(rest: &str) -> Option<&'static str> {
    ["NaN", "-Infinity", "Infinity"].into_iter().find(|word| rest.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_numbers_control_characters_and_byte_order_marks_are_mended() {
        let text = "\u{feff}{\"a\":NaN,\"b\":[-Infinity,Infinity],\"c\":\"NaN\tx\\\"\u{0}\"}";
        let mended = repair(text);
        assert_eq!(mended, "{\"a\":null,\"b\":[null,null],\"c\":\"NaN\\u0009x\\\"\\u0000\"}");
        assert!(super::super::check(&mended).is_ok());
    }

    #[test]
    fn good_json_is_left_alone() {
        let text = r#"{"a":"NaN \\","b":1}"#;
        assert!(matches!(repair(text), Cow::Borrowed(same) if same == text));
    }
}
