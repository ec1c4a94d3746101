//! `cargo xtask dev`: the demo with quick builds, rebuilt and restarted when a source changes.
//! Changes are found by looking at the files' times twice a second. After a failed build the
//! old server goes on; the page is reloaded by hand.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};

use crate::bundle::{self, Browser};
use crate::cargo::{Builder, Profile};
use crate::demo::{self, Options};
use crate::provision::postgres;
use crate::{announce, process};

const WATCHED: [&str; 8] = ["Cargo.toml", "Cargo.lock", "app", "crates", "frontend", "migrations", "server", "style"];
const IGNORED: [&str; 3] = ["node_modules", "dist", "target"];
const PAUSE: Duration = Duration::from_millis(500);

type Times = BTreeMap<PathBuf, SystemTime>;

/// Builds, starts and watches until it is interrupted.
///
/// # Errors
/// When the first build fails or the server cannot be started.
pub fn run(builder: &Builder, options: &Options) -> Result<()> {
    postgres::provide()?;
    let root = builder.workspace.root.clone();
    let mut seen = times(&root);
    rebuild(builder, Change::Program)?;
    let mut server = start(builder, options)?;
    // Only the first start may begin anew.
    let again = Options { fresh: false, ..options.clone() };
    loop {
        std::thread::sleep(PAUSE);
        if let Some(status) = server.try_wait()? {
            announce::note(&format!("the server ended with {status}; it is started again after the next change"));
            seen = wait_for_change(&root, &seen);
        }
        let now = settled(&root);
        let Some(change) = Change::between(&root, &seen, &now) else { continue };
        seen = now;
        if let Err(error) = rebuild(builder, change) {
            eprintln!("error: {error:#}");
            continue;
        }
        if change == Change::Program {
            stop(&mut server)?;
            server = start(builder, &again)?;
        }
    }
}

fn start(builder: &Builder, options: &Options) -> Result<Child> {
    announce::step("demo", "starting; a change of a source rebuilds and restarts it");
    demo::command(builder, options).spawn().context("cannot start benchwatch demo")
}

fn stop(server: &mut Child) -> Result<()> {
    if server.try_wait()?.is_none() {
        process::run(Command::new("kill").arg(server.id().to_string()), "stop the old server by hand")?;
    }
    server.wait()?;
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// The style sheet and copied files: the running server shows them at once.
    Looks,
    /// Anything that is compiled.
    Program,
}

impl Change {
    fn between(root: &Path, before: &Times, after: &Times) -> Option<Self> {
        let changed: Vec<&PathBuf> = after
            .iter()
            .filter(|(file, time)| before.get(*file) != Some(time))
            .map(|(file, _)| file)
            .chain(before.keys().filter(|file| !after.contains_key(*file)))
            .collect();
        let (style, charts) = (root.join("style"), root.join("style/charts"));
        match changed.iter().all(|file| file.starts_with(&style) && !file.starts_with(&charts)) {
            _ if changed.is_empty() => None,
            true => Some(Self::Looks),
            false => Some(Self::Program),
        }
    }
}

fn rebuild(builder: &Builder, change: Change) -> Result<()> {
    match change {
        Change::Looks => bundle::looks(&builder.workspace),
        Change::Program => {
            bundle::server(builder, Profile::Dev)?;
            bundle::site(builder, Browser::Quick)
        }
    }
}

fn wait_for_change(root: &Path, seen: &Times) -> Times {
    while times(root) == *seen {
        std::thread::sleep(PAUSE);
    }
    Times::new()
}

/// The times once nothing has changed for a moment, so that a half-saved set is not built.
fn settled(root: &Path) -> Times {
    let mut before = times(root);
    loop {
        std::thread::sleep(PAUSE / 2);
        let now = times(root);
        if now == before {
            return now;
        }
        before = now;
    }
}

fn times(root: &Path) -> Times {
    let mut found = Times::new();
    for name in WATCHED {
        collect(&root.join(name), &mut found);
    }
    found
}

fn collect(path: &Path, found: &mut Times) {
    if IGNORED.iter().any(|name| path.ends_with(name)) {
        return;
    }
    let Ok(meta) = fs::metadata(path) else { return };
    if !meta.is_dir() {
        found.insert(path.to_owned(), meta.modified().unwrap_or(SystemTime::UNIX_EPOCH));
        return;
    }
    for entry in path.read_dir().into_iter().flatten().flatten() {
        collect(&entry.path(), found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(entries: &[(&str, u64)]) -> Times {
        entries
            .iter()
            .map(|(file, second)| (PathBuf::from(file), SystemTime::UNIX_EPOCH + Duration::from_secs(*second)))
            .collect()
    }

    #[test]
    fn only_a_change_of_looks_alone_spares_the_compiler() {
        let root = Path::new("/w");
        let before = at(&[("/w/app/a.rs", 1), ("/w/style/main.scss", 1), ("/w/style/charts/src/x.js", 1)]);
        assert_eq!(Change::between(root, &before, &before), None);
        let looks = at(&[("/w/app/a.rs", 1), ("/w/style/main.scss", 2), ("/w/style/charts/src/x.js", 1)]);
        assert_eq!(Change::between(root, &before, &looks), Some(Change::Looks));
        let charts = at(&[("/w/app/a.rs", 1), ("/w/style/main.scss", 2), ("/w/style/charts/src/x.js", 2)]);
        assert_eq!(Change::between(root, &before, &charts), Some(Change::Program));
        let removed = at(&[("/w/style/main.scss", 1), ("/w/style/charts/src/x.js", 1)]);
        assert_eq!(Change::between(root, &before, &removed), Some(Change::Program));
    }
}
