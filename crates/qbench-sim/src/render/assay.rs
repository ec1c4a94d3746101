//! Assays and panels.

use std::fmt::Write as _;

use super::Form;
use super::json::Object;
use crate::catalogue::{ASSAYS, PANELS};
use crate::lab::Lab;
use crate::lab::records::Entity;

/// Appends an assay; also used for the copy inside each test.
pub(super) fn write_assay(out: &mut String, lab: &Lab, index: u32) {
    let kind = &ASSAYS[index as usize];
    let head = lab.head(Entity::Assay, index);
    let mut object = Object::begin(out, lab.now_secs());
    object.number("id", kind.id);
    object.text("title", kind.title);
    object.text_or_null("label_abbr", kind.label);
    object.text("method", kind.method);
    object.nulls(&["instrument", "description"]);
    object.text_or_null("units", (!kind.units.is_empty()).then_some(kind.units));
    object.text("input_units", "g");
    object.text("report_units", kind.units);
    object.number("base_price", format_args!("{}.0", kind.price));
    object.text("category", kind.category);
    object.number("category_id", kind.category.len() % 7 + 1);
    object.null("duration");
    object.null("default_technician_id");
    object.datetime("date_created", head.created);
    object.shown("last_updated", head.updated);
    object.bool("deleted", false);
    object.bool("show_in_portal", kind.label.is_some());
    let sheet = (!kind.analytes.is_empty()).then_some(200 + kind.id);
    object.number_or_null("worksheet_id", sheet);
    object.number("batch_worksheet_id", 100 + kind.id);
    object.nulls(&["batch_protocol_id", "order_report_config_id", "test_report_config_id"]);
    object.number("sample_report_config_id", 5);
    object.nulls(&["qbd_id", "qbd_edit_sequence", "qbd_last_synced", "qbd_response_log"]);
    object.null("quickbooks_item_name");
    object.raw("tags", "[]");
    object.raw("assay_customer_discounts", "[]");
    let panels = PANELS.iter().filter(|panel| panel.2.contains(&(index as u8)));
    object.list("panel_assays", panels, |out, panel| {
        write_membership(out, kind.id, panel.0);
    });
    object.end();
}

fn write_membership(out: &mut String, assay: u32, panel: u32) {
    let _ = write!(
        out,
        "{{\"assay_id\":{assay},\"panel_id\":{panel},\"count\":1,\"order\":0,\"price\":null,\
         \"priority\":null,\"turnaround_id\":null}}"
    );
}

pub(super) fn write_panel(out: &mut String, lab: &Lab, index: u32, form: Form) {
    let (id, title, assays) = PANELS[index as usize];
    let head = lab.head(Entity::Panel, index);
    let mut object = Object::begin(out, lab.now_secs());
    object.number("id", id);
    object.text("title", title);
    object.null("description");
    object.shown("last_updated", head.updated);
    object.list("panel_assays", assays, |out, assay| {
        write_membership(out, ASSAYS[*assay as usize].id, id);
    });
    if form.nested {
        object.list("assays", assays, |out, assay| {
            write_assay(out, lab, u32::from(*assay));
        });
    }
    object.end();
}
