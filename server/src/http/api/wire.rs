//! Times as the old interface printed them, and counts by key.

use super::moment::local_text;
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

/// A time of the laboratory's wall clock, without a zone: `2026-11-12T03:07:43`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local(pub NaiveDateTime);

/// An instant in UTC: `2026-11-12T03:07:43Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instant(pub DateTime<Utc>);

impl Serialize for Local {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&local_text(self.0))
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{}Z", local_text(self.0.naive_utc())))
    }
}

impl PartialSchema for Local {
    fn schema() -> RefOr<Schema> {
        let about = "The laboratory's wall clock, without a zone.";
        ObjectBuilder::new().schema_type(Type::String).description(Some(about)).into()
    }
}

impl ToSchema for Local {
    fn name() -> Cow<'static, str> {
        "LocalTime".into()
    }
}

impl PartialSchema for Instant {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl ToSchema for Instant {
    fn name() -> Cow<'static, str> {
        "Instant".into()
    }
}

impl PartialSchema for super::moment::Moment {
    fn schema() -> RefOr<Schema> {
        let about = "As it was given: with its zone, or without.";
        ObjectBuilder::new().schema_type(Type::String).description(Some(about)).into()
    }
}

impl ToSchema for super::moment::Moment {
    fn name() -> Cow<'static, str> {
        "Moment".into()
    }
}

/// A value of the pages' own types, described as an object only.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Untyped<T>(pub T);

impl<T> PartialSchema for Untyped<T> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Object).into()
    }
}

impl<T> ToSchema for Untyped<T> {
    fn name() -> Cow<'static, str> {
        "Untyped".into()
    }
}

/// A count by key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct KeyCount {
    /// The key; `unknown` where there is none.
    pub key: String,
    /// Records.
    pub count: i64,
}
