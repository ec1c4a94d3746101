//! The figures: which period a filter means, how a series is filled, what is compared with what. One definition a
//! figure, shared by pages, REST and exports. Counting is `crate::db::metrics`' business; nothing here knows HTTP.

pub mod control;
mod customers;
pub mod forecast;
pub mod little;
mod mix;
mod operations;
mod overview;
mod priority;
pub mod projection;
mod quality;
pub mod remaining;
pub mod scope;
pub mod series;
pub mod shared;
mod stages;
mod turnaround;
mod unusual;
pub mod workload;

use crate::config::LabConfig;
use crate::db;
use crate::db::PgPool;
use crate::lab::{Current, Lab};
use crate::refusal;
use app::error::AppError;
use app::model::customers::{Customers, CustomersQuery};
use app::model::filter::Filter;
use app::model::ids::CustomerId;
use app::model::mix::Mix;
use app::model::operations::Operations;
use app::model::overview::{CustomerOption, FilterOptions, Overview};
use app::model::priority::{Priority, PriorityQuery};
use app::model::quality::Quality;
use app::model::turnaround::{Turnaround, TurnaroundQuery};
use app::ports::MetricsPort;
use async_trait::async_trait;
use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use std::sync::Arc;

/// Tells the time; tests give one that stands still.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What a laboratory's figures depend on besides its data.
#[derive(Clone, Debug)]
pub struct Laboratory {
    /// Its name, as pages show it.
    pub name: String,
    /// Its zone: the one that the `*_local` columns were written in.
    pub zone: Tz,
    /// The states that end an order, in upper case.
    pub final_states: Vec<String>,
}

impl From<&LabConfig> for Laboratory {
    fn from(lab: &LabConfig) -> Self {
        Self {
            name: lab.name.clone().unwrap_or_else(|| "Laboratory".to_owned()),
            zone: lab.time_zone,
            final_states: lab.final_states.clone(),
        }
    }
}

impl From<&Lab> for Laboratory {
    fn from(lab: &Lab) -> Self {
        Self {
            name: lab.name.clone().unwrap_or_else(|| "benchwatch".to_owned()),
            zone: lab.zone,
            final_states: lab.final_states.clone(),
        }
    }
}

/// The figures of one laboratory.
#[derive(Clone)]
pub struct Service {
    pool: PgPool,
    laboratory: Arc<Laboratory>,
    lab: Option<Current>,
    clock: Clock,
}

impl Service {
    /// Figures from this database, as of the moment that `clock` tells.
    #[must_use]
    pub fn new(pool: PgPool, laboratory: Laboratory, clock: Clock) -> Self {
        Self { pool, laboratory: Arc::new(laboratory), lab: None, clock }
    }

    /// The same figures for this laboratory, as it is set when they are asked for.
    #[must_use]
    pub fn following(mut self, lab: Current) -> Self {
        self.lab = Some(lab);
        self
    }

    /// The service of one request: the laboratory as it is set now.
    #[must_use]
    pub fn settled(&self) -> Self {
        let laboratory = self.lab.as_ref().map(|lab| Arc::new(Laboratory::from(&*lab.get())));
        let laboratory = laboratory.unwrap_or_else(|| Arc::clone(&self.laboratory));
        Self { laboratory, lab: None, ..self.clone() }
    }

    /// The service of one request with this filter: settled, and as of the moment that it names.
    fn of(&self, filter: &Filter) -> Self {
        let settled = self.settled();
        let moment = filter.as_of.map(|as_of| scope::instant(as_of.last(), settled.laboratory.zone));
        moment.map(|moment| settled.as_of(moment)).unwrap_or(settled)
    }

    /// The same figures as they stood at a moment, from the history; a moment to come is now.
    #[must_use]
    pub fn as_of(&self, moment: DateTime<Utc>) -> Self {
        let moment = moment.min(self.now()).max(DateTime::UNIX_EPOCH);
        let (pool, laboratory) = (db::as_of(&self.pool, moment), Arc::clone(&self.laboratory));
        Self { pool, laboratory, lab: None, clock: Arc::new(move || moment) }
    }

    /// The moment that ages are counted up to.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// The same on the laboratory's wall clock.
    #[must_use]
    pub fn now_local(&self) -> NaiveDateTime {
        self.now().with_timezone(&self.laboratory.zone).naive_local()
    }

    /// What the figures depend on besides the data.
    #[must_use]
    pub fn laboratory(&self) -> &Laboratory {
        &self.laboratory
    }

    /// The database.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }
}

#[async_trait]
impl MetricsPort for Service {
    async fn overview(&self, filter: &Filter) -> Result<Overview, AppError> {
        overview::load(&self.of(filter), filter).await.map_err(failed("overview"))
    }

    async fn priority(&self, query: &PriorityQuery) -> Result<Priority, AppError> {
        priority::load(&self.of(&query.filter), query).await.map_err(failed("priority"))
    }

    async fn late_orders(&self) -> Result<u64, AppError> {
        priority::late(&self.settled()).await.map_err(failed("late_orders"))
    }

    async fn turnaround(&self, query: &TurnaroundQuery) -> Result<Turnaround, AppError> {
        turnaround::load(&self.of(&query.filter), query).await.map_err(failed("turnaround"))
    }

    async fn customers(&self, query: &CustomersQuery) -> Result<Customers, AppError> {
        customers::load(&self.of(&query.filter), query).await.map_err(failed("customers"))
    }

    async fn mix(&self, filter: &Filter) -> Result<Mix, AppError> {
        mix::load(&self.of(filter), filter).await.map_err(failed("mix"))
    }

    async fn operations(&self, filter: &Filter) -> Result<Operations, AppError> {
        operations::load(&self.of(filter), filter).await.map_err(failed("operations"))
    }

    async fn quality(&self, filter: &Filter) -> Result<Quality, AppError> {
        quality::load(&self.of(filter), filter).await.map_err(failed("quality"))
    }

    async fn filter_options(&self) -> Result<FilterOptions, AppError> {
        filter_options(&self.pool).await.map_err(failed("filter_options"))
    }
}

async fn filter_options(pool: &PgPool) -> sqlx::Result<FilterOptions> {
    let mut db = pool.acquire().await?;
    let customers = db::metrics::options::customers(&mut *db).await?;
    let texts = db::metrics::options::texts(&mut *db).await?;
    Ok(FilterOptions {
        customers: customers.into_iter().map(|row| CustomerOption { id: CustomerId(row.id), name: row.name }).collect(),
        sample_types: texts.sample_types,
        matrices: texts.matrices,
        labels: texts.labels,
        states: texts.test_states,
    })
}

/// A failure in words for the reader; `figure` is named in the log.
fn failed(figure: &'static str) -> impl FnOnce(sqlx::Error) -> AppError {
    move |error| refusal::of_database(&error.into(), figure)
}
