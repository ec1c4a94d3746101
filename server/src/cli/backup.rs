//! `benchwatch backup`: the database in one checked file.

use super::Stop;
use crate::config::Config;
use crate::db::dump::{Address, Manifest, Tools, save};
use crate::db::{Database, health};
use anyhow::Context as _;
use chrono::Utc;
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};

/// Files with this beginning and end are backups of ours.
const NAME: (&str, &str) = ("benchwatch-", ".dump");

#[derive(Args)]
pub struct Options {
    /// The file to write, or a folder, where the file is named after the moment [default: this folder]
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Afterwards remove all but so many of the newest backups in the same folder
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    keep: Option<u32>,
}

/// Writes the backup and says what is in it.
pub async fn run(config: Config, options: Options) -> Result<(), Stop> {
    let file = target(options.out.as_deref())?;
    if file.exists() {
        return Err(Stop::Usage(format!("{} is there already; a backup replaces nothing", file.display())));
    }
    // The schema is left as it is: a backup before an upgrade shows the state before the upgrade.
    let database = Database::open(&config.database, config.data_dir.as_deref()).await?;
    let result = write(&database, &file).await;
    database.close().await;
    let manifest = result?;
    let rows: i64 = manifest.rows.values().sum();
    println!("{}: {} rows of {} tables, {} bytes", file.display(), rows, manifest.rows.len(), manifest.bytes);
    if let Some(keep) = options.keep {
        thin_out(file.parent().unwrap_or(Path::new(".")), keep as usize)?;
    }
    Ok(())
}

async fn write(database: &Database, file: &Path) -> Result<Manifest, Stop> {
    let (tools, address) = reach(database).await?;
    Ok(save(database.pool(), &tools, &address, file).await?)
}

/// The programs for this database, and how they reach it.
pub async fn reach(database: &Database) -> Result<(Tools, Address), Stop> {
    let facts = health::facts(database.pool()).await?;
    let major = u32::try_from(facts.version / 10_000).unwrap_or_default();
    let tools = Tools::find(major, database.embedded_folder()).await?;
    let url = database.config().url.as_ref().context("an open database has an address")?;
    Ok((tools, Address::of(url)?))
}

fn target(out: Option<&Path>) -> Result<PathBuf, Stop> {
    let name = || format!("{}{}{}", NAME.0, Utc::now().format("%Y%m%dT%H%M%SZ"), NAME.1);
    match out {
        None => Ok(PathBuf::from(name())),
        Some(folder) if folder.is_dir() => Ok(folder.join(name())),
        Some(file) => match file.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
            Some(missing) => Err(Stop::Usage(format!("the folder {} does not exist", missing.display()))),
            None => Ok(file.to_path_buf()),
        },
    }
}

/// Removes the oldest backups; their names sort by time.
fn thin_out(folder: &Path, keep: usize) -> Result<(), Stop> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut backups: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            name.starts_with(NAME.0) && name.ends_with(NAME.1)
        })
        .collect();
    backups.sort();
    for old in &backups[..backups.len().saturating_sub(keep)] {
        fs::remove_file(old)?;
        fs::remove_file(Manifest::beside(old)).ok();
        println!("removed {}", old.display());
    }
    Ok(())
}
