//! The lists behind the figures: for each figure that counts records, the list that holds exactly those.
//!
//! Figures about the state now (open, late, ready …) ignore the days, and the state of a filter as well: the state is
//! what they are about.

use super::{Basis, Condition, ListQuery, RecordKind, TurnaroundClass};
use crate::model::filter::Filter;
use crate::model::ids::CustomerId;
use crate::model::overview::Scope;
use crate::model::period::{DayRange, Range};
use crate::model::turnaround::{DurationBin, Subject};

/// Records of a kind created in the filter's days.
#[must_use]
pub fn created(kind: RecordKind, filter: &Filter) -> ListQuery {
    ListQuery::with_filter(kind, plain(filter)).dated(Basis::Created)
}

/// Tests reported in the filter's days.
#[must_use]
pub fn tests_reported(filter: &Filter) -> ListQuery {
    ListQuery::with_filter(RecordKind::Tests, plain(filter)).dated(Basis::Reported)
}

/// Records whose turnaround ended in the filter's days: tests and orders reported, samples completed.
#[must_use]
pub fn ended(subject: Subject, filter: &Filter) -> ListQuery {
    let (kind, basis) = match subject {
        Subject::Tests => (RecordKind::Tests, Basis::Reported),
        Subject::Samples => (RecordKind::Samples, Basis::Completed),
        Subject::Orders => (RecordKind::Orders, Basis::Reported),
    };
    ListQuery::with_filter(kind, plain(filter)).dated(basis)
}

/// Tests reported in the filter's days that stand so against the target.
#[must_use]
pub fn tests_judged(filter: &Filter, class: TurnaroundClass) -> ListQuery {
    ListQuery { turnaround: Some(class), ..tests_reported(filter) }
}

/// Tests reported in the filter's days with a turnaround above `over` and at or below `upto` hours.
#[must_use]
pub fn tests_between(filter: &Filter, over: Option<f64>, upto: Option<f64>) -> ListQuery {
    ListQuery { over_hours: over, upto_hours: upto, ..tests_reported(filter) }
}

/// Tests reported in the filter's days whose turnaround, by the calendar, lies in a bin of the histogram.
#[must_use]
pub fn tests_in_bin(filter: &Filter, bin: &DurationBin) -> ListQuery {
    tests_between(filter, (bin.over > 0.0).then_some(bin.over), bin.upto)
}

/// Customers with a sample or test created in the filter's days.
#[must_use]
pub fn active_customers(filter: &Filter) -> ListQuery {
    ListQuery::with_filter(RecordKind::Customers, plain(filter)).dated(Basis::Active)
}

/// Customers whose account was created in the filter's days.
#[must_use]
pub fn new_customers(filter: &Filter) -> ListQuery {
    let whose = Filter { sample_type: None, matrix: None, label: None, state: None, ..plain(filter) };
    ListQuery::with_filter(RecordKind::Customers, whose).dated(Basis::Created)
}

/// Orders for which `condition` holds now: open, late, at risk …
#[must_use]
pub fn orders_now(filter: &Filter, condition: Condition) -> ListQuery {
    ListQuery::with_filter(RecordKind::Orders, timeless(filter)).with(condition)
}

/// Orders created in the filter's days for which `condition` holds.
#[must_use]
pub fn orders_created(filter: &Filter, condition: Condition) -> ListQuery {
    created(RecordKind::Orders, filter).with(condition)
}

/// Tests created in the filter's days for which `condition` holds.
#[must_use]
pub fn tests_created(filter: &Filter, condition: Condition) -> ListQuery {
    created(RecordKind::Tests, filter).with(condition)
}

/// Tests and samples completed in the filter's days.
#[must_use]
pub fn completed(kind: RecordKind, filter: &Filter) -> ListQuery {
    ListQuery::with_filter(kind, plain(filter)).dated(Basis::Completed)
}

/// Tests in progress now, of a state where the filter names one.
#[must_use]
pub fn tests_in_progress(filter: &Filter) -> ListQuery {
    let whose = Filter { state: filter.state.clone(), ..timeless(filter) };
    ListQuery::with_filter(RecordKind::Tests, whose).with(Condition::InProgress)
}

/// Tests reported in the filter's days that were seen in a state of rework.
#[must_use]
pub fn tests_reworked(filter: &Filter) -> ListQuery {
    tests_reported(filter).with(Condition::Reworked)
}

/// Batches created in the filter's days; batches belong to nobody, so nothing else of the filter counts.
#[must_use]
pub fn batches_created(filter: &Filter) -> ListQuery {
    let days = Filter { range: filter.range, as_of: filter.as_of, ..Filter::default() };
    ListQuery::with_filter(RecordKind::Batches, days).dated(Basis::Created)
}

/// Batches that are not complete and have not changed for long.
#[must_use]
pub fn stale_batches(filter: &Filter) -> ListQuery {
    let all = Filter { as_of: filter.as_of, ..Filter::default() };
    ListQuery::with_filter(RecordKind::Batches, all).with(Condition::Stale)
}

/// Samples that are ready to report now.
#[must_use]
pub fn ready_samples(filter: &Filter) -> ListQuery {
    ListQuery::with_filter(RecordKind::Samples, timeless(filter)).with(Condition::Ready)
}

/// Samples whose METRC tag got a status lately.
#[must_use]
pub fn metrc_samples(filter: &Filter) -> ListQuery {
    ListQuery::with_filter(RecordKind::Samples, timeless(filter)).with(Condition::Metrc)
}

/// The same list for one customer.
#[must_use]
pub fn of_customer(mut query: ListQuery, customer: CustomerId) -> ListQuery {
    query.filter.customer = Some(customer);
    query
}

/// The same list for other days, for instance those of one bar.
#[must_use]
pub fn within(mut query: ListQuery, days: DayRange) -> ListQuery {
    query.filter.range = Range::Days(days);
    query
}

/// The addresses of a list, one a bucket.
#[must_use]
pub fn by_bucket(scope: &Scope, list: &ListQuery) -> Vec<String> {
    scope.bucket_days().into_iter().map(|days| within(list.clone(), days).href()).collect()
}

/// The filter without what only series need.
fn plain(filter: &Filter) -> Filter {
    Filter { bucket: None, compare: crate::model::period::Comparison::default(), ..filter.clone() }
}

/// The filter without days and state.
fn timeless(filter: &Filter) -> Filter {
    Filter { range: Filter::default().range, state: None, ..plain(filter) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_keeps_whose_records_they_are_and_drops_what_the_figure_ignores() {
        let filter =
            Filter::parse("range=90d&bucket=week&compare=year&customer=7&state=ON%20HOLD&sla=36").expect("a filter");
        assert_eq!(
            tests_reported(&filter).href(),
            "/records/tests?range=90d&customer=7&state=ON%20HOLD&sla=36&basis=reported"
        );
        assert_eq!(orders_now(&filter, Condition::Late).href(), "/records/orders?customer=7&sla=36&late=1");
        assert_eq!(ready_samples(&Filter::default()).href(), "/records/samples?ready=1");
        assert_eq!(
            tests_judged(&Filter::default(), TurnaroundClass::Beyond).href(),
            "/records/tests?basis=reported&tat=beyond"
        );
    }
}
