//! Records that the former product has collected, by the same mapping as everything that QBench gives. What is here
//! already is newer and stays as it is; the next full run brings everything up to date.

use super::SyncError;
use super::board::Board;
use super::entities::table_of;
use super::land::{Cargo, Lander};
use super::rows::{Incoming, Mapping};
use super::run::Engine;
use crate::db::DbError;
use crate::db::former::Former;
use crate::db::lims;
use crate::db::sync::RunRow;
use qbench::{Entity, RawRecord};
use std::sync::Arc;

/// Parents before children; assays were not kept there.
pub const IMPORTED: [Entity; 5] = [Entity::Customer, Entity::Order, Entity::Sample, Entity::Test, Entity::Batch];

/// Records in one transaction.
const HEAP: i64 = 1_000;

/// What came of one kind of record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// New here.
    pub added: u64,
    /// Here already, left as they are.
    pub present: u64,
    /// In quarantine: their JSON is not what QBench gives.
    pub quarantined: u64,
}

impl Engine {
    /// Copies the records of one kind that are not here yet; tells after each transaction how far it has come.
    ///
    /// # Errors
    /// When one of the databases does not answer. What has landed stays, and a second call goes on.
    pub async fn import(
        &self,
        former: &Former,
        entity: Entity,
        tell: impl FnMut(&Imported),
    ) -> Result<Imported, SyncError> {
        self.in_zone().await?.import_here(former, entity, tell).await
    }

    async fn import_here(
        &self,
        former: &Former,
        entity: Entity,
        mut tell: impl FnMut(&Imported),
    ) -> Result<Imported, SyncError> {
        super::zone::adopt(&self.pool, self.settings.zone, None).await?;
        let board = Board::new(RunRow::none(), self.settings.zone, self.client.clone(), &[]);
        let lander = Lander::new(self.pool.clone(), None, Arc::clone(&board), Mapping::new(&self.settings));
        let table = table_of(entity);
        let mut sum = Imported::default();
        let mut after = i32::MIN;
        loop {
            let records = former.records(table, after, HEAP).await?;
            let Some(last) = records.last() else { return Ok(sum) };
            after = last.id;
            let ids: Vec<i32> = records.iter().map(|record| record.id).collect();
            let known = lims::known(&mut *self.pool.acquire().await.map_err(DbError::from)?, table, &ids).await?;
            sum.present += known.len() as u64;
            let new = records.iter().filter(|record| !known.contains_key(&record.id));
            // What PostgreSQL has stored as JSON is JSON.
            let raw = new.filter_map(|record| RawRecord::parse(&record.raw).ok());
            let records = raw.map(|raw| Incoming::new(raw, 0).without_children()).collect();
            let landed = lander.land(table, &Cargo { records, ..Cargo::default() }).await?;
            sum.added += landed.inserted.len() as u64;
            sum.quarantined += landed.quarantined;
            tell(&sum);
        }
    }
}
