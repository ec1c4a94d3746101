//! The answers of the API proper: lists, single records, the change feed.

use std::fmt::Write as _;

use super::faults::{Fault, FaultPlan};
use super::request::{Asked, Route};
use super::respond::Answer;
use super::{FeedMode, RawSpelling};
use crate::calendar::Secs;
use crate::catalogue::ACCESSIONING;
use crate::lab::{Entity, Lab, ListQuery, Sort};
use crate::render::{Form, write_record};

/// The usual spelling of the flag, and the one in QBench's own documentation.
const RAW_FLAG: &str = "include_raw_worksheet_data";
const RAW_FLAG_MISSPELT: &str = "include_raw_worsksheet_data";

/// What the API of this tenant can do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Abilities {
    pub(crate) feed: FeedMode,
    pub(crate) spelling: RawSpelling,
    pub(crate) by_last_updated: bool,
}

/// Answers a request from the laboratory.
pub(crate) fn answer(lab: &Lab, asked: &Asked, abilities: Abilities, plan: &FaultPlan, faults: &[Fault]) -> Answer {
    let correct = asked.param(RAW_FLAG).is_some();
    if correct && abilities.spelling == RawSpelling::OnlyMisspelt {
        return bad_request(&format!("Unknown parameter {RAW_FLAG}"));
    }
    let form = Form { nested: false, raw_worksheet: asked.is_set(RAW_FLAG) || asked.is_set(RAW_FLAG_MISSPELT) };
    match &asked.route {
        Route::List(entity) => list(lab, *entity, asked, form, abilities, plan, faults),
        Route::Detail(entity, id) => detail(lab, *entity, id, form, plan),
        Route::Feed(entity, since) => feed(lab, *entity, since, asked, form, abilities.feed),
        Route::AccessioningTypes => accessioning_types(),
        Route::Token | Route::Unknown => Answer::not_found(),
    }
}

fn bad_request(why: &str) -> Answer {
    Answer::error(400, "Bad Request", Some(why))
}

fn list(
    lab: &Lab,
    entity: Entity,
    asked: &Asked,
    form: Form,
    abilities: Abilities,
    plan: &FaultPlan,
    faults: &[Fault],
) -> Answer {
    let (Some(mut page), Some(mut size)) = (asked.page(), asked.page_size()) else {
        return bad_request("page_num and page_size must be numbers");
    };
    let mut query = match asked.list_query(entity, abilities.by_last_updated) {
        Ok(query) => query,
        Err(parameter) => return bad_request(&format!("Invalid value: {parameter}")),
    };
    if faults.contains(&Fault::RepeatedPage) {
        page = page.saturating_sub(1).max(1);
    }
    if faults.contains(&Fault::OrderIgnored) {
        let sort = if entity == Entity::Customer { Sort::Name } else { Sort::Text };
        query = ListQuery { sort, descending: false, ..query };
    }
    let (mut early, mut twice) = (0, 0);
    for fault in faults {
        match fault {
            Fault::SmallPages(most) => size = size.min(*most),
            Fault::Overlap(records) => {
                twice += records;
                early += if page > 1 { *records } else { 0 };
            }
            Fault::FirstPageAgain => page = 1,
            _ => {}
        }
    }
    let (_, all) = lab.page(&query, 0, 0);
    let last = (all + twice).div_ceil(size).max(1);
    let behind = page > last;
    for fault in faults {
        match fault {
            Fault::BehindTheEnd(status) if behind => {
                return Answer::error(*status, "Bad Request", Some("No such page."));
            }
            Fault::LastPageAgain if behind => page = last,
            _ => {}
        }
    }
    let offset = (page - 1).saturating_mul(size).saturating_sub(early);
    let (mut rows, total) = lab.page(&query, offset, size);
    let total = total + twice;
    if faults.contains(&Fault::EmptyPage) {
        rows.clear();
    }
    let spoilt = rows.iter().any(|row| {
        let id = u64::from(lab.head(entity, *row).id);
        plan.is_poisoned(entity, id, form.raw_worksheet)
    });
    if spoilt {
        return bad_request("The request could not be processed.");
    }
    let mut body = String::with_capacity(rows.len() * 2048 + 64);
    body.push_str("{\"data\":[");
    for (place, row) in rows.iter().enumerate() {
        if place > 0 {
            body.push(',');
        }
        let from = body.len();
        write_record(&mut body, lab, entity, *row, form);
        if faults.contains(&Fault::TextIds) {
            let record = body.split_off(from);
            body.push_str(&with_text_id(&record, lab.head(entity, *row).id));
        }
        if entity == Entity::Test && faults.contains(&Fault::BareTests) {
            let record = body.split_off(from);
            body.push_str(&bare(&record));
        }
    }
    body.push(']');
    write_totals(&mut body, entity, total, size, faults);
    body.push('}');
    Answer::object(200, body)
}

