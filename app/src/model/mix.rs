//! What the page about the product mix shows.

use super::overview::{Figure, LabelCount, Scope};
use serde::{Deserialize, Serialize};

/// The samples of one accessioning type or matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindCount {
    /// The key; `unknown` where there is none.
    pub key: String,
    /// Orders that the samples belong to.
    pub orders: u64,
    /// Samples created in the range.
    pub samples: u64,
    /// Visible tests of these samples.
    pub tests: u64,
    /// Of the samples, those with a report.
    pub with_report: u64,
    /// Samples created in the period compared with.
    pub previous: Option<u64>,
}

/// The tiles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MixTiles {
    /// Samples created.
    pub samples: Figure,
    /// Tests created.
    pub tests: Figure,
    /// Visible tests for each sample created.
    pub tests_per_sample: Figure,
    /// Matrices with a sample created.
    pub matrices: Figure,
    /// Labels with a test created.
    pub labels: Figure,
    /// The part of the samples that the largest matrix has, 0 to 1.
    pub largest_matrix: Figure,
}

/// Everything on the page about the product mix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mix {
    /// Days, buckets, clock.
    pub scope: Scope,
    /// Tiles.
    pub tiles: MixTiles,
    /// Samples by matrix, most first.
    pub matrices: Vec<KindCount>,
    /// Samples by accessioning type, most first.
    pub types: Vec<KindCount>,
    /// Tests by label, most first.
    pub labels: Vec<LabelCount>,
}
