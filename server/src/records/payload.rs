//! The record as QBench sent it, made readable, and without what may not be shown: payloads nest their children.

use crate::db::records::facts::Hidden;
use app::model::records::RecordKind;
use app::model::records::detail::RawRecord;
use serde_json::{Map, Value};

/// The longest text that a page shows, in bytes.
const MOST: usize = 48_000;

/// Fields of a batch that hold results of all its tests together.
const SHARED_SHEETS: [&str; 3] = ["worksheet_data", "worksheet_json", "worksheet_raw"];

/// The list of ids that a field of this name mentions.
fn field_of<'h>(hidden: &'h mut Hidden, name: &str) -> Option<&'h mut Vec<i32>> {
    match name {
        "orders" | "order_ids" => Some(&mut hidden.orders),
        "samples" | "sample_ids" => Some(&mut hidden.samples),
        "tests" | "test_ids" => Some(&mut hidden.tests),
        "batches" | "batch_ids" => Some(&mut hidden.batches),
        _ => None,
    }
}

/// The id of an element: itself, or its `id`.
fn id_of(element: &Value) -> Option<i32> {
    element.as_i64().or_else(|| element.get("id")?.as_i64()).and_then(|id| i32::try_from(id).ok())
}

/// Every record that a payload mentions as a child.
pub(super) fn mentioned(payload: &Value) -> Hidden {
    fn collect(value: &Value, found: &mut Hidden) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields {
                    if let (Some(ids), Value::Array(elements)) = (field_of(found, name), field) {
                        ids.extend(elements.iter().filter_map(id_of));
                    }
                    collect(field, found);
                }
            }
            Value::Array(elements) => elements.iter().for_each(|element| collect(element, found)),
            _ => {}
        }
    }
    let mut found = Hidden::default();
    collect(payload, &mut found);
    found
}

/// Takes the hidden records out of a payload.
pub(super) fn without(kind: RecordKind, payload: &mut Value, hidden: &mut Hidden) {
    fn prune(value: &mut Value, hidden: &mut Hidden) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields.iter_mut() {
                    if let (Some(ids), Value::Array(elements)) = (field_of(hidden, name), &mut *field) {
                        elements.retain(|element| !id_of(element).is_some_and(|id| ids.contains(&id)));
                    }
                    prune(field, hidden);
                }
            }
            Value::Array(elements) => elements.iter_mut().for_each(|element| prune(element, hidden)),
            _ => {}
        }
    }
    let shares_sheet = kind == RecordKind::Batches && !(hidden.tests.is_empty() && hidden.samples.is_empty());
    if let (true, Some(fields)) = (shares_sheet, payload.as_object_mut()) {
        SHARED_SHEETS.iter().for_each(|name| {
            fields.remove(*name);
        });
    }
    prune(payload, hidden);
}

/// The payload as indented text, the id first, cut where it gets too long.
pub(super) fn readable(payload: &Value) -> RawRecord {
    let fields = payload.as_object().map_or(0, Map::len);
    let mut text = serde_json::to_string_pretty(payload).unwrap_or_default();
    let cut = text.len() > MOST;
    if cut {
        let end = (0..=MOST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(text[..end].rfind('\n').unwrap_or(end));
    }
    RawRecord { text, fields, cut }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn hidden_children_leave_the_payload_wherever_they_are_nested() {
        let mut payload =
            json!({"id": 1, "samples": [{"id": 5, "tests": [{"id": 8}, {"id": 9}]}, {"id": 6}], "test_ids": [8, 9]});
        let found = mentioned(&payload);
        assert_eq!((found.samples, found.tests.len()), (vec![5, 6], 4));
        let mut hidden = Hidden { samples: vec![6], tests: vec![9], ..Hidden::default() };
        without(RecordKind::Orders, &mut payload, &mut hidden);
        assert_eq!(payload, json!({"id": 1, "samples": [{"id": 5, "tests": [{"id": 8}]}], "test_ids": [8]}));
    }

    #[test]
    fn the_shared_worksheet_of_a_batch_goes_when_one_of_its_tests_is_hidden() {
        let payload = json!({"id": 1, "test_ids": [8], "worksheet_json": {"A1": "x"}});
        let mut open = payload.clone();
        without(RecordKind::Batches, &mut open, &mut Hidden::default());
        assert_eq!(open, payload);
        let mut banned = payload;
        without(RecordKind::Batches, &mut banned, &mut Hidden { tests: vec![8], ..Hidden::default() });
        assert_eq!(banned, json!({"id": 1, "test_ids": []}));
    }

    #[test]
    fn a_long_payload_is_cut_at_a_line_and_says_so() {
        let raw = readable(&json!({"id": 1, "lines": vec!["ñandú"; 10_000]}));
        assert!(raw.cut && raw.text.len() <= MOST && raw.text.ends_with(','), "{}", raw.text.len());
        let short = readable(&json!({"id": 1, "state": null}));
        assert_eq!((short.fields, short.cut, short.text.as_str()), (2, false, "{\n  \"id\": 1,\n  \"state\": null\n}"));
    }
}
