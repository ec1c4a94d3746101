//! A PostgreSQL of our own below the data directory, for machines where nobody has set one up.
//!
//! Every process that uses the cluster holds a shared lock on it; the last one to leave stops it. Locks vanish with
//! their process, so after a crash the cluster goes on running and the next process simply joins it. A cluster that
//! dies while it is used is started again by whoever notices first.

mod account;
mod binaries;
mod cluster;
mod folder;
#[cfg(test)]
mod tests;

pub use binaries::Binaries;
pub(super) use binaries::{major, program_folders};
pub use folder::default_data_dir;

use cluster::Cluster;
use folder::Folder;
use secrecy::SecretString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::task::AbortOnDropHandle;

/// How long another process may take to start or stop the cluster.
const QUEUE: Duration = Duration::from_secs(120);

/// Pause between two looks at whether the cluster lives.
const LOOK: Duration = Duration::from_secs(2);

/// Why the embedded database cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// A folder or file cannot be made or read.
    #[error("{what} {path}: {source}")]
    File {
        /// What was tried.
        what: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// No place to keep it.
    #[error("no data directory: HOME is not set; set BENCHWATCH_DATA_DIR to a folder for the embedded database")]
    NoHome,
    /// Root, but nobody else to be.
    #[error(
        "the embedded database cannot run as root, and there is neither a user postgres nor nobody; \
         set DATABASE_URL, or start as another user"
    )]
    NoAccount,
    /// Nothing on the machine, and no way to get it.
    #[error(
        "no PostgreSQL {minimum} or newer was found on this machine, and downloading one failed ({why}); \
         install PostgreSQL, or set DATABASE_URL"
    )]
    NoBinaries {
        /// The oldest version that will do.
        minimum: u32,
        /// Why the download failed.
        why: String,
    },
    /// The data is of another major version than anything installed.
    #[error("the data in {folder} is of PostgreSQL {version}, which is not installed; install it, or set DATABASE_URL")]
    WrongVersion {
        /// The cluster's folder.
        folder: PathBuf,
        /// The version that wrote it.
        version: u32,
    },
    /// A program of PostgreSQL failed.
    #[error("{program} failed: {why}")]
    Program {
        /// initdb or pg_ctl.
        program: &'static str,
        /// The end of what it wrote.
        why: String,
    },
    /// It was to be removed, but somebody works with it.
    #[error("the embedded database in {0} is in use by another benchwatch; stop that one first")]
    InUse(PathBuf),
    /// Another process holds the cluster's lock.
    #[error("another benchwatch has been starting or stopping the embedded database in {0} for too long")]
    Queue(PathBuf),
}

pub(crate) fn at(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> EmbeddedError {
    let path = path.to_path_buf();
    move |source| EmbeddedError::File { what, path, source }
}

/// A running cluster that this process uses.
pub struct Embedded {
    folder: Arc<Folder>,
    cluster: Arc<Cluster>,
    url: SecretString,
    user_lock: Option<File>,
    keeper: AbortOnDropHandle<()>,
}

impl Embedded {
    /// Joins the cluster below `data_dir`, creating and starting it as needed.
    ///
    /// # Errors
    /// When there is no place, no PostgreSQL, or it does not start.
    pub async fn join(data_dir: Option<&Path>) -> Result<Self, EmbeddedError> {
        let folder = Arc::new(Folder::provide(data_dir)?);
        let turn = folder.take_turn(QUEUE).await?;
        let binaries = Binaries::provide(&folder).await?;
        let cluster = Arc::new(Cluster::new(&folder, binaries));
        let port = match cluster.running_port().await {
            Some(port) => {
                tracing::info!(db.port = port, "joined the embedded database that is already running");
                port
            }
            None => cluster.start().await?,
        };
        let user_lock = folder.share()?;
        drop(turn);
        let url = cluster.url(port)?;
        let keeper = AbortOnDropHandle::new(tokio::spawn(keep(Arc::clone(&folder), Arc::clone(&cluster), port)));
        Ok(Self { folder, cluster, url, user_lock: Some(user_lock), keeper })
    }

    /// Removes the cluster below `data_dir` with everything in it, stopping it if it was left running.
    ///
    /// # Errors
    /// When another process uses it, or its files cannot be removed.
    pub async fn discard(data_dir: &Path) -> Result<(), EmbeddedError> {
        if !data_dir.join("postgres").exists() {
            return Ok(());
        }
        let folder = Folder::provide(Some(data_dir))?;
        let _turn = folder.take_turn(QUEUE).await?;
        if !folder.is_deserted()? {
            return Err(EmbeddedError::InUse(folder.root().to_path_buf()));
        }
        if folder.data().exists() {
            Cluster::new(&folder, Binaries::provide(&folder).await?).stop().await?;
        }
        folder.remove_data()
    }

    /// Its address with user and password.
    #[must_use]
    pub const fn url(&self) -> &SecretString {
        &self.url
    }

    /// Where its files are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.root()
    }

    /// Leaves the cluster, and stops it when nobody else uses it. Connections must be closed before.
    ///
    /// # Errors
    /// When it does not stop.
    pub async fn leave(mut self) -> Result<(), EmbeddedError> {
        self.keeper.abort();
        let _turn = self.folder.take_turn(QUEUE).await?;
        drop(self.user_lock.take());
        if self.folder.is_deserted()? { self.cluster.stop().await } else { Ok(()) }
    }
}

/// Starts the cluster again whenever it has died: the machine ran out of memory, or somebody stopped it.
async fn keep(folder: Arc<Folder>, cluster: Arc<Cluster>, port: u16) {
    loop {
        tokio::time::sleep(LOOK).await;
        if cluster.lives() {
            continue;
        }
        match revive(&folder, &cluster).await {
            Ok(now) if now == port => {
                tracing::warn!(db.port = port, "the embedded database had stopped; it runs again")
            }
            Ok(now) => {
                tracing::error!(
                    db.port = now,
                    "the embedded database runs again, on another port: restart this process"
                );
                return;
            }
            Err(error) => tracing::error!(%error, "the embedded database has stopped and does not start"),
        }
    }
}

/// Starts the cluster unless another process was faster, and tells its port.
async fn revive(folder: &Folder, cluster: &Cluster) -> Result<u16, EmbeddedError> {
    let _turn = folder.take_turn(QUEUE).await?;
    match cluster.running_port().await {
        Some(port) => Ok(port),
        None => cluster.start().await,
    }
}
