//! Deletions upstream: what a settled walk did not find, and what QBench names. Marked, never erased. What is only
//! inferred from lists is held by a brake until somebody has confirmed it.

use super::SyncError;
use super::entities::table_of;
use super::read::Single;
use super::run::Run;
use super::settle::Settled;
use crate::db::DbError;
use crate::db::lims;
use crate::db::sync as store;
use qbench::Entity;
use std::collections::BTreeSet;

/// More deletions than this, and than [`BRAKE_PERCENT`] of an entity, are not believed without confirmation.
const BRAKE_ROWS: usize = 50;
const BRAKE_PERCENT: usize = 2;
/// Absences that are asked for one by one before they are believed.
const MAX_ASKED: usize = 50;

/// How a deletion is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// QBench said so of this very record: its change feed named it, or it does not have it when asked for it by id.
    Told,
    /// It was not in a list that should hold it. A list may be wrong, so that many at once are not believed.
    Inferred,
}

impl Run {
    /// Marks what the walk proved to be gone. Gives the marked ids.
    pub(crate) async fn mark_absent(&self, entity: Entity, settled: &Settled) -> Result<Vec<i32>, SyncError> {
        let table = table_of(entity);
        let copied = lims::live_ids(&self.engine.pool, table).await?;
        let absent: Vec<i32> = copied.into_iter().filter(|id| settled.live.binary_search(id).is_err()).collect();
        if absent.is_empty() {
            self.held_back.set(&self.lander, entity.plural(), false).await?;
            return Ok(absent);
        }
        // Ids behind the end of the list may have come after it was read.
        let end = settled.live.last().copied().unwrap_or(i32::MAX);
        let sure = |id: &i32| settled.gone.contains(id) || settled.proven && *id <= end;
        let (told, absent): (Vec<i32>, Vec<i32>) = absent.into_iter().partition(|id| settled.told.contains(id));
        let (mut sure, mut doubtful): (Vec<i32>, Vec<i32>) = absent.into_iter().partition(sure);
        if let Some(witness) = sure.last().copied()
            && matches!(self.reader.record(entity, witness, false).await?, Single::Found(_))
        {
            self.board.note(format!(
                "The list of {} leaves out {witness}, which QBench has: what it leaves out is not taken for deleted.",
                entity.plural()
            ));
            doubtful.append(&mut sure);
        }
        let confirmed = self.confirm(entity, &doubtful).await?;
        let unasked = doubtful.len() > MAX_ASKED;
        let mut marked = self.mark(entity, &told, Proof::Told, "QBench's change feed reports it deleted").await?;
        marked.extend(self.mark(entity, &confirmed, Proof::Told, "QBench does not have it any more").await?);
        let believed = self.mark(entity, &sure, Proof::Inferred, "not in QBench's list any more").await?;
        self.held_back.set(&self.lander, entity.plural(), unasked || believed.len() < sure.len()).await?;
        marked.extend(believed);
        Ok(marked)
    }

    /// Asks for each record by its id: "no such record" is a proof.
    async fn confirm(&self, entity: Entity, ids: &[i32]) -> Result<Vec<i32>, SyncError> {
        if ids.len() > MAX_ASKED {
            self.board.note(format!(
                "{} {} were not in the list, but the list did not hold still; they are kept. A verification decides.",
                ids.len(),
                entity.plural()
            ));
            return Ok(Vec::new());
        }
        let mut gone = Vec::new();
        for id in ids {
            if matches!(self.reader.record(entity, *id, false).await?, Single::Gone) {
                gone.push(*id);
            }
        }
        Ok(gone)
    }

    /// Marks rows as deleted, unless that is only inferred and there are too many to be believed.
    pub(crate) async fn mark(
        &self,
        entity: Entity,
        ids: &[i32],
        proof: Proof,
        reason: &str,
    ) -> Result<Vec<i32>, SyncError> {
        let table = table_of(entity);
        let ids: BTreeSet<i32> = ids.iter().copied().collect();
        let ids: Vec<i32> = ids.into_iter().collect();
        if ids.is_empty() {
            return Ok(ids);
        }
        self.board.check()?;
        let mut tx = crate::db::begin(&self.engine.pool).await?;
        self.lander.enter(&mut tx).await?;
        let live = usize::try_from(lims::count_live(&mut *tx, table).await?).unwrap_or(0);
        let known = lims::known(&mut tx, table, &ids).await?;
        let marked = known.values().filter(|row| !row.deleted).count();
        let inferred = proof == Proof::Inferred && !self.options.confirm_deletions;
        if inferred && marked > BRAKE_ROWS.max(live * BRAKE_PERCENT / 100) {
            self.board.note(format!(
                "{marked} of {live} {} seem to be deleted in QBench. That is more than is believed without a look: \
                 nothing was marked. If it is right, run `benchwatch sync verify --confirm-deletions`.",
                entity.plural()
            ));
            return Ok(Vec::new());
        }
        let marked = lims::mark_deleted(&mut tx, table, &ids, reason).await?;
        if !marked.is_empty() {
            store::next_data_version(&mut *tx).await?;
        }
        tx.commit().await.map_err(DbError::from)?;
        let count = marked.len() as u64;
        self.board.count(table, |progress| progress.deleted += count);
        Ok(marked)
    }
}
