//! A test's worksheet as a table of cells. QBench writes them as an object of named cells, as an object with the
//! sheets inside, or as either in a string.

use app::model::records::detail::{Cell, Worksheet};
use serde_json::{Map, Value};

/// The most cells that a page shows.
const MOST: usize = 400;

/// The longest value that a page shows, in characters.
const LONGEST: usize = 500;

/// The cells of a worksheet; nothing when there is no worksheet in what QBench sent.
pub(super) fn read(raw: &Value) -> Option<Worksheet> {
    let parsed;
    let raw = match raw {
        Value::String(text) => {
            parsed = serde_json::from_str::<Value>(text).ok()?;
            &parsed
        }
        other => other,
    };
    let cells = named_cells(raw)?;
    let mut sheet = Worksheet::default();
    for (name, cell) in cells {
        match read_cell(name, cell) {
            None => sheet.empty += 1,
            Some(cell) => {
                sheet.filled += 1;
                if sheet.cells.len() < MOST {
                    sheet.cells.push(cell);
                }
            }
        }
    }
    Some(sheet)
}

/// The object whose fields are cells: the worksheet itself, or what it holds as named cells or data.
fn named_cells(raw: &Value) -> Option<&Map<String, Value>> {
    let nested = |path: &[&str]| path.iter().try_fold(raw, |value, name| value.get(name))?.as_object();
    nested(&["qb_config", "named_cells"]).or_else(|| nested(&["data"])).or_else(|| raw.as_object())
}

fn read_cell(name: &str, cell: &Value) -> Option<Cell> {
    let field = |field: &str| cell.get(field).and_then(plain);
    let value = if cell.is_object() { field("value") } else { plain(cell) }?;
    Some(Cell {
        name: name.to_owned(),
        label: field("display_name").filter(|label| label != name),
        value,
        formula: field("formula"),
    })
}

/// A value as text; nothing for what is empty.
fn plain(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    if text.chars().count() > LONGEST {
        return Some(text.chars().take(LONGEST).chain(['…']).collect());
    }
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn named_cells_become_rows_and_empty_ones_are_counted() {
        let raw = json!({
            "thc": {"value": "18.4", "display_name": "THC, %", "formula": "=A1*2"},
            "passed": {"value": true},
            "note": {"value": " "},
            "weight": {"value": null},
        });
        let sheet = read(&raw).expect("a worksheet");
        assert_eq!((sheet.filled, sheet.empty), (2, 2));
        let thc = sheet.cells.iter().find(|cell| cell.name == "thc").expect("the cell");
        assert_eq!(
            (thc.label.as_deref(), thc.value.as_str(), thc.formula.as_deref()),
            (Some("THC, %"), "18.4", Some("=A1*2"))
        );
        assert!(sheet.cells.iter().any(|cell| cell.name == "passed" && cell.value == "true"));
    }

    #[test]
    fn a_worksheet_in_a_string_or_around_named_cells_is_the_same() {
        let inner = json!({"a": {"value": "1"}});
        let text = Value::String(json!({"qb_config": {"named_cells": inner}, "data": []}).to_string());
        assert_eq!(read(&text), read(&inner));
        assert_eq!(read(&Value::Null), None);
        assert_eq!(read(&json!("no json")), None);
        assert_eq!(read(&json!([1, 2])), None);
    }

    #[test]
    fn a_huge_worksheet_is_cut_but_counted() {
        let cells: Map<String, Value> =
            (0..1_000).map(|n| (format!("c{n:04}"), json!({"value": "x".repeat(600)}))).collect();
        let sheet = read(&Value::Object(cells)).expect("a worksheet");
        assert_eq!((sheet.cells.len(), sheet.filled), (MOST, 1_000));
        assert_eq!(sheet.cells[0].value.chars().count(), LONGEST + 1);
    }
}
