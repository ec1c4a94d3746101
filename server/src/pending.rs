//! Ports that have no implementation yet: they say that they are not available, and nothing else.

use app::error::AppError;
use app::model::ids::{BatchId, CustomerId, OrderId, SampleId, TestId};
use app::model::records::ListQuery;
use app::model::records::detail::{BatchPage, CustomerPage, OrderPage, SamplePage, TestPage};
use app::model::records::rows::{BatchRow, CustomerRow, Listing, OrderRow, SampleRow, TestRow};
use app::model::records::search::SearchResults;
use app::model::session::CurrentUser;
use app::model::sync::{Freshness, SyncMode, SyncRun};
use app::ports::{RecordsPort, SyncPort};
use async_trait::async_trait;

/// Answers "not available".
pub struct Pending {
    /// Whether QBench credentials are configured.
    pub sync_enabled: bool,
}

fn unavailable<T>(what: &str) -> Result<T, AppError> {
    Err(AppError::Unavailable { what: what.to_owned() })
}

#[async_trait]
impl SyncPort for Pending {
    async fn freshness(&self) -> Result<Freshness, AppError> {
        Ok(Freshness { enabled: self.sync_enabled, ..Freshness::default() })
    }
    async fn runs(&self, _limit: u32) -> Result<Vec<SyncRun>, AppError> {
        Ok(Vec::new())
    }
    async fn start(&self, _mode: SyncMode, _user: &CurrentUser) -> Result<i64, AppError> {
        unavailable("The synchronisation")
    }
    async fn cancel(&self, _run: i64, _user: &CurrentUser) -> Result<(), AppError> {
        unavailable("The synchronisation")
    }
}

macro_rules! no_records {
    ($($name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        impl RecordsPort for Pending {
            $(async fn $name(&self, $($argument: $kind),*) -> Result<$answer, AppError> {
                $(let _ = $argument;)*
                unavailable("This list")
            })*
        }
    };
}

no_records! {
    orders(query: &ListQuery) -> Listing<OrderRow>;
    samples(query: &ListQuery) -> Listing<SampleRow>;
    tests(query: &ListQuery) -> Listing<TestRow>;
    batches(query: &ListQuery) -> Listing<BatchRow>;
    customers(query: &ListQuery) -> Listing<CustomerRow>;
    order(id: OrderId, sla_hours: f64) -> OrderPage;
    sample(id: SampleId, sla_hours: f64) -> SamplePage;
    test(id: TestId, sla_hours: f64) -> TestPage;
    batch(id: BatchId, sla_hours: f64) -> BatchPage;
    customer(id: CustomerId, sla_hours: f64) -> CustomerPage;
    search(text: &str) -> SearchResults;
}
