//! Figures that many ask for at once are computed once. An answer is kept for the content it was computed from, the
//! laboratory as it was set and ten seconds of the clock; who asks for one that is being computed waits for it. So a
//! hundred open pages that take new data in cost what one costs, and nobody is shown what a synchronisation has replaced.

use super::Service;
use crate::db::content;
use crate::refusal;
use app::error::AppError;
use app::model::customers::{Customers, CustomersQuery};
use app::model::filter::Filter;
use app::model::mix::Mix;
use app::model::operations::Operations;
use app::model::overview::{FilterOptions, Overview};
use app::model::priority::{Priority, PriorityQuery};
use app::model::quality::Quality;
use app::model::turnaround::{Turnaround, TurnaroundQuery};
use app::ports::MetricsPort;
use async_trait::async_trait;
use std::any::Any;
use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// Seconds of the clock that an answer is kept for: ages in it are no older than that.
const KEPT_SECONDS: i64 = 10;

/// Answers that are kept at most. One of a large laboratory takes up to some hundred kilobytes.
const MOST_KEPT: usize = 128;

/// An answer, or the place where it is being computed.
type Answer = Arc<OnceCell<Arc<dyn Any + Send + Sync>>>;

/// What answers follow from besides the question. Answers made from anything else are of no use any more.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
struct Ground {
    mark: String,
    laboratory: String,
    moment: i64,
}

#[derive(Default)]
struct Kept {
    ground: Ground,
    answers: HashMap<String, Answer>,
}

/// The figures of [`Service`], each computed once for all who ask for it.
pub struct Shared {
    service: Service,
    kept: Mutex<Kept>,
}

impl Shared {
    /// Shares the answers of this service.
    #[must_use]
    pub fn new(service: Service) -> Self {
        Self { service, kept: Mutex::default() }
    }

    /// The answer to a question: the one that is kept, or the one that `compute` gives.
    async fn once<T, F>(&self, figure: &'static str, question: impl Debug, compute: F) -> Result<T, AppError>
    where
        T: Clone + Send + Sync + 'static,
        F: Future<Output = Result<T, AppError>> + Send,
    {
        let mark = content::mark(self.service.pool()).await.map_err(|error| refusal::of_database(&error, figure))?;
        let laboratory = format!("{:?}", self.service.settled().laboratory());
        let moment = self.service.now().timestamp().div_euclid(KEPT_SECONDS);
        let answer = self.place(Ground { mark, laboratory, moment }, format!("{figure} {question:?}"));
        // A fault is not kept, and when the one who computes goes away, the next in line begins anew.
        let found = answer
            .get_or_try_init(|| async { compute.await.map(|value| Arc::new(value) as Arc<dyn Any + Send + Sync>) })
            .await?;
        match found.downcast_ref::<T>() {
            Some(value) => Ok(value.clone()),
            None => unreachable!("a figure has one type"),
        }
    }

    fn place(&self, ground: Ground, question: String) -> Answer {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.ground != ground || kept.answers.len() >= MOST_KEPT {
            *kept = Kept { ground, answers: HashMap::new() };
        }
        Arc::clone(kept.answers.entry(question).or_default())
    }
}

#[async_trait]
impl MetricsPort for Shared {
    async fn overview(&self, filter: &Filter) -> Result<Overview, AppError> {
        self.once("overview", filter, self.service.overview(filter)).await
    }

    async fn priority(&self, query: &PriorityQuery) -> Result<Priority, AppError> {
        self.once("priority", query, self.service.priority(query)).await
    }

    async fn late_orders(&self) -> Result<u64, AppError> {
        self.once("late_orders", (), self.service.late_orders()).await
    }

    async fn turnaround(&self, query: &TurnaroundQuery) -> Result<Turnaround, AppError> {
        self.once("turnaround", query, self.service.turnaround(query)).await
    }

    async fn customers(&self, query: &CustomersQuery) -> Result<Customers, AppError> {
        self.once("customers", query, self.service.customers(query)).await
    }

    async fn mix(&self, filter: &Filter) -> Result<Mix, AppError> {
        self.once("mix", filter, self.service.mix(filter)).await
    }

    async fn operations(&self, filter: &Filter) -> Result<Operations, AppError> {
        self.once("operations", filter, self.service.operations(filter)).await
    }

    async fn quality(&self, filter: &Filter) -> Result<Quality, AppError> {
        self.once("quality", filter, self.service.quality(filter)).await
    }

    async fn filter_options(&self) -> Result<FilterOptions, AppError> {
        self.once("filter_options", (), self.service.filter_options()).await
    }
}
