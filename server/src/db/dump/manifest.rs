//! What stands beside a backup: what it must contain, so that a damaged or mistaken file is noticed.

use super::{DumpError, at};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The description of a backup.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// When the moment was that it shows.
    pub created_at: DateTime<Utc>,
    /// The program's version.
    pub program: String,
    /// The server's version number, such as 150013.
    pub server: i32,
    /// The newest migration.
    pub migration: i64,
    /// The file's size.
    pub bytes: u64,
    /// The file's hash, in hexadecimal.
    pub sha256: String,
    /// Rows of each table.
    pub rows: BTreeMap<String, i64>,
}

impl Manifest {
    /// Where the description of a backup stands.
    #[must_use]
    pub fn beside(file: &Path) -> PathBuf {
        let mut name = file.as_os_str().to_owned();
        name.push(".json");
        name.into()
    }

    /// Reads the description of a backup; nothing if it has none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(file: &Path) -> Result<Option<Self>, DumpError> {
        let path = Self::beside(file);
        match std::fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text)
                .map(Some)
                .map_err(|error| DumpError::Damaged(format!("{} cannot be read ({error})", path.display()))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(at("cannot read", &path)(error)),
        }
    }

    pub(super) fn write(&self, file: &Path) -> Result<(), DumpError> {
        let path = Self::beside(file);
        let text = serde_json::to_string_pretty(self).expect("plain numbers and texts");
        std::fs::write(&path, text + "\n").map_err(at("cannot write", &path))
    }

    /// Compares the file with what was written.
    ///
    /// # Errors
    /// When it is another, or cannot be read.
    pub fn check(&self, file: &Path) -> Result<(), DumpError> {
        let (bytes, hash) = fingerprint(file)?;
        if bytes != self.bytes {
            return Err(DumpError::Damaged(format!("it has {bytes} bytes instead of {}", self.bytes)));
        }
        if hash != self.sha256 {
            return Err(DumpError::Damaged("its content is not what was written".to_owned()));
        }
        Ok(())
    }
}

/// Size and hash of a file.
pub(super) fn fingerprint(path: &Path) -> Result<(u64, String), DumpError> {
    let mut file = std::fs::File::open(path).map_err(at("cannot read", path))?;
    let (mut sha, mut bytes, mut buffer) = (Sha256::new(), 0_u64, vec![0; 256 * 1024]);
    loop {
        let read = file.read(&mut buffer).map_err(at("cannot read", path))?;
        if read == 0 {
            break;
        }
        sha.update(&buffer[..read]);
        bytes += read as u64;
    }
    Ok((bytes, sha.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
}
