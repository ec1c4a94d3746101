//! How the facts of records are written: names, links, times, clocks, progress.

use crate::components::{Badge, Bar, StatePill, Tone, lead};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::ids::{CustomerId, OrderId, SampleId};
use crate::model::records::RecordKind;
use crate::model::records::rows::{Clock, CustomerRef, Progress, Standing};
use chrono::{NaiveDateTime, NaiveTime};
use leptos::prelude::*;

/// What all cells of a page need: the laboratory's clock, the target, the language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// The laboratory's wall clock.
    pub now: NaiveDateTime,
    /// The target in hours.
    pub sla_hours: f64,
    /// The language.
    pub lang: Lang,
}

impl Look {
    /// The address of a record's page; another target than the usual one goes along.
    pub fn href(self, kind: RecordKind, id: i32) -> String {
        self.filter().href(&kind.record_path(id))
    }

    /// The filter that links to lists begin with.
    pub fn filter(self) -> Filter {
        Filter { sla_hours: self.sla_hours, ..Filter::default() }
    }

    /// A moment; a plain date, which is midnight, without a time.
    pub fn moment(self, at: NaiveDateTime) -> String {
        if at.time() == NaiveTime::MIN {
            format::date(at.date(), self.now.date(), self.lang)
        } else {
            format::date_time(at, self.now, self.lang)
        }
    }

    /// The same, or a dash.
    pub fn moment_or_dash(self, at: Option<NaiveDateTime>) -> String {
        at.map_or_else(|| format::MISSING.to_owned(), |at| self.moment(at))
    }

    /// A count.
    pub fn count(self, count: u64) -> String {
        format::count(count, self.lang)
    }
}

/// One record of a kind, in words.
pub(crate) const fn kind_word(kind: RecordKind, lang: Lang) -> &'static str {
    match kind {
        RecordKind::Orders => lang.order(),
        RecordKind::Samples => lang.sample(),
        RecordKind::Tests => lang.test(),
        RecordKind::Batches => lang.batch(),
        RecordKind::Customers => lang.customer(),
    }
}

/// The records of a kind, in words.
pub(crate) const fn kind_words(kind: RecordKind, lang: Lang) -> &'static str {
    match kind {
        RecordKind::Orders => lang.orders(),
        RecordKind::Samples => lang.samples(),
        RecordKind::Tests => lang.tests(),
        RecordKind::Batches => lang.batches(),
        RecordKind::Customers => lang.customers(),
    }
}

/// What a record is called: its printed number or name, else its kind and id.
pub(crate) fn record_name(kind: RecordKind, id: i32, name: Option<&str>) -> String {
    let letter = match kind {
        RecordKind::Orders => "ORD",
        RecordKind::Samples => "S",
        RecordKind::Tests => return format!("T-{id}"),
        RecordKind::Batches => "B",
        RecordKind::Customers => "C",
    };
    name.filter(|name| !name.trim().is_empty()).map_or_else(|| format!("{letter}-{id}"), str::to_owned)
}

/// A link to a record.
pub(crate) fn record_link(kind: RecordKind, id: i32, name: Option<&str>, look: Look) -> AnyView {
    lead(look.href(kind, id), "id", record_name(kind, id, name))
}

/// A link to an order, or a dash.
pub(crate) fn order_link(order: Option<&(OrderId, Option<String>)>, look: Look) -> AnyView {
    order.map_or_else(dash, |(id, number)| record_link(RecordKind::Orders, id.0, number.as_deref(), look))
}

/// A link to a sample, or a dash.
pub(crate) fn sample_link(sample: Option<&(SampleId, Option<String>)>, look: Look) -> AnyView {
    sample.map_or_else(dash, |(id, number)| record_link(RecordKind::Samples, id.0, number.as_deref(), look))
}

