//! What a search finds.

use super::RecordKind;
use serde::{Deserialize, Serialize};

/// The most hits shown of one kind.
pub const MAX_HITS: usize = 20;

/// How well a record answers to the words, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closeness {
    /// The words are its id, number or name.
    Exact,
    /// Its number or name begins with the words.
    Prefix,
    /// Its number or name holds the words.
    Part,
    /// Its number or name looks like the words.
    Similar,
}

/// A record found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// Its QBench id.
    pub id: i32,
    /// Its printed number or name; a test's title.
    pub title: Option<String>,
    /// What else of it tells it apart, or answered to the words: an alias, a sample's name or METRC tag, a label.
    pub matched: Option<String>,
    /// What it belongs to: an order's customer, a sample's order.
    pub context: Option<String>,
    /// State as QBench spells it.
    pub state: Option<String>,
    /// How close it is.
    pub closeness: Closeness,
}

/// The hits of one kind, best first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HitGroup {
    /// Of which kind.
    pub kind: RecordKind,
    /// The hits, at most [`MAX_HITS`].
    pub hits: Vec<Hit>,
    /// True when there are more.
    pub more: bool,
}

/// Everything that a search found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchResults {
    /// The words searched for, trimmed.
    pub text: String,
    /// The kinds with hits, the kind with the best hit first.
    pub groups: Vec<HitGroup>,
}
