//! Batches.

use std::fmt::Write as _;

use super::Form;
use super::json::Object;
use crate::catalogue::ASSAYS;
use crate::lab::Lab;
use crate::lab::records::Entity;

pub(super) fn write(out: &mut String, lab: &Lab, index: u32, form: Form) {
    let batch = &lab.batches[index as usize];
    let now = lab.seen_at();
    let kind = &ASSAYS[batch.assay as usize];
    let from = batch.members_from as usize;
    let members = &lab.batch_members[from..from + batch.members as usize];
    let tests = || members.iter().copied().filter(|t| lab.is_live(Entity::Test, *t));
    let mut object = Object::begin(out, now);
    object.number("id", batch.head.id);
    object.number("assay_id", kind.id);
    let name = kind.label.unwrap_or("SUB");
    object.shown("display_name", format_args!("{name}-{:05}", batch.head.id));
    object.planned_date("date_created", batch.head.created);
    object.shown("last_updated", batch.head.updated);
    object.text("batch_status", batch.state(now));
    object.bool("batch_complete", batch.completed <= now);
    object.bool("batch_processed", batch.completed <= now);
    let mut samples: Vec<u64> =
        tests().filter_map(|test| lab.id_at(Entity::Sample, lab.tests[test as usize].sample)).collect();
    samples.sort_unstable();
    samples.dedup();
    object.list("sample_ids", samples, |out, id| {
        let _ = write!(out, "{id}");
    });
    object.list("test_ids", tests(), |out, test| {
        let _ = write!(out, "{}", lab.tests[test as usize].head.id);
    });
    for empty in
        ["batch_ids", "batch_equipment_ids", "batch_equipment_usage_ids", "batch_inventory_stock_usage_ids", "tags"]
    {
        object.raw(empty, "[]");
    }
    object.nulls(&["batch_protocol_steps", "protocol", "note_keeping"]);
    object.raw("tech", "{}");
    object.number("worksheet_id", 100 + kind.id);
    if form.raw_worksheet {
        object.raw("worksheet_json", r#"{"A1":{"value":"Sequence"},"B1":{"value":"1"}}"#);
    } else {
        object.null("worksheet_json");
    }
    object.bool("do_not_hide", false);
    object.bool("lot_verification_batch", false);
    object.end();
}
