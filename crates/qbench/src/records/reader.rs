//! Tolerant reading of one object's members: takes several types for each field, notes what it
//! had to drop, and never fails.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::{DecodeOptions, FieldIssue, When};
use crate::{
    dates::{Moment, parse_moment, start_of},
    decimal::parse_decimal,
    json::{Json, Kind, unescape},
    raw::{BadRecord, RawRecord},
    storable::storable_value,
};

pub(super) struct Reader<'a> {
    members: Vec<(Cow<'a, str>, Json<'a>)>,
    /// Whether JSON parts can be stored as they are.
    clean: bool,
    options: &'a DecodeOptions,
    pub(super) issues: Vec<FieldIssue>,
    pub(super) absent: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(raw: &'a RawRecord, options: &'a DecodeOptions) -> Result<Self, BadRecord> {
        let json = raw.json();
        if json.kind() != Kind::Object {
            return Err(BadRecord::new("not a JSON object"));
        }
        let members = json.members().map(|(name, value)| (unescape(name).text, value)).collect();
        Ok(Self { members, clean: raw.is_clean(), options, issues: Vec::new(), absent: Vec::new() })
    }

    /// The id that makes the record addressable; columns are four-byte integers.
    pub(super) fn record_id(&mut self) -> Result<i32, BadRecord> {
        let Some(value) = self.find("id") else {
            return Err(BadRecord::new("no id"));
        };
        if value.is_null() {
            return Err(BadRecord::new("the id is null"));
        }
        let id = integer_of(value).ok_or_else(|| BadRecord::new("the id is not an integer"))?;
        i32::try_from(id).map_err(|_| BadRecord::new("the id does not fit a four-byte integer"))
    }

    fn issue(&mut self, field: &'static str, why: impl Into<Cow<'static, str>>) {
        self.issues.push(FieldIssue { field, why: why.into() });
    }

    /// The last member of this name, as `jsonb` would keep it.
    pub(super) fn find(&self, name: &str) -> Option<Json<'a>> {
        self.members.iter().rev().find(|(key, _)| key == name).map(|(_, value)| *value)
    }

    /// The first of the names that holds something; else the last that is there at all. Notes the
    /// field as absent if none is.
    pub(super) fn first_of(&mut self, field: &'static str, names: &[&str]) -> Option<Json<'a>> {
        let mut last = None;
        for value in names.iter().filter_map(|name| self.find(name)) {
            last = Some(value);
            if !value.is_empty() {
                return last;
            }
        }
        if last.is_none() {
            self.absent.push(field);
        }
        last
    }

    pub(super) fn text(&mut self, field: &'static str, names: &[&str], limit: usize) -> Option<String> {
        let value = self.first_of(field, names)?;
        self.text_from(field, value, limit)
    }

    /// A text, or a number or truth value as text; without NUL and cut to the column's length.
    pub(super) fn text_from(&mut self, field: &'static str, value: Json<'a>, limit: usize) -> Option<String> {
        let text = match value.kind() {
            Kind::Null => return None,
            Kind::Text => {
                let read = unescape(value.inside_quotes());
                if read.had_nul {
                    self.issue(field, "NUL characters removed");
                }
                if read.had_surrogate {
                    self.issue(field, "half surrogate pairs replaced");
                }
                read.text
            }
            Kind::Number | Kind::Bool(_) => Cow::Borrowed(value.as_json()),
            Kind::Array | Kind::Object => {
                self.issue(field, "a text was expected");
                return None;
            }
        };
        if text.len() > limit
            && let Some((cut, _)) = text.char_indices().nth(limit)
        {
            self.issue(field, format!("cut to {limit} characters"));
            return Some(text[..cut].to_owned());
        }
        Some(text.into_owned())
    }

    pub(super) fn integer(&mut self, field: &'static str, names: &[&str]) -> Option<i32> {
        let value = self.first_of(field, names)?;
        self.integer_from(field, value)
    }

    /// The id of another record: the record's own field, else the `id` of that record where it is embedded.
    pub(super) fn reference(&mut self, field: &'static str, embedded: &str) -> Option<i32> {
        let own = self.find(field).is_some_and(|value| !value.is_empty());
        match self.find(embedded).and_then(|record| record.member("id")).filter(|_| !own) {
            Some(id) => self.integer_from(field, id),
            None => self.integer(field, &[field]),
        }
    }

    fn integer_from(&mut self, field: &'static str, value: Json<'a>) -> Option<i32> {
        if value.is_empty() {
            return None;
        }
        let Some(wide) = integer_of(value) else {
            self.issue(field, "not an integer");
            return None;
        };
        let narrow = i32::try_from(wide).ok();
        if narrow.is_none() {
            self.issue(field, "does not fit a four-byte integer");
        }
        narrow
    }

    /// A list of ids; items that are none are dropped. Items may be objects with an `id`.
    pub(super) fn ids(&mut self, field: &'static str, name: &str) -> Vec<i32> {
        let Some(value) = self.first_of(field, &[name]) else {
            return Vec::new();
        };
        match value.kind() {
            Kind::Array => {}
            Kind::Null => return Vec::new(),
            _ => {
                let single = self.integer_from(field, value);
                return single.into_iter().collect();
            }
        }
        let read = |item: Json<'a>| {
            let item = if item.kind() == Kind::Object { item.member("id")? } else { item };
            integer_of(item).and_then(|id| i32::try_from(id).ok())
        };
        let mut dropped = 0_usize;
        let ids = value.elements().filter_map(|item| {
            let id = read(item);
            dropped += usize::from(id.is_none());
            id
        });
        let ids = ids.collect();
        if dropped > 0 {
            self.issue(field, format!("{dropped} items are no ids"));
        }
        ids
    }

    pub(super) fn flag(&mut self, field: &'static str, names: &[&str]) -> Option<bool> {
        let value = self.first_of(field, names)?;
        if value.is_empty() {
            return None;
        }
        let flag = match value.kind() {
            Kind::Bool(flag) => Some(flag),
            Kind::Number => match integer_of(value) {
                Some(0) => Some(false),
                Some(1) => Some(true),
                _ => None,
            },
            Kind::Text => value.text().and_then(|text| flag_of(text.trim())),
            _ => None,
        };
        if flag.is_none() {
            self.issue(field, "neither true nor false");
        }
        flag
    }

    pub(super) fn when(&mut self, field: &'static str, names: &[&str]) -> Option<When> {
        let value = self.first_of(field, names)?;
        let text = match value.kind() {
            Kind::Null => return None,
            Kind::Text => value.text()?,
            Kind::Number => Cow::Borrowed(value.as_json()),
            _ => {
                self.issue(field, "a date was expected");
                return None;
            }
        };
        if text.trim().is_empty() {
            return None;
        }
        match parse_moment(&text) {
            Some(Moment::Instant(at)) => Some(When { at, date_only: false }),
            Some(Moment::Local(local)) => Some(When { at: self.options.to_utc(local), date_only: false }),
            Some(Moment::Date(day)) => Some(When { at: start_of(day), date_only: true }),
            None => {
                self.issue(field, "not a date in a known form");
                None
            }
        }
    }

    /// `last_updated`: epoch seconds as text in v1.
    pub(super) fn last_updated(&mut self) -> Option<DateTime<Utc>> {
        self.when("last_updated", &["last_updated"]).map(|when| when.at)
    }

    pub(super) fn decimal(&mut self, field: &'static str, name: &str) -> Option<String> {
        let value = self.first_of(field, &[name])?;
        if value.is_empty() {
            return None;
        }
        let decimal = match value.kind() {
            Kind::Number => parse_decimal(value.as_json()),
            Kind::Text => match value.text() {
                Some(text) if text.trim().is_empty() => return None,
                text => text.and_then(|text| parse_decimal(&text)),
            },
            _ => None,
        };
        if decimal.is_none() {
            self.issue(field, "not a decimal quantity");
        }
        decimal
    }

    /// The storable JSON text of the first of the names that holds something.
    pub(super) fn json(&mut self, field: &'static str, names: &[&str]) -> Option<String> {
        let value = self.first_of(field, names)?;
        if value.is_empty() {
            return None;
        }
        Some(if self.clean { value.as_json().to_owned() } else { storable_value(value, 1) })
    }
}

/// An integer, or a text or decimal that stands for one.
pub(crate) fn integer_of(value: Json<'_>) -> Option<i64> {
    match value.kind() {
        Kind::Number => integer_text(value.as_json()),
        Kind::Text => integer_text(value.text()?.trim()),
        _ => None,
    }
}

fn integer_text(text: &str) -> Option<i64> {
    if let Ok(integer) = text.parse() {
        return Some(integer);
    }
    let (whole, fraction) = text.split_once('.')?;
    let zeros = !fraction.is_empty() && fraction.bytes().all(|b| b == b'0');
    if zeros { whole.parse().ok() } else { None }
}

fn flag_of(text: &str) -> Option<bool> {
    let is = |words: [&str; 5]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["true", "yes", "y", "1", "on"]) {
        Some(true)
    } else if is(["false", "no", "n", "0", "off"]) {
        Some(false)
    } else {
        None
    }
}
