//! Samples: list items without tests, single reads with them.

use std::fmt::Write as _;

use super::json::Object;
use super::{Form, write_record};
use crate::calendar::civil;
use crate::catalogue::{ACCESSIONING, MATRICES, has_metrc};
use crate::dice::hash;
use crate::lab::Lab;
use crate::lab::records::{Entity, NONE, Sample};
use crate::names;

pub(super) fn write(out: &mut String, lab: &Lab, index: u32, form: Form) {
    let sample = &lab.samples[index as usize];
    let now = lab.seen_at();
    let key = hash(&[lab.config().seed, 43, u64::from(index)]);
    let mut object = Object::begin(out, now);
    object.number("id", sample.head.id);
    object.number_or_null("order_id", lab.id_at(Entity::Order, sample.order));
    object.with("custom_formatted_id", |out| {
        let (year, _, _) = civil(lab.config().zone.local(sample.head.created).day);
        let _ = write!(out, "\"S{:02}-{}\"", year % 100, sample.head.id);
    });
    identity(&mut object, sample, key);
    object.text("state", sample.state(now));
    object.planned_datetime("date_created", sample.head.created);
    object.datetime("start_date", sample.started);
    object.datetime("complete_date", sample.first_complete);
    object.shown("last_updated", sample.head.updated);
    let published = sample.published <= now && sample.discontinued > now;
    object.bool("has_report", published);
    object.bool("report_emailed", published);
    if published {
        object.planned_datetime("report_date", sample.published);
    }
    object.bool("partially_complete", sample.first_complete <= now && sample.all_complete > now);
    object.bool("received", sample.received <= now);
    object.bool("order_request", false);
    object.bool("pass_fail", published && !key.is_multiple_of(20));
    object.bool("enable_revision_report", false);
    object.bool("ignore_tat", key.is_multiple_of(97));
    batches(&mut object, lab, index);
    object.raw("tags", if key.is_multiple_of(11) { r#"["rush"]"# } else { "[]" });
    object.number("attachment_count", if published { 1 } else { 0 });
    object.shown(
        "id_hash",
        format_args!("{:016x}{:016x}{:016x}{:016x}", key, key.rotate_left(9), !key, key ^ 0x5a5a_a5a5),
    );
    tenant_fields(&mut object, sample, key);
    if form.nested {
        object.list("tests", lab.tests_of(index), |out, test| {
            write_record(out, lab, Entity::Test, test, Form { nested: true, ..form });
        });
    }
    object.end();
}

fn identity(object: &mut Object<'_>, sample: &Sample, key: u64) {
    let matrix = &MATRICES[sample.matrix as usize];
    let product = names::PRODUCT[(key % 28) as usize];
    object.shown("sample_name", format_args!("{product} {} {}", matrix.sub, 100 + (key >> 12) % 900));
    object.null("description");
    object.text("sample_type", matrix.sub);
    let (id, value, _) = ACCESSIONING[sample.accession as usize];
    object.with("accessioning_type", |out| {
        let _ = write!(out, "{{\"id\":{id},\"value\":\"{value}\"}}");
    });
    object.number("accessioning_type_id", id);
    object.text("matrix_type", matrix.name);
    object.null("matrix_type_secondary");
    object.text("sub_matrix_type", matrix.sub);
    object.null("primary_matrix_cc");
    object.null("testing_type");
    if has_metrc(sample.accession) {
        object.shown("leaf_id", format_args!("1A4{:012X}{:09}", 0x0A_03_00_00_u64 << 8 | (key & 0xFF), sample.head.id));
        object.shown("metrc_batch_id", format_args!("B-{:06}", key % 1_000_000));
        object.shown("metrc_manifest_id", format_args!("{:010}", (key >> 20) % 10_000_000_000));
    } else {
        object.nulls(&["leaf_id", "metrc_batch_id", "metrc_manifest_id"]);
    }
}

/// The union of the batches of the sample's tests, ascending.
fn batches(object: &mut Object<'_>, lab: &Lab, index: u32) {
    let mut ids: Vec<u64> = lab
        .tests_of(index)
        .map(|test| lab.tests[test as usize].batch)
        .filter(|batch| *batch != NONE && lab.is_live(Entity::Batch, *batch))
        .filter_map(|batch| lab.id_at(Entity::Batch, batch))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    object.list("batches", ids, |out, id| {
        let _ = write!(out, "{id}");
    });
}

fn tenant_fields(object: &mut Object<'_>, sample: &Sample, key: u64) {
    object.nulls(&["cc_id", "cc_sample_id", "pda_sample_id", "zera_id"]);
    object.shown("client_batch_id", format_args!("LOT{:05}", (key >> 30) % 100_000));
    object.nulls(&["parent_sample_id", "project_id", "source_id"]);
    object.shown("sample_weight", format_args!("{}.{:02}", 5 + key % 140, (key >> 7) % 100));
    object.shown("sample_consumed_g", format_args!("{}.{}", key % 9, (key >> 5) % 10));
    let servings = matches!(sample.matrix, 6..=8);
    object.text_or_null("servings_size", servings.then_some("4.5g"));
    object.text_or_null("servings_per_package", servings.then_some("10"));
    object.text("ffm_percent", "0");
    object.nulls(&["case_narrative", "comments", "sample_comments"]);
    object.nulls(&["customer_sample_notes", "email_to", "ms_expected_result"]);
    object.text("storage_notes", "Ambient");
    object.nulls(&["destruction_date", "destruction_by", "destruction_method"]);
    object.nulls(&["sampling_date", "sampling_by", "sampling_sop", "intake_packaging"]);
    object.nulls(&["revision_report_number", "cannabinoid_report_configuration"]);
    object.nulls(&["sample_test_statuses", "sample_test_statuses_last_modified"]);
    object.bool("collected_by_lab", key.is_multiple_of(4));
    object.bool("Collected", key.is_multiple_of(4));
}
