//! Lists, records and search.

use crate::error::AppError;
use crate::model::ids::{BatchId, CustomerId, OrderId, SampleId, TestId};
use crate::model::records::ListQuery;
use crate::model::records::detail::{BatchPage, CustomerPage, OrderPage, SamplePage, TestPage};
use crate::model::records::rows::{BatchRow, CustomerRow, Listing, OrderRow, SampleRow, TestRow};
use crate::model::records::search::SearchResults;
use leptos::prelude::*;

/// A page of orders.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "records/orders")]
pub async fn list_orders(query: ListQuery) -> Result<Listing<OrderRow>, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.records.orders(&query).await.or_else(fail)
}

/// A page of samples.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "records/samples")]
pub async fn list_samples(query: ListQuery) -> Result<Listing<SampleRow>, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.records.samples(&query).await.or_else(fail)
}

/// A page of tests.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "records/tests")]
pub async fn list_tests(query: ListQuery) -> Result<Listing<TestRow>, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.records.tests(&query).await.or_else(fail)
}

/// A page of batches.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "records/batches")]
pub async fn list_batches(query: ListQuery) -> Result<Listing<BatchRow>, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.records.batches(&query).await.or_else(fail)
}

/// A page of customers.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "records/customers")]
pub async fn list_customers(query: ListQuery) -> Result<Listing<CustomerRow>, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.records.customers(&query).await.or_else(fail)
}

/// An order with everything known about it.
///
/// # Errors
/// [`AppError::NotFound`] for an id that is unknown or may not be shown; else as [`AppError`] says.
#[server(prefix = "/api", endpoint = "records/order")]
pub async fn load_order(id: OrderId, sla_hours: f64) -> Result<OrderPage, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.records.order(id, sla_hours).await.or_else(fail)
}

/// A sample with everything known about it.
///
/// # Errors
/// As [`load_order`].
#[server(prefix = "/api", endpoint = "records/sample")]
pub async fn load_sample(id: SampleId, sla_hours: f64) -> Result<SamplePage, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.records.sample(id, sla_hours).await.or_else(fail)
}

/// A test with everything known about it.
///
/// # Errors
/// As [`load_order`].
#[server(prefix = "/api", endpoint = "records/test")]
pub async fn load_test(id: TestId, sla_hours: f64) -> Result<TestPage, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.records.test(id, sla_hours).await.or_else(fail)
}

/// A batch with everything known about it.
///
/// # Errors
/// As [`load_order`].
#[server(prefix = "/api", endpoint = "records/batch")]
pub async fn load_batch(id: BatchId, sla_hours: f64) -> Result<BatchPage, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.records.batch(id, sla_hours).await.or_else(fail)
}

/// A customer with everything known about it.
///
/// # Errors
/// As [`load_order`].
#[server(prefix = "/api", endpoint = "records/customer")]
pub async fn load_customer(id: CustomerId, sla_hours: f64) -> Result<CustomerPage, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.records.customer(id, sla_hours).await.or_else(fail)
}

/// The records that answer to some words.
///
/// # Errors
/// As [`AppError`] says.
#[server(prefix = "/api", endpoint = "records/search")]
pub async fn search_records(text: String) -> Result<SearchResults, AppError> {
    use super::context::{fail, signed_in};
    let (_user, ports) = signed_in().or_else(fail)?;
    ports.records.search(&text).await.or_else(fail)
}
