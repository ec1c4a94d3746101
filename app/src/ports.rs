//! What the pages need from the server, in traits shaped like screens. `server` implements them; `app` never learns
//! how, so that no SQL can reach the browser and pages render in tests without a database.

use crate::error::AppError;
use crate::model::customers::{Customers, CustomersQuery};
use crate::model::filter::Filter;
use crate::model::ids::{BatchId, CustomerId, OrderId, SampleId, TestId};
use crate::model::mix::Mix;
use crate::model::overview::{FilterOptions, Overview};
use crate::model::records::ListQuery;
use crate::model::records::detail::{BatchPage, CustomerPage, OrderPage, SamplePage, TestPage};
use crate::model::records::rows::{BatchRow, CustomerRow, Listing, OrderRow, SampleRow, TestRow};
use crate::model::records::search::SearchResults;
use crate::model::session::CurrentUser;
use crate::model::sync::{Certificate, Freshness, QuarantinedRecord, Schedule, SyncMode, SyncRun, SyncState};
use crate::model::turnaround::{Turnaround, TurnaroundQuery};
use async_trait::async_trait;
use std::sync::Arc;

/// Figures for the dashboards.
#[async_trait]
pub trait MetricsPort: Send + Sync {
    /// Everything on the overview.
    async fn overview(&self, filter: &Filter) -> Result<Overview, AppError>;
    /// Everything on the page about turnaround.
    async fn turnaround(&self, query: &TurnaroundQuery) -> Result<Turnaround, AppError>;
    /// Everything on the page about customers.
    async fn customers(&self, query: &CustomersQuery) -> Result<Customers, AppError>;
    /// Everything on the page about the product mix.
    async fn mix(&self, filter: &Filter) -> Result<Mix, AppError>;
    /// What the filter bar offers.
    async fn filter_options(&self) -> Result<FilterOptions, AppError>;
}

/// Records: lists, pages and search. A list's query must be of the kind that the method names. Records that may not
/// be shown do not exist here.
#[async_trait]
pub trait RecordsPort: Send + Sync {
    /// A page of orders.
    async fn orders(&self, query: &ListQuery) -> Result<Listing<OrderRow>, AppError>;
    /// A page of samples.
    async fn samples(&self, query: &ListQuery) -> Result<Listing<SampleRow>, AppError>;
    /// A page of tests.
    async fn tests(&self, query: &ListQuery) -> Result<Listing<TestRow>, AppError>;
    /// A page of batches.
    async fn batches(&self, query: &ListQuery) -> Result<Listing<BatchRow>, AppError>;
    /// A page of customers.
    async fn customers(&self, query: &ListQuery) -> Result<Listing<CustomerRow>, AppError>;
    /// An order with everything known about it; the target is in hours.
    async fn order(&self, id: OrderId, sla_hours: f64) -> Result<OrderPage, AppError>;
    /// A sample with everything known about it.
    async fn sample(&self, id: SampleId, sla_hours: f64) -> Result<SamplePage, AppError>;
    /// A test with everything known about it.
    async fn test(&self, id: TestId, sla_hours: f64) -> Result<TestPage, AppError>;
    /// A batch with everything known about it.
    async fn batch(&self, id: BatchId, sla_hours: f64) -> Result<BatchPage, AppError>;
    /// A customer with everything known about it.
    async fn customer(&self, id: CustomerId, sla_hours: f64) -> Result<CustomerPage, AppError>;
    /// The records that answer to some words.
    async fn search(&self, text: &str) -> Result<SearchResults, AppError>;
}

/// The synchronisation, seen and controlled.
#[async_trait]
pub trait SyncPort: Send + Sync {
    /// How fresh the copy is and what is going on.
    async fn freshness(&self) -> Result<Freshness, AppError>;
    /// The latest runs, newest first.
    async fn runs(&self, limit: u32) -> Result<Vec<SyncRun>, AppError>;
    /// Asks for a run on behalf of `user`; joins an equal one that waits. Returns the run's number.
    async fn start(&self, mode: SyncMode, user: &CurrentUser) -> Result<i64, AppError>;
    /// Asks a run to stop after the page it is reading.
    async fn cancel(&self, run: i64, user: &CurrentUser) -> Result<(), AppError>;
    /// Everything on the synchronisation page beside the runs.
    async fn state(&self) -> Result<SyncState, AppError>;
    /// One run.
    async fn run(&self, id: i64) -> Result<SyncRun, AppError>;
    /// What is in quarantine, the latest first.
    async fn quarantine(&self, limit: u32) -> Result<Vec<QuarantinedRecord>, AppError>;
    /// Makes every record in quarantine due and asks for a run that tries them again. Returns the run's number.
    async fn retry_quarantine(&self, user: &CurrentUser) -> Result<i64, AppError>;
    /// The latest certificates, newest first.
    async fn certificates(&self, limit: u32) -> Result<Vec<Certificate>, AppError>;
    /// Stores a schedule's timing, quiet hours, share and whether it is in force.
    async fn save_schedule(&self, schedule: &Schedule, user: &CurrentUser) -> Result<(), AppError>;
    /// Stops all schedules, or lets them go on.
    async fn pause(&self, paused: bool, user: &CurrentUser) -> Result<(), AppError>;
    /// Asks for a verification that may mark as deleted whatever QBench does not list. Returns the run's number.
    async fn confirm_deletions(&self, user: &CurrentUser) -> Result<i64, AppError>;
}

/// Everything a server function may call, put into the Leptos context once a request.
#[derive(Clone)]
pub struct Ports {
    /// Figures.
    pub metrics: Arc<dyn MetricsPort>,
    /// Records.
    pub records: Arc<dyn RecordsPort>,
    /// Synchronisation.
    pub sync: Arc<dyn SyncPort>,
}
