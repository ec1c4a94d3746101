//! Makes a record's JSON text safe for a PostgreSQL `jsonb` column, changing as little as possible.

use std::borrow::Cow;

use crate::{
    json::{Json, Kind, StorableNumber, escape_into, skip_string, skip_value, storable_number, unescape},
    raw::is_filler,
};

/// Containers nested deeper than this are stored as text. PostgreSQL's own parser recurses and
/// gives up after some thousand levels, depending on its `max_stack_depth`.
pub const MAX_STORED_DEPTH: usize = 500;

/// See [`crate::RawRecord::storable_json`].
pub(crate) fn storable_record(text: &str, clean: bool) -> Cow<'_, str> {
    let json = Json::of_checked(text);
    // The search is quicker than the walk, and nearly always enough.
    let has_filler = (!clean || text.contains("\"qb")) && json.members().any(is_filler_member);
    if !has_filler && clean {
        return Cow::Borrowed(text);
    }
    let mut writer = Writer { out: String::with_capacity(text.len()) };
    if json.kind() == Kind::Object {
        writer.object_without_filler(json);
    } else {
        writer.value(json.as_json(), 1);
    }
    Cow::Owned(writer.out)
}

/// Judges by the name that will be stored.
fn is_filler_member((name, value): (&str, Json<'_>)) -> bool {
    is_filler(&unescape(name).text, value)
}

/// JSON text of one value inside a record, at the given nesting depth of its container.
pub(crate) fn storable_value(json: Json<'_>, depth: usize) -> String {
    let mut writer = Writer { out: String::with_capacity(json.as_json().len()) };
    writer.value(json.as_json(), depth);
    writer.out
}

/// A quick look; may say no for text that needs no change, never yes for text that does.
pub(crate) fn is_storable(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut i = 0;
    while let Some(byte) = bytes.get(i) {
        match byte {
            b'"' => match skip_plain_string(bytes, i) {
                Some(end) => i = end,
                None => return false,
            },
            b'{' | b'[' => {
                depth += 1;
                if depth >= MAX_STORED_DEPTH {
                    return false;
                }
                i += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                i += 1;
            }
            b'-' | b'0'..=b'9' => {
                let end = skip_number(bytes, i);
                if storable_number(&text[i..end]) == StorableNumber::AsText {
                    return false;
                }
                i = end;
            }
            _ => i += 1,
        }
    }
    true
}

/// The place behind the string that begins at `at`; nothing if an escape in it could be NUL
/// (`\u0…`) or half a pair (`\ud…`).
fn skip_plain_string(bytes: &[u8], at: usize) -> Option<usize> {
    let mut i = at + 1;
    while let Some(byte) = bytes.get(i) {
        match byte {
            b'"' => return Some(i + 1),
            b'\\' if bytes.get(i + 1) == Some(&b'u') => {
                let suspect = match bytes.get(i + 2..i + 4) {
                    Some(digits) => digits == b"00" || matches!(digits[0], b'd' | b'D'),
                    None => true,
                };
                if suspect {
                    return None;
                }
                i += 2;
            }
            b'\\' => i += 2,
            _ => i += 1,
        }
    }
    Some(bytes.len())
}

fn skip_number(bytes: &[u8], at: usize) -> usize {
    let in_number = |b: &u8| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E');
    bytes[at..].iter().position(|b| !in_number(b)).map_or(bytes.len(), |length| at + length)
}

struct Writer {
    out: String,
}

impl Writer {
    fn object_without_filler(&mut self, json: Json<'_>) {
        self.out.push('{');
        let mut first = true;
        for (name, value) in json.members().filter(|member| !is_filler_member(*member)) {
            if !first {
                self.out.push(',');
            }
            first = false;
            self.string(name);
            self.out.push(':');
            self.value(value.as_json(), 2);
        }
        self.out.push('}');
    }

    /// Copies a value whose own containers are at nesting level `depth`, without recursion.
    fn value(&mut self, text: &str, depth: usize) {
        let bytes = text.as_bytes();
        let mut depth = depth;
        let mut i = 0;
        while let Some(byte) = bytes.get(i) {
            match byte {
                b'"' => {
                    let end = skip_string(bytes, i);
                    self.string(text.get(i + 1..end.saturating_sub(1)).unwrap_or_default());
                    i = end;
                }
                b'{' | b'[' if depth > MAX_STORED_DEPTH => {
                    let end = skip_value(bytes, i);
                    escape_into(&mut self.out, &text[i..end]);
                    i = end;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.out.push(char::from(*byte));
                    i += 1;
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    self.out.push(char::from(*byte));
                    i += 1;
                }
                b'-' | b'0'..=b'9' => {
                    let end = skip_number(bytes, i);
                    self.number(&text[i..end]);
                    i = end;
                }
                // Names of constants, punctuation and blanks are plain ASCII.
                other => {
                    self.out.push(char::from(*other));
                    i += 1;
                }
            }
        }
    }

    fn string(&mut self, inside: &str) {
        let read = unescape(inside);
        if read.had_nul || read.had_surrogate {
            escape_into(&mut self.out, &read.text);
        } else {
            self.out.push('"');
            self.out.push_str(inside);
            self.out.push('"');
        }
    }

    fn number(&mut self, text: &str) {
        match storable_number(text) {
            StorableNumber::AsIs => self.out.push_str(text),
            StorableNumber::AsText => {
                self.out.push('"');
                self.out.push_str(text);
                self.out.push('"');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn storable_record(text: &str) -> Cow<'_, str> {
        super::storable_record(text, is_storable(text))
    }

    #[test]
    fn ordinary_text_is_not_copied() {
        let text = r#"{"id":1,"a":"caf\u00e9 \\u0000","n":-12.50,"l":[1,2,{"x":null}]}"#;
        assert_eq!(storable_record(text), text);
        assert!(matches!(storable_record(r#"{"id":1,"a":[1.5]}"#), Cow::Borrowed(_)));
    }

    #[test]
    fn what_jsonb_refuses_is_replaced() {
        let text = r#"{"id":1,"qbde7":"3e9f","a\u0000b":"x\u0000\ud800y","n":1e999,"d":[1E5]}"#;
        assert_eq!(storable_record(text), r#"{"id":1,"ab":"x�y","n":"1e999","d":[1E5]}"#);
    }

    #[test]
    fn deep_nesting_is_kept_up_to_the_limit_and_then_becomes_text() {
        let nested = |levels: usize| format!("{{\"id\":1,\"a\":{}1{}}}", "[".repeat(levels), "]".repeat(levels));
        let four_hundred = nested(400);
        assert_eq!(storable_record(&four_hundred), four_hundred);
        let deepest = nested(MAX_STORED_DEPTH - 1);
        assert_eq!(storable_record(&deepest), deepest);
        let too_deep = nested(MAX_STORED_DEPTH);
        assert!(storable_record(&too_deep).contains("[\"[1]\"]"));
        let absurd = nested(200_000);
        assert!(crate::json::check(&storable_record(&absurd)).is_ok());
    }
}
