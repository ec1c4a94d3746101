//! Turns records into the JSON that QBench API v1 serves.
//!
//! Knows the laboratory's records and the API's field names; nothing of HTTP.

mod assay;
mod batch;
mod customer;
pub(crate) mod json;
mod order;
mod sample;
mod test;
mod worksheet;

use serde_json::Value;

use crate::calendar::Secs;
use crate::lab::records::Entity;
use crate::lab::{Lab, Overlay, raw_of};

/// Which parts of a record are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Form {
    /// Single reads carry children; list items do not.
    pub(crate) nested: bool,
    /// Every cell of a worksheet instead of the named ones.
    pub(crate) raw_worksheet: bool,
}

/// Appends a record, with whatever was laid over it.
pub(crate) fn write_record(out: &mut String, lab: &Lab, entity: Entity, index: u32, form: Form) {
    let overlay = lab.overlay(entity, index);
    if let Some(raw) = raw_of(overlay) {
        out.push_str(raw);
        return;
    }
    let Some(overlay) = overlay else {
        return write_plain(out, lab, entity, index, form);
    };
    let mut text = String::new();
    write_plain(&mut text, lab, entity, index, form);
    match lay_over(&text, overlay) {
        Some(changed) => out.push_str(&changed),
        None => out.push_str(&text),
    }
}

fn write_plain(out: &mut String, lab: &Lab, entity: Entity, index: u32, form: Form) {
    match entity {
        Entity::Customer => customer::write_customer(out, lab, index),
        Entity::Contact => customer::write_contact(out, lab, index),
        Entity::Order => order::write(out, lab, index, form),
        Entity::Sample => sample::write(out, lab, index, form),
        Entity::Test => test::write(out, lab, index, form),
        Entity::Batch => batch::write(out, lab, index, form),
        Entity::Assay => assay::write_assay(out, lab, index),
        Entity::Panel => assay::write_panel(out, lab, index, form),
    }
}

fn lay_over(text: &str, overlay: &Overlay) -> Option<String> {
    let mut value: Value = serde_json::from_str(text).ok()?;
    let fields = value.as_object_mut()?;
    for (key, changed) in &overlay.fields {
        fields.insert(key.clone(), changed.clone());
    }
    for key in &overlay.removed {
        fields.remove(key);
    }
    serde_json::to_string(&value).ok()
}

/// The state that a record shows; empty for kinds without one.
pub(crate) fn state_of(lab: &Lab, entity: Entity, index: u32) -> String {
    let key = if entity == Entity::Batch { "batch_status" } else { "state" };
    let laid_over = lab.overlay(entity, index).and_then(|overlay| overlay.fields.get(key)?.as_str());
    if let Some(state) = laid_over {
        return state.to_owned();
    }
    let now: Secs = lab.seen_at();
    let place = index as usize;
    match entity {
        Entity::Order => lab.orders[place].state(now),
        Entity::Sample => lab.samples[place].state(now),
        Entity::Test => lab.tests[place].state(now),
        Entity::Batch => lab.batches[place].state(now),
        _ => "",
    }
    .to_owned()
}

impl Lab {
    /// The JSON text of a live record: as a list item, or with `nested` as a single read.
    #[must_use]
    pub fn record_text(&self, entity: Entity, id: u64, nested: bool) -> Option<String> {
        let index = self.find(entity, id)?;
        let mut out = String::new();
        let form = Form { nested, raw_worksheet: false };
        write_record(&mut out, self, entity, index, form);
        Some(out)
    }

    /// A live record as a list item; `None` when there is none or its text is not JSON.
    #[must_use]
    pub fn record(&self, entity: Entity, id: u64) -> Option<Value> {
        serde_json::from_str(&self.record_text(entity, id, false)?).ok()
    }

    /// Every live record of a kind as list items, by id; raw worksheets when asked for. Records
    /// whose text is not JSON are left out.
    #[must_use]
    pub fn records(&self, entity: Entity, raw_worksheets: bool) -> Vec<Value> {
        let form = Form { nested: false, raw_worksheet: raw_worksheets };
        let mut text = String::new();
        self.ids(entity)
            .into_iter()
            .filter_map(|id| {
                text.clear();
                write_record(&mut text, self, entity, self.find(entity, id)?, form);
                serde_json::from_str(&text).ok()
            })
            .collect()
    }
}
