//! Walking over well-formed JSON text: values, members of objects, elements of arrays.

use std::borrow::Cow;

use super::text::unescape;

/// One JSON value as its text, without surrounding blanks. The text is known to be well formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Json<'a>(&'a str);

/// What a JSON value is, told by its first character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Number,
    Text,
    Array,
    Object,
}

impl<'a> Json<'a> {
    /// Wraps text that has passed [`super::check`].
    pub(crate) fn of_checked(text: &'a str) -> Self {
        Self(text.trim_matches(is_blank_char))
    }

    pub(crate) fn as_json(self) -> &'a str {
        self.0
    }

    pub(crate) fn kind(self) -> Kind {
        match self.0.as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::Text,
            Some(b't') => Kind::Bool(true),
            Some(b'f') => Kind::Bool(false),
            Some(b'n') | None => Kind::Null,
            Some(_) => Kind::Number,
        }
    }

    pub(crate) fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// The characters of a string value, without what PostgreSQL cannot store (see [`unescape`]).
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        (self.kind() == Kind::Text).then(|| unescape(self.inside_quotes()).text)
    }

    /// What stands between the quotes of a string value, escapes and all.
    pub(crate) fn inside_quotes(self) -> &'a str {
        self.0.get(1..self.0.len().saturating_sub(1)).unwrap_or_default()
    }

    /// The members of an object in order; nothing for other values.
    pub(crate) fn members(self) -> Members<'a> {
        let start = if self.kind() == Kind::Object { 1 } else { self.0.len() };
        Members { text: self.0, at: start }
    }

    /// The value of a member; the last one where the name is repeated, as in `jsonb`.
    pub(crate) fn member(self, name: &str) -> Option<Json<'a>> {
        self.members().filter(|(key, _)| unescape(key).text == name).last().map(|(_, value)| value)
    }

    /// The elements of an array in order; nothing for other values.
    pub(crate) fn elements(self) -> Elements<'a> {
        let start = if self.kind() == Kind::Array { 1 } else { self.0.len() };
        Elements { text: self.0, at: start, closed_at: self.0.len() }
    }

    /// Whether it is `null`, `""`, `{}` or `[]`.
    pub(crate) fn is_empty(self) -> bool {
        match self.kind() {
            Kind::Null => true,
            Kind::Text => self.inside_quotes().is_empty(),
            Kind::Object => self.members().next().is_none(),
            Kind::Array => self.elements().next().is_none(),
            Kind::Bool(_) | Kind::Number => false,
        }
    }
}

/// Iterator over `(name as written between its quotes, value)`.
#[derive(Debug, Clone)]
pub(crate) struct Members<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, Json<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.text.as_bytes();
        let key_start = skip_blanks_and(bytes, self.at, b',');
        if bytes.get(key_start) != Some(&b'"') {
            self.at = bytes.len();
            return None;
        }
        let key_end = skip_string(bytes, key_start);
        let value_start = skip_blanks_and(bytes, key_end, b':');
        let value_end = skip_value(bytes, value_start);
        self.at = value_end;
        let key = self.text.get(key_start + 1..key_end.saturating_sub(1))?;
        Some((key, Json(self.text.get(value_start..value_end)?)))
    }
}

/// Iterator over the values of an array.
#[derive(Debug, Clone)]
pub(crate) struct Elements<'a> {
    text: &'a str,
    at: usize,
    /// Where the closing bracket stands, once it was met.
    closed_at: usize,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.text.as_bytes();
        let start = skip_blanks_and(bytes, self.at, b',');
        match bytes.get(start) {
            None => return None,
            Some(b']') => {
                self.at = bytes.len();
                self.closed_at = start;
                return None;
            }
            Some(_) => {}
        }
        let end = skip_value(bytes, start);
        self.at = end;
        Some(Json(self.text.get(start..end)?))
    }
}

/// A member of an object, with the elements of its value where that is an array.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) value: Json<'a>,
    pub(crate) elements: Vec<Json<'a>>,
}

