//! The recorded descriptions of the SQL queries (`.sqlx`), which let the project compile without a
//! database. They are made by compiling once against a migrated database; this replaces sqlx-cli.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::cargo::{Builder, Profile};
use crate::cluster::{Cluster, Durability};
use crate::provision::postgres;
use crate::{announce, process};

/// What to do with freshly made descriptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Put them into `.sqlx`.
    Replace,
    /// Compare them with `.sqlx` and fail when they differ.
    Compare,
}

/// Makes the descriptions in a cluster of their own.
///
/// # Errors
/// When a migration or a query is wrong, or, with [`Then::Compare`], when `.sqlx` is stale.
pub fn prepare(builder: &Builder, then: Then) -> Result<()> {
    let cluster = Cluster::start(&postgres::require()?, Durability::None)?;
    prepare_in(builder, &cluster, then)
}

/// As [`prepare`], in a cluster whose database `postgres` is still empty.
///
/// # Errors
/// As [`prepare`].
pub fn prepare_in(builder: &Builder, cluster: &Cluster, then: Then) -> Result<()> {
    let root = &builder.workspace.root;
    announce::timed("migrations", "the queries are checked against the schema", || {
        cluster.apply(&migrations(&root.join("migrations"))?)
    })?;
    let fresh = builder.workspace.own.join("sqlx");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    fs::create_dir_all(&fresh)?;
    announce::timed("queries", "compiling against the database", || compile(builder, cluster, &fresh))?;
    let committed = root.join(".sqlx");
    match then {
        Then::Replace => replace(&fresh, &committed),
        Then::Compare => compare(&fresh, &committed),
    }
}

fn compile(builder: &Builder, cluster: &Cluster, fresh: &Path) -> Result<()> {
    // A check that cargo answers from its cache records nothing.
    let library = builder.workspace.root.join("server/src/lib.rs");
    fs::File::options()
        .append(true)
        .open(&library)
        .and_then(|file| file.set_modified(std::time::SystemTime::now()))
        .with_context(|| format!("cannot touch {}", library.display()))?;
    process::run(
        builder
            .native("check", Profile::Dev)
            .args(["--all-targets", "--quiet"])
            .env("SQLX_OFFLINE", "false")
            .env("SQLX_OFFLINE_DIR", fresh)
            .env("SQLX_TMP", fresh)
            .env("DATABASE_URL", cluster.url()),
        "correct the query or the migration that is reported above",
    )
}

/// The migration files in the order in which they are applied.
fn migrations(folder: &Path) -> Result<Vec<PathBuf>> {
    let Ok(entries) = folder.read_dir() else { return Ok(Vec::new()) };
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<_>>()?;
    files.retain(|file| {
        let name = file.to_string_lossy();
        name.ends_with(".sql") && !name.ends_with(".down.sql")
    });
    files.sort();
    Ok(files)
}

type Descriptions = BTreeMap<String, Vec<u8>>;

fn read(folder: &Path) -> Result<Descriptions> {
    let Ok(entries) = folder.read_dir() else { return Ok(Descriptions::new()) };
    let mut found = Descriptions::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("query-") && name.ends_with(".json") {
            found.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(found)
}

fn replace(fresh: &Path, committed: &Path) -> Result<()> {
    let (new, old) = (read(fresh)?, read(committed)?);
    if new.is_empty() {
        announce::note("there are no checked queries yet");
    } else {
        fs::create_dir_all(committed)?;
    }
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        fs::remove_file(committed.join(name))?;
    }
    for (name, bytes) in &new {
        fs::write(committed.join(name), bytes)?;
    }
    announce::note(&format!("{} queries described in {}", new.len(), committed.display()));
    Ok(())
}

fn compare(fresh: &Path, committed: &Path) -> Result<()> {
    let differences = differences(&read(fresh)?, &read(committed)?);
    if differences.is_empty() {
        return Ok(());
    }
    bail!(".sqlx is stale:\n  {}\n  remedy: cargo xtask sqlx-prepare", differences.join("\n  "))
}

fn differences(fresh: &Descriptions, committed: &Descriptions) -> Vec<String> {
    let missing = fresh.iter().filter_map(|(name, bytes)| match committed.get(name) {
        None => Some(format!("{name} is missing")),
        Some(old) if old != bytes => Some(format!("{name} is outdated")),
        Some(_) => None,
    });
    let unused = committed.keys().filter(|name| !fresh.contains_key(*name));
    missing.chain(unused.map(|name| format!("{name} belongs to no query"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stale_descriptions_are_named_with_their_fault() {
        let set = |pairs: &[(&str, &str)]| -> Descriptions {
            pairs.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
        };
        let fresh = set(&[("a", "1"), ("b", "2"), ("c", "3")]);
        assert!(differences(&fresh, &fresh).is_empty());
        let committed = set(&[("b", "2"), ("c", "old"), ("d", "4")]);
        assert_eq!(differences(&fresh, &committed), ["a is missing", "c is outdated", "d belongs to no query"]);
    }
}
