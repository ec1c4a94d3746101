//! The programs of a PostgreSQL server, version 14 or newer. Found, or installed from Debian's
//! package without starting a cluster there; elsewhere the server's own download takes over.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::apt;
use crate::{announce, process};

/// The oldest supported major version.
pub const OLDEST: u32 = 14;

/// A folder with `initdb`, `postgres`, `pg_isready` and `psql`.
#[derive(Debug, Clone)]
pub struct Programs {
    /// The folder.
    pub folder: PathBuf,
    /// The major version.
    pub major: u32,
}

impl Programs {
    /// For messages.
    pub fn describe(&self) -> String {
        format!("{} in {}", self.major, self.folder.display())
    }

    /// The path of one program.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// The newest usable server programs on this machine.
pub fn find() -> Option<Programs> {
    candidates().into_iter().filter_map(inspect).max_by_key(|programs| programs.major)
}

fn candidates() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for (parent, below) in
        [("/usr/lib/postgresql", "bin"), ("/usr/pgsql", "bin"), ("/opt/homebrew/opt", "bin"), ("/usr/local/opt", "bin")]
    {
        let Ok(entries) = Path::new(parent).read_dir() else { continue };
        folders.extend(entries.flatten().map(|entry| entry.path().join(below)));
    }
    folders.extend((OLDEST..=30).map(|major| PathBuf::from(format!("/usr/pgsql-{major}/bin"))));
    if let Some(path) = process::find_on_path("postgres")
        && let Some(folder) = path.canonicalize().ok().as_deref().and_then(Path::parent)
    {
        folders.push(folder.to_owned());
    }
    folders
}

fn inspect(folder: PathBuf) -> Option<Programs> {
    for name in ["postgres", "initdb", "pg_isready", "psql"] {
        if !process::is_executable(&folder.join(name)) {
            return None;
        }
    }
    let text = process::output(process::command(folder.join("postgres"), Path::new("/")).arg("--version"))?;
    let major = major(&text)?;
    (major >= OLDEST).then_some(Programs { folder, major })
}

/// The major version in `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`.
fn major(text: &str) -> Option<u32> {
    let version = text.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Finds the programs or installs them on Debian; `None` where neither is possible.
///
/// # Errors
/// When apt is there and fails.
pub fn provide() -> Result<Option<Programs>> {
    if let Some(found) = find() {
        announce::ready("PostgreSQL", &found.describe());
        return Ok(Some(found));
    }
    if !apt::is_available() {
        announce::note("no PostgreSQL programs found; the server will download its own");
        return Ok(None);
    }
    announce::timed("PostgreSQL", "none found, installing Debian's package", install)?;
    Ok(find())
}

/// Finds or installs the programs where nothing else will do.
///
/// # Errors
/// When there are none in the end.
pub fn require() -> Result<Programs> {
    provide()?.with_context(|| {
        format!(
            "this step needs PostgreSQL's server programs, version {OLDEST} or newer\n  \
             remedy: install PostgreSQL so that initdb, postgres, pg_isready and psql can be found"
        )
    })
}

/// Debian would create and start a cluster of the machine's own; that is switched off meanwhile.
fn install() -> Result<()> {
    let rule = "/etc/postgresql-common/createcluster.d/benchwatch-provision.conf";
    let script = format!("mkdir -p \"$(dirname {rule})\" && echo 'create_main_cluster = false' > {rule}");
    process::run(apt::as_root("sh").args(["-c", &script]), "the folder /etc must be writable")?;
    let installed = apt::install(&["postgresql"]);
    process::run(apt::as_root("rm").args(["-f", rule]), "remove the file by hand")?;
    installed
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn versions_of_every_distribution_are_understood() {
        assert_eq!(major("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major("postgres (PostgreSQL) 9.6.24"), Some(9));
        assert_eq!(major("no version"), None);
    }
}
