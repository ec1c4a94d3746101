//! Full runs and verifications: every list from its first page to its last.

use super::SyncError;
use super::entities::table_of;
use super::policy::{Directive, Place, judge};
use super::run::Run;
use super::track::Track;
use super::walk::Walked;
use crate::db::DbError;
use crate::db::sync::{self as store, Checkpoint};
use app::model::sync::EntityProof;
use chrono::{DateTime, Utc};
use qbench::Entity;
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

impl Run {
    /// Reads everything, marks what is gone, moves the watermarks of what was read to its end.
    pub(crate) async fn full(&self, verify: bool) -> Result<(), SyncError> {
        let mut tracks = self.tracks(verify).await?;
        self.read_stamps(&mut tracks).await?;
        let walks = self.walker().walk(tracks).await?;
        self.store_upper_bound().await?;
        let (mut failure, mut proofs) = (None, Vec::new());
        for walked in walks {
            let entity = walked.track.entity;
            match self.close(walked, verify).await {
                Ok(proof) => proofs.extend(proof),
                Err(error) => {
                    let error = self.spare(entity, error).await?;
                    failure.get_or_insert(error);
                }
            }
        }
        if failure.is_none() {
            // What was changed on pages that had been read already: a feed request an entity, two for batches.
            if !verify && self.spare_requests() >= 9 || self.drifted.load(Ordering::Relaxed) {
                failure = self.catch_up().await?;
            }
            self.complete_tests(None).await?;
            self.fetch_orphaned().await?;
            self.retry_quarantine().await?;
        }
        if verify && failure.is_none() {
            self.certify(self.upper_bound(), &proofs).await?;
        }
        if failure.is_none() {
            self.agree().await?;
        }
        failure.map_or(Ok(()), Err)
    }

    async fn tracks(&self, verify: bool) -> Result<Vec<Track>, SyncError> {
        let mut tracks: Vec<Track> = Entity::ALL.iter().map(|entity| self.track(*entity)).collect();
        let mut slices: BTreeMap<String, Vec<store::Slice>> = BTreeMap::new();
        for slice in store::slices(&self.engine.pool, self.row.id).await? {
            slices.entry(slice.entity.clone()).or_default().push(slice);
        }
        let mut pages = 0;
        for track in &mut tracks {
            if verify {
                track.hashes = Some(Vec::new());
            }
            track.want_anchor();
            for slice in slices.remove(track.table.name()).unwrap_or_default() {
                pages += slice.pages.len();
                track.resume(slice);
            }
        }
        if pages > 0 {
            self.board.note(format!("Goes on where an earlier run ended: {pages} pages had landed already."));
        }
        Ok(tracks)
    }

    /// What remains to be done for an entity once its list has been walked.
    async fn close(&self, walked: Walked, verify: bool) -> Result<Option<EntityProof>, SyncError> {
        if let Some(failure) = walked.failure {
            return Err(failure);
        }
        let mut track = walked.track;
        self.remember_order(&track).await?;
        let settled = self.settle(&mut track).await?;
        self.mark_absent(track.entity, &settled).await?;
        let proof = if verify { Some(self.prove(&mut track, &settled).await?) } else { None };
        let (upper, feed) = (self.upper_bound(), self.walked_up_to(&track).await?);
        let pages = track.pages.and_then(|pages| i32::try_from(pages).ok());
        let checkpoint = Checkpoint { entity: track.table.name(), pages, status: "completed", message: None };
        self.store_marks(upper, feed, &checkpoint).await?;
        self.board.count(track.table, |progress| progress.done = true);
        Ok(proof)
    }

    /// Stores up to where an entity is complete, with the old product's line.
    pub(crate) async fn store_marks(
        &self,
        upper: DateTime<Utc>,
        feed: DateTime<Utc>,
        checkpoint: &Checkpoint<'_>,
    ) -> Result<(), SyncError> {
        let mut tx = self.lander.begin().await?;
        store::save_watermark(&mut *tx, checkpoint.entity, upper, Some(feed), Some(self.row.id)).await?;
        store::save_checkpoint(&mut *tx, checkpoint).await?;
        tx.commit().await.map_err(DbError::from)?;
        Ok(())
    }

    /// Stores QBench's clock at the beginning, once.
    pub(crate) async fn store_upper_bound(&self) -> Result<(), SyncError> {
        let mut tx = self.lander.begin().await?;
        store::set_upper_bound(&mut *tx, self.row.id, self.reader.began()).await?;
        tx.commit().await.map_err(DbError::from)?;
        Ok(())
    }

    /// QBench's clock when the run, or the one that it continues, began.
    pub(crate) fn upper_bound(&self) -> DateTime<Utc> {
        self.row.upper_bound.unwrap_or_else(|| self.reader.began())
    }

    /// Decides whether a failure concerns one entity only. Then it is noted and given back to be remembered, and the
    /// other entities are read.
    ///
    /// # Errors
    /// The failure itself, when it ends the run.
    pub(crate) async fn spare(&self, entity: Entity, error: SyncError) -> Result<SyncError, SyncError> {
        if matches!(error, SyncError::Cancelled | SyncError::LeaseLost) {
            return Err(error);
        }
        let message = error.to_string();
        let table = table_of(entity).name();
        let checkpoint = Checkpoint { entity: table, pages: None, status: "failed", message: Some(&message) };
        let mut tx = self.lander.begin().await?;
        store::save_checkpoint(&mut *tx, &checkpoint).await?;
        if matches!(error, SyncError::Unsettled(_) | SyncError::Repeats(_)) {
            // Nothing to go on from: the next run reads the whole list.
            store::drop_slices_of(&mut *tx, self.row.id, table).await?;
        }
        tx.commit().await.map_err(DbError::from)?;
        match judge(&error, Place::Page).directive {
            Directive::StopRun | Directive::Backoff => Err(error),
            Directive::StopEntity | Directive::Bisect | Directive::SkipRecord | Directive::NextStrategy => {
                Ok(SyncError::Entity { entity, source: Box::new(error) })
            }
        }
    }
}
