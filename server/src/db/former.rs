//! The database of the product that this one replaces, read and never written. Its tables are not ours, so the
//! statements are checked when they run.

use super::lims::Table;
use super::{DbError, StartError, connect};
use crate::config::DatabaseConfig;
use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, FromRow, PgPool};

/// What a database must hold to be taken for the former product's.
const TABLES: [&str; 8] =
    ["customers", "orders", "samples", "batches", "tests", "users", "banned_entities", "metrc_sample_statuses"];

/// An account; its hash is bcrypt's.
#[derive(FromRow)]
pub struct FormerUser {
    /// The name used to sign in.
    pub username: String,
    /// As stored.
    pub password_hash: String,
    /// Whether it may sign in.
    pub is_active: bool,
}

/// An entry of the ban list.
#[derive(FromRow)]
pub struct FormerBan {
    /// customer, order, sample, batch or test.
    pub entity_type: String,
    /// The record's QBench id.
    pub entity_id: i32,
    /// Why.
    pub reason: Option<String>,
}

/// A METRC state, filled in there by something outside that product.
#[derive(FromRow)]
pub struct FormerMetrc {
    /// Grows with the rows.
    pub id: i32,
    /// The package.
    pub metrc_id: String,
    /// Its state.
    pub metrc_status: Option<String>,
    /// Since when.
    pub metrc_date: Option<DateTime<Utc>>,
}

/// A record as QBench once gave it.
#[derive(FromRow)]
pub struct FormerRecord {
    /// Its QBench id.
    pub id: i32,
    /// JSON.
    pub raw: String,
}

/// The other names of a customer, as people have entered them.
#[derive(FromRow)]
pub struct FormerAliases {
    /// The customer's QBench id.
    pub id: i32,
    /// A list of texts.
    pub aliases: serde_json::Value,
}

/// An open connection to it.
pub struct Former(PgPool);

impl Former {
    /// Connects to `config.former_url`.
    ///
    /// # Errors
    /// When nothing answers there, or it is another kind of database.
    pub async fn open(config: &DatabaseConfig) -> Result<Self, FormerError> {
        let there = DatabaseConfig { url: config.former_url.clone(), max_connections: 1, ..config.for_work() };
        let pool = connect(&there).await?;
        let missing: Vec<String> =
            sqlx::query_scalar("select name from unnest($1::text[]) name where to_regclass(name) is null")
                .bind(&TABLES[..])
                .fetch_all(&pool)
                .await
                .map_err(DbError::from)?;
        if missing.is_empty() { Ok(Self(pool)) } else { Err(FormerError::Foreign(missing.join(", "))) }
    }

    /// Every account.
    ///
    /// # Errors
    /// When the statement fails; so for all that follow.
    pub async fn users(&self) -> Result<Vec<FormerUser>, DbError> {
        let sql = "select username, password_hash, is_active from users order by id";
        Ok(sqlx::query_as(sql).fetch_all(&self.0).await?)
    }

    /// The whole ban list.
    pub async fn bans(&self) -> Result<Vec<FormerBan>, DbError> {
        let sql = "select entity_type, entity_id, reason from banned_entities order by id";
        Ok(sqlx::query_as(sql).fetch_all(&self.0).await?)
    }

    /// The next METRC states after this row.
    pub async fn metrc_statuses(&self, after: i32, limit: i64) -> Result<Vec<FormerMetrc>, DbError> {
        let sql = "select id, metrc_id, metrc_status, metrc_date from metrc_sample_statuses
                   where id > $1 order by id limit $2";
        Ok(sqlx::query_as(sql).bind(after).bind(limit).fetch_all(&self.0).await?)
    }

    /// The next records of a table after this id. Assays were not kept there.
    pub async fn records(&self, table: Table, after: i32, limit: i64) -> Result<Vec<FormerRecord>, DbError> {
        // The name of a table comes from the program, never from data.
        let sql =
            format!("select id, raw_payload::text as raw from {} where id > $1 order by id limit $2", table.name());
        Ok(sqlx::query_as(AssertSqlSafe(sql)).bind(after).bind(limit).fetch_all(&self.0).await?)
    }

    /// Customers whose names people have added to.
    pub async fn aliases(&self) -> Result<Vec<FormerAliases>, DbError> {
        let sql = "select id, aliases from customers
                   where jsonb_typeof(aliases) = 'array' and aliases <> jsonb_build_array(name) and aliases <> '[]'";
        Ok(sqlx::query_as(sql).fetch_all(&self.0).await?)
    }

    /// Ends the connection.
    pub async fn close(self) {
        self.0.close().await;
    }
}

/// Why it cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FormerError {
    /// Nothing answers.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The statement failed.
    #[error(transparent)]
    Database(#[from] DbError),
    /// It is something else.
    #[error("this is not the former product's database: it has no table {0}")]
    Foreign(String),
}

/// Adds METRC states that are not here yet; gives how many.
///
/// # Errors
/// When the statement fails.
pub async fn add_metrc(pool: &PgPool, rows: &[FormerMetrc]) -> Result<u64, DbError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.metrc_id.as_str()).collect();
    let states: Vec<Option<&str>> = rows.iter().map(|row| row.metrc_status.as_deref()).collect();
    let dates: Vec<Option<DateTime<Utc>>> = rows.iter().map(|row| row.metrc_date).collect();
    let done = sqlx::query!(
        "insert into metrc_sample_statuses (metrc_id, metrc_status, metrc_date)
         select u.metrc_id, u.status, u.date from unnest($1::text[], $2::text[], $3::timestamptz[]) as u (metrc_id, status, date)
         where not exists (select 1 from metrc_sample_statuses m
             where m.metrc_id = u.metrc_id and m.metrc_date is not distinct from u.date)
         on conflict do nothing",
        &ids as &[&str],
        &states as &[Option<&str>],
        &dates as &[Option<DateTime<Utc>>],
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected())
}

/// Gives customers that are here and have only their own name the aliases they had; gives how many.
///
/// # Errors
/// When the statement fails.
pub async fn add_aliases(pool: &PgPool, rows: &[FormerAliases]) -> Result<u64, DbError> {
    let ids: Vec<i32> = rows.iter().map(|row| row.id).collect();
    let aliases: Vec<&serde_json::Value> = rows.iter().map(|row| &row.aliases).collect();
    let done = sqlx::query!(
        "update customers c set aliases = u.aliases from unnest($1::integer[], $2::jsonb[]) as u (id, aliases)
         where c.id = u.id and c.aliases = jsonb_build_array(c.name)",
        &ids,
        &aliases as &[&serde_json::Value],
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected())
}
