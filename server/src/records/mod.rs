//! Records: lists with stable paging, pages of single records, search. It resolves what is asked for (days, marks,
//! words), puts together what `crate::db::records` reads, and keeps out what may not be shown. It knows no HTTP.

mod course;
mod cursor;
mod customer;
mod lists;
mod pages;
mod payload;
mod search;
mod worksheet;

use crate::db::records::{Judgement, Pool};
use crate::db::{self, DbError};
use crate::lab::Current;
use crate::metrics::scope::instant;
use app::error::AppError;
use app::model::ids::{BatchId, CustomerId, OrderId, SampleId, TestId};
use app::model::records::detail::{BatchPage, CustomerPage, OrderPage, SamplePage, TestPage};
use app::model::records::rows::{BatchRow, CustomerRow, Listing, OrderRow, SampleRow, TestRow};
use app::model::records::search::SearchResults;
use app::model::records::{ListQuery, RecordKind};
use app::ports::RecordsPort;
use async_trait::async_trait;
use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use std::sync::Arc;

/// Tells the time; tests give one that stands still.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What records depend on besides their data.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The laboratory's zone: the one that the `*_local` columns were written in.
    pub zone: Tz,
    /// The states that end an order, in upper case.
    pub final_states: Vec<String>,
    /// The address of a record in QBench, with `{kind}` (order, sample …) and `{id}` in it.
    pub qbench_record_url: Option<String>,
}

/// The records of one laboratory.
#[derive(Clone)]
pub struct Service {
    pool: Pool,
    settings: Arc<Settings>,
    lab: Option<Current>,
    clock: Clock,
}

impl Service {
    /// Records from this database, as of the moment that `clock` tells.
    #[must_use]
    pub fn new(pool: Pool, settings: Settings, clock: Clock) -> Self {
        Self { pool, settings: Arc::new(settings), lab: None, clock }
    }

    /// The same with the zone and the final states of this laboratory, as they are at each moment.
    #[must_use]
    pub fn following(mut self, lab: Current) -> Self {
        self.lab = Some(lab);
        self
    }

    /// The records as of the moment that a list asks for.
    fn seen(&self, query: &ListQuery) -> Self {
        let Some(as_of) = query.filter.as_of else { return self.clone() };
        let moment = instant(as_of.last(), self.zone()).min((self.clock)());
        Self { pool: db::as_of(&self.pool, moment), clock: Arc::new(move || moment), ..self.clone() }
    }

    fn zone(&self) -> Tz {
        self.lab.as_ref().map_or(self.settings.zone, Current::zone)
    }

    fn judgement(&self, sla_hours: f64) -> Judgement {
        let lab = self.lab.as_ref().map(Current::get);
        Judgement {
            now: (self.clock)(),
            zone: self.zone().name().to_owned(),
            sla_hours,
            final_states: lab.map_or_else(|| self.settings.final_states.clone(), |lab| lab.final_states.clone()),
        }
    }

    /// A moment on the laboratory's wall clock.
    fn wall_clock(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.zone()).naive_local()
    }

    fn qbench_url(&self, kind: RecordKind, id: i32) -> Option<String> {
        let template = self.settings.qbench_record_url.as_ref()?;
        let kind = match kind {
            RecordKind::Orders => "order",
            RecordKind::Samples => "sample",
            RecordKind::Tests => "test",
            RecordKind::Batches => "batch",
            RecordKind::Customers => "customer",
        };
        Some(template.replace("{kind}", kind).replace("{id}", &id.to_string()))
    }
}

/// Why records cannot be shown.
#[derive(Debug, thiserror::Error)]
enum Fault {
    /// The reader asked for something that cannot be.
    #[error(transparent)]
    Asked(#[from] AppError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Logs a failure of the database under a reference; the reader gets that reference and nothing else.
fn told(what: &'static str, fault: Fault) -> AppError {
    match fault {
        Fault::Asked(error) => error,
        Fault::Database(DbError::Connection(error)) => {
            tracing::warn!(records.what = what, error = %error, "the database does not answer");
            AppError::Unavailable { what: "The database".to_owned() }
        }
        Fault::Database(error) => {
            let reference = uuid::Uuid::new_v4().simple().to_string();
            tracing::error!(records.what = what, reference, error = %error, "records could not be read");
            AppError::Internal { reference }
        }
    }
}

/// A target that can be used.
fn checked_target(sla_hours: f64) -> Result<f64, Fault> {
    if (0.0..=87_600.0).contains(&sla_hours) {
        Ok(sla_hours)
    } else {
        let why = "must be a number of hours between 0 and 87600".to_owned();
        Err(AppError::Invalid { field: "sla".to_owned(), why }.into())
    }
}

#[async_trait]
impl RecordsPort for Service {
    async fn orders(&self, query: &ListQuery) -> Result<Listing<OrderRow>, AppError> {
        self.seen(query).list(RecordKind::Orders, query).await.map_err(|fault| told("orders", fault))
    }

    async fn samples(&self, query: &ListQuery) -> Result<Listing<SampleRow>, AppError> {
        self.seen(query).list(RecordKind::Samples, query).await.map_err(|fault| told("samples", fault))
    }

    async fn tests(&self, query: &ListQuery) -> Result<Listing<TestRow>, AppError> {
        self.seen(query).list(RecordKind::Tests, query).await.map_err(|fault| told("tests", fault))
    }

    async fn batches(&self, query: &ListQuery) -> Result<Listing<BatchRow>, AppError> {
        self.seen(query).list(RecordKind::Batches, query).await.map_err(|fault| told("batches", fault))
    }

    async fn customers(&self, query: &ListQuery) -> Result<Listing<CustomerRow>, AppError> {
        self.seen(query).list(RecordKind::Customers, query).await.map_err(|fault| told("customers", fault))
    }

    async fn order(&self, id: OrderId, sla_hours: f64) -> Result<OrderPage, AppError> {
        self.order_page(id, sla_hours).await.map_err(|fault| told("order", fault))
    }

    async fn sample(&self, id: SampleId, sla_hours: f64) -> Result<SamplePage, AppError> {
        self.sample_page(id, sla_hours).await.map_err(|fault| told("sample", fault))
    }

    async fn test(&self, id: TestId, sla_hours: f64) -> Result<TestPage, AppError> {
        self.test_page(id, sla_hours).await.map_err(|fault| told("test", fault))
    }

    async fn batch(&self, id: BatchId, sla_hours: f64) -> Result<BatchPage, AppError> {
        self.batch_page(id, sla_hours).await.map_err(|fault| told("batch", fault))
    }

    async fn customer(&self, id: CustomerId, sla_hours: f64) -> Result<CustomerPage, AppError> {
        self.customer_page(id, sla_hours).await.map_err(|fault| told("customer", fault))
    }

    async fn search(&self, text: &str) -> Result<SearchResults, AppError> {
        self.find(text).await.map_err(|fault| told("search", fault))
    }
}
