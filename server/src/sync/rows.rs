//! From QBench's records to rows of the copy: one mapping for every path by which a record comes in.

use super::settings::{SyncSettings, Worksheets};
use super::times::{instant, turnaround, wall_clock};
use crate::db::lims::{Base, Rows};
use chrono::{DateTime, NaiveDateTime, Utc};
use qbench::records::{self, DecodeOptions, Decoded, FieldIssue, Record, When};
use qbench::{BadRecord, ContentHashes, RawRecord};
use serde_json::value::RawValue;
use std::fmt::Write as _;

/// A record on its way in.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    /// As received.
    pub(crate) raw: RawRecord,
    /// Its id, if it has one that a column holds.
    pub(crate) id: Option<i32>,
    /// What its content is compared by.
    pub(crate) hashes: ContentHashes,
    /// Grows with the time of reading: of two readings of a record the greater one counts.
    pub(crate) seq: u64,
    /// Whether it was asked for by its id, so that nothing more of it is to be had.
    pub(crate) single: bool,
}

impl Incoming {
    pub(crate) fn new(raw: RawRecord, seq: u64) -> Self {
        let id = raw.is_object().then(|| raw.id()).flatten().and_then(|id| i32::try_from(id).ok());
        let hashes = raw.content_hashes();
        Self { raw, id, hashes, seq, single: false }
    }

    /// A record that was asked for by its id.
    pub(crate) fn single(raw: RawRecord, seq: u64) -> Self {
        Self { single: true, ..Self::new(raw, seq) }
    }

    /// QBench's time of the last change.
    pub(crate) fn stamp(&self) -> Option<DateTime<Utc>> {
        stamp_of(&self.raw)
    }

    /// When it was created; spelt alike as well.
    pub(crate) fn created(&self) -> Option<DateTime<Utc>> {
        let view = records::decode::<records::Customer>(&self.raw, &DecodeOptions::utc()).ok()?;
        view.value.date_created.map(|when| when.at)
    }

    /// The sample of a test.
    pub(crate) fn sample_id(&self) -> Option<i32> {
        records::decode::<records::Test>(&self.raw, &DecodeOptions::utc()).ok()?.value.sample_id
    }

    /// The record as lists give it: single reads carry samples and tests inside.
    pub(crate) fn without_children(self) -> Self {
        if !self.raw.has_key("samples") && !self.raw.has_key("tests") {
            return self;
        }
        let members = serde_json::from_str::<Members>(self.raw.as_json()).map(|members| members.0);
        let Ok(mut members) = members else { return self };
        members.retain(|(name, _)| name != "samples" && name != "tests");
        let text: Vec<String> = members
            .iter()
            .map(|(name, value)| format!("{}:{}", serde_json::Value::from(name.as_str()), value.get()))
            .collect();
        match RawRecord::parse(&format!("{{{}}}", text.join(","))) {
            Ok(raw) => Self { single: self.single, ..Self::new(raw, self.seq) },
            Err(_) => self,
        }
    }
}

/// QBench's time of a record's last change; spelt alike in every kind, so the smallest view will do.
pub(crate) fn stamp_of(raw: &RawRecord) -> Option<DateTime<Utc>> {
    records::decode::<records::Customer>(raw, &DecodeOptions::utc()).ok()?.value.last_updated
}

/// The members of an object, their values untouched.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> serde::Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Members;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        source.deserialize_map(Visitor)
    }
}

/// How records are read in this laboratory.
#[derive(Clone, Debug)]
pub(crate) struct Mapping {
    options: DecodeOptions,
    settings: SyncSettings,
}

/// What is odd about a record that is stored.
#[derive(Debug, Default)]
pub(crate) struct Oddities {
    /// Fields that were lost, in plain words; nothing when all is well.
    pub(crate) lost: Option<String>,
    /// QBench itself calls the record deleted.
    pub(crate) deleted: bool,
    /// Its state.
    pub(crate) state: Option<String>,
    /// Its parent.
    pub(crate) parent: Option<i32>,
    /// QBench's time of its last change.
    pub(crate) last_updated: Option<DateTime<Utc>>,
}

impl Mapping {
    pub(crate) fn new(settings: &SyncSettings) -> Self {
        let options = match settings.source_zone {
            Some(zone) => DecodeOptions::in_zone(move |local| instant(local, zone)),
            None => DecodeOptions::utc(),
        };
        Self { options, settings: settings.clone() }
    }

    /// What the content of a record is compared by: its worksheet counts only if it is stored.
    pub(crate) fn hash(&self, hashes: &ContentHashes) -> [u8; 16] {
        match self.settings.worksheets {
            Worksheets::None => hashes.without_worksheet,
            Worksheets::Raw | Worksheets::Named => hashes.full,
        }
    }

