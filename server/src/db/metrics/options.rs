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

/// Reads them all, each list by stepping from value to value through an index.
///
/// # Errors
/// When the database fails.
pub async fn texts(db: impl PgExecutor<'_>) -> sqlx::Result<Texts> {
    sqlx::query_as!(
        Texts,
        r#"
        with recursive types (v) as (
            (select sample_type from samples where not hidden and sample_type > '' order by sample_type limit 1)
            union all
            select (select x.sample_type from samples x where not x.hidden and x.sample_type > types.v order by x.sample_type limit 1)
            from types where types.v is not null
        ), matrices (v) as (
            (select matrix_type from samples where not hidden and matrix_type > '' order by matrix_type limit 1)
            union all
            select (select x.matrix_type from samples x where not x.hidden and x.matrix_type > matrices.v order by x.matrix_type limit 1)
            from matrices where matrices.v is not null
        ), sample_states (v) as (
            (select state from samples where not hidden and state > '' order by state limit 1)
            union all
            select (select x.state from samples x where not x.hidden and x.state > sample_states.v order by x.state limit 1)
            from sample_states where sample_states.v is not null
        ), labels (v) as (
            (select label_abbr from tests where not hidden and label_abbr > '' order by label_abbr limit 1)
            union all
            select (select x.label_abbr from tests x where not x.hidden and x.label_abbr > labels.v order by x.label_abbr limit 1)
            from labels where labels.v is not null
        ), test_states (v) as (
            (select state from tests where not hidden and state > '' order by state limit 1)
            union all
            select (select x.state from tests x where not x.hidden and x.state > test_states.v order by x.state limit 1)
            from test_states where test_states.v is not null
        )
        select
            array(select v collate "C" from types where v is not null order by 1) as "sample_types!",
            array(select v collate "C" from matrices where v is not null order by 1) as "matrices!",
            array(select v collate "C" from sample_states where v is not null order by 1) as "sample_states!",
            array(select v collate "C" from labels where v is not null order by 1) as "labels!",
            array(select v collate "C" from test_states where v is not null order by 1) as "test_states!",
            (select max(fetched_at) from tests) as last_updated_at
        "#
    )
    .fetch_one(db)
    .await
}