/// Takes an envelope apart in one walk over its text; nothing for values that are no objects.
pub(crate) fn parts(json: Json<'_>) -> Vec<Part<'_>> {
    let Json(text) = json;
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let mut at = if json.kind() == Kind::Object { 1 } else { bytes.len() };
    loop {
        let key = skip_blanks_and(bytes, at, b',');
        if bytes.get(key) != Some(&b'"') {
            return parts;
        }
        let key_end = skip_string(bytes, key);
        let start = skip_blanks_and(bytes, key_end, b':');
        let mut elements = Vec::new();
        if bytes.get(start) == Some(&b'[') {
            let mut walk = Elements { text, at: start + 1, closed_at: bytes.len() };
            elements.extend(&mut walk);
            at = walk.closed_at + 1;
        } else {
            at = skip_value(bytes, start);
        }
        let (Some(name), Some(value)) = (text.get(key + 1..key_end.saturating_sub(1)), text.get(start..at)) else {
            return parts;
        };
        parts.push(Part { name: unescape(name).text, value: Json(value), elements });
    }
}

fn is_blank_char(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn skip_blanks_and(bytes: &[u8], mut at: usize, also: u8) -> usize {
    while bytes.get(at).is_some_and(|b| is_blank(*b) || *b == also) {
        at += 1;
    }
    at
}

/// The place just behind the string whose opening quote is at `at`.
pub(crate) fn skip_string(bytes: &[u8], at: usize) -> usize {
    let mut i = at + 1;
    while let Some(byte) = bytes.get(i) {
        match byte {
            b'"' => return i + 1,
            b'\\' => i += 2,
            _ => i += 1,
        }
    }
    bytes.len()
}

/// The place just behind the value that begins at `at`, found without recursion.
pub(crate) fn skip_value(bytes: &[u8], at: usize) -> usize {
    let mut depth = 0_usize;
    let mut i = at;
    while let Some(byte) = bytes.get(i) {
        match byte {
            b'"' => {
                i = skip_string(bytes, i);
                if depth == 0 {
                    return i;
                }
            }
            b'{' | b'[' => {
                depth += 1;
                i += 1;
            }
            b'}' | b']' => {
                if depth == 0 {
                    return i;
                }
                depth -= 1;
                i += 1;
                if depth == 0 {
                    return i;
                }
            }
            b',' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => return i,
            _ => i += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_elements_are_cut_out_exactly() {
        let value = Json::of_checked(" { \"a\" : [1, {\"b\":\"x,]}\"} ,null ], \"c\\\"\":-1.5e3 } ");
        let members: Vec<_> = value.members().map(|(k, v)| (k, v.as_json())).collect();
        assert_eq!(members, [("a", "[1, {\"b\":\"x,]}\"} ,null ]"), ("c\\\"", "-1.5e3")]);
        let array = value.member("a").expect("there");
        let elements: Vec<_> = array.elements().map(Json::as_json).collect();
        assert_eq!(elements, ["1", "{\"b\":\"x,]}\"}", "null"]);
    }

    #[test]
    fn an_envelope_is_taken_apart_in_one_walk() {
        let parts = parts(Json::of_checked(r#"{"n": 1 ,"data" : [ {"x":[1]} , 2 ] ,"e":[],"d\u0061ta":{"a":[3]}}"#));
        let seen: Vec<_> = parts.iter().map(|p| (p.name.as_ref(), p.value.as_json(), p.elements.len())).collect();
        assert_eq!(
            seen,
            [("n", "1", 0), ("data", r#"[ {"x":[1]} , 2 ]"#, 2), ("e", "[]", 0), ("data", r#"{"a":[3]}"#, 0)]
        );
        assert_eq!(parts[1].elements[0].as_json(), r#"{"x":[1]}"#);
    }

    #[test]
    fn a_repeated_name_gives_the_last_value() {
        let value = Json::of_checked(r#"{"id":1,"i\u0064":2}"#);
        assert_eq!(value.member("id").map(Json::as_json), Some("2"));
    }

    #[test]
    fn empty_containers_have_nothing_in_them() {
        for text in ["{}", "[ ]", "\"\"", "null", "{ \n}"] {
            assert!(Json::of_checked(text).is_empty(), "{text}");
        }
        for text in ["{\"a\":1}", "[0]", "\" \"", "0", "false"] {
            assert!(!Json::of_checked(text).is_empty(), "{text}");
        }
    }
}
