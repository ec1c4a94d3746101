//! A list of an answer as CSV (RFC 4180), safe to open in a spreadsheet: a text that would be taken for a formula gets
//! an apostrophe in front.

use crate::sheets::csv::{line, safe};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// JSON that keeps the order of its fields, which are the columns.
#[derive(Clone, Debug, PartialEq)]
enum Json {
    Plain(String),
    Text(String),
    List(Vec<Json>),
    Fields(Vec<(String, Json)>),
}

/// The list under `rows` of a JSON answer, one line a record; the whole answer where `rows` is empty.
#[must_use]
pub fn write(answer: &str, rows: &str) -> Option<String> {
    let answer: Json = serde_json::from_str(answer).ok()?;
    let list = match (rows, answer) {
        ("", Json::List(list)) => list,
        (_, Json::Fields(fields)) => {
            fields.into_iter().find(|(name, _)| name == rows).and_then(|(_, list)| match list {
                Json::List(list) => Some(list),
                _ => None,
            })?
        }
        _ => return None,
    };
    let mut out = String::new();
    for (at, record) in list.iter().enumerate() {
        let Json::Fields(fields) = record else { continue };
        if at == 0 {
            line(&mut out, fields.iter().map(|(name, _)| name.clone()));
        }
        line(&mut out, fields.iter().map(|(_, value)| cell(value)));
    }
    Some(out)
}

fn cell(value: &Json) -> String {
    match value {
        Json::Plain(text) if text == "null" => String::new(),
        Json::Plain(text) => text.clone(),
        Json::Text(text) => safe(text),
        Json::List(items) => items.iter().map(cell).collect::<Vec<_>>().join("; "),
        Json::Fields(fields) => {
            fields.iter().map(|(name, value)| format!("{name}: {}", cell(value))).collect::<Vec<_>>().join(", ")
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Plain(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Plain(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Plain(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Plain(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Plain("null".to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Json::Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_keep_their_order_and_formulas_stay_text() {
        let answer = r#"{"n": 1, "rows": [
            {"name": "=SUM(A1)", "amount": -1.5, "note": "say \"hi\", twice", "none": null, "tags": ["a", "b"]},
            {"name": "plain", "amount": 2, "note": "two\nlines", "none": null, "tags": []}]}"#;
        let csv = "name,amount,note,none,tags\r\n\
            '=SUM(A1),-1.5,\"say \"\"hi\"\", twice\",,a; b\r\n\
            plain,2,\"two\nlines\",,\r\n";
        assert_eq!(write(answer, "rows").as_deref(), Some(csv));
        assert_eq!(write(answer, "other"), None);
    }
}
