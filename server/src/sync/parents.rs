//! Parents that are referred to and not here: asked for by id, once for all children, and remembered when QBench does
//! not have them.

use super::SyncError;
use super::entities::{parent_of, table_of};
use super::land::Cargo;
use super::read::Single;
use super::run::Run;
use crate::db::lims::{self, Table};
use crate::db::sync::{self as store, Detention};
use qbench::Entity;
use std::collections::{BTreeMap, BTreeSet};

/// Parents that one run asks for, per entity.
const MAX_PARENTS: i64 = 500;

impl Run {
    /// Fetches the parents that any record of the copy lacks, children first so that their parents' parents follow.
    pub(crate) async fn fetch_orphaned(&self) -> Result<(), SyncError> {
        for parent in [Entity::Sample, Entity::Order, Entity::Customer] {
            let missing = lims::orphans(&self.engine.pool, table_of(parent), MAX_PARENTS).await?;
            self.fetch_missing(parent, missing).await?;
        }
        Ok(())
    }

    /// The same for the given records only.
    pub(crate) async fn fetch_parents(&self, touched: &BTreeMap<Table, BTreeSet<i32>>) -> Result<(), SyncError> {
        let mut touched = touched.clone();
        for child in [Entity::Test, Entity::Sample, Entity::Order] {
            let Some(parent) = parent_of(child) else { continue };
            let ids: Vec<i32> = touched.get(&table_of(child)).into_iter().flatten().copied().collect();
            let missing = lims::children_without(&self.engine.pool, table_of(parent), &ids).await?;
            let landed = self.fetch_missing(parent, missing).await?;
            touched.entry(table_of(parent)).or_default().extend(landed);
        }
        Ok(())
    }

    /// Fetches records by id; those that QBench does not have are remembered, so that they are not asked for at every
    /// run.
    async fn fetch_missing(&self, entity: Entity, ids: Vec<i32>) -> Result<Vec<i32>, SyncError> {
        if ids.is_empty() {
            return Ok(ids);
        }
        let table = table_of(entity);
        let known = store::waiting(&self.engine.pool, table.name()).await?;
        let mut landed = Vec::new();
        let mut absent = Vec::new();
        for id in ids.into_iter().filter(|id| !known.contains(&id.to_string())) {
            match self.reader.record(entity, id, false).await? {
                Single::Found(record) => {
                    let cargo = Cargo { records: vec![*record], ..Cargo::default() };
                    self.lander.land(table, &cargo).await?;
                    landed.push(id);
                }
                Single::Gone => absent.push(unfound(id, "records refer to it, but QBench does not have it".into())),
                Single::Refused(why) => absent.push(unfound(id, why)),
            }
        }
        if !absent.is_empty() {
            self.board.note(format!(
                "{} {} that records refer to cannot be had from QBench; the records are stored without them.",
                absent.len(),
                entity.plural()
            ));
            let cargo = Cargo { unread: absent, ..Cargo::default() };
            self.lander.land(table, &cargo).await?;
        }
        Ok(landed)
    }
}

fn unfound(id: i32, reason: String) -> Detention {
    Detention { entity_id: Some(i64::from(id)), key: id.to_string(), reason, raw: None, stored: false }
}