    /// Decodes a record and appends it to its table's rows.
    pub(crate) fn push<'a>(&self, rows: &mut Rows<'a>, record: &'a Incoming) -> Result<Oddities, BadRecord> {
        match rows {
            Rows::Customers(rows) => self.customer(rows, record),
            Rows::Assays(rows) => self.assay(rows, record),
            Rows::Orders(rows) => self.order(rows, record),
            Rows::Samples(rows) => self.sample(rows, record),
            Rows::Tests(rows) => self.test(rows, record),
            Rows::Batches(rows) => self.batch(rows, record),
        }
    }

    fn decode<T: Record>(&self, record: &Incoming) -> Result<Decoded<T>, BadRecord> {
        records::decode(&record.raw, &self.options)
    }

    fn local(&self, when: Option<When>) -> Option<NaiveDateTime> {
        when.map(|when| wall_clock(when, self.settings.zone))
    }

    fn base<'a>(&self, base: &mut Base<'a>, id: i32, record: &'a Incoming, last_updated: Option<DateTime<Utc>>) {
        base.ids.push(id);
        base.raw.push(record.raw.storable_json());
        base.hashes.push(self.hash(&record.hashes));
        base.base_hashes.push(record.hashes.without_worksheet);
        base.last_updated.push(last_updated);
    }

    fn customer<'a>(
        &self,
        rows: &mut crate::db::lims::CustomerRows<'a>,
        record: &'a Incoming,
    ) -> Result<Oddities, BadRecord> {
        let Decoded { value, issues, .. } = self.decode::<records::Customer>(record)?;
        let mut lost = in_words(&issues);
        self.base(&mut rows.base, value.id, record, value.last_updated);
        let name = value.name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| {
            add_words(&mut lost, "it has no name");
            format!("Customer {}", value.id)
        });
        rows.name.push(name);
        rows.date_created.push(instant_of(value.date_created));
        rows.created_local.push(self.local(value.date_created));
        let deleted = value.deleted.unwrap_or(false);
        Ok(Oddities { lost, deleted, last_updated: value.last_updated, ..Oddities::default() })
    }

    fn assay<'a>(
        &self,
        rows: &mut crate::db::lims::AssayRows<'a>,
        record: &'a Incoming,
    ) -> Result<Oddities, BadRecord> {
        let Decoded { value, issues, .. } = self.decode::<records::Assay>(record)?;
        self.base(&mut rows.base, value.id, record, value.last_updated);
        rows.title.push(value.title);
        rows.label_abbr.push(value.label_abbr);
        rows.method.push(value.method);
        rows.category.push(value.category);
        rows.date_created.push(instant_of(value.date_created));
        let deleted = value.deleted.unwrap_or(false);
        Ok(Oddities { lost: in_words(&issues), deleted, last_updated: value.last_updated, ..Oddities::default() })
    }

    fn order<'a>(
        &self,
        rows: &mut crate::db::lims::OrderRows<'a>,
        record: &'a Incoming,
    ) -> Result<Oddities, BadRecord> {
        let Decoded { value, issues, .. } = self.decode::<records::Order>(record)?;
        self.base(&mut rows.base, value.id, record, value.last_updated);
        let oddities = Oddities {
            lost: in_words(&issues),
            state: value.state.clone(),
            parent: value.customer_account_id,
            last_updated: value.last_updated,
            deleted: false,
        };
        rows.custom_formatted_id.push(value.custom_formatted_id);
        rows.customer_account_id.push(value.customer_account_id);
        rows.date_created.push(instant_of(value.date_created));
        rows.date_completed.push(instant_of(value.date_completed));
        rows.date_order_reported.push(instant_of(value.date_order_reported));
        rows.date_received.push(instant_of(value.date_received));
        rows.date_required.push(instant_of(value.date_required));
        rows.sample_count.push(value.sample_count);
        rows.test_count.push(value.test_count);
        rows.state.push(value.state);
        rows.created_local.push(self.local(value.date_created));
        rows.received_local.push(self.local(value.date_received));
        rows.completed_local.push(self.local(value.date_completed));
        rows.reported_local.push(self.local(value.date_order_reported));
        Ok(oddities)
    }

    fn sample<'a>(
        &self,
        rows: &mut crate::db::lims::SampleRows<'a>,
        record: &'a Incoming,
    ) -> Result<Oddities, BadRecord> {
        let Decoded { value, issues, .. } = self.decode::<records::Sample>(record)?;
        self.base(&mut rows.base, value.id, record, value.last_updated);
        let oddities = Oddities {
            lost: in_words(&issues),
            state: value.state.clone(),
            parent: value.order_id,
            last_updated: value.last_updated,
            deleted: false,
        };
        rows.sample_name.push(value.sample_name);
        rows.custom_formatted_id.push(value.custom_formatted_id);
        rows.metrc_id.push(value.metrc_id);
        rows.order_id.push(value.order_id);
        rows.has_report.push(value.has_report.unwrap_or(false));
        rows.batch_ids.push(array_literal(&value.batch_ids));
        rows.completed_date.push(instant_of(value.completed_date));
        rows.date_created.push(instant_of(value.date_created));
        rows.start_date.push(instant_of(value.start_date));
        rows.matrix_type.push(value.matrix_type);
        rows.sample_type.push(value.sample_type);
        rows.state.push(value.state);
        rows.test_count.push(value.test_count);
        rows.sample_weight.push(value.sample_weight);
        rows.created_local.push(self.local(value.date_created));
        rows.completed_local.push(self.local(value.completed_date));
        Ok(oddities)
    }

    fn test<'a>(&self, rows: &mut crate::db::lims::TestRows<'a>, record: &'a Incoming) -> Result<Oddities, BadRecord> {
        let Decoded { value, issues, absent } = self.decode::<records::Test>(record)?;
        let lacks = if record.single { Vec::new() } else { needed(&value, &absent, self.settings.worksheets) };
        rows.lacks.push((!lacks.is_empty()).then(|| format!("{{{}}}", lacks.join(","))));
        rows.single.push(record.single);
        self.base(&mut rows.base, value.id, record, value.last_updated);
        let oddities = Oddities {
            lost: in_words(&issues),
            state: value.state.clone(),
            parent: value.sample_id,
            last_updated: value.last_updated,
            deleted: false,
        };
        rows.without_worksheet = self.settings.worksheets == Worksheets::None;
        rows.sample_id.push(value.sample_id);
        rows.assay_id.push(value.assay_id);
        rows.batch_ids.push(array_literal(&value.batch_ids));
        rows.date_created.push(instant_of(value.date_created));
        rows.state.push(value.state);
        rows.has_report.push(value.has_report.unwrap_or(false));
        rows.report_completed_date.push(instant_of(value.report_completed_date));
        rows.label_abbr.push(value.label_abbr);
        rows.title.push(value.title);
        rows.worksheet_raw.push(value.worksheet_raw.filter(|_| !rows.without_worksheet));
        rows.start_date.push(instant_of(value.start_date));
        rows.complete_date.push(instant_of(value.complete_date));
        rows.created_local.push(self.local(value.date_created));
        rows.completed_local.push(self.local(value.complete_date));
        rows.reported_local.push(self.local(value.report_completed_date));
        rows.tat_hours.push(turnaround(value.date_created, value.report_completed_date, self.settings.zone));
        Ok(oddities)
    }

    fn batch<'a>(
        &self,
        rows: &mut crate::db::lims::BatchRows<'a>,
        record: &'a Incoming,
    ) -> Result<Oddities, BadRecord> {
        let Decoded { value, issues, .. } = self.decode::<records::Batch>(record)?;
        self.base(&mut rows.base, value.id, record, value.last_updated);
        let oddities = Oddities {
            lost: in_words(&issues),
            state: value.state.clone(),
            last_updated: value.last_updated,
            ..Oddities::default()
        };
        rows.assay_id.push(value.assay_id);
        rows.display_name.push(value.display_name);
        rows.date_created.push(instant_of(value.date_created));
        rows.date_prepared.push(instant_of(value.date_prepared));
        rows.sample_ids.push(array_literal(&value.sample_ids));
        rows.test_ids.push(array_literal(&value.test_ids));
        rows.state.push(value.state);
        rows.complete.push(value.complete);
        rows.created_local.push(self.local(value.date_created));
        Ok(oddities)
    }
}

