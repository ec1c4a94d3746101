//! Writes JSON objects straight into a string: a list page is one allocation.

use std::fmt::{Display, Write as _};

use crate::calendar::{NEVER, Secs, write_date, write_datetime};

/// An object under construction. Keys must not need escaping.
pub(crate) struct Object<'a> {
    out: &'a mut String,
    first: bool,
    /// Instants later than this have not happened.
    now: Secs,
}

impl<'a> Object<'a> {
    pub(crate) fn begin(out: &'a mut String, now: Secs) -> Self {
        out.push('{');
        Self { out, first: true, now }
    }

    pub(crate) fn end(self) {
        self.out.push('}');
    }

    fn key(&mut self, key: &str) -> &mut String {
        if !self.first {
            self.out.push(',');
        }
        self.first = false;
        self.out.push('"');
        self.out.push_str(key);
        self.out.push_str("\":");
        self.out
    }

    pub(crate) fn null(&mut self, key: &str) {
        self.key(key).push_str("null");
    }

    pub(crate) fn nulls(&mut self, keys: &[&str]) {
        for key in keys {
            self.null(key);
        }
    }

    pub(crate) fn bool(&mut self, key: &str, value: bool) {
        self.key(key).push_str(if value { "true" } else { "false" });
    }

    /// A number, or anything else whose text is JSON already.
    pub(crate) fn number(&mut self, key: &str, value: impl Display) {
        let _ = write!(self.key(key), "{value}");
    }

    pub(crate) fn number_or_null(&mut self, key: &str, value: Option<impl Display>) {
        match value {
            Some(value) => self.number(key, value),
            None => self.null(key),
        }
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) {
        write_text(self.key(key), value);
    }

    pub(crate) fn text_or_null(&mut self, key: &str, value: Option<&str>) {
        match value {
            Some(value) => self.text(key, value),
            None => self.null(key),
        }
    }

    /// Text made of characters that need no escaping.
    pub(crate) fn shown(&mut self, key: &str, value: impl Display) {
        let _ = write!(self.key(key), "\"{value}\"");
    }

    pub(crate) fn raw(&mut self, key: &str, json: &str) {
        self.key(key).push_str(json);
    }

    /// Calls `write` to append the value.
    pub(crate) fn with(&mut self, key: &str, write: impl FnOnce(&mut String)) {
        write(self.key(key));
    }

    /// A list of values, each appended by `write`.
    pub(crate) fn list<T>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut String, T),
    ) {
        let out = self.key(key);
        out.push('[');
        for (place, item) in items.into_iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            write(out, item);
        }
        out.push(']');
    }

    /// A date-time, null until it has happened.
    pub(crate) fn datetime(&mut self, key: &str, at: Secs) {
        if at > self.now {
            return self.null(key);
        }
        let out = self.key(key);
        out.push('"');
        write_datetime(out, at);
        out.push('"');
    }

    /// A date-time, absent until it has happened.
    pub(crate) fn datetime_if_set(&mut self, key: &str, at: Secs) {
        if at <= self.now {
            self.datetime(key, at);
        }
    }

    /// A date, null until it has happened.
    pub(crate) fn date(&mut self, key: &str, at: Secs) {
        if at > self.now {
            return self.null(key);
        }
        self.planned_date(key, at);
    }

    /// A date that may lie in the future; null for never.
    pub(crate) fn planned_date(&mut self, key: &str, at: Secs) {
        if at == NEVER {
            return self.null(key);
        }
        let out = self.key(key);
        out.push('"');
        write_date(out, at);
        out.push('"');
    }

    /// A date-time that may lie in the future; null for never.
    pub(crate) fn planned_datetime(&mut self, key: &str, at: Secs) {
        if at == NEVER {
            return self.null(key);
        }
        let out = self.key(key);
        out.push('"');
        write_datetime(out, at);
        out.push('"');
    }
}

/// Appends a JSON string.
pub(crate) fn write_text(out: &mut String, value: &str) {
    out.push('"');
    for character in value.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            control if (control as u32) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", control as u32);
            }
            other => out.push(other),
        }
    }
    out.push('"');
}
