//! Where the cluster lives, who may reach it, and the locks by which processes agree about it.

use super::account::{Account, give};
use super::{EmbeddedError, at};
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Below it root keeps clusters whose own folder the database's user cannot reach.
const SYSTEM: &str = "/var/lib/benchwatch";

/// The cluster's folder.
pub struct Folder {
    root: PathBuf,
    account: Option<Account>,
}

impl Folder {
    /// Makes the folder, in the usual place unless told otherwise.
    pub fn provide(data_dir: Option<&Path>) -> Result<Self, EmbeddedError> {
        let account = Account::needed()?;
        let data_dir = match data_dir {
            Some(told) => std::path::absolute(told).map_err(at("cannot use", told))?,
            None => usual_place(account.is_some())?,
        };
        make(&data_dir, 0o755)?;
        let data_dir = data_dir.canonicalize().map_err(at("cannot use", &data_dir))?;
        let root = data_dir.join("postgres");
        if account.is_some() && !open_to_all(&data_dir, &data_dir) {
            // Nobody else may look into this folder, so only a sign is kept here that points to where the data is.
            stand_in(&root)?;
        }
        let root = if root.is_symlink() { fs::read_link(&root).map_err(at("cannot read", &root))? } else { root };
        make(&root, 0o700)?;
        give(&root, account)?;
        Ok(Self { root, account })
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// As whom the database runs.
    pub const fn account(&self) -> Option<Account> {
        self.account
    }

    /// The database's own files.
    pub fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    /// What the database writes about itself.
    pub fn log(&self) -> PathBuf {
        self.root.join("log")
    }

    /// The password of the database's owner.
    pub fn password(&self) -> PathBuf {
        self.root.join("password")
    }

    /// Waits for the turn to look at, start or stop the cluster.
    pub async fn take_turn(&self, limit: Duration) -> Result<File, EmbeddedError> {
        let file = self.lock_file("turn.lock")?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) if start.elapsed() > limit => {
                    return Err(EmbeddedError::Queue(self.root.clone()));
                }
                // Another process is at it; the system has no way to wait with a limit.
                Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(100)).await,
                Err(TryLockError::Error(error)) => return Err(at("cannot lock", &self.root)(error)),
            }
        }
    }

    /// Shows that this process uses the cluster, for as long as the file is open.
    pub fn share(&self) -> Result<File, EmbeddedError> {
        let file = self.lock_file("users.lock")?;
        file.lock_shared().map_err(at("cannot lock", &self.root))?;
        Ok(file)
    }

    /// Whether no process uses the cluster.
    pub fn is_deserted(&self) -> Result<bool, EmbeddedError> {
        match self.lock_file("users.lock")?.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(at("cannot lock", &self.root)(error)),
        }
    }

    /// Removes the database's files; downloads, locks and the folder itself stay.
    pub fn remove_data(&self) -> Result<(), EmbeddedError> {
        let data = self.data();
        if data.exists() {
            fs::remove_dir_all(&data).map_err(at("cannot remove", &data))?;
        }
        Ok(())
    }

    fn lock_file(&self, name: &str) -> Result<File, EmbeddedError> {
        let path = self.root.join(name);
        OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(at("cannot open (does another user own it?)", &path))
    }
}

/// Where everything is kept unless told otherwise: the system's place for root, else the user's.
///
/// # Errors
/// When the user has no home.
pub fn default_data_dir() -> Result<PathBuf, EmbeddedError> {
    usual_place(rustix::process::geteuid().is_root())
}

fn usual_place(is_root: bool) -> Result<PathBuf, EmbeddedError> {
    if is_root {
        return Ok(PathBuf::from(SYSTEM));
    }
    let data_home = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || std::env::home_dir().map(|home| home.join(".local/share"));
    data_home.or_else(home).map(|share| share.join("benchwatch")).ok_or(EmbeddedError::NoHome)
}

fn make(path: &Path, mode: u32) -> Result<(), EmbeddedError> {
    DirBuilder::new().recursive(true).mode(mode).create(path).map_err(at("cannot create", path))
}

/// Whether the database's user can come to `path`. Our own folder is opened for passing through if need be; folders
/// above it are not ours to change.
fn open_to_all(path: &Path, own: &Path) -> bool {
    path.ancestors().all(|folder| {
        let Ok(facts) = fs::metadata(folder) else { return false };
        let mode = facts.mode();
        if mode & 0o001 != 0 {
            return true;
        }
        folder == own && fs::set_permissions(folder, Permissions::from_mode((mode & 0o777) | 0o011)).is_ok()
    })
}

/// A link to a new folder in the system's place, unless there is one already. It goes away with the data directory,
/// and with it the old data: a new data directory begins anew.
fn stand_in(root: &Path) -> Result<(), EmbeddedError> {
    if root.is_symlink() {
        return Ok(());
    }
    let place = Path::new(SYSTEM).join(format!("cluster-{}", uuid::Uuid::new_v4().simple()));
    make(Path::new(SYSTEM), 0o755)?;
    make(&place, 0o700)?;
    symlink(&place, root).map_err(at("cannot link", root))?;
    tracing::info!(
        folder = %place.display(),
        "the database's user cannot reach the data directory; the embedded database is kept here instead"
    );
    Ok(())
}
