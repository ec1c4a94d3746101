//! Names that a run remembers for the ones after it, in a setting of the database.

use super::SyncError;
use super::land::Lander;
use crate::db::sync as store;
use crate::db::{DbError, PgPool};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// A set of names under one setting.
pub(crate) struct Memo {
    setting: &'static str,
    names: Mutex<BTreeSet<String>>,
}

impl Memo {
    /// What is remembered.
    pub(crate) async fn load(pool: &PgPool, setting: &'static str) -> Result<Self, SyncError> {
        let names = store::get_setting(pool, setting).await?.unwrap_or_default();
        Ok(Self { setting, names: Mutex::new(serde_json::from_value(names).unwrap_or_default()) })
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).contains(name)
    }

    /// All of them.
    pub(crate) fn names(&self) -> Vec<String> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Remembers or forgets a name. Writes only when that changes something.
    pub(crate) async fn set(&self, lander: &Lander, name: &str, remembered: bool) -> Result<(), SyncError> {
        let value = {
            let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
            let changed = if remembered { names.insert(name.to_owned()) } else { names.remove(name) };
            if !changed {
                return Ok(());
            }
            serde_json::to_value(&*names).unwrap_or_default()
        };
        let mut tx = lander.begin().await?;
        store::put_setting(&mut *tx, self.setting, &value, "benchwatch").await?;
        tx.commit().await.map_err(DbError::from)?;
        Ok(())
    }
}
