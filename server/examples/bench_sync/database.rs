//! A database of the measurement's own, beside the one that it was given.

use crate::figures::server_cpu;
use anyhow::{Context as _, Result};
use server::db::PgPool;
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use url::Url;

const NAME: &str = "benchwatch_bench_sync";

/// An empty database.
pub struct Database {
    pub url: String,
    given: Url,
}

impl Database {
    /// Makes it anew on the server of `given`.
    pub async fn fresh(given: &str) -> Result<Self> {
        let given = Url::parse(given).context("DATABASE_URL is no address")?;
        let mut url = given.clone();
        url.set_path(NAME);
        let database = Self { url: url.to_string(), given };
        database.drop().await?;
        database.tell(&format!("create database {NAME}")).await?;
        Ok(database)
    }

    /// With our schema.
    pub async fn migrated(given: &str) -> Result<Self> {
        let database = Self::fresh(given).await?;
        let pool = database.pool(1).await?;
        server::MIGRATOR.run(&pool).await?;
        pool.close().await;
        Ok(database)
    }

    pub async fn pool(&self, connections: u32) -> Result<PgPool> {
        Ok(PgPoolOptions::new().max_connections(connections).connect(&self.url).await?)
    }

    /// Removes it.
    pub async fn drop(&self) -> Result<()> {
        self.tell(&format!("drop database if exists {NAME} with (force)")).await
    }

    async fn tell(&self, sql: &str) -> Result<()> {
        let mut conn = PgConnection::connect(self.given.as_str()).await?;
        sqlx::query(AssertSqlSafe(sql)).execute(&mut conn).await?;
        Ok(conn.close().await?)
    }

    /// Seconds of a processor that the whole server has used; nothing where it runs elsewhere.
    pub async fn cpu(&self) -> Result<Option<f64>> {
        let pool = self.pool(1).await?;
        let session: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&pool).await?;
        let cpu = server_cpu(session).ok();
        pool.close().await;
        Ok(cpu)
    }

    /// Rows that were written into the copy's tables so far, deletions included. All sessions that wrote have ended.
    pub async fn written(&self) -> Result<i64> {
        let pool = self.pool(1).await?;
        let sql = "select sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint from pg_stat_user_tables
            where relname in ('customers', 'assays', 'orders', 'samples', 'tests', 'batches', 'state_changes')";
        let written = sqlx::query_scalar(sql).fetch_one(&pool).await?;
        pool.close().await;
        Ok(written)
    }

    /// What has grown since the last look, so that the next measurement does not pay for it.
    pub async fn rest(&self) -> Result<()> {
        let pool = self.pool(1).await?;
        sqlx::query("checkpoint").execute(&pool).await?;
        pool.close().await;
        Ok(())
    }
}
