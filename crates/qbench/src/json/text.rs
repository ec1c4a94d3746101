//! Characters of JSON strings, in the form that PostgreSQL can store.

use std::{borrow::Cow, fmt::Write as _};

/// The characters of a JSON string and what had to be changed to make them storable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unescaped<'a> {
    pub(crate) text: Cow<'a, str>,
    /// NUL characters were left out: no text type of PostgreSQL holds them.
    pub(crate) had_nul: bool,
    /// Half surrogate pairs became U+FFFD: they are no characters.
    pub(crate) had_surrogate: bool,
}

/// Resolves the escapes of what stood between the quotes of a well-formed JSON string.
pub(crate) fn unescape(inside: &str) -> Unescaped<'_> {
    let Some(first) = inside.bytes().position(|b| b == b'\\') else {
        return Unescaped { text: Cow::Borrowed(inside), had_nul: false, had_surrogate: false };
    };
    let mut out = String::with_capacity(inside.len());
    out.push_str(&inside[..first]);
    let mut reader = Escapes { rest: &inside[first..], out, had_nul: false, had_surrogate: false };
    while reader.step() {}
    Unescaped { text: Cow::Owned(reader.out), had_nul: reader.had_nul, had_surrogate: reader.had_surrogate }
}

struct Escapes<'a> {
    rest: &'a str,
    out: String,
    had_nul: bool,
    had_surrogate: bool,
}

impl Escapes<'_> {
    /// Takes one escape and the plain run behind it; false at the end.
    fn step(&mut self) -> bool {
        let Some(after) = self.rest.strip_prefix('\\') else {
            return false;
        };
        let mut chars = after.chars();
        match chars.next() {
            Some('u') => {
                self.rest = chars.as_str();
                self.unicode();
            }
            Some(c) => {
                self.out.push(short_escape(c));
                self.rest = chars.as_str();
            }
            None => self.rest = "",
        }
        let plain = self.rest.find('\\').unwrap_or(self.rest.len());
        self.out.push_str(&self.rest[..plain]);
        self.rest = &self.rest[plain..];
        true
    }

    /// `rest` stands behind `\u`.
    fn unicode(&mut self) {
        let first = self.take_hex();
        match first {
            0 => self.had_nul = true,
            0xD800..=0xDBFF => match self.low_half() {
                Some(low) => {
                    let code = 0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00);
                    self.out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                None => self.lone_half(),
            },
            0xDC00..=0xDFFF => self.lone_half(),
            code => self.out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)),
        }
    }

    fn lone_half(&mut self) {
        self.had_surrogate = true;
        self.out.push(char::REPLACEMENT_CHARACTER);
    }

    /// The second half of a pair, taken only if it is one.
    fn low_half(&mut self) -> Option<u32> {
        let digits = self.rest.strip_prefix("\\u")?.get(..4)?;
        let low = u32::from_str_radix(digits, 16).ok()?;
        (0xDC00..=0xDFFF).contains(&low).then(|| {
            self.rest = &self.rest[6..];
            low
        })
    }

    fn take_hex(&mut self) -> u32 {
        let digits = self.rest.get(..4).unwrap_or_default();
        let code = u32::from_str_radix(digits, 16).unwrap_or(0xFFFD);
        self.rest = self.rest.get(4..).unwrap_or_default();
        code
    }
}

fn short_escape(c: char) -> char {
    match c {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        other => other,
    }
}

/// Writes a JSON string with the fewest escapes: `"`, `\` and control characters (as `\u00xx`).
pub(crate) fn escape_into(out: &mut String, text: &str) {
    out.push('"');
    let mut plain_from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[plain_from..at]);
        plain_from = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            // Writing to a String cannot fail.
            control => {
                let _ = write!(out, "\\u{control:04x}");
            }
        }
    }
    out.push_str(&text[plain_from..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_the_characters_they_stand_for() {
        let read = unescape(r#"a\n\t\"\\\/ \u00e9 \ud83e\uddea\b"#);
        assert_eq!(read.text, "a\n\t\"\\/ é 🧪\u{8}");
        assert!(!read.had_nul && !read.had_surrogate);
    }

    #[test]
    fn nul_is_dropped_and_half_pairs_are_replaced() {
        let read = unescape(r"a\u0000b\ud800c\udc00\ud800\u0041\ud800");
        assert_eq!(read.text, "ab\u{fffd}c\u{fffd}\u{fffd}A\u{fffd}");
        assert!(read.had_nul && read.had_surrogate);
        // An escaped backslash before `u0000` is text, not a NUL.
        assert_eq!(unescape(r"\\u0000").text, r"\u0000");
    }

    #[test]
    fn what_is_escaped_reads_back_the_same() {
        let mut out = String::new();
        escape_into(&mut out, "a\"b\\c\u{1}é\u{7f}");
        assert_eq!(out, "\"a\\\"b\\\\c\\u0001é\u{7f}\"");
        assert_eq!(unescape(&out[1..out.len() - 1]).text, "a\"b\\c\u{1}é\u{7f}");
    }
}
