//! Figures for the dashboards.

use crate::error::AppError;
use crate::model::customers::{Customers, CustomersQuery};
use crate::model::filter::Filter;
use crate::model::mix::Mix;
use crate::model::operations::Operations;
use crate::model::overview::{FilterOptions, Overview};
use crate::model::priority::{Priority, PriorityQuery};
use crate::model::quality::Quality;
use crate::model::turnaround::{Turnaround, TurnaroundQuery};
use leptos::prelude::*;

/// Everything on the overview.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "metrics/overview")]
pub async fn load_overview(filter: Filter) -> Result<Overview, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.metrics.overview(&filter).await.or_else(fail)
}

/// Everything on the page about priority orders.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "metrics/priority")]
pub async fn load_priority(query: PriorityQuery) -> Result<Priority, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.metrics.priority(&query).await.or_else(fail)
}

/// How many open orders are past the standing target, for the navigation.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "metrics/late")]
pub async fn load_late_orders() -> Result<u64, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.metrics.late_orders().await.or_else(fail)
}

/// Everything on the page about turnaround.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "metrics/turnaround")]
pub async fn load_turnaround(query: TurnaroundQuery) -> Result<Turnaround, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.metrics.turnaround(&query).await.or_else(fail)
}

/// Everything on the page about customers.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "metrics/customers")]
pub async fn load_customers(query: CustomersQuery) -> Result<Customers, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.metrics.customers(&query).await.or_else(fail)
}

/// Everything on the page about the product mix.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "metrics/mix")]
pub async fn load_mix(filter: Filter) -> Result<Mix, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.metrics.mix(&filter).await.or_else(fail)
}

/// Everything on the page about operations.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "metrics/operations")]
pub async fn load_operations(filter: Filter) -> Result<Operations, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.metrics.operations(&filter).await.or_else(fail)
}

/// Everything on the page about quality.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "metrics/quality")]
pub async fn load_quality(filter: Filter) -> Result<Quality, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.metrics.quality(&filter).await.or_else(fail)
}

/// What the filter bar offers.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "metrics/filter-options")]
pub async fn load_filter_options() -> Result<FilterOptions, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    // Who cannot choose needs no list of what there is, such as the names of all customers.
    if use_context::<crate::model::views::Guest>() == Some(crate::model::views::Guest::Fixed) {
        return Ok(FilterOptions::default());
    }
    ports.metrics.filter_options().await.or_else(fail)
}
