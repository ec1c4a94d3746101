//! Questions that lists and single reads can be asked, and how they become query parameters.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::Entity;

/// Most records on one page; documented for every v1 list.
pub const MAX_PAGE_SIZE: u32 = 50;

/// What lists can be ordered by. All are accepted by real tenants for customers, orders, samples
/// and tests; batches are only known to take `DateCreated`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SortBy {
    /// By id.
    Id,
    /// By time of creation.
    DateCreated,
    /// By time of the last change; not documented, but accepted.
    LastUpdated,
}

impl SortBy {
    /// The parameter's value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::DateCreated => "date_created",
            Self::LastUpdated => "last_updated",
        }
    }
}

/// Direction of the order; lower case in v1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SortOrder {
    /// Smallest or oldest first.
    Asc,
    /// Largest or newest first.
    Desc,
}

impl SortOrder {
    /// The parameter's value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asc => "asc",
            Self::Desc => "desc",
        }
    }
}

/// Which page of which list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// Page number, from 1.
    pub page: u32,
    /// Records per page; values outside 1–50 are brought into that range.
    pub page_size: u32,
    /// Order; without it the server's own, which for customers is by name.
    pub sort: Option<(SortBy, SortOrder)>,
    /// Further parameters; a name may be repeated (`sample_ids=1&sample_ids=2`).
    pub filters: Vec<(String, String)>,
    /// Asks for all worksheet cells instead of the named ones; for tests and batches only.
    pub raw_worksheet: bool,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self { page: 1, page_size: MAX_PAGE_SIZE, sort: None, filters: Vec::new(), raw_worksheet: false }
    }
}

impl ListQuery {
    /// A page of 50.
    pub fn page(page: u32) -> Self {
        Self { page, ..Self::default() }
    }

    /// The same with an order.
    #[must_use]
    pub fn sorted(mut self, by: SortBy, order: SortOrder) -> Self {
        self.sort = Some((by, order));
        self
    }

    /// The same with one more parameter.
    #[must_use]
    pub fn filter(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.filters.push((name.into(), value.to_string()));
        self
    }

    /// The same with all worksheet cells.
    #[must_use]
    pub fn with_raw_worksheet(mut self) -> Self {
        self.raw_worksheet = true;
        self
    }

    /// The page size that is sent.
    pub fn effective_page_size(&self) -> u32 {
        self.page_size.clamp(1, MAX_PAGE_SIZE)
    }

    pub(crate) fn parameters(&self) -> Vec<(String, String)> {
        let mut parameters = vec![
            ("page_num".to_owned(), self.page.max(1).to_string()),
            ("page_size".to_owned(), self.effective_page_size().to_string()),
        ];
        if let Some((by, order)) = self.sort {
            parameters.push(("sort_by".to_owned(), by.as_str().to_owned()));
            parameters.push(("sort_order".to_owned(), order.as_str().to_owned()));
        }
        parameters.extend(self.filters.iter().cloned());
        parameters
    }
}

/// What a single read should bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GetOptions {
    /// Asks for all worksheet cells instead of the named ones; for tests and batches only.
    pub raw_worksheet: bool,
}

/// How the worksheet parameter is spelt: the documentation itself has it wrong, and some
/// endpoints answer 400 to the spelling that they do not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Spelling {
    Correct = 1,
    Misspelt = 2,
}

impl Spelling {
    pub(crate) const fn parameter(self) -> &'static str {
        match self {
            Self::Correct => "include_raw_worksheet_data",
            Self::Misspelt => "include_raw_worsksheet_data",
        }
    }
}

/// Whether a call reads a list or one record; endpoints of one entity may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    List,
    Single,
}

/// Mark of an endpoint that takes no spelling.
const NONE_TAKEN: u8 = 3;

/// Remembers for each endpoint which spelling it accepted.
#[derive(Debug, Default)]
pub(crate) struct Spellings([AtomicU8; Entity::ALL.len() * 2]);

impl Spellings {
    fn cell(&self, entity: Entity, reading: Reading) -> &AtomicU8 {
        &self.0[entity.index() * 2 + reading as usize]
    }

    /// The spellings worth trying, in order; none where the endpoint takes none.
    pub(crate) fn candidates(&self, entity: Entity, reading: Reading) -> &'static [Spelling] {
        match self.cell(entity, reading).load(Ordering::Relaxed) {
            1 => &[Spelling::Correct],
            2 => &[Spelling::Misspelt],
            NONE_TAKEN => &[],
            _ => &[Spelling::Correct, Spelling::Misspelt],
        }
    }

    /// The endpoint takes the parameter in no spelling.
    pub(crate) fn refused(&self, entity: Entity, reading: Reading) {
        self.cell(entity, reading).store(NONE_TAKEN, Ordering::Relaxed);
    }

    pub(crate) fn accepted(&self, entity: Entity, reading: Reading, spelling: Spelling) {
        self.cell(entity, reading).store(spelling as u8, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_becomes_parameters_within_the_documented_bounds() {
        let query = ListQuery { page: 0, page_size: 200, ..ListQuery::default() }
            .sorted(SortBy::Id, SortOrder::Asc)
            .filter("sample_ids", 1)
            .filter("sample_ids", 2);
        let text: Vec<_> = query.parameters().into_iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(
            text,
            ["page_num=1", "page_size=50", "sort_by=id", "sort_order=asc", "sample_ids=1", "sample_ids=2"]
        );
    }

    #[test]
    fn an_accepted_spelling_is_remembered_for_its_endpoint_only() {
        let spellings = Spellings::default();
        spellings.accepted(Entity::Test, Reading::List, Spelling::Misspelt);
        assert_eq!(spellings.candidates(Entity::Test, Reading::List), [Spelling::Misspelt]);
        assert_eq!(spellings.candidates(Entity::Test, Reading::Single).len(), 2);
        assert_eq!(spellings.candidates(Entity::Batch, Reading::List).len(), 2);
        spellings.refused(Entity::Batch, Reading::List);
        assert!(spellings.candidates(Entity::Batch, Reading::List).is_empty());
    }
}