/// A link to a customer, or a dash.
pub(crate) fn customer_link(customer: Option<&CustomerRef>, look: Look) -> AnyView {
    customer.map_or_else(dash, |CustomerRef { id: CustomerId(id), name }| {
        lead(look.href(RecordKind::Customers, *id), "lk", name.clone())
    })
}

/// What stands where there is nothing.
pub(crate) fn dash() -> AnyView {
    view! { <span class="mut">{format::MISSING}</span> }.into_any()
}

/// A text, or a dash.
pub(crate) fn text_or_dash(text: Option<String>) -> AnyView {
    text.filter(|text| !text.trim().is_empty()).map_or_else(dash, IntoAny::into_any)
}

/// A state as a pill; none at all is a dash.
pub(crate) fn state(state: Option<&str>) -> AnyView {
    state
        .filter(|state| !state.trim().is_empty())
        .map_or_else(dash, |state| view! { <StatePill state=state.to_owned()/> }.into_any())
}

/// Tests done of all, with a bar.
#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
pub(crate) fn progress(tests: Progress, look: Look) -> AnyView {
    let Progress { done, total } = tests;
    let colour = if done == total && total > 0 { "var(--st-done-glyph)" } else { "var(--c1)" };
    let text = format!("{}/{}", look.count(done), look.count(total));
    view! {
        <span class="prog">
            <span class="a-x"><Bar value=done as f64 whole=total as f64 colour=colour/></span>
            {text}
        </span>
    }
    .into_any()
}

/// A clock in a row: judged while it runs, quiet when it has stopped.
pub(crate) fn clock(clock: Clock) -> AnyView {
    let text = format::hours_or_dash(clock.hours);
    let tone = match clock.standing {
        Standing::Late => Tone::Late,
        Standing::AtRisk => Tone::Risk,
        _ => return text.into_any(),
    };
    view! { <Badge tone text/> }.into_any()
}

/// A clock in words, for the head of a page.
pub(crate) fn judged(clock: Clock, look: Look) -> Option<AnyView> {
    let hours = clock.hours?;
    let beyond = format::hours(hours - look.sla_hours);
    let (tone, text) = match clock.standing {
        Standing::Late => (Tone::Late, look.lang.late_by(&beyond)),
        Standing::AtRisk => (Tone::Risk, look.lang.due_in(&format::hours(look.sla_hours - hours))),
        Standing::OnTrack => (Tone::Neutral, look.lang.due_in(&format::hours(look.sla_hours - hours))),
        Standing::Within => (Tone::Good, look.lang.took(&format::hours(hours))),
        Standing::Beyond => (Tone::Neutral, look.lang.over_target_by(&beyond)),
        Standing::Unknown => return None,
    };
    Some(view! { <Badge tone text/> }.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(sla_hours: f64) -> Look {
        let now = NaiveDateTime::parse_from_str("2026-11-17 07:40", "%Y-%m-%d %H:%M").expect("a moment");
        Look { now, sla_hours, lang: Lang::En }
    }

    #[test]
    fn a_record_without_a_number_is_called_by_kind_and_id() {
        assert_eq!(record_name(RecordKind::Orders, 7, Some("ORD-26-00007")), "ORD-26-00007");
        assert_eq!(record_name(RecordKind::Orders, 7, Some(" ")), "ORD-7");
        assert_eq!(record_name(RecordKind::Tests, 7, Some("Heavy metals")), "T-7");
        assert_eq!(record_name(RecordKind::Batches, 7, None), "B-7");
    }

    #[test]
    fn a_target_of_its_own_goes_along_and_midnight_is_a_date() {
        assert_eq!(look(48.0).href(RecordKind::Orders, 7), "/orders/7");
        assert_eq!(look(36.0).href(RecordKind::Orders, 7), "/orders/7?sla=36");
        let at = |text| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a moment");
        assert_eq!(look(48.0).moment(at("2026-11-16 00:00")), "16 Nov");
        assert_eq!(look(48.0).moment(at("2026-11-16 09:12")), "16 Nov, 09:12");
    }
}
