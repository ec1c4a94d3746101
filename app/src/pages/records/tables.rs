//! The tables of records, for lists and for the parts of record pages.

use super::cells::{self, Look, customer_link, order_link, record_link, sample_link, text_or_dash};
use crate::components::{Symbol, icon};
use crate::format;
use crate::model::records::rows::{BatchRow, CustomerRow, OrderRow, SampleRow, TestRow};
use crate::model::records::{Direction, ListQuery, RecordKind, Sort};
use leptos::prelude::*;

/// A column: its heading, what it is ordered by, its classes.
struct Column(&'static str, Option<Sort>, &'static str);

/// What every row of a table may have in common, so that its column says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Common {
    /// The customer.
    Customer,
    /// The order.
    Order,
    /// The sample.
    Sample,
    /// The batch.
    Batch,
}

/// What a table is part of.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    /// What its cells need.
    pub look: Look,
    /// The list whose order its headers change; none on record pages.
    pub list: Option<&'a ListQuery>,
    /// Columns that are not shown because every row says the same.
    pub without: &'a [Common],
}

fn table(label: &'static str, columns: Vec<Column>, rows: Vec<AnyView>, list: Option<&ListQuery>) -> AnyView {
    let head = columns.into_iter().map(|column| heading(column, list)).collect_view();
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=label>
            <table class="table">
                <thead><tr>{head}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A heading; on lists one that orders by its column, the other way round when it already does.
fn heading(Column(text, sort, class): Column, list: Option<&ListQuery>) -> AnyView {
    let Some((list, sort)) = list.zip(sort) else {
        return view! { <th scope="col" class=class>{text}</th> }.into_any();
    };
    let (current, direction) = list.order_by();
    let words =
        matches!(sort, Sort::Reference | Sort::Name | Sort::Customer | Sort::State | Sort::Label | Sort::Matrix);
    let natural = if words { Direction::Ascending } else { Direction::Descending };
    let (order, arrow, next) = match (current == sort, direction) {
        (false, _) => (None, None, natural),
        (true, Direction::Ascending) => (Some("ascending"), Some(icon(Symbol::Up)), direction.reversed()),
        (true, Direction::Descending) => (Some("descending"), Some(icon(Symbol::Chevron)), direction.reversed()),
    };
    let href = list.clone().sorted(sort, next).href();
    view! {
        <th scope="col" class=class aria-sort=order>
            <a class="sort" href=href data-noscroll="">{text}{arrow}</a>
        </th>
    }
    .into_any()
}

type Cell<T> = fn(&T, Look) -> AnyView;

/// A table from columns that say how their cells are made.
fn built<T>(
    setting: Setting<'_>,
    label: &'static str,
    mut columns: Vec<(Column, Cell<T>)>,
    common: &[(Common, usize)],
    rows: &[T],
) -> AnyView {
    for (what, at) in common.iter().rev() {
        if setting.without.contains(what) {
            columns.remove(*at);
        }
    }
    let (columns, cells): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    let row = |row: &T| {
        let cells = columns.iter().zip(&cells).map(|(Column(_, _, class), cell)| {
            view! { <td class=*class>{cell(row, setting.look)}</td> }
        });
        view! { <tr>{cells.collect_view()}</tr> }.into_any()
    };
    let rows = rows.iter().map(row).collect();
    table(label, columns, rows, setting.list)
}

/// A table of orders.
pub(super) fn orders(rows: &[OrderRow], setting: Setting<'_>) -> AnyView {
    let lang = setting.look.lang;
    let columns: Vec<(Column, Cell<OrderRow>)> = vec![
        (Column(lang.order(), Some(Sort::Reference), ""), |row, look| {
            record_link(RecordKind::Orders, row.id.0, row.number.as_deref(), look)
        }),
        (Column(lang.customer(), Some(Sort::Customer), ""), |row, look| customer_link(row.customer.as_ref(), look)),
        (Column(lang.state(), Some(Sort::State), ""), |row, _| cells::state(row.state.as_deref())),
        (Column(lang.created(), Some(Sort::Created), "nb a-x"), |row, look| {
            look.moment_or_dash(row.created).into_any()
        }),
        (Column(lang.received(), Some(Sort::Received), "nb a-x"), |row, look| {
            look.moment_or_dash(row.received).into_any()
        }),
        (Column(lang.completed(), Some(Sort::Completed), "nb a-x"), |row, look| {
            look.moment_or_dash(row.completed).into_any()
        }),
        (Column(lang.reported_at(), Some(Sort::Reported), "nb a-x"), |row, look| {
            look.moment_or_dash(row.reported).into_any()
        }),
        (Column(lang.samples(), None, "num a-x"), |row, look| look.count(row.samples).into_any()),
        (Column(lang.tests_done(), None, "num"), |row, look| cells::progress(row.tests, look)),
        (Column(lang.age_column(), Some(Sort::Turnaround), "num nb"), |row, _| cells::clock(row.clock)),
    ];
    built(setting, lang.orders(), columns, &[(Common::Customer, 1)], rows)
}

/// A table of samples.
pub(super) fn samples(rows: &[SampleRow], setting: Setting<'_>) -> AnyView {
    let lang = setting.look.lang;
    let columns: Vec<(Column, Cell<SampleRow>)> = vec![
        (Column(lang.sample(), Some(Sort::Reference), ""), |row, look| {
            record_link(RecordKind::Samples, row.id.0, row.number.as_deref(), look)
        }),
        (Column(lang.name(), Some(Sort::Name), ""), |row, _| text_or_dash(row.name.clone())),
        (Column(lang.customer(), Some(Sort::Customer), "a-x"), |row, look| customer_link(row.customer.as_ref(), look)),
        (Column(lang.order(), None, "a-x"), |row, look| order_link(row.order.as_ref(), look)),
        (Column(lang.matrix(), Some(Sort::Matrix), "a-x"), |row, _| text_or_dash(row.matrix.clone())),
        (Column(lang.state(), Some(Sort::State), ""), |row, _| cells::state(row.state.as_deref())),
        (Column(lang.created(), Some(Sort::Created), "nb a-x"), |row, look| {
            look.moment_or_dash(row.created).into_any()
        }),
        (Column(lang.completed(), Some(Sort::Completed), "nb a-x"), |row, look| {
            look.moment_or_dash(row.completed).into_any()
        }),
        (Column(lang.tests_done(), None, "num"), |row, look| cells::progress(row.tests, look)),
        (Column(lang.age_column(), None, "num nb"), |row, _| cells::clock(row.clock)),
    ];
    built(setting, lang.samples(), columns, &[(Common::Customer, 2), (Common::Order, 3)], rows)
}

/// A table of tests.
pub(super) fn tests(rows: &[TestRow], setting: Setting<'_>) -> AnyView {
    let lang = setting.look.lang;
    let columns: Vec<(Column, Cell<TestRow>)> = vec![
        (Column(lang.test(), Some(Sort::Id), ""), |row, look| record_link(RecordKind::Tests, row.id.0, None, look)),
        (Column(lang.label(), Some(Sort::Label), ""), |row, _| label(row.label.clone(), row.title.clone())),
        (Column(lang.sample(), None, "a-x"), |row, look| sample_link(row.sample.as_ref(), look)),
        (Column(lang.customer(), Some(Sort::Customer), "a-x"), |row, look| customer_link(row.customer.as_ref(), look)),
        (Column(lang.state(), Some(Sort::State), ""), |row, _| cells::state(row.state.as_deref())),
        (Column(lang.batch(), None, "a-x"), |row, look| batches(row, look)),
        (Column(lang.created(), Some(Sort::Created), "nb a-x"), |row, look| {
            look.moment_or_dash(row.created).into_any()
        }),
        (Column(lang.reported_at(), Some(Sort::Reported), "nb a-x"), |row, look| {
            look.moment_or_dash(row.reported).into_any()
        }),
        (Column(lang.in_this_state(), None, "num nb a-x"), |row, look| in_state(row, look)),
        (Column(lang.age_column(), Some(Sort::Turnaround), "num nb"), |row, _| cells::clock(row.clock)),
    ];
    built(setting, lang.tests(), columns, &[(Common::Sample, 2), (Common::Customer, 3), (Common::Batch, 5)], rows)
}

/// A table of batches.
pub(super) fn batch_rows(rows: &[BatchRow], setting: Setting<'_>) -> AnyView {
    let lang = setting.look.lang;
    let columns: Vec<(Column, Cell<BatchRow>)> = vec![
        (Column(lang.batch(), Some(Sort::Name), ""), |row, look| {
            record_link(RecordKind::Batches, row.id.0, row.name.as_deref(), look)
        }),
        (Column(lang.assay(), Some(Sort::Label), ""), |row, _| label(row.label.clone(), row.title.clone())),
        (Column(lang.state(), Some(Sort::State), ""), |row, _| cells::state(row.state.as_deref())),
        (Column(lang.created(), Some(Sort::Created), "nb a-x"), |row, look| {
            look.moment_or_dash(row.created).into_any()
        }),
        (Column(lang.tests_done(), None, "num"), |row, look| cells::progress(row.tests, look)),
        (Column(lang.age_column(), None, "num nb"), |row, _| format::hours_or_dash(row.age_hours).into_any()),
    ];
    built(setting, lang.batches(), columns, &[], rows)
}

/// A table of customers.
pub(super) fn customers(rows: &[CustomerRow], setting: Setting<'_>) -> AnyView {
    let lang = setting.look.lang;
    let columns: Vec<(Column, Cell<CustomerRow>)> = vec![
        (Column(lang.customer(), Some(Sort::Name), ""), |row, look| {
            record_link(RecordKind::Customers, row.id.0, Some(&row.name), look)
        }),
        (Column(lang.since(), Some(Sort::Created), "nb a-x"), |row, look| look.moment_or_dash(row.created).into_any()),
        (Column(lang.orders(), None, "num"), |row, look| look.count(row.orders).into_any()),
        (Column(lang.open(), None, "num"), |row, look| look.count(row.open_orders).into_any()),
        (Column(lang.late(), None, "num"), |row, look| {
            let class = if row.late_orders > 0 { "c-late" } else { "" };
            view! { <span class=class>{look.count(row.late_orders)}</span> }.into_any()
        }),
        (Column(lang.last_order(), None, "nb a-x"), |row, look| look.moment_or_dash(row.last_order).into_any()),
    ];
    built(setting, lang.customers(), columns, &[], rows)
}

/// A label in bold with its title.
pub(super) fn label(label: Option<String>, title: Option<String>) -> AnyView {
    match (label.filter(|label| !label.is_empty()), title) {
        (None, None) => cells::dash(),
        (None, Some(title)) => title.into_any(),
        (Some(label), title) => view! { <b class="code">{label}</b>" "<span class="mut a-x">{title}</span> }.into_any(),
    }
}

/// Links to the batches of a test, or a dash.
fn batches(row: &TestRow, look: Look) -> AnyView {
    if row.batches.is_empty() {
        return cells::dash();
    }
    let link = |(at, (id, name)): (usize, &(crate::model::ids::BatchId, Option<String>))| {
        let comma = (at > 0).then_some(", ");
        view! { {comma}{record_link(RecordKind::Batches, id.0, name.as_deref(), look)} }
    };
    row.batches.iter().enumerate().map(link).collect_view().into_any()
}

/// How long a test has been in its state, as far as that was seen.
fn in_state(row: &TestRow, look: Look) -> AnyView {
    let since = row.since.filter(|_| row.clock.running);
    #[expect(clippy::cast_precision_loss, reason = "seconds since a change of state")]
    let hours = since.map(|since| (look.now - since).num_seconds() as f64 / 3_600.0);
    format::hours_or_dash(hours).into_any()
}
