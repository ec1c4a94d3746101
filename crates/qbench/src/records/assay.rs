//! Assays (API v1 `/assay`).

use chrono::{DateTime, Utc};

use super::{Fields, Record, SHORT_TEXT_LIMIT, TEXT_LIMIT, When};
use crate::Entity;

/// An analysis that can be ordered.
#[derive(Debug, Clone, PartialEq)]
pub struct Assay {
    /// QBench's id.
    pub id: i32,
    /// Its name.
    pub title: Option<String>,
    /// Short code such as `HM`; a tenant field.
    pub label_abbr: Option<String>,
    /// How it is done.
    pub method: Option<String>,
    /// Group of assays.
    pub category: Option<String>,
    /// Units of the results.
    pub units: Option<String>,
    /// Planned duration, in the unit that the tenant uses.
    pub duration: Option<i32>,
    /// Price, decimal text.
    pub base_price: Option<String>,
    /// Whether QBench calls it deleted.
    pub deleted: Option<bool>,
    /// When it was set up.
    pub date_created: Option<When>,
    /// Time of the last change.
    pub last_updated: Option<DateTime<Utc>>,
}

impl Record for Assay {
    const ENTITY: Entity = Entity::Assay;

    fn read(id: i32, fields: &mut Fields<'_>) -> Self {
        let r = &mut fields.0;
        Self {
            id,
            title: r.text("title", &["title"], TEXT_LIMIT),
            label_abbr: r.text("label_abbr", &["label_abbr"], SHORT_TEXT_LIMIT),
            method: r.text("method", &["method"], TEXT_LIMIT),
            category: category(r),
            units: r.text("units", &["units"], SHORT_TEXT_LIMIT),
            duration: r.integer("duration", &["duration"]),
            base_price: r.decimal("base_price", "base_price"),
            deleted: r.flag("deleted", &["deleted"]),
            date_created: r.when("date_created", &["date_created"]),
            last_updated: r.last_updated(),
        }
    }

    fn id(&self) -> i32 {
        self.id
    }
}

/// A text in v1, an object with a `name` in v2.
fn category(r: &mut super::reader::Reader<'_>) -> Option<String> {
    let value = r.first_of("category", &["category"])?;
    let value = value.member("name").unwrap_or(value);
    if value.is_empty() { None } else { r.text_from("category", value, TEXT_LIMIT) }
}