/// Fields of a test that its record does not even name and that matter: a tenant's lists may leave out what single reads
/// have. A report's date is missed only where there must be one, an assay's names only where no assay tells them.
pub(crate) fn needed(test: &records::Test, absent: &[&'static str], worksheets: Worksheets) -> Vec<&'static str> {
    let reported = test.state.as_deref().is_none_or(|state| state.to_ascii_uppercase().contains("REPORT"));
    let matters = |field: &str| match field {
        "sample_id" | "state" | "date_created" => true,
        "report_completed_date" | "has_report" => reported,
        "label_abbr" | "title" => test.assay_id.is_none(),
        "worksheet_raw" => worksheets == Worksheets::Raw,
        _ => false,
    };
    absent.iter().copied().filter(|field| matters(field)).collect()
}

fn instant_of(when: Option<When>) -> Option<DateTime<Utc>> {
    when.map(|when| when.at)
}

/// `{1,2,3}`
fn array_literal(ids: &[i32]) -> String {
    let mut text = String::with_capacity(2 + ids.len() * 7);
    text.push('{');
    for (place, id) in ids.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = write!(text, "{}{id}", if place > 0 { "," } else { "" });
    }
    text.push('}');
    text
}

/// Fields whose odd content is common and of no consequence: tenants write free text into them.
const FREE_TEXT: [&str; 4] = ["sample_weight", "base_price", "duration", "units"];

/// The issues that lose something, in plain words.
fn in_words(issues: &[FieldIssue]) -> Option<String> {
    let mut words = None;
    for issue in issues {
        let kept = issue.why.starts_with("cut to") || issue.why.contains("NUL") || issue.why.contains("surrogate");
        if !kept && !FREE_TEXT.contains(&issue.field) {
            add_words(&mut words, &issue.to_string());
        }
    }
    words
}

fn add_words(words: &mut Option<String>, more: &str) {
    match words {
        Some(words) => {
            words.push_str("; ");
            words.push_str(more);
        }
        None => *words = Some(more.to_owned()),
    }
}
