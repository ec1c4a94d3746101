//! Tests whose lists leave out what single reads have. The first few are asked for by their ids; if that brings what is
//! missing the others follow, and the lists' items are remembered so that no unchanged test is ever asked for again. If
//! it does not, the field is one that this tenant does not have, which is remembered too.

use super::SyncError;
use super::land::Cargo;
use super::read::Single;
use super::rows::Incoming;
use super::run::Run;
use super::settings::Worksheets;
use crate::db::DbError;
use crate::db::lims::{self, BareTest, Table};
use futures::StreamExt as _;
use qbench::Entity;
use qbench::records::{self, DecodeOptions};
use std::collections::BTreeSet;

/// Tests that are asked for before it is known whether that helps.
const TRIALS: usize = 3;
/// Tests that land in one transaction.
const PORTION: usize = 50;

impl Run {
    /// Completes tests by single reads: all that lack something, or at most `limit`.
    pub(crate) async fn complete_tests(&self, limit: Option<usize>) -> Result<(), SyncError> {
        let hopeless = self.nowhere.names();
        let mut bare = lims::bare_tests(&self.engine.pool, &hopeless).await?;
        if bare.is_empty() {
            return Ok(());
        }
        let rest = bare.split_off(bare.len().min(TRIALS));
        let (missing, brought) = self.try_single_reads(bare).await?;
        for field in missing.difference(&brought) {
            self.nowhere.set(&self.lander, field, true).await?;
        }
        let mut rest: Vec<i32> = rest
            .into_iter()
            .filter(|test| test.lacks.iter().any(|field| brought.contains(field)))
            .map(|test| test.id)
            .collect();
        if brought.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = brought.iter().map(String::as_str).collect();
        let wanted = rest.len();
        rest.truncate(limit.unwrap_or(usize::MAX));
        self.board.note(format!(
            "Lists of tests lack {}: {} tests are read one by one, {} wait for the next run.",
            names.join(", "),
            TRIALS.min(wanted + TRIALS) + rest.len(),
            wanted - rest.len()
        ));
        self.read_singly(rest).await
    }

    /// Asks for a few tests; gives the fields that they lacked, and those that came.
    async fn try_single_reads(&self, tests: Vec<BareTest>) -> Result<(BTreeSet<String>, BTreeSet<String>), SyncError> {
        let (mut missing, mut brought) = (BTreeSet::new(), BTreeSet::new());
        for test in tests {
            let Some(record) = self.single_test(test.id).await? else { continue };
            let decoded = records::decode::<records::Test>(&record.raw, &DecodeOptions::utc());
            let absent = decoded.map(|decoded| decoded.absent).unwrap_or_default();
            brought.extend(test.lacks.iter().filter(|field| !absent.contains(&field.as_str())).cloned());
            missing.extend(test.lacks);
            self.land_tests(vec![record]).await?;
        }
        Ok((missing, brought))
    }

    async fn read_singly(&self, tests: Vec<i32>) -> Result<(), SyncError> {
        let width = self.engine.settings.max_concurrency.max(1);
        let mut reads = futures::stream::iter(tests).map(|id| self.single_test(id)).buffer_unordered(width);
        let mut portion = Vec::with_capacity(PORTION);
        while let Some(record) = reads.next().await {
            self.board.check()?;
            portion.extend(record?);
            if portion.len() == PORTION {
                self.land_tests(std::mem::take(&mut portion)).await?;
            }
        }
        drop(reads);
        self.land_tests(portion).await
    }

    async fn single_test(&self, id: i32) -> Result<Option<Incoming>, SyncError> {
        let raw = self.engine.settings.worksheets == Worksheets::Raw;
        match self.reader.record(Entity::Test, id, raw).await? {
            Single::Found(record) => Ok(Some(record.without_children())),
            // Lists and feed tell whether it is there at all.
            Single::Gone | Single::Refused(_) => {
                let mut tx = self.lander.begin().await?;
                lims::leave_bare(&mut *tx, id).await?;
                tx.commit().await.map_err(DbError::from)?;
                Ok(None)
            }
        }
    }

    async fn land_tests(&self, records: Vec<Incoming>) -> Result<(), SyncError> {
        if !records.is_empty() {
            let cargo = Cargo { records, ..Cargo::default() };
            self.lander.land(Table::Tests, &cargo).await?;
        }
        Ok(())
    }
}
