//! The programs of PostgreSQL: found on the machine, or downloaded.

use super::EmbeddedError;
use super::folder::Folder;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// The oldest major version that will do.
const MINIMUM: u32 = 14;

/// The folder of downloaded programs beside the cluster.
const DOWNLOADS: &str = "programs";

/// Folders in which distributions keep one folder a version, and the way from there to the programs.
const PLACES: [(&str, &str); 6] = [
    ("/usr/lib/postgresql", "bin"),
    ("/usr/local/pgsql", "bin"),
    ("/opt/homebrew/opt", "bin"),
    ("/usr/local/opt", "bin"),
    ("/Library/PostgreSQL", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "bin"),
];

/// A folder with the programs of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binaries {
    folder: PathBuf,
    /// The major version.
    pub version: u32,
}

impl Binaries {
    /// The programs for the cluster in `folder`: of the version that wrote its data, else the newest there are.
    ///
    /// # Errors
    /// When nothing fitting is there and none can be downloaded.
    pub async fn provide(folder: &Folder) -> Result<Self, EmbeddedError> {
        let wanted = written_version(folder);
        let downloads = downloads(folder);
        let mut found = Vec::new();
        for candidate in candidates("postgres").into_iter().chain(versions_in(&downloads, "bin", "postgres")) {
            if let Some(binaries) = Self::at(&candidate).await
                && binaries.version >= MINIMUM
            {
                found.push(binaries);
            }
        }
        match wanted {
            Some(version) => found
                .into_iter()
                .find(|binaries| binaries.version == version)
                .ok_or_else(|| EmbeddedError::WrongVersion { folder: folder.data(), version }),
            None => match found.into_iter().max_by_key(|binaries| binaries.version) {
                Some(newest) => Ok(newest),
                None => download(&downloads).await,
            },
        }
    }

    /// The path of a program.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The programs in a folder, when all that are needed are there and run.
    async fn at(folder: &Path) -> Option<Self> {
        // Links on the PATH lead to the folder where the programs look for each other.
        let postgres = folder.join("postgres").canonicalize().ok()?;
        let folder = postgres.parent()?.to_path_buf();
        if !["initdb", "pg_ctl"].iter().all(|name| folder.join(name).is_file()) {
            return None;
        }
        let mut command = super::account::command(&postgres, None);
        let output = command.arg("--version").stderr(Stdio::null()).output().await.ok()?;
        let version = major(&String::from_utf8_lossy(&output.stdout))?;
        Some(Self { folder, version })
    }
}

/// The major version in `postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)`.
pub(in crate::db) fn major(text: &str) -> Option<u32> {
    let number = text.split_once(") ")?.1;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// The major version that wrote the data, if there is any.
fn written_version(folder: &Folder) -> Option<u32> {
    std::fs::read_to_string(folder.data().join("PG_VERSION")).ok()?.trim().parse().ok()
}

/// Folders that have this program; `embedded` is the folder of a database of our own, which may have downloads.
pub(in crate::db) fn program_folders(program: &str, embedded: Option<&Path>) -> Vec<PathBuf> {
    let downloads = embedded.map(|root| versions_in(&root.join(DOWNLOADS), "bin", program)).unwrap_or_default();
    candidates(program).into_iter().chain(downloads).filter(|folder| folder.join(program).is_file()).collect()
}

fn candidates(program: &str) -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    for (place, rest) in PLACES {
        folders.extend(versions_in(Path::new(place), rest, program));
    }
    // Red Hat's packages have the version in the name.
    folders.extend(versions_in(Path::new("/usr"), "bin", program).into_iter().filter(|path| {
        path.parent().and_then(Path::file_name).is_some_and(|name| name.to_string_lossy().starts_with("pgsql-"))
    }));
    folders.push(PathBuf::from("/usr/local/pgsql/bin"));
    folders
}

/// `place/*/rest` for everything in `place`, where the program is in it.
fn versions_in(place: &Path, rest: &str, program: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(place) else { return Vec::new() };
    entries.flatten().map(|entry| entry.path().join(rest)).filter(|path| path.join(program).exists()).collect()
}

/// Downloads are kept beside the cluster.
fn downloads(folder: &Folder) -> PathBuf {
    folder.root().join(DOWNLOADS)
}

async fn download(place: &Path) -> Result<Binaries, EmbeddedError> {
    tracing::info!(folder = %place.display(), "no PostgreSQL on this machine: downloading one");
    let failed = |why: String| EmbeddedError::NoBinaries { minimum: MINIMUM, why };
    // `setup` would also run initdb, as whoever we are; a folder that looks initialised keeps it from that.
    let decoy = place.join("decoy");
    std::fs::create_dir_all(&decoy).map_err(super::at("cannot create", &decoy))?;
    std::fs::write(decoy.join("postgresql.conf"), "").map_err(super::at("cannot write", &decoy))?;
    let settings = postgresql_embedded::Settings {
        installation_dir: place.to_path_buf(),
        data_dir: decoy.clone(),
        password_file: decoy.join("none"),
        temporary: false,
        timeout: None,
        ..postgresql_embedded::Settings::default()
    };
    let mut archive = postgresql_embedded::PostgreSQL::new(settings);
    archive.setup().await.map_err(|error| failed(error.to_string()))?;
    let folder = archive.settings().installation_dir.join("bin");
    std::fs::remove_dir_all(&decoy).ok();
    Binaries::at(&folder).await.ok_or_else(|| failed("the downloaded programs do not run".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_major_version_is_read_from_what_postgres_says() {
        assert_eq!(major("postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18beta2"), Some(18));
        assert_eq!(major("nonsense"), None);
    }
}
