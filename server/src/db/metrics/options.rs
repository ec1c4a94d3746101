//! What there is to choose from in a filter.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// A visible customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerChoice {
    /// Customer id.
    pub id: i32,
    /// Customer name.
    pub name: String,
}

/// The visible customers by name, equal names by id.
///
/// # Errors
/// When the database fails.
pub async fn customers(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<CustomerChoice>> {
    sqlx::query_as!(CustomerChoice, "select id, name from customers where not hidden order by name, id")
        .fetch_all(db)
        .await
}

/// The texts that occur in visible records, each list in code-point order, without empty ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// Accessioning types of samples.
    pub sample_types: Vec<String>,
    /// Matrices of samples.
    pub matrices: Vec<String>,
    /// States of samples.
    pub sample_states: Vec<String>,
    /// Labels of tests.
    pub labels: Vec<String>,
    /// States of tests.
    pub test_states: Vec<String>,
    /// When the newest test row was written.
    pub last_updated_at: Option<DateTime<Utc>>,
}

/// Reads them all.
///
/// # Errors
/// When the database fails.
pub async fn texts(db: impl PgExecutor<'_>) -> sqlx::Result<Texts> {
    sqlx::query_as!(
        Texts,
        r#"
        with s as materialized (
            select sample_type, matrix_type, state from samples where not hidden group by 1, 2, 3
        ), t as materialized (
            select label_abbr, state from tests where not hidden group by 1, 2
        )
        select
            array(select distinct sample_type collate "C" from s where sample_type <> '' order by 1) as "sample_types!",
            array(select distinct matrix_type collate "C" from s where matrix_type <> '' order by 1) as "matrices!",
            array(select distinct state collate "C" from s where state <> '' order by 1) as "sample_states!",
            array(select distinct label_abbr collate "C" from t where label_abbr <> '' order by 1) as "labels!",
            array(select distinct state collate "C" from t where state <> '' order by 1) as "test_states!",
            (select max(fetched_at) from tests) as last_updated_at
        "#
    )
    .fetch_one(db)
    .await
}
