//! The session cookie's store over our own table, which knows whose session it is and never holds the cookie itself.

use super::secret_hash;
use crate::db::{PgPool, sessions};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::fmt;
use time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

/// The key of the account's number in a session's data.
pub const USER_KEY: &str = "user";

/// Sessions in PostgreSQL.
#[derive(Clone)]
pub struct SessionStore {
    pool: PgPool,
}

impl SessionStore {
    pub(super) const fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

impl fmt::Debug for SessionStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionStore")
    }
}

/// What is stored of a session's id.
#[must_use]
pub fn session_hash(id: &Id) -> [u8; 32] {
    secret_hash(&id.0.to_be_bytes())
}

fn to_chrono(at: OffsetDateTime) -> DateTime<Utc> {
    DateTime::from_timestamp(at.unix_timestamp(), 0).unwrap_or_default()
}

#[async_trait]
impl tower_sessions::SessionStore for SessionStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let data = serde_json::to_value(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let user = record.data.get(USER_KEY).and_then(serde_json::Value::as_i64);
        // 128 random bits do not collide; if they did, the insert would fail and the sign-in with it.
        sessions::create(&self.pool, &session_hash(&record.id), user, &data, to_chrono(record.expiry_date))
            .await
            .map_err(|error| Error::Backend(error.to_string()))
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let data = serde_json::to_value(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        sessions::update(&self.pool, &session_hash(&record.id), &data, to_chrono(record.expiry_date))
            .await
            .map_err(|error| Error::Backend(error.to_string()))
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let found =
            sessions::load(&self.pool, &session_hash(id)).await.map_err(|error| Error::Backend(error.to_string()))?;
        let Some((data, expires)) = found else { return Ok(None) };
        let data = serde_json::from_value(data).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(expires.timestamp())
            .map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        sessions::delete(&self.pool, &session_hash(id)).await.map_err(|error| Error::Backend(error.to_string()))
    }
}
