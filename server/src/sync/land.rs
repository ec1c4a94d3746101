//! Landing: the one transaction in which records, progress, state changes and quarantine are written.

use super::SyncError;
use super::board::Board;
use super::policy::{Directive, Place, judge};
use super::rows::{Incoming, Mapping, Oddities};
use crate::db::DbError;
use crate::db::lims::{self, Known, Rows, Table};
use crate::db::sync::{self as store, Detention, Lease, Slice, StateChange};
use crate::db::{PgConnection, PgPool};
use chrono::{DateTime, Utc};
use sqlx::{Postgres, Transaction};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// Writes records of a run, or of a single fetch that needs no lease.
pub(crate) struct Lander {
    pub(crate) pool: PgPool,
    /// The right to write; a single fetch has none and needs none.
    pub(crate) lease: Option<Lease>,
    pub(crate) board: Arc<Board>,
    pub(crate) mapping: Mapping,
    /// Keys in quarantine and whether the record is stored in part, so that a good record can be released without
    /// asking for each.
    detained: Mutex<HashMap<Table, HashMap<String, bool>>>,
    /// How long a database that does not answer is waited for.
    patience: Duration,
}

/// What is to land in one transaction.
#[derive(Debug, Default)]
pub(crate) struct Cargo {
    pub(crate) records: Vec<Incoming>,
    /// Records that could not even be read.
    pub(crate) unread: Vec<Detention>,
    /// QBench's clock when the newest of them was read.
    pub(crate) read_at: Option<DateTime<Utc>>,
    /// QBench's clock when the run began; stored with the first slice.
    pub(crate) began: Option<DateTime<Utc>>,
    /// Progress that is true once they have landed.
    pub(crate) slice: Option<Slice>,
}

/// What has landed.
#[derive(Debug, Default)]
pub(crate) struct Landed {
    pub(crate) inserted: Vec<i32>,
    pub(crate) updated: Vec<i32>,
    pub(crate) unchanged: u64,
    pub(crate) quarantined: u64,
    /// The greatest `last_updated` among the records.
    pub(crate) newest: Option<DateTime<Utc>>,
    /// Content hashes of all records, by id; what a verification compares.
    pub(crate) hashes: Vec<(i32, [u8; 16])>,
}

/// Records of one transaction by their fate.
#[derive(Default)]
struct Sorted<'a> {
    good: Vec<&'a Incoming>,
    bad: Vec<Detention>,
}

impl Lander {
    pub(crate) fn new(pool: PgPool, lease: Option<Lease>, board: Arc<Board>, mapping: Mapping) -> Self {
        let patience = Duration::from_secs(60);
        Self { pool, lease, board, mapping, detained: Mutex::default(), patience }
    }

    /// Lands everything or, where the database refuses a value, everything but the guilty records.
    pub(crate) async fn land(&self, table: Table, cargo: &Cargo) -> Result<Landed, SyncError> {
        let mut sorted = sort(&cargo.records);
        sorted.bad.extend_from_slice(&cargo.unread);
        let landed = match self.patiently(table, &sorted.good, &sorted.bad, cargo).await {
            Err(error) if judge(&error, Place::Commit).directive == Directive::SkipRecord => {
                self.land_piecemeal(table, sorted, cargo).await?
            }
            other => other?,
        };
        self.board.count(table, |progress| {
            progress.seen += (cargo.records.len() + cargo.unread.len()) as u64;
            progress.inserted += landed.inserted.len() as u64;
            progress.updated += landed.updated.len() as u64;
            progress.unchanged += landed.unchanged;
            progress.quarantined += landed.quarantined;
        });
        Ok(landed)
    }