/// The test without what only single reads have.
fn bare(record: &str) -> String {
    let mut members: serde_json::Map<String, serde_json::Value> = serde_json::from_str(record).unwrap_or_default();
    for name in ["report_completed_date", "worksheet_data", "worksheet_json"] {
        members.remove(name);
    }
    serde_json::Value::Object(members).to_string()
}

/// The record with its id in quotes.
fn with_text_id(record: &str, id: u32) -> String {
    record.replacen(&format!("\"id\":{id},"), &format!("\"id\":\"{id}\","), 1)
}

fn write_totals(body: &mut String, entity: Entity, total: usize, size: usize, faults: &[Fault]) {
    if faults.contains(&Fault::NoTotal) {
        return;
    }
    let wrong: i64 = faults
        .iter()
        .map(|fault| match fault {
            Fault::WrongTotal(by) => *by,
            _ => 0,
        })
        .sum();
    let total = (total as i64 + wrong).max(0) as usize;
    let pages = total.div_ceil(size);
    let _ = write!(body, ",\"total_pages\":{pages},\"total_count\":");
    // Batch lists do not tell how many there are.
    if entity == Entity::Batch {
        body.push_str("null");
    } else {
        let _ = write!(body, "{total}");
    }
}

fn detail(lab: &Lab, entity: Entity, id: &str, form: Form, plan: &FaultPlan) -> Answer {
    let found = id.parse().ok().and_then(|id: u64| {
        let index = lab.find(entity, id)?;
        Some((id, index))
    });
    let Some((id, index)) = found else {
        return Answer::not_found();
    };
    if plan.is_poisoned(entity, id, form.raw_worksheet) {
        return bad_request("The request could not be processed.");
    }
    let mut body = String::with_capacity(16 * 1024);
    let nested = Form { nested: true, ..form };
    write_record(&mut body, lab, entity, index, nested);
    Answer::object(200, body)
}

fn feed(lab: &Lab, entity: Entity, since: &str, asked: &Asked, form: Form, mode: FeedMode) -> Answer {
    match mode {
        FeedMode::Refused => return Answer::error(403, "access_denied", Some("Not allowed.")),
        FeedMode::Missing => return Answer::not_found(),
        FeedMode::Full | FeedMode::NamedCellsOnly | FeedMode::Truncated(_) => {}
    }
    let Ok(since) = since.parse::<u64>() else {
        return bad_request("Timestamp must be a number");
    };
    let since = Secs::try_from(since).unwrap_or(Secs::MAX);
    let mut updated = lab.updated_since(entity, since);
    let mut deleted = lab.deleted_since(entity, since);
    if let FeedMode::Truncated(limit) = mode {
        updated.truncate(limit);
        deleted.truncate(limit);
    }
    let form = match mode {
        FeedMode::NamedCellsOnly => Form::default(),
        _ => form,
    };
    let objects = asked.is_set("return_objects");
    let mut body = String::with_capacity(updated.len() * if objects { 2048 } else { 8 } + 64);
    body.push_str("{\"deleted\":[");
    for (place, id) in deleted.iter().enumerate() {
        let _ = write!(body, "{}{id}", if place > 0 { "," } else { "" });
    }
    body.push_str("],\"updated\":[");
    for (place, index) in updated.iter().enumerate() {
        if place > 0 {
            body.push(',');
        }
        if objects {
            write_record(&mut body, lab, entity, *index, form);
        } else {
            let _ = write!(body, "{}", lab.head(entity, *index).id);
        }
    }
    body.push_str("]}");
    Answer::object(200, body)
}

fn accessioning_types() -> Answer {
    let mut body = String::from("{\"data\":[");
    for (place, (id, value, _)) in ACCESSIONING.iter().enumerate() {
        let comma = if place > 0 { "," } else { "" };
        let _ = write!(body, "{comma}{{\"id\":{id},\"value\":\"{value}\",\"active\":true}}");
    }
    let count = ACCESSIONING.len();
    let _ = write!(body, "],\"total_count\":{count},\"total_pages\":1}}");
    Answer::object(200, body)
}
