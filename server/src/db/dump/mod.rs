//! Backups: the whole database in one file of PostgreSQL's custom format, proved when it is written and again when it
//! is put back. Knows PostgreSQL's client programs; not where backups are kept or how many.

mod manifest;
mod restore;
mod save;
mod tools;

pub use manifest::Manifest;
pub use restore::{Contents, contents, other_users, restore};
pub use save::save;
pub use tools::{Address, Tools};

use std::path::PathBuf;

/// Sessions are of a moment: nobody is to be signed in by a restored file.
const LEFT_OUT: &str = "public.sessions";

/// Why a backup could not be written or put back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DumpError {
    /// The client programs are missing, or all of them are older than the server.
    #[error(
        "no {program} of PostgreSQL {minimum} or newer was found on this machine; install PostgreSQL's client programs"
    )]
    NoTools {
        /// The program that is missing.
        program: &'static str,
        /// The server's major version.
        minimum: u32,
    },
    /// A program failed.
    #[error("{program} failed: {why}")]
    Program {
        /// Which.
        program: &'static str,
        /// The end of what it wrote.
        why: String,
    },
    /// A file cannot be read or written.
    #[error("{what} {path}: {source}")]
    File {
        /// What was tried.
        what: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// The file is not the one that was written.
    #[error("the backup is damaged: {0}")]
    Damaged(String),
    /// The address of the database cannot be taken apart.
    #[error("the database's address cannot be read")]
    Address,
    /// The database.
    #[error(transparent)]
    Db(#[from] super::DbError),
}

impl From<sqlx::Error> for DumpError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

fn at(what: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> DumpError {
    let path = path.to_path_buf();
    move |source| DumpError::File { what, path, source }
}