    /// Repeats a transaction that failed for reasons that pass.
    async fn patiently(
        &self,
        table: Table,
        good: &[&Incoming],
        bad: &[Detention],
        cargo: &Cargo,
    ) -> Result<Landed, SyncError> {
        let began = tokio::time::Instant::now();
        let mut pause = Duration::from_millis(100);
        loop {
            self.board.check()?;
            let error = match self.transaction(table, good, bad, cargo).await {
                Ok(landed) => return Ok(landed),
                Err(error) => error,
            };
            let passing = judge(&error, Place::Commit).directive == Directive::Backoff;
            if !passing || began.elapsed() > self.patience {
                return Err(error);
            }
            self.board.note("The database did not answer or asked to repeat a transaction; it was repeated.");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(5));
        }
    }

    /// Halves the records until the ones that the database refuses stand alone; those go into quarantine. Progress is
    /// written last, when everything else is there.
    async fn land_piecemeal(&self, table: Table, sorted: Sorted<'_>, cargo: &Cargo) -> Result<Landed, SyncError> {
        let part = Cargo { read_at: cargo.read_at, ..Cargo::default() };
        let mut total = Landed::default();
        let mut bad = sorted.bad;
        let mut heaps = vec![sorted.good];
        while let Some(mut heap) = heaps.pop() {
            match self.patiently(table, &heap, &[], &part).await {
                Ok(landed) => total.add(landed),
                Err(error) if judge(&error, Place::Commit).directive == Directive::SkipRecord => {
                    if let [record] = heap.as_slice() {
                        bad.push(detention(record, error.to_string(), false));
                    } else {
                        heaps.push(heap.split_off(heap.len() / 2));
                        heaps.push(heap);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        total.add(self.patiently(table, &[], &bad, cargo).await?);
        Ok(total)
    }

    async fn transaction(
        &self,
        table: Table,
        good: &[&Incoming],
        bad: &[Detention],
        cargo: &Cargo,
    ) -> Result<Landed, SyncError> {
        let mut tx = crate::db::begin(&self.pool).await?;
        self.enter(&mut tx).await?;
        let ids: Vec<i32> = good.iter().filter_map(|record| record.id).collect();
        let known = lims::known(&mut tx, table, &ids).await?;
        let work = self.sift(table, good, &known);
        let landed = self.write(&mut tx, table, work, bad, &known, cargo).await?;
        tx.commit().await.map_err(DbError::from)?;
        Ok(landed)
    }

    /// Takes the writers' lock, makes sure that the lease is still ours, and lets the commit return before the disk
    /// has it: progress and rows are in the same log, so a crash loses both or neither.
    pub(crate) async fn enter(&self, conn: &mut PgConnection) -> Result<(), SyncError> {
        lims::lock(conn).await?;
        self.fence(conn).await
    }

    /// Makes sure that the lease is ours, and that it stays so until the transaction ends.
    async fn fence(&self, conn: &mut PgConnection) -> Result<(), SyncError> {
        if let Some(lease) = self.lease
            && !store::fence(conn, lease).await?
        {
            self.board.lose_lease();
            return Err(SyncError::LeaseLost);
        }
        Ok(())
    }

    /// A transaction for what a run writes beside rows: watermarks, reports, certificates. Fenced as they are.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Postgres>, SyncError> {
        let mut tx = crate::db::begin(&self.pool).await?;
        self.fence(&mut tx).await?;
        Ok(tx)
    }

    /// Separates what is new or changed from what is as stored, and decodes the former.
    fn sift<'a>(&self, table: Table, good: &[&'a Incoming], known: &HashMap<i32, Known>) -> Work<'a> {
        let mut work = Work::new(table);
        for record in good {
            let Some(id) = record.id else { continue };
            let hash = self.mapping.hash(&record.hashes);
            work.hashes.push((id, hash));
            let before = known.get(&id);
            if before.is_some_and(|before| !before.deleted && before.is_as_listed(hash)) {
                work.unchanged.push(id);
                work.newest = work.newest.max(before.and_then(|before| before.last_updated));
                continue;
            }
            match self.mapping.push(&mut work.rows, record) {
                Ok(oddities) => work.take(record, id, before, oddities),
                Err(bad) => work.bad.push(detention(record, bad.to_string(), false)),
            }
        }
        work
    }

    async fn write(
        &self,
        tx: &mut PgConnection,
        table: Table,
        mut work: Work<'_>,
        bad: &[Detention],
        known: &HashMap<i32, Known>,
        cargo: &Cargo,
    ) -> Result<Landed, SyncError> {
        let run = self.lease.map(|_| self.board.run_id);
        work.rows.upsert(tx).await?;
        lims::refresh_lineage(tx, table, &work.lineage).await?;
        let read_at = cargo.read_at.unwrap_or_else(Utc::now);
        store::save_state_changes(&mut *tx, run, table.name(), read_at, &work.changes).await?;
        lims::mark_deleted(tx, table, &work.deleted, "QBench calls it deleted").await?;
        work.bad.extend_from_slice(bad);
        store::quarantine(&mut *tx, run, table.name(), &work.bad).await?;
        self.release(tx, table, &work).await?;
        if let (Some(slice), Some(run)) = (&cargo.slice, run) {
            if slice.slice == 0
                && let Some(began) = cargo.began
            {
                store::set_upper_bound(&mut *tx, run, began).await?;
            }
            store::save_slice(&mut *tx, run, slice).await?;
        }
        let written = work.rows.ids();
        if !written.is_empty() {
            store::next_data_version(&mut *tx).await?;
        }
        let (updated, inserted) = written.iter().partition(|id| known.contains_key(id));
        Ok(Landed {
            inserted,
            updated,
            unchanged: work.unchanged.len() as u64,
            quarantined: work.bad.len() as u64,
            newest: work.newest,
            hashes: work.hashes,
        })
    }

    /// Ends the quarantine of records that are well now. A record that is stored in part and unchanged stays there.
    async fn release(&self, tx: &mut PgConnection, table: Table, work: &Work<'_>) -> Result<(), SyncError> {
        let mut detained = self.detained.lock().await;
        let keys = match detained.entry(table) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let open = store::open_keys(&mut *tx, table.name()).await?;
                entry.insert(open.into_iter().collect())
            }
        };
        if keys.is_empty() && work.bad.is_empty() {
            return Ok(());
        }
        let again: HashSet<&str> = work.bad.iter().map(|record| record.key.as_str()).collect();
        let written = work.well.iter().map(i32::to_string).filter(|key| keys.contains_key(key));
        let same = work.unchanged.iter().map(i32::to_string).filter(|key| keys.get(key) == Some(&false));
        let read = work.hashes.iter().map(|(id, _)| twin_key(*id)).filter(|key| keys.contains_key(key));
        let well: Vec<String> = written.chain(same).chain(read).filter(|key| !again.contains(key.as_str())).collect();
        store::release_keys(&mut *tx, table.name(), &well).await?;
        keys.extend(work.bad.iter().map(|record| (record.key.clone(), record.stored)));
        Ok(())
    }
}

