//! Customers and contacts.

use std::fmt::Write as _;

use super::json::Object;
use crate::catalogue::Sector;
use crate::dice::hash;
use crate::lab::Lab;
use crate::lab::records::{Entity, NONE};
use crate::names;

pub(super) fn write_customer(out: &mut String, lab: &Lab, index: u32) {
    let customer = &lab.customers[index as usize];
    let key = hash(&[lab.config().seed, 41, u64::from(index)]);
    let mut object = Object::begin(out, lab.now_secs());
    object.number("id", customer.head.id);
    object.text("customer_name", &customer.name);
    let street = 10 + key % 890;
    let base = names::BASES[(key >> 8) as usize % names::BASES.len()];
    let address = format!("{street} {base} Road\nMossgate, NY 12{:03}", key % 1000);
    object.text_or_null("address", key.is_multiple_of(3).then_some(&*address));
    let phone = format!("(555) 01{}-{:04}", key % 10, (key >> 16) % 10_000);
    object.text_or_null("phone", (!key.is_multiple_of(5)).then_some(&*phone));
    object.null("fax");
    let comment = format!("Account edited {} times", customer.revision);
    object.text_or_null("comments", (customer.revision > 0).then_some(&*comment));
    let tags: &[&str] = match customer.sector {
        Sector::Food => &["\"food\""],
        Sector::Environment => &["\"environment\""],
        _ => &[],
    };
    object.list("tags", tags, |out, tag| out.push_str(tag));
    if customer.undated {
        object.null("date_created");
    } else {
        object.datetime("date_created", customer.head.created);
    }
    object.shown("last_updated", customer.head.updated);
    object.bool("deleted", false);
    object.null("company_discount");
    object.number_or_null("payment_term_days", key.is_multiple_of(2).then_some(30));
    let confident = (key >> 24) % 90_000 + 10_000;
    object.number_or_null(
        "confident_cannabis_customer_id",
        (customer.sector == Sector::Cannabis && key % 10 < 6).then_some(confident),
    );
    object.raw("assay_customer_discounts", "[]");
    object.raw("panel_customer_discounts", "[]");
    if key % 10 < 3 {
        object.raw("divisions", r#"[{"id":1,"name":"Main laboratory","global_division":true}]"#);
    }
    object.nulls(&["qbd_id", "qbd_edit_sequence", "qbd_last_synced", "qbd_response_log"]);
    object.bool("qbd_skip_address_sync", false);
    object.nulls(&["sync_token", "initial_quickbooks_details"]);
    if !key.is_multiple_of(16) {
        object.datetime("last_synced", customer.head.updated);
    }
    object.shown("account_number", format_args!("AC-{:05}", customer.head.id));
    object.nulls(&["allied_username", "billing_contact_name"]);
    object.shown("billing_email", format_args!("accounts@customer{}.example", customer.head.id));
    object.nulls(&["email", "lab"]);
    let license = format!("OCM-{:06}", key % 1_000_000);
    object.text_or_null("license_number", (customer.sector == Sector::Cannabis).then_some(&*license));
    object.end();
}

pub(super) fn write_contact(out: &mut String, lab: &Lab, index: u32) {
    let contact = &lab.contacts[index as usize];
    let key = hash(&[lab.config().seed, 42, u64::from(index)]);
    let first = names::FIRST[key as usize % names::FIRST.len()];
    let last = names::LAST[(key >> 9) as usize % names::LAST.len()];
    let mut object = Object::begin(out, lab.now_secs());
    object.number("id", contact.head.id);
    object.text("first_name", first);
    object.text("last_name", last);
    object.with("email_address", |out| {
        let (first, last) = (first.to_lowercase(), last.to_lowercase());
        let _ = write!(out, "\"{first}.{last}@customer{}.example\"", contact.head.id);
    });
    object.nulls(&["phone", "mobile", "fax", "address"]);
    object.raw("tags", "[]");
    object.list("customers", (contact.customer != NONE).then_some(contact.customer), |out, customer| {
        let id = lab.id_at(Entity::Customer, customer).unwrap_or(0);
        let _ = write!(out, "{{\"id\":{id}}}");
    });
    object.shown("last_updated", contact.head.updated);
    object.end();
}
