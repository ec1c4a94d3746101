//! Search: what the words may mean, and the kinds in the order of their best hit.

use super::{Fault, Service};
use crate::db::records::Connection;
use crate::db::records::search::{self as db, Found, Words};
use app::error::AppError;
use app::model::filter::MAX_TEXT;
use app::model::records::RecordKind;
use app::model::records::search::{Closeness, Hit, HitGroup, MAX_HITS, SearchResults};

/// The shortest words that are looked for by likeness, in characters.
const ALIKE_FROM: usize = 4;

impl Service {
    pub(super) async fn find(&self, text: &str) -> Result<SearchResults, Fault> {
        let text = checked(text)?;
        if text.is_empty() {
            return Ok(SearchResults::default());
        }
        let mut connection = db::begin(&self.pool).await?;
        let (named, id) = named_id(text);
        let alike = text.chars().count() >= ALIKE_FROM && !text.chars().all(|one| one.is_ascii_digit());
        let mut groups = Vec::new();
        for kind in
            [RecordKind::Orders, RecordKind::Samples, RecordKind::Tests, RecordKind::Batches, RecordKind::Customers]
        {
            let words = Words {
                text,
                id: id.filter(|_| named.is_none_or(|named| named == kind)),
                limit: i64::try_from(MAX_HITS).unwrap_or(i64::MAX) + 1,
            };
            let mut found = close(&mut connection, kind, words).await?;
            if found.is_empty() && alike {
                found = likely(&mut connection, kind, words).await?;
            }
            if !found.is_empty() {
                groups.push(group(kind, found));
            }
        }
        groups.sort_by_key(|group| group.hits.first().map(|hit| hit.closeness));
        Ok(SearchResults { text: text.to_owned(), groups })
    }
}

/// The words, if they can be looked for.
fn checked(text: &str) -> Result<&str, AppError> {
    let invalid = |why: String| AppError::Invalid { field: "q".to_owned(), why };
    if text.chars().count() > MAX_TEXT {
        return Err(invalid(format!("is longer than {MAX_TEXT} characters")));
    }
    if text.contains('\0') {
        return Err(invalid("holds a NUL character".to_owned()));
    }
    Ok(text.trim())
}

/// The id that the words may be, and of what kind where they say: `3988`, `#3988`, `T-61877`, `ORD-3988`.
fn named_id(text: &str) -> (Option<RecordKind>, Option<i32>) {
    let digits = text.trim_start_matches(|one: char| !one.is_ascii_digit());
    let id = digits.parse().ok();
    let kind = match text[..text.len() - digits.len()].trim_end_matches(['-', ' ', '#']).to_ascii_uppercase().as_str() {
        "" => None,
        "ORD" | "O" => Some(RecordKind::Orders),
        "S" => Some(RecordKind::Samples),
        "T" => Some(RecordKind::Tests),
        "B" => Some(RecordKind::Batches),
        "C" => Some(RecordKind::Customers),
        _ => return (None, None),
    };
    (kind, id)
}

/// Records that are, begin with or hold the words.
async fn close(connection: &mut Connection, kind: RecordKind, words: Words<'_>) -> Result<Vec<Found>, Fault> {
    Ok(match kind {
        RecordKind::Orders => db::orders(connection, words).await?,
        RecordKind::Samples => db::samples(connection, words).await?,
        RecordKind::Batches => db::batches(connection, words).await?,
        RecordKind::Customers => db::customers(connection, words).await?,
        RecordKind::Tests => match words.id {
            Some(id) => db::test(connection, id).await?.into_iter().collect(),
            None => Vec::new(),
        },
    })
}

/// Records with a name that looks like the words.
async fn likely(connection: &mut Connection, kind: RecordKind, words: Words<'_>) -> Result<Vec<Found>, Fault> {
    Ok(match kind {
        RecordKind::Orders => db::orders_alike(connection, words).await?,
        RecordKind::Samples => db::samples_alike(connection, words).await?,
        RecordKind::Batches => db::batches_alike(connection, words).await?,
        RecordKind::Customers => db::customers_alike(connection, words).await?,
        RecordKind::Tests => Vec::new(),
    })
}

fn group(kind: RecordKind, mut found: Vec<Found>) -> HitGroup {
    let more = found.len() > MAX_HITS;
    found.truncate(MAX_HITS);
    let hits = found
        .into_iter()
        .map(|found| Hit {
            id: found.id,
            title: found.title,
            matched: found.matched,
            context: found.context,
            state: found.state,
            closeness: match found.closeness {
                0 => Closeness::Exact,
                1 => Closeness::Prefix,
                2 => Closeness::Part,
                _ => Closeness::Similar,
            },
        })
        .collect();
    HitGroup { kind, hits, more }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_may_be_any_record_and_a_prefix_says_which() {
        assert_eq!(named_id("3988"), (None, Some(3988)));
        assert_eq!(named_id("#3988"), (None, Some(3988)));
        assert_eq!(named_id("t-61877"), (Some(RecordKind::Tests), Some(61877)));
        assert_eq!(named_id("B 2290"), (Some(RecordKind::Batches), Some(2290)));
        assert_eq!(named_id("ORD-101325-3335"), (Some(RecordKind::Orders), None));
        assert_eq!(named_id("ñ7"), (None, None));
        assert_eq!(named_id("99999999999"), (None, None));
    }

    #[test]
    fn words_that_cannot_be_looked_for_are_refused() {
        assert!(checked("a\0b").is_err());
        assert!(checked(&"x".repeat(256)).is_err());
        assert_eq!(checked("  x  "), Ok("x"));
    }
}
