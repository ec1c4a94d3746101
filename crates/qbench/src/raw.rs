//! One record as QBench sent it: its JSON text, with just enough reading to route and compare it.
//! What the fields mean is the business of [`crate::records`].

use std::{borrow::Cow, fmt};

use crate::{
    hash::{self, ContentHashes},
    json::{self, Json, Kind},
    storable,
};

/// The JSON text of one record exactly as received.
///
/// QBench adds one random member (`qb` and hex digits) to the top level of every single-object
/// answer; it is kept here, and left out of [`RawRecord::storable_json`] and of the hashes.
#[derive(Clone, PartialEq, Eq)]
pub struct RawRecord(Box<str>);

/// Why a record cannot be used at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct BadRecord {
    /// The reason in plain words, without the record's content.
    pub why: Cow<'static, str>,
}

impl BadRecord {
    pub(crate) fn new(why: impl Into<Cow<'static, str>>) -> Self {
        Self { why: why.into() }
    }
}

impl RawRecord {
    /// Takes any well-formed JSON text, for example a stored payload.
    ///
    /// # Errors
    /// `BadRecord` if the text is no JSON. Nesting may be of any depth.
    pub fn parse(text: &str) -> Result<Self, BadRecord> {
        json::check(text).map_err(|_| BadRecord::new("not well-formed JSON"))?;
        Ok(Self::of_checked(text))
    }

    /// Takes text that is known to be well-formed JSON.
    pub(crate) fn of_checked(text: &str) -> Self {
        Self(Json::of_checked(text).as_json().into())
    }

    /// The JSON text as received.
    pub fn as_json(&self) -> &str {
        &self.0
    }

    /// Whether the record is a JSON object; lists have been seen to hold other things.
    pub fn is_object(&self) -> bool {
        self.json().kind() == Kind::Object
    }

    /// The record's id, if it has one: an integer, or a text or decimal that stands for one.
    pub fn id(&self) -> Option<i64> {
        self.json().member("id").and_then(crate::records::integer_of)
    }

    /// Whether the record has a member of this name, null or not.
    pub fn has_key(&self, name: &str) -> bool {
        self.json().member(name).is_some()
    }

    /// Whether the record has a member of this name that is not null, `""`, `{}` or `[]`.
    pub fn has_value(&self, name: &str) -> bool {
        self.json().member(name).is_some_and(|value| !value.is_empty())
    }

    /// The records nested in a member that is a list, as `tests` in a single sample.
    pub fn nested(&self, name: &str) -> Vec<RawRecord> {
        let list = self.json().member(name);
        list.into_iter().flat_map(Json::elements).map(|e| Self(e.as_json().into())).collect()
    }

    /// JSON text with the same meaning that a PostgreSQL `jsonb` column accepts: NUL characters
    /// are dropped, half surrogate pairs become U+FFFD, numbers that no column holds become text,
    /// containers nested deeper than [`crate::MAX_STORED_DEPTH`] become their own JSON text, and
    /// the random member is removed. Borrowed if nothing had to change.
    pub fn storable_json(&self) -> Cow<'_, str> {
        storable::storable_record(&self.0)
    }

    /// 128 bits that tell whether two records have the same content; see [`ContentHashes::full`].
    pub fn content_hash(&self) -> [u8; 16] {
        self.content_hashes().full
    }

    /// The same without worksheet data; see [`ContentHashes::without_worksheet`].
    pub fn content_hash_without_worksheet(&self) -> [u8; 16] {
        self.content_hashes().without_worksheet
    }

    /// All hashes in one pass.
    pub fn content_hashes(&self) -> ContentHashes {
        hash::content_hashes(&self.0)
    }

    pub(crate) fn json(&self) -> Json<'_> {
        Json::of_checked(&self.0)
    }
}

impl fmt::Debug for RawRecord {
    /// Shows the id and the size only: records are laboratory data and do not belong in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawRecord").field("id", &self.id()).field("bytes", &self.0.len()).finish()
    }
}

/// Whether a top-level member is QBench's random filler: name `qb` and 1–5 hex digits, value a
/// string of hex digits. Real members such as `qbd_id` have another shape.
pub(crate) fn is_filler(name: &str, value: Json<'_>) -> bool {
    let hex_name = name.strip_prefix("qb").is_some_and(|rest| {
        (1..=5).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    });
    hex_name && value.kind() == Kind::Text && value.inside_quotes().bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_from_numbers_and_texts() {
        let id = |text: &str| RawRecord::parse(text).expect("json").id();
        assert_eq!(id(r#"{"id":42}"#), Some(42));
        assert_eq!(id(r#"{"id":" 42 "}"#), Some(42));
        assert_eq!(id(r#"{"id":42.0}"#), Some(42));
        for none in [
            r#"{"id":null}"#,
            r#"{"id":true}"#,
            r#"{"id":"x"}"#,
            r#"{"id":1.5}"#,
            "{}",
            "[1]",
            "7",
            r#"{"id":99999999999999999999}"#,
        ] {
            assert_eq!(id(none), None, "{none}");
        }
    }

    #[test]
    fn filler_is_known_by_name_and_value() {
        let filler = |name: &str, value: &str| is_filler(name, Json::of_checked(value));
        assert!(filler("qba", "\"491aef8\""));
        assert!(filler("qb0ddb", "\"d\""));
        assert!(!filler("qbd_id", "\"d\""));
        assert!(!filler("qb", "\"d\""));
        assert!(!filler("qb950d", "17"));
        assert!(!filler("qb950d", "\"text\""));
    }

    #[test]
    fn debug_output_shows_no_content() {
        let raw = RawRecord::parse(r#"{"id":1,"customer_name":"Alder Labs"}"#).expect("json");
        assert!(!format!("{raw:?}").contains("Alder"));
    }
}
