//! The copy of the LIMS: bulk upserts, deletions, what is known already. One transaction belongs to the caller, who
//! takes [`lock`] first. Knows nothing of QBench's JSON but that it is stored.

mod assays;
mod batches;
mod customers;
mod deletion;
mod known;
mod membership;
mod orders;
mod parents;
mod samples;
mod table;
mod tests;
mod zone;

pub use assays::AssayRows;
pub use batches::BatchRows;
pub use customers::CustomerRows;
pub use deletion::mark_deleted;
pub use known::{
    Known, count_live, digest, known, live_ids, live_ids_in, newest_at_first_landing, refresh_lineage, stamped_after,
};
pub use membership::{Contradiction, clock, contradictions, note_asked};
pub use orders::OrderRows;
pub use parents::{children_without, open_batches, orphans, samples_of_tests, tests_of_samples};
pub use samples::SampleRows;
pub use table::{Base, Table};
pub use tests::{BareTest, TestRows, bare_tests, leave_bare};
pub use zone::{date_only_facts, recompute_local};

use super::DbError;
use sqlx::PgConnection;

/// Content hash of a record: 16 bytes.
pub type Hash = [u8; 16];

/// Waits until no other transaction writes LIMS rows or bans; held to the end of this one, which need not wait for the
/// disk: rows and the progress that speaks of them are in the same log, so a crash loses both or neither.
///
/// # Errors
/// As the database says.
pub async fn lock(conn: &mut PgConnection) -> Result<(), DbError> {
    // Bounded first: a process that stops while it holds the lock must lose it.
    super::sync::bound_idleness(conn).await?;
    sqlx::query("select lock_lims_writes(), set_config('synchronous_commit', 'off', true)").execute(conn).await?;
    Ok(())
}

/// Rows of one table on their way into it.
#[derive(Debug)]
pub enum Rows<'a> {
    /// Customers.
    Customers(CustomerRows<'a>),
    /// Assays.
    Assays(AssayRows<'a>),
    /// Orders.
    Orders(OrderRows<'a>),
    /// Samples.
    Samples(SampleRows<'a>),
    /// Tests.
    Tests(TestRows<'a>),
    /// Batches.
    Batches(BatchRows<'a>),
}

impl Rows<'_> {
    /// No rows of this table.
    #[must_use]
    pub fn none(table: Table) -> Self {
        match table {
            Table::Customers => Self::Customers(CustomerRows::default()),
            Table::Assays => Self::Assays(AssayRows::default()),
            Table::Orders => Self::Orders(OrderRows::default()),
            Table::Samples => Self::Samples(SampleRows::default()),
            Table::Tests => Self::Tests(TestRows::default()),
            Table::Batches => Self::Batches(BatchRows::default()),
        }
    }

    /// The ids, in the order of the rows.
    #[must_use]
    pub fn ids(&self) -> &[i32] {
        match self {
            Self::Customers(rows) => &rows.base.ids,
            Self::Assays(rows) => &rows.base.ids,
            Self::Orders(rows) => &rows.base.ids,
            Self::Samples(rows) => &rows.base.ids,
            Self::Tests(rows) => &rows.base.ids,
            Self::Batches(rows) => &rows.base.ids,
        }
    }

    /// Inserts or replaces them all; ids must not repeat. Lineage and visibility come from the parents that are
    /// there; what hangs below the rows is the business of [`refresh_lineage`].
    ///
    /// # Errors
    /// [`DbError::Data`] when a value cannot be stored; the transaction is void then.
    pub async fn upsert(&self, conn: &mut PgConnection) -> Result<(), DbError> {
        if self.ids().is_empty() {
            return Ok(());
        }
        match self {
            Self::Customers(rows) => rows.upsert(conn).await,
            Self::Assays(rows) => rows.upsert(conn).await,
            Self::Orders(rows) => rows.upsert(conn).await,
            Self::Samples(rows) => rows.upsert(conn).await,
            Self::Tests(rows) => rows.upsert(conn).await,
            Self::Batches(rows) => rows.upsert(conn).await,
        }
    }
}
