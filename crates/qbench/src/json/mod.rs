//! A small reader for JSON text that is already known to be well formed.
//!
//! Records may be nested hundreds of levels deep, hold integers of any size and half surrogate
//! pairs; `serde_json` checks such text without recursion but refuses to turn it into values. So
//! `serde_json` checks once, and this module looks into the text. It knows nothing of QBench.

mod number;
mod repair;
mod scan;
mod tape;
mod text;

pub(crate) use number::{StorableNumber, canonical_number, storable_number};
pub(crate) use repair::repair;
pub(crate) use scan::{Json, Kind, Part, parts, skip_string, skip_value};
pub(crate) use tape::Tape;
pub(crate) use text::{escape_into, unescape};

/// Checks that the text is one well-formed JSON value, at any depth, without recursion.
pub(crate) fn check(text: &str) -> Result<(), serde_json::Error> {
    serde_json::from_str::<&serde_json::value::RawValue>(text).map(|_| ())
}
