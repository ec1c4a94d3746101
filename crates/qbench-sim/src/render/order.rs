//! Orders: list items without samples, single reads with samples and their tests.

use std::fmt::Write as _;

use super::json::Object;
use super::{Form, write_record};
use crate::calendar::{DAY, NEVER, civil, write_rfc1123};
use crate::lab::Lab;
use crate::lab::records::{Entity, Order};

const DIVISION: &str = r#"{"id":1,"name":"Main laboratory","global_division":true}"#;

pub(super) fn write(out: &mut String, lab: &Lab, index: u32, form: Form) {
    let order = &lab.orders[index as usize];
    let now = lab.seen_at();
    let mut object = Object::begin(out, now);
    object.number("id", order.head.id);
    object.with("custom_formatted_id", |out| {
        // Generated ids use the laboratory's date, the date fields UTC.
        let (year, month, day) = civil(lab.config().zone.local(order.head.created).day);
        let id = order.head.id;
        let _ = write!(out, "\"ORD-{month:02}{day:02}{:02}-{id}\"", year % 100);
    });
    object.number_or_null("customer_account_id", lab.id_at(Entity::Customer, order.customer));
    object.text("state", order.state(now));
    object.planned_datetime("date_created", order.head.created);
    object.planned_datetime("date_received", order.received);
    object.datetime("date_completed", order.completed);
    object.date("date_order_reported", order.reported);
    object.planned_datetime("date_required", order.required);
    counts(&mut object, lab, index);
    object.bool("partially_complete", order.first_complete <= now && order.completed > now && order.cancelled > now);
    object.bool("has_report", false);
    object.bool("report_emailed", false);
    object.shown("last_updated", order.head.updated);
    object.raw("tags", "[]");
    object.raw("division", DIVISION);
    object.number("division_id", 1);
    portal_fields(&mut object, order);
    collection_fields(&mut object, order);
    if form.nested {
        object.list("samples", lab.samples_of(index), |out, sample| {
            write_record(out, lab, Entity::Sample, sample, form);
        });
    }
    object.end();
}

fn counts(object: &mut Object<'_>, lab: &Lab, index: u32) {
    let (samples, tests) = lab
        .samples_of(index)
        .fold((0, 0), |(samples, tests), sample| (samples + 1, tests + lab.tests_of(sample).count()));
    object.number("sample_count", samples);
    object.number("test_count", tests);
}

fn portal_fields(object: &mut Object<'_>, order: &Order) {
    let from_portal = order.seed % 5 == 2;
    if from_portal {
        object.bool("order_request", true);
        object.text("order_request_status", "ACCEPTED");
    } else {
        object.nulls(&["order_request", "order_request_status"]);
    }
    object.nulls(&["order_request_notes", "requested_by", "requested_by_id"]);
    object.nulls(&["submitted_by", "special_instructions", "customer_comments"]);
    object.text_or_null("email_to", from_portal.then_some("results@customer.example, quality@customer.example"));
    if order.seed % 10 < 4 {
        object.shown("cc_id", order.seed % 900_000 + 100_000);
        object.bool("cc_order", true);
        object.number("cc_order_status", 3 + order.seed % 2);
        object.text("cc_sync_status", "Synced");
        object.null("cc_sync_error");
        object.with("cc_latest_sync", |out| {
            out.push('"');
            write_rfc1123(out, order.head.created + 40);
            out.push('"');
        });
    } else {
        object.nulls(&["cc_id", "cc_order", "cc_order_status", "cc_sync_status"]);
        object.nulls(&["cc_sync_error", "cc_latest_sync"]);
    }
}

fn collection_fields(object: &mut Object<'_>, order: &Order) {
    let collected = order.seed.is_multiple_of(2);
    if collected {
        let before = order.head.created.saturating_sub(order.seed % DAY);
        object.planned_datetime("collected_datetime", before);
    }
    object.bool("collected_by_lab", collected);
    object.planned_date("collected_date", NEVER);
    object.nulls(&["order_sampling_location", "order_sampling_technician"]);
    object.nulls(&["sampling_method", "sampling_plan_check", "Dup_Aw_value"]);
}
