//! Typed views of records. Every field is optional: v1 leaves keys out, sends `null`, and tenants
//! put their own fields and types beside the documented ones. Decoding a JSON object never fails;
//! what cannot be read is `None` and named in the issues. Knows no database, only its limits.

mod assay;
mod batch;
mod customer;
mod order;
mod reader;
mod sample;
mod test;

use std::{borrow::Cow, fmt, sync::Arc};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

pub use assay::Assay;
pub use batch::Batch;
pub use customer::Customer;
pub use order::Order;
pub use sample::Sample;
pub use test::Test;

pub(crate) use reader::integer_of;

use crate::{
    Entity,
    raw::{BadRecord, RawRecord},
};
use reader::Reader;

/// Longest text, in characters, of names, titles and display ids (`varchar(255)`).
pub const TEXT_LIMIT: usize = 255;
/// Longest state or label, in characters (`varchar(64)`).
pub const SHORT_TEXT_LIMIT: usize = 64;

/// A point in time that may be known only to the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct When {
    /// The instant; midnight UTC of the day if only the day is known, whatever the source zone.
    pub at: DateTime<Utc>,
    /// Whether the source gave a date without a time.
    pub date_only: bool,
}

impl When {
    /// The day, where the source gave only a day.
    pub fn date(self) -> Option<NaiveDate> {
        self.date_only.then(|| self.at.date_naive())
    }
}

/// How records are decoded.
#[derive(Clone, Default)]
pub struct DecodeOptions {
    source_zone: Option<SourceZone>,
}

type SourceZone = Arc<dyn Fn(NaiveDateTime) -> DateTime<Utc> + Send + Sync>;

impl DecodeOptions {
    /// Date-times without a zone are UTC, which all evidence says of API v1.
    pub fn utc() -> Self {
        Self::default()
    }

    /// Date-times without a zone are turned into instants by `to_utc`. Dates alone are not touched.
    pub fn in_zone(to_utc: impl Fn(NaiveDateTime) -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self { source_zone: Some(Arc::new(to_utc)) }
    }

    pub(crate) fn to_utc(&self, local: NaiveDateTime) -> DateTime<Utc> {
        self.source_zone.as_ref().map_or_else(|| local.and_utc(), |zone| zone(local))
    }
}

impl fmt::Debug for DecodeOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zone = if self.source_zone.is_some() { "custom" } else { "UTC" };
        f.debug_struct("DecodeOptions").field("source_zone", &zone).finish()
    }
}

/// A field that could not be taken as it was. Never holds the field's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldIssue {
    /// The field's name in the struct.
    pub field: &'static str,
    /// What is wrong with it, in plain words.
    pub why: Cow<'static, str>,
}

impl fmt::Display for FieldIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.why)
    }
}

/// A decoded record and what was odd about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded<T> {
    /// The record; fields that could not be read are `None`.
    pub value: T,
    /// Fields that were changed or dropped, in the order of reading.
    pub issues: Vec<FieldIssue>,
    /// Fields whose keys the source did not send at all (`null` counts as sent). List items may
    /// lack what a single read has.
    pub absent: Vec<&'static str>,
}

/// A kind of record that can be decoded.
pub trait Record: Sized {
    /// Which entity it is.
    const ENTITY: Entity;

    /// Reads the fields; the id has been read already.
    #[doc(hidden)]
    fn read(id: i32, fields: &mut Fields<'_>) -> Self;

    /// The record's id.
    fn id(&self) -> i32;

    /// Decodes one record.
    ///
    /// # Errors
    /// `BadRecord` if it is no JSON object or has no id that fits a four-byte integer.
    fn decode(raw: &RawRecord, options: &DecodeOptions) -> Result<Decoded<Self>, BadRecord> {
        let mut reader = Reader::new(raw, options)?;
        let id = reader.record_id()?;
        let mut fields = Fields(reader);
        let value = Self::read(id, &mut fields);
        let Fields(reader) = fields;
        Ok(Decoded { value, issues: reader.issues, absent: reader.absent })
    }
}

/// The fields of a record that is being decoded; opaque outside this module.
#[doc(hidden)]
pub struct Fields<'a>(Reader<'a>);

/// Decodes one record; the same as [`Record::decode`].
///
/// # Errors
/// `BadRecord` if it is no JSON object or has no id that fits a four-byte integer.
pub fn decode<T: Record>(raw: &RawRecord, options: &DecodeOptions) -> Result<Decoded<T>, BadRecord> {
    T::decode(raw, options)
}
