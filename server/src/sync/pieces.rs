//! A page that is refused as a whole, read in ever smaller pieces until the guilty record is alone.

use super::SyncError;
use super::policy::{Place, judge};
use super::read::{PageRead, Reader, Single};
use super::rows::Incoming;
use crate::db::sync::Detention;
use qbench::{Entity, ListQuery, NetworkFault, Page, QbenchError};

/// Ids between two neighbours that are asked for one by one when the record between them cannot be listed.
const MAX_GAP: i32 = 20;

impl Reader {
    /// Reads what one page holds by smaller pages.
    pub(super) async fn bisect(
        &self,
        entity: Entity,
        query: &ListQuery,
        why: &SyncError,
    ) -> Result<PageRead, SyncError> {
        let mut whole = PageRead::empty(query.page, self.next_seq());
        let size = query.effective_page_size();
        let mut pieces: Vec<ListQuery> = divide(query);
        if pieces.is_empty() {
            pieces.push(query.clone());
        }
        let mut failed = 0_u32;
        while let Some(piece) = pieces.pop() {
            self.board.check()?;
            match self.try_page(entity, &piece).await {
                Ok(page) => take_piece(&mut whole, page, size, self.next_seq()),
                Err(error) if is_down(&error) => return Err(error.into()),
                Err(_) if piece.effective_page_size() > 1 => pieces.extend(divide(&piece)),
                Err(error) => {
                    failed += 1;
                    // A list of which no single record can be had is refused as a list.
                    let error = SyncError::from(error);
                    if failed > 5 && whole.records.is_empty() || error.may_be_local() && !self.is_alive(entity).await {
                        return Err(error);
                    }
                    self.single_out(entity, &piece, &mut whole).await?;
                }
            }
        }
        if failed == 0 {
            self.board.note(format!("A page of {} was refused as a whole and given in pieces.", entity.plural()));
        } else {
            self.board.note(format!(
                "{why}: {} of {} could not be listed; the rest of the page is stored. {}",
                failed,
                entity.plural(),
                judge(why, Place::Page).hint
            ));
        }
        Ok(whole)
    }

    /// One position of the list cannot be read: without its worksheet, by its id, or not at all.
    async fn single_out(&self, entity: Entity, piece: &ListQuery, whole: &mut PageRead) -> Result<(), SyncError> {
        if piece.raw_worksheet {
            let plain = ListQuery { raw_worksheet: false, ..piece.clone() };
            if let Ok(page) = self.try_page(entity, &plain).await {
                let names = page.records.iter().filter_map(qbench::RawRecord::id).map(|id| id.to_string());
                let names: Vec<String> = names.collect();
                self.board.note(format!(
                    "The raw worksheet of test {} cannot be read; its named cells are stored.",
                    names.join(", ")
                ));
                let size = piece.effective_page_size();
                take_piece(whole, page, size, self.next_seq());
                return Ok(());
            }
        }
        let position = u64::from(piece.page);
        let (before, after) = (self.neighbour(entity, piece, -1).await, self.neighbour(entity, piece, 1).await);
        if let (Some(before), Some(after)) = (before, after)
            && after - before <= MAX_GAP + 1
        {
            for id in before + 1..after {
                match self.record(entity, id, piece.raw_worksheet).await? {
                    Single::Found(record) => {
                        whole.records.push(*record);
                        return Ok(());
                    }
                    Single::Refused(why) => {
                        whole.unread.push(unread(Some(id), why));
                        return Ok(());
                    }
                    Single::Gone => {}
                }
            }
        }
        let between = match (before, after) {
            (Some(before), Some(after)) => format!(" (its id lies between {before} and {after})"),
            _ => String::new(),
        };
        let mut lost = unread(None, format!("QBench cannot list record number {position}{between}"));
        lost.key = format!("position {position}");
        whole.unread.push(lost);
        Ok(())
    }

    /// The id beside a position of a list of ones.
    async fn neighbour(&self, entity: Entity, piece: &ListQuery, step: i64) -> Option<i32> {
        let page = u32::try_from(i64::from(piece.page) + step).ok().filter(|page| *page > 0)?;
        let query = ListQuery { page, raw_worksheet: false, ..piece.clone() };
        let page = self.try_page(entity, &query).await.ok()?;
        page.records.first().and_then(qbench::RawRecord::id).and_then(|id| i32::try_from(id).ok())
    }
}

/// Failures that say nothing about the records asked for.
fn is_down(error: &QbenchError) -> bool {
    match error {
        QbenchError::Rejected { status, .. } => matches!(status, 401 | 403),
        QbenchError::TooLarge { .. }
        | QbenchError::Timeout { .. }
        | QbenchError::Decode { .. }
        | QbenchError::Transport { fault: NetworkFault::Cut | NetworkFault::Other, .. } => false,
        QbenchError::Config { .. }
        | QbenchError::Transport { .. }
        | QbenchError::RateLimited { .. }
        | QbenchError::Unauthorized { .. }
        | QbenchError::Contract { .. } => true,
    }
}

/// Adds a smaller page to the whole, whose page size is `size`.
fn take_piece(whole: &mut PageRead, piece: Page, size: u32, seq: u64) {
    whole.total = piece.total_count.or(whole.total);
    let rows = piece.total_pages.map(|pages| u64::from(pages) * u64::from(piece.page_size));
    if let Some(rows) = piece.total_count.or(rows) {
        whole.total_pages = u32::try_from(rows.div_ceil(u64::from(size.max(1)))).ok();
    }
    whole.read_at = piece.server_date.or(whole.read_at);
    whole.records.extend(piece.records.into_iter().map(|raw| Incoming::new(raw, seq)));
}

/// The pages of the next smaller size that together hold what this page holds, the first one last.
fn divide(query: &ListQuery) -> Vec<ListQuery> {
    let size = query.effective_page_size();
    let Some(smaller) = (1..=size / 2).rev().find(|part| size.is_multiple_of(*part)) else {
        return Vec::new();
    };
    let parts = size / smaller;
    let first = (query.page.max(1) - 1) * parts + 1;
    (first..first + parts).rev().map(|page| ListQuery { page, page_size: smaller, ..query.clone() }).collect()
}

fn unread(id: Option<i32>, reason: String) -> Detention {
    Detention {
        entity_id: id.map(i64::from),
        key: id.map(|id| id.to_string()).unwrap_or_default(),
        reason,
        raw: None,
        stored: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_divided_without_gaps() {
        let sizes: Vec<u32> = {
            let mut sizes = Vec::new();
            let mut query = ListQuery::page(3);
            while let Some(last) = divide(&query).pop() {
                sizes.push(last.page_size);
                query = last;
            }
            sizes
        };
        assert_eq!(sizes, [25, 5, 1]);
        let pieces = divide(&ListQuery::page(3));
        let rows: Vec<u32> =
            pieces.iter().rev().flat_map(|p| (p.page - 1) * p.page_size..p.page * p.page_size).collect();
        assert_eq!(rows, (100..150).collect::<Vec<u32>>());
        assert!(divide(&ListQuery { page_size: 1, ..ListQuery::page(7) }).is_empty());
    }
}
