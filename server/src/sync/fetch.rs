//! Single records on demand. They land by the same mapping as everything else, beside a run that may be going on: a
//! page that was read before and lands after may undo a change for the moment, and the next run, which reads
//! everything stamped since its predecessor began, brings it back.

use super::SyncError;
use super::board::Board;
use super::entities::{parent_of, table_of};
use super::land::{Cargo, Lander};
use super::read::{Reader, Single};
use super::rows::Mapping;
use super::run::Engine;
use super::settings::Worksheets;
use crate::db::DbError;
use crate::db::lims;
use crate::db::sync::{self as store, RunRow};
use qbench::Entity;
use std::sync::Arc;
use std::time::Duration;

/// What came of a fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Whether QBench has the record.
    pub found: bool,
    /// What was done, one sentence each.
    pub lines: Vec<String>,
}

impl Engine {
    /// Fetches a record, whether it is here or not, and the parents that are missing.
    ///
    /// # Errors
    /// When QBench or the database does not answer.
    pub async fn fetch(&self, entity: Entity, id: i32) -> Result<Fetched, SyncError> {
        self.in_zone().await?.fetch_here(entity, id).await
    }

    async fn fetch_here(&self, entity: Entity, id: i32) -> Result<Fetched, SyncError> {
        super::zone::adopt(&self.pool, self.settings.zone, None).await?;
        let board = Board::new(RunRow::none(), self.settings.zone, self.client.clone(), &[]);
        let reader = Reader::new(self.client.clone(), Arc::clone(&board), Duration::ZERO);
        let lander = Lander::new(self.pool.clone(), None, Arc::clone(&board), Mapping::new(&self.settings));
        let mut fetched = Fetched { found: false, lines: Vec::new() };
        let mut next = Some((entity, id));
        while let Some((entity, id)) = next.take() {
            let raw = entity == Entity::Test && self.settings.worksheets == Worksheets::Raw;
            let found = match reader.record(entity, id, raw).await? {
                Single::Found(record) => {
                    let cargo = Cargo { records: vec![record.without_children()], ..Cargo::default() };
                    let landed = lander.land(table_of(entity), &cargo).await?;
                    let what = match (landed.inserted.len(), landed.updated.len(), landed.quarantined) {
                        (_, _, 1..) if landed.inserted.is_empty() && landed.updated.is_empty() => "in quarantine",
                        (1.., _, _) => "new",
                        (_, 1.., _) => "changed",
                        _ => "as it was",
                    };
                    fetched.lines.push(format!("{entity} {id}: {what}"));
                    true
                }
                Single::Gone => {
                    let marked = self.forget(&lander, entity, id).await?;
                    let note = if marked { ", it is marked as deleted now" } else { "" };
                    fetched.lines.push(format!("{entity} {id}: QBench does not have it{note}"));
                    false
                }
                Single::Refused(why) => {
                    fetched.lines.push(format!("{entity} {id}: {why}"));
                    false
                }
            };
            fetched.found |= found && fetched.lines.len() == 1;
            next = if found { self.missing_parent(entity, id).await? } else { None };
        }
        Ok(fetched)
    }

    async fn forget(&self, lander: &Lander, entity: Entity, id: i32) -> Result<bool, SyncError> {
        let mut tx = crate::db::begin(&self.pool).await?;
        lander.enter(&mut tx).await?;
        let marked = lims::mark_deleted(&mut tx, table_of(entity), &[id], "QBench does not have it any more").await?;
        if !marked.is_empty() {
            store::next_data_version(&mut *tx).await?;
        }
        tx.commit().await.map_err(DbError::from)?;
        Ok(!marked.is_empty())
    }

    async fn missing_parent(&self, entity: Entity, id: i32) -> Result<Option<(Entity, i32)>, SyncError> {
        let Some(parent) = parent_of(entity) else {
            return Ok(None);
        };
        let missing = lims::children_without(&self.pool, table_of(parent), &[id]).await?;
        Ok(missing.first().map(|id| (parent, *id)))
    }
}
