//! What a demo remembers of its laboratory, so that the next start can go on with it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// A laboratory older than this is asleep as likely as not; a new one is made.
const GOES_ON_FOR: TimeDelta = TimeDelta::hours(8);

/// The laboratory whose copy is in the demo's database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// Its seed.
    pub seed: u64,
    /// Its size.
    pub tests: u32,
    /// Where its clock started.
    pub born: DateTime<Utc>,
}

impl Memory {
    /// What is remembered in this data directory.
    pub fn recall(data_dir: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(file(data_dir)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Whether it is the laboratory that is wanted, and still awake.
    pub fn serves(&self, wanted: &Self) -> bool {
        let age = wanted.born - self.born;
        (self.seed, self.tests) == (wanted.seed, wanted.tests) && age >= TimeDelta::zero() && age < GOES_ON_FOR
    }

    /// Remembers it.
    pub fn keep(&self, data_dir: &Path) -> std::io::Result<()> {
        std::fs::write(file(data_dir), serde_json::to_string(self)?)
    }

    /// Forgets whatever is remembered.
    pub fn forget(data_dir: &Path) {
        // Nothing to forget is as good.
        std::fs::remove_file(file(data_dir)).ok();
    }
}

fn file(data_dir: &Path) -> PathBuf {
    data_dir.join("demo.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_laboratory_is_gone_on_with_while_it_is_the_wanted_one_and_awake() {
        let born = DateTime::from_timestamp(1_795_000_000, 0).expect("an instant");
        let lab = Memory { seed: 1, tests: 200, born };
        let wanted = |hours, tests| Memory { seed: 1, tests, born: born + TimeDelta::hours(hours) };
        assert!(lab.serves(&wanted(7, 200)));
        assert!(!lab.serves(&wanted(8, 200)));
        assert!(!lab.serves(&wanted(-1, 200)), "a clock that was set back");
        assert!(!lab.serves(&wanted(1, 300)));
    }

    #[test]
    fn what_is_kept_is_recalled_until_it_is_forgotten() {
        let folder = std::env::temp_dir().join(format!("benchwatch-memory-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&folder).expect("made");
        let lab = Memory { seed: 5, tests: 20, born: Utc::now() };
        assert_eq!(Memory::recall(&folder), None);
        lab.keep(&folder).expect("kept");
        assert_eq!(Memory::recall(&folder), Some(lab));
        Memory::forget(&folder);
        assert_eq!(Memory::recall(&folder), None);
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}
