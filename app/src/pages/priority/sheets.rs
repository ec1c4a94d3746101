//! The tables of the page about priority orders, for exports.

use crate::components::state_name;
use crate::i18n::Lang;
use crate::model::priority::{AGES, LateCustomer, LateState, ListedSample, PriorityOrder, Who};
use crate::model::records::RecordKind;
use crate::model::sheet::{Cell, ColumnKind, Sheet};
use crate::pages::records::cells::record_name;

/// The part of the late orders that so many are.
#[must_use]
pub fn share(part: u64, states: &[LateState]) -> Option<f64> {
    let whole: u64 = states.iter().map(|one| one.orders).sum();
    #[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// One of the ages in words.
#[must_use]
pub fn age_name(class: usize, lang: Lang) -> String {
    match AGES.get(class) {
        Some((0, Some(last))) => lang.priority_age_upto(*last),
        Some((first, Some(last))) => lang.priority_age_between(*first, *last),
        Some((first, None)) => lang.priority_age_from(*first),
        None => String::new(),
    }
}

fn who(customer: &Who) -> Cell {
    Cell::text(customer.as_ref().map(|(_, name)| name.as_str()))
}

fn state(state: Option<&str>, lang: Lang) -> Cell {
    state.map_or(Cell::Missing, |state| Cell::Text(state_name(state, lang).into_owned()))
}

/// Orders; `target` in hours.
#[must_use]
pub fn orders(title: &str, orders: &[PriorityOrder], target: f64, lang: Lang) -> Sheet {
    let columns = [
        (lang.order(), ColumnKind::Text),
        (lang.customer(), ColumnKind::Text),
        (lang.state(), ColumnKind::Text),
        (lang.in_this_state(), ColumnKind::Hours),
        (lang.created(), ColumnKind::Moment),
        (lang.open_for(), ColumnKind::Hours),
        (lang.priority_over(), ColumnKind::Hours),
        (lang.priority_chance(), ColumnKind::Share),
        (lang.priority_wait_state(), ColumnKind::Text),
        (lang.priority_wait(), ColumnKind::Hours),
        (lang.samples(), ColumnKind::Number),
        (lang.priority_samples_open(), ColumnKind::Number),
        (lang.priority_tests_open(), ColumnKind::Number),
    ];
    let row = |order: &PriorityOrder| {
        let wait = order.wait.as_ref();
        vec![
            Cell::Text(record_name(RecordKind::Orders, order.id.0, order.number.as_deref())),
            who(&order.customer),
            state(order.state.as_deref(), lang),
            Cell::hours(order.stay),
            Cell::moment(order.created),
            Cell::Hours(order.age),
            Cell::Hours(order.age - target),
            Cell::share(order.chance),
            state(wait.and_then(|(state, _)| state.as_deref()), lang),
            Cell::hours(wait.map(|(_, hours)| *hours)),
            Cell::Count(order.samples),
            Cell::Count(order.work.len() as u64),
            Cell::Count(order.open_tests),
        ]
    };
    Sheet::new(title, &columns).with_rows(orders.iter().map(row))
}

/// What the lists of samples have in common.
fn sample_cells(sample: &ListedSample) -> Vec<Cell> {
    let order = sample.order.as_ref();
    vec![
        Cell::Text(record_name(RecordKind::Samples, sample.id.0, sample.number.as_deref())),
        Cell::text(sample.name.as_deref()),
        order
            .map_or(Cell::Missing, |(id, number)| Cell::Text(record_name(RecordKind::Orders, id.0, number.as_deref()))),
        who(&sample.customer),
    ]
}

const fn sample_columns(lang: Lang) -> [(&'static str, ColumnKind); 4] {
    [
        (lang.sample(), ColumnKind::Text),
        (lang.name(), ColumnKind::Text),
        (lang.order(), ColumnKind::Text),
        (lang.customer(), ColumnKind::Text),
    ]
}

/// Samples ready to report.
#[must_use]
pub fn ready(samples: &[ListedSample], lang: Lang) -> Sheet {
    let own = [
        (lang.completed(), ColumnKind::Moment),
        (lang.priority_waiting(), ColumnKind::Hours),
        (lang.tests(), ColumnKind::Number),
    ];
    let columns = [sample_columns(lang).as_slice(), &own].concat();
    let row = |sample: &ListedSample| {
        let own = [Cell::moment(sample.at), Cell::hours(sample.hours), Cell::Count(sample.tests)];
        sample_cells(sample).into_iter().chain(own).collect()
    };
    Sheet::new(lang.condition_ready(), &columns).with_rows(samples.iter().map(row))
}

/// Samples with a METRC status.
#[must_use]
pub fn metrc(samples: &[ListedSample], lang: Lang) -> Sheet {
    let own = [
        (lang.metrc_tag(), ColumnKind::Text),
        (lang.metrc_status(), ColumnKind::Text),
        (lang.given_at(), ColumnKind::Moment),
        (lang.priority_open_time(), ColumnKind::Hours),
    ];
    let columns = [sample_columns(lang).as_slice(), &own].concat();
    let row = |sample: &ListedSample| {
        let tag = sample.metrc.as_ref();
        let own = [
            Cell::text(tag.map(|(tag, _)| tag.as_str())),
            Cell::text(tag.and_then(|(_, status)| status.as_deref())),
            Cell::moment(sample.at),
            Cell::hours(sample.hours),
        ];
        sample_cells(sample).into_iter().chain(own).collect()
    };
    Sheet::new(lang.priority_metrc(), &columns).with_rows(samples.iter().map(row))
}

/// Late orders by customer and age.
#[must_use]
pub fn ages(customers: &[LateCustomer], lang: Lang) -> Sheet {
    let names: Vec<String> = (0..AGES.len()).map(|class| age_name(class, lang)).collect();
    let ages = names.iter().map(|name| (name.as_str(), ColumnKind::Number));
    let columns: Vec<(&str, ColumnKind)> = std::iter::once((lang.customer(), ColumnKind::Text))
        .chain(ages)
        .chain([(lang.total(), ColumnKind::Number)])
        .collect();
    let row = |one: &LateCustomer| {
        let ages = one.ages.iter().map(|orders| Cell::Count(*orders));
        std::iter::once(who(&one.customer)).chain(ages).chain([Cell::Count(one.orders())]).collect()
    };
    Sheet::new(lang.priority_ages(), &columns).with_rows(customers.iter().map(row))
}

/// Late orders by customer.
#[must_use]
pub fn customers(customers: &[LateCustomer], lang: Lang) -> Sheet {
    let columns = [
        (lang.customer(), ColumnKind::Text),
        (lang.late(), ColumnKind::Number),
        (lang.priority_longest_open(), ColumnKind::Hours),
    ];
    let row = |one: &LateCustomer| vec![who(&one.customer), Cell::Count(one.orders()), Cell::Hours(one.longest)];
    Sheet::new(lang.priority_customers(), &columns).with_rows(customers.iter().map(row))
}

/// Late orders by state.
#[must_use]
pub fn states(states: &[LateState], lang: Lang) -> Sheet {
    let columns = [
        (lang.state(), ColumnKind::Text),
        (lang.late(), ColumnKind::Number),
        (lang.priority_share(), ColumnKind::Share),
        (lang.priority_observed(), ColumnKind::Number),
        (lang.priority_in_state_median(), ColumnKind::Hours),
        (lang.priority_in_state_longest(), ColumnKind::Hours),
    ];
    let row = |one: &LateState| {
        vec![
            state(one.state.as_deref(), lang),
            Cell::Count(one.orders),
            Cell::share(share(one.orders, states)),
            Cell::Count(one.observed),
            Cell::hours(one.median),
            Cell::hours(one.longest),
        ]
    };
    Sheet::new(lang.priority_states(), &columns).with_rows(states.iter().map(row))
}
