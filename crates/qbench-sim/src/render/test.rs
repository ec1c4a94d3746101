//! Tests, with their assay embedded; `title` and `label_abbr` are only there.

use std::fmt::Write as _;

use super::json::Object;
use super::{Form, assay, worksheet};
use crate::calendar::{DAY, NEVER, Secs, civil};
use crate::catalogue::{ASSAYS, at};
use crate::dice::hash;
use crate::lab::Lab;
use crate::lab::records::{Entity, Fate, NONE, Test};
use crate::names;

pub(super) fn write(out: &mut String, lab: &Lab, index: u32, form: Form) {
    let test = &lab.tests[index as usize];
    let now = lab.seen_at();
    let key = hash(&[lab.config().seed, 44, u64::from(test.seed), u64::from(index)]);
    let mut object = Object::begin(out, now);
    object.number("id", test.head.id);
    object.number_or_null("sample_id", lab.id_at(Entity::Sample, test.sample));
    object.number("assay_id", ASSAYS[test.assay as usize].id);
    object.nulls(&["panel_id"]);
    let begun = test.started <= now;
    object.number_or_null("tech_id", begun.then_some(3 + key % 9));
    object.text("state", test.state(now));
    object.text("parent_status", parent_status(test, now));
    dates(&mut object, test);
    object.bool("has_report", false);
    object.bool("report_emailed", false);
    object.shown("last_updated", test.head.updated);
    object.list(
        "batches",
        (test.batch != NONE && lab.is_live(Entity::Batch, test.batch)).then_some(test.batch),
        |out, batch| {
            let _ = write!(out, "{}", lab.id_at(Entity::Batch, batch).unwrap_or(0));
        },
    );
    object.raw("tags", if test.attempt > 0 { r#"["retest"]"# } else { "[]" });
    object.with("assay", |out| assay::write_assay(out, lab, u32::from(test.assay)));
    object.with("worksheet_data", |out| {
        worksheet::write(out, lab, test, key, form.raw_worksheet);
    });
    object.bool("worksheet_processed", test.data <= now);
    object.bool("worksheet_processed_error", false);
    object.null("worksheet_processed_error_msg");
    tenant_fields(&mut object, test, key, now);
    object.end();
}

fn parent_status(test: &Test, now: Secs) -> &'static str {
    if test.completed <= now || test.reported <= now {
        "COMPLETED"
    } else if test.batched <= now || test.started <= now {
        "IN PROGRESS"
    } else {
        "NOT STARTED"
    }
}

fn dates(object: &mut Object<'_>, test: &Test) {
    object.planned_date("date_created", test.head.created);
    object.datetime("start_date", test.started);
    let cancelled = matches!(test.fate, Fate::Cancelled | Fate::ClientCancelled);
    object.datetime("complete_date", if cancelled { NEVER } else { test.completed });
    object.planned_date("estimated_start_date", test.head.created + DAY);
    object.planned_date(
        "estimated_complete_date",
        if test.seed.is_multiple_of(3) { NEVER } else { test.head.created + 3 * DAY },
    );
    // QBench dates a test's report when it is reported or found not reportable.
    let dated = match test.fate {
        Fate::NotReportable => test.completed,
        _ => test.reported,
    };
    object.date("report_completed_date", dated);
    object.datetime_if_set("reported_datetime", dated);
    if test.seed.is_multiple_of(8) {
        object.datetime_if_set("needs_review_data_datetime", test.data);
    }
}

fn tenant_fields(object: &mut Object<'_>, test: &Test, key: u64, now: Secs) {
    let failed = test.fate == Fate::NotReportable && test.completed <= now;
    object.null("results");
    object.text_or_null("comments", failed.then_some("QC outside limits, test repeated"));
    object.null("comments_for_client");
    let weighed = test.started <= now;
    let person = |salt: u32| {
        let key = key >> salt;
        let first = names::FIRST[key as usize % names::FIRST.len()];
        let last = names::LAST[(key >> 6) as usize % names::LAST.len()];
        format!("{}{}", &first[..1], &last[..1])
    };
    if weighed {
        object.shown("sample_weight", format_args!("{}.{:02}", 20 + key % 480, (key >> 9) % 100));
        object.with("weigh_date", |out| {
            let (year, month, day) = civil(test.started / DAY);
            let _ = write!(out, "\"{month}/{day}/{year}\"");
        });
        object.text("weighed_by", &person(3));
        object.text("technicians", &person(11));
        object.shown("balance_eqf", format_args!("EQ-{:03}", key % 40));
    } else {
        object.nulls(&["sample_weight", "weigh_date", "weighed_by", "technicians"]);
        object.null("balance_eqf");
    }
    object.nulls(&["prep_date", "read_date", "Dup_weight_mg", "plate_id"]);
    let potency = test.assay == at::CN && test.data <= now;
    if potency {
        object.shown("thca_percent", format_args!("{}.{:03}", 12 + key % 19, key % 1000));
        object.shown("d9thc_percent", format_args!("0.{:03}", (key >> 10) % 1000));
        object.shown("total_thc_percent", format_args!("{}.{:03}", 11 + key % 18, key % 997));
    } else {
        object.nulls(&["thca_percent", "d9thc_percent", "total_thc_percent"]);
    }
    let judged = test.reported <= now;
    object.text_or_null("disposition_pf", judged.then_some(if key.is_multiple_of(40) { "Fail" } else { "Pass" }));
    object.text_or_null("filth_passfail", (test.assay == at::FFM && judged).then_some("Pass"));
}
