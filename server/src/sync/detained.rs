//! Records in quarantine: put there by name, and tried again when their time has come.

use super::SyncError;
use super::entities::table_of;
use super::incremental::Harvest;
use super::land::Cargo;
use super::run::Run;
use crate::db::DbError;
use crate::db::sync::{self as store, Detention};
use qbench::Entity;

/// Records of one entity that one run tries again.
const MAX_RETRIES: i64 = 10;

impl Run {
    /// Puts a record that cannot be read into quarantine.
    pub(crate) async fn detain(&self, entity: Entity, id: i32, reason: String) -> Result<(), SyncError> {
        let record =
            Detention { entity_id: Some(i64::from(id)), key: id.to_string(), reason, raw: None, stored: false };
        let cargo = Cargo { unread: vec![record], ..Cargo::default() };
        self.lander.land(table_of(entity), &cargo).await?;
        Ok(())
    }

    /// Asks once more for records whose turn it is.
    pub(crate) async fn retry_quarantine(&self) -> Result<(), SyncError> {
        for entity in Entity::ALL {
            let table = table_of(entity).name();
            for id in store::due_for_retry(&self.engine.pool, table, MAX_RETRIES).await? {
                let mut harvest = Harvest::default();
                self.take_single(entity, id, &mut harvest).await?;
                let mut tx = self.lander.begin().await?;
                store::postpone(&mut *tx, table, &id.to_string()).await?;
                tx.commit().await.map_err(DbError::from)?;
            }
        }
        Ok(())
    }
}
