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
        let mut left = limit.unwrap_or(usize::MAX);
        // Every round leaves fewer tests that lack something, or finds fields that this tenant does not have.
        while left > 0 {
            let mut bare = lims::bare_tests(&self.engine.pool, &self.nowhere.names()).await?;
            if bare.is_empty() {
                break;
            }
            let rest = bare.split_off(bare.len().min(TRIALS));
            left = left.saturating_sub(bare.len());
            let (missing, brought) = self.try_single_reads(bare).await?;
            for field in missing.difference(&brought) {
                self.nowhere.set(&self.lander, field, true).await?;
            }
            let helps = |test: &BareTest| test.lacks.iter().any(|field| brought.contains(field));
            let mut rest: Vec<i32> = rest.into_iter().filter(helps).map(|test| test.id).collect();
            let wanted = rest.len();
            rest.truncate(left);
            left -= rest.len();
            if !brought.is_empty() {
                let names: Vec<&str> = brought.iter().map(String::as_str).collect();
                self.board.note(format!(
                    "Lists of tests lack {}: {} more tests are read one by one, {} wait for the next run.",
                    names.join(", "),
                    rest.len(),
                    wanted - rest.len()
                ));
            }
            self.read_singly(rest).await?;
        }
        Ok(())
    }

    /// Asks for a few tests; gives the fields that they lacked, and those that came.
    async fn try_single_reads(&self, tests: Vec<BareTest>) -> Result<(BTreeSet<String>, BTreeSet<String>), SyncError> {
        let (mut missing, mut brought) = (BTreeSet::new(), BTreeSet::new());
        for test in tests {
            let read = self.single_test(test.id).await?;
            if let Some(record) = &read.1 {
                let decoded = records::decode::<records::Test>(&record.raw, &DecodeOptions::utc());
                let absent = decoded.map(|decoded| decoded.absent).unwrap_or_default();
                brought.extend(test.lacks.iter().filter(|field| !absent.contains(&field.as_str())).cloned());
                missing.extend(test.lacks);
            }
            self.land_tests(vec![read]).await?;
        }
        Ok((missing, brought))
    }

    async fn read_singly(&self, tests: Vec<i32>) -> Result<(), SyncError> {
        let width = self.engine.settings.max_concurrency.max(1);
        let mut reads = futures::stream::iter(tests).map(|id| self.single_test(id)).buffer_unordered(width);
        let mut portion = Vec::with_capacity(PORTION);
        while let Some(read) = reads.next().await {
            self.board.check()?;
            portion.push(read?);
            if portion.len() == PORTION {
                self.land_tests(std::mem::take(&mut portion)).await?;
            }
        }
        drop(reads);
        self.land_tests(portion).await
    }

    /// Reads only: what is read side by side stands still while something lands, and must hold no lock meanwhile.
    async fn single_test(&self, id: i32) -> Result<(i32, Option<Incoming>), SyncError> {
        let raw = self.engine.settings.worksheets == Worksheets::Raw;
        let record = match self.reader.record(Entity::Test, id, raw).await? {
            Single::Found(record) => Some(record.without_children()),
            // Lists and feed tell whether it is there at all.
            Single::Gone | Single::Refused(_) => None,
        };
        Ok((id, record))
    }

    /// Lands what came. None of these tests is asked for again, whether it brought something or not.
    async fn land_tests(&self, read: Vec<(i32, Option<Incoming>)>) -> Result<(), SyncError> {
        let (ids, records): (Vec<i32>, Vec<Option<Incoming>>) = read.into_iter().unzip();
        let records: Vec<Incoming> = records.into_iter().flatten().collect();
        if ids.is_empty() {
            return Ok(());
        }
        if !records.is_empty() {
            let cargo = Cargo { records, ..Cargo::default() };
            self.lander.land(Table::Tests, &cargo).await?;
        }
        let mut tx = crate::db::begin(&self.engine.pool).await?;
        self.lander.enter(&mut tx).await?;
        lims::leave_bare(&mut *tx, &ids).await?;
        tx.commit().await.map_err(DbError::from)?;
        Ok(())
    }
}
