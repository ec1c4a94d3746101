//! The shapes of answers: list envelopes, single records, the change feed.

use chrono::{DateTime, Utc};

use crate::{
    error::QbenchError,
    json::{Json, Kind, Part, parts},
    raw::RawRecord,
    records::integer_of,
};

/// One page of a list.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The elements of `data` in their order. Elements that are no records are kept, so that their
    /// number is the page's true length; decoding them says what is wrong.
    pub records: Vec<RawRecord>,
    /// Records in the whole list; `null` for batches.
    pub total_count: Option<u64>,
    /// Pages in the whole list.
    pub total_pages: Option<u32>,
    /// The page that was asked for.
    pub page: u32,
    /// The page size that was asked for.
    pub page_size: u32,
    /// The server's clock when it answered.
    pub server_date: Option<DateTime<Utc>>,
    /// Whether the JSON had to be mended (`NaN`, raw control characters).
    pub mended: bool,
}

impl Page {
    /// Whether nothing can follow: an empty page, the last of the announced pages, or a short page
    /// where no number of pages was announced.
    pub fn is_last(&self) -> bool {
        let short = u32::try_from(self.records.len()).is_ok_and(|length| length < self.page_size);
        self.records.is_empty() || self.total_pages.map_or(short, |pages| self.page >= pages)
    }
}

/// What the change feed reports.
#[derive(Debug, Clone, Default)]
pub struct Updates {
    /// Changed records, where objects were asked for and sent.
    pub updated: Vec<RawRecord>,
    /// Ids of changed records that came without their objects.
    pub updated_ids: Vec<i64>,
    /// Ids of deleted records.
    pub deleted: Vec<i64>,
    /// Elements that are neither objects nor ids.
    pub unreadable: usize,
    /// The server's clock when it answered.
    pub server_date: Option<DateTime<Utc>>,
}

/// Reads a list envelope `{"data":[…],"total_count":N,"total_pages":P}`.
pub(crate) fn read_page(what: &str, body: &str) -> Result<Page, QbenchError> {
    let envelope = parts(Json::of_checked(body));
    let data = find(&envelope, "data").filter(|data| data.value.kind() == Kind::Array);
    let data = data.ok_or_else(|| QbenchError::contract(what, "no list under `data`"))?;
    let number = |name: &str| find(&envelope, name).and_then(|part| integer_of(part.value));
    Ok(Page {
        records: data.elements.iter().map(|element| RawRecord::of_checked(element.as_json())).collect(),
        total_count: number("total_count").and_then(|n| u64::try_from(n).ok()),
        total_pages: number("total_pages").and_then(|n| u32::try_from(n).ok()),
        ..Page::default()
    })
}

/// The last member of this name.
fn find<'e, 'a>(envelope: &'e [Part<'a>], name: &str) -> Option<&'e Part<'a>> {
    envelope.iter().rev().find(|part| part.name == name)
}

/// Reads a single record and makes sure that it is the one that was asked for.
pub(crate) fn read_single(what: &str, body: &str, id: i64) -> Result<RawRecord, QbenchError> {
    let json = Json::of_checked(body);
    if json.kind() != Kind::Object {
        return Err(QbenchError::contract(what, "no record"));
    }
    let own_id = json.member("id");
    let wrapped = if own_id.is_none() { json.member("data") } else { None };
    let (record, found) = match wrapped.filter(|data| data.kind() == Kind::Object) {
        Some(data) => (data, data.member("id")),
        None => (json, own_id),
    };
    if found.is_none() && is_error_body(json) {
        return Err(QbenchError::contract(what, "an error instead of a record"));
    }
    match found.and_then(integer_of) {
        Some(found) if found != id => Err(QbenchError::contract(what, format!("record {found} instead"))),
        _ => Ok(RawRecord::of_checked(record.as_json())),
    }
}

/// Whether an object holds an error and nothing that a good answer has.
pub(crate) fn is_error_body(json: Json<'_>) -> bool {
    let error = json.member("error").or_else(|| json.member("error_description"));
    error.is_some_and(|error| !error.is_empty())
        && ["id", "data", "updated", "deleted"].iter().all(|name| json.member(name).is_none())
}

/// Reads `{"updated":[…],"deleted":[…]}`.
pub(crate) fn read_updates(what: &str, body: &str) -> Result<Updates, QbenchError> {
    let envelope = parts(Json::of_checked(body));
    let list = |name: &str| find(&envelope, name).filter(|list| matches!(list.value.kind(), Kind::Array | Kind::Null));
    let (Some(updated), Some(deleted)) = (list("updated"), list("deleted")) else {
        return Err(QbenchError::contract(what, "no lists `updated` and `deleted`"));
    };
    let mut updates = Updates::default();
    for element in &updated.elements {
        if element.kind() == Kind::Object {
            updates.updated.push(RawRecord::of_checked(element.as_json()));
        } else if let Some(id) = integer_of(*element) {
            updates.updated_ids.push(id);
        } else {
            updates.unreadable += 1;
        }
    }
    for element in &deleted.elements {
        let id = if element.kind() == Kind::Object { element.member("id") } else { Some(*element) };
        match id.and_then(integer_of) {
            Some(id) => updates.deleted.push(id),
            None => updates.unreadable += 1,
        }
    }
    Ok(updates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn envelopes_are_read_in_any_key_order_and_without_a_count() {
        let page =
            read_page("x", r#"{"total_pages":"5","qb1":"a","total_count":null,"data":[{"id":1},null]}"#).expect("read");
        assert_eq!((page.records.len(), page.total_count, page.total_pages), (2, None, Some(5)));
        for bad in ["[]", "{}", r#"{"data":{}}"#, r#"{"data":null}"#] {
            assert!(matches!(read_page("x", bad), Err(QbenchError::Contract { .. })), "{bad}");
        }
    }

    #[test]
    fn the_last_page_is_known_by_number_or_by_length() {
        let page = |records: usize, total_pages: Option<u32>| Page {
            records: vec![RawRecord::of_checked("{}"); records],
            total_pages,
            page: 2,
            page_size: 2,
            ..Page::default()
        };
        assert!(page(0, Some(9)).is_last());
        assert!(page(2, Some(2)).is_last());
        assert!(!page(1, Some(3)).is_last());
        assert!(page(1, None).is_last());
        assert!(!page(2, None).is_last());
    }

    #[test]
    fn a_single_record_must_be_the_one_asked_for() {
        assert_eq!(read_single("x", r#"{"id":"3"}"#, 3).expect("read").id(), Some(3));
        assert_eq!(read_single("x", r#"{"data":{"id":3}}"#, 3).expect("read").id(), Some(3));
        assert!(read_single("x", r#"{"id":4}"#, 3).is_err());
        assert!(read_single("x", "null", 3).is_err());
        assert!(read_single("x", "{}", 3).is_ok());
    }

    #[test]
    fn the_feed_may_mix_objects_and_ids() {
        let updates =
            read_updates("x", r#"{"deleted":[7,"8",null],"updated":[{"id":1},2,{"x":1},true]}"#).expect("read");
        assert_eq!(
            (updates.updated.len(), updates.updated_ids, updates.deleted, updates.unreadable),
            (2, vec![2], vec![7, 8], 2)
        );
        assert!(read_updates("x", r#"{"updated":[]}"#).is_err());
    }
}