/// What one transaction does.
struct Work<'a> {
    rows: Rows<'a>,
    bad: Vec<Detention>,
    unchanged: Vec<i32>,
    /// Written without anything odd.
    well: Vec<i32>,
    /// Rows whose children may have to learn something.
    lineage: Vec<i32>,
    changes: Vec<StateChange>,
    deleted: Vec<i32>,
    newest: Option<DateTime<Utc>>,
    hashes: Vec<(i32, [u8; 16])>,
}

impl Work<'_> {
    fn new(table: Table) -> Self {
        Self {
            rows: Rows::none(table),
            bad: Vec::new(),
            unchanged: Vec::new(),
            well: Vec::new(),
            lineage: Vec::new(),
            changes: Vec::new(),
            deleted: Vec::new(),
            newest: None,
            hashes: Vec::new(),
        }
    }

    fn take(&mut self, record: &Incoming, id: i32, before: Option<&Known>, oddities: Oddities) {
        self.newest = self.newest.max(oddities.last_updated);
        if before.is_none_or(|before| before.deleted || before.parent != oddities.parent) {
            self.lineage.push(id);
        }
        if let Some(before) = before.filter(|before| before.state != oddities.state) {
            self.changes.push(StateChange {
                id,
                from: before.state.clone(),
                to: oddities.state,
                seen_after: before.fetched_at,
                changed_at: oddities.last_updated,
            });
        }
        if oddities.deleted {
            self.deleted.push(id);
        }
        match oddities.lost {
            Some(lost) => self.bad.push(detention(record, lost, true)),
            None => self.well.push(id),
        }
    }
}

impl Landed {
    pub(crate) fn add(&mut self, other: Self) {
        self.inserted.extend(other.inserted);
        self.updated.extend(other.updated);
        self.unchanged += other.unchanged;
        self.quarantined += other.quarantined;
        self.newest = self.newest.max(other.newest);
        self.hashes.extend(other.hashes);
    }
}

fn detention(record: &Incoming, reason: String, stored: bool) -> Detention {
    let entity_id = record.raw.is_object().then(|| record.raw.id()).flatten();
    let key = match entity_id {
        Some(id) => id.to_string(),
        None => record.hashes.full.iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    Detention { entity_id, key, reason, raw: Some(record.raw.as_json().to_owned()), stored }
}

/// Leaves one record an id. Of two readings of a record the later one counts; two different records with one id on
/// the same page are a fault of the source: the later one is stored, the other one goes into quarantine.
fn sort(records: &[Incoming]) -> Sorted<'_> {
    let mut sorted = Sorted::default();
    let mut place: HashMap<i32, usize> = HashMap::with_capacity(records.len());
    for record in records {
        let Some(id) = record.id else {
            sorted.bad.push(detention(record, why_without_id(record), false));
            continue;
        };
        let Some(at) = place.get(&id).copied() else {
            place.insert(id, sorted.good.len());
            sorted.good.push(record);
            continue;
        };
        let other = sorted.good[at];
        let (keep, leave) = if other.seq > record.seq { (other, record) } else { (record, other) };
        sorted.good[at] = keep;
        if keep.seq == leave.seq && keep.hashes.full != leave.hashes.full {
            let mut twin = detention(leave, "another record of the same page has the same id".into(), false);
            twin.key = twin_key(id);
            sorted.bad.push(twin);
        }
    }
    sorted
}

/// The key of a second record with an id that was taken already.
fn twin_key(id: i32) -> String {
    format!("{id} twin")
}

fn why_without_id(record: &Incoming) -> String {
    let why = if !record.raw.is_object() {
        "not a JSON object"
    } else if !record.raw.has_key("id") {
        "no id"
    } else if record.raw.id().is_some() {
        "the id does not fit a four-byte integer"
    } else {
        "the id is not an integer"
    };
    why.to_owned()
}
