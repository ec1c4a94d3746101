//! Certificates: what a verification proved about each entity, and when.

use super::SyncError;
use super::run::Run;
use super::settle::Settled;
use super::track::Track;
use crate::db::DbError;
use crate::db::lims::{self, Hash};
use crate::db::sync as store;
use app::model::sync::EntityProof;
use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

impl Run {
    /// Compares what the walk read with what the copy holds now.
    pub(crate) async fn prove(&self, track: &mut Track, settled: &Settled) -> Result<EntityProof, SyncError> {
        let mut read = track.hashes.take().unwrap_or_default();
        // Stable: of two readings of a record the later one comes last and counts.
        read.sort_by_key(|(id, _)| *id);
        let mut source = Sum::default();
        for (place, (id, hash)) in read.iter().enumerate() {
            let superseded = read.get(place + 1).is_some_and(|(next, _)| next == id);
            if !superseded && settled.live.binary_search(id).is_ok() {
                source.add(*id, Some(*hash));
            }
        }
        drop(read);
        let mut copy = Sum::default();
        lims::digest(&self.engine.pool, track.table, |id, hash| copy.add(id, hash)).await?;
        let counted = self.board.all().into_iter().find(|progress| progress.entity == track.table.name());
        let counted = counted.unwrap_or_default();
        let differences = counted.inserted + counted.updated + counted.deleted;
        let (source_rows, copy_count) = (source.rows, copy.rows);
        let (source_hash, copy_hash) = (source.finish(), copy.finish());
        let equal = source_hash == copy_hash;
        let source_count = settled.live.len() as u64;
        Ok(EntityProof {
            entity: track.table.name().to_owned(),
            source_count,
            copy_count,
            quarantined: source_count.saturating_sub(source_rows),
            equal,
            healed: if equal { differences } else { 0 },
            differences,
            source_hash,
            copy_hash,
        })
    }

    /// Issues the certificate and tells in one sentence what it says.
    pub(crate) async fn certify(&self, as_of: DateTime<Utc>, proofs: &[EntityProof]) -> Result<(), SyncError> {
        let equal = proofs.iter().all(|proof| proof.equal);
        let entities = serde_json::to_value(proofs).unwrap_or_default();
        let mut tx = self.lander.begin().await?;
        store::store_certificate(&mut *tx, self.row.id, as_of, &entities, equal).await?;
        tx.commit().await.map_err(DbError::from)?;
        let rows: u64 = proofs.iter().map(|proof| proof.copy_count).sum();
        let found: u64 = proofs.iter().map(|proof| proof.differences).sum();
        let unequal: Vec<&str> =
            proofs.iter().filter(|proof| !proof.equal).map(|proof| proof.entity.as_str()).collect();
        self.board.note(if equal {
            format!("Certified: the copy equals QBench in {rows} records; {found} differences were found and healed.")
        } else {
            format!("Not certified: {} still differ from QBench; see the other notes.", unequal.join(", "))
        });
        Ok(())
    }
}

/// A hash over rows in the order of their ids.
#[derive(Default)]
struct Sum {
    sha: Sha256,
    rows: u64,
}

impl Sum {
    fn add(&mut self, id: i32, hash: Option<Hash>) {
        self.rows += 1;
        self.sha.update(id.to_be_bytes());
        self.sha.update(hash.unwrap_or_default());
    }

    fn finish(self) -> String {
        self.sha.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
