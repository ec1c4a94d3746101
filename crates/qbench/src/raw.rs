//! One record as QBench sent it: its JSON text, with just enough reading to route and compare it.
//! What the fields mean is the business of [`crate::records`].

use std::{borrow::Cow, fmt, sync::OnceLock};

use crate::{
    hash::{self, ContentHashes},
    json::{self, Json, Kind, StorableNumber},
    storable,
};

/// The JSON text of one record exactly as received.
///
/// QBench adds one random member (`qb` and hex digits) to the top level of every single-object
/// answer; it is kept here, and left out of [`RawRecord::storable_json`] and of the hashes.
#[derive(Clone)]
pub struct RawRecord {
    text: Box<str>,
    /// Whether the text can be stored as it is; looked at once.
    clean: OnceLock<bool>,
}

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
        Self { text: Json::of_checked(text).as_json().into(), clean: OnceLock::new() }
    }

    /// The JSON text as received.
    pub fn as_json(&self) -> &str {
        &self.text
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
        list.into_iter().flat_map(Json::elements).map(|e| Self::of_checked(e.as_json())).collect()
    }

    /// JSON text with the same meaning that a PostgreSQL `jsonb` column accepts: NUL characters
    /// are dropped, half surrogate pairs become U+FFFD, numbers that no column holds become text,
    /// containers nested deeper than [`crate::MAX_STORED_DEPTH`] become their own JSON text, and
    /// the random member is removed. Borrowed if nothing had to change.
    pub fn storable_json(&self) -> Cow<'_, str> {
        storable::storable_record(&self.text, self.is_clean())
    }

    /// Whether nothing in the record has to change before it can be stored, the random member apart.
    pub(crate) fn is_clean(&self) -> bool {
        *self.clean.get_or_init(|| storable::is_storable(&self.text))
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
        hash::content_hashes(&self.text)
    }

    pub(crate) fn json(&self) -> Json<'_> {
        Json::of_checked(&self.text)
    }
}

impl PartialEq for RawRecord {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for RawRecord {}

impl fmt::Debug for RawRecord {
    /// Shows the id and the size only: records are laboratory data and do not belong in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawRecord").field("id", &self.id()).field("bytes", &self.text.len()).finish()
    }
}

/// Longest value that counts as filler; up to 16 characters have been seen.
const FILLER_LIMIT: usize = 64;

/// Whether a top-level member is QBench's random filler: name `qb` and 1–5 hex digits, value a
/// string of hex digits. Real members such as `qbd_id` have another shape.
pub(crate) fn is_filler(name: &str, value: Json<'_>) -> bool {
    let hex_name = name.strip_prefix("qb").is_some_and(|rest| {
        (1..=5).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    });
    hex_name
        && match value.kind() {
            Kind::Text => value
                .text()
                .is_some_and(|text| text.len() <= FILLER_LIMIT && text.bytes().all(|b| b.is_ascii_hexdigit())),
            // Would be stored as text, and that text would be taken for filler.
            Kind::Number => json::storable_number(value.as_json()) == StorableNumber::AsText,
            _ => false,
        }
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
