//! `benchwatch restore`: a backup back into a database.

use super::Stop;
use super::backup::reach;
use crate::auth::{Auth, Vault};
use crate::config::{Config, DatabaseConfig};
use crate::db::dump::{self, Manifest, contents, other_users};
use crate::db::{self, Database, audit};
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Args)]
pub struct Options {
    /// The file that `benchwatch backup` wrote
    file: PathBuf,
    /// Replace what is in the database
    #[arg(long)]
    force: bool,
}

/// Puts the backup back, brings its schema up to date and checks the audit log.
pub async fn run(config: Config, options: Options) -> Result<(), Stop> {
    if !options.file.is_file() {
        return Err(Stop::Usage(format!("there is no file {}", options.file.display())));
    }
    let manifest = Manifest::of(&options.file)?;
    // One connection, so that every other one is somebody else's.
    let vault = Vault::new(&config);
    let settings = DatabaseConfig { max_connections: 1, ..config.database };
    let database = Database::open(&settings, config.data_dir.as_deref()).await?;
    let result = put_back(&database, &options, manifest.as_ref(), vault).await;
    database.close().await;
    result
}

async fn put_back(
    database: &Database,
    options: &Options,
    manifest: Option<&Manifest>,
    vault: Vault,
) -> Result<(), Stop> {
    let found = contents(database.pool()).await?;
    if found.tables > 0 && !options.force {
        return Err(Stop::Usage(format!(
            "the database holds {} tables already; --force replaces them by the backup",
            found.tables
        )));
    }
    let others = others_that_stay(database).await?;
    if others > 0 {
        return Err(Stop::Usage(format!(
            "{others} connections of other benchwatch processes are open; stop serve and worker first"
        )));
    }
    let (tools, address) = reach(database).await?;
    dump::restore(&tools, &address, &options.file, manifest).await?;
    db::migrate(database.pool()).await?;
    db::bi::grant_reader(database.pool()).await?;
    match manifest {
        Some(manifest) => println!(
            "restored {} rows of {} tables as of {}",
            manifest.rows.values().sum::<i64>(),
            manifest.rows.len(),
            manifest.created_at.format("%Y-%m-%d %H:%M:%S UTC")
        ),
        None => println!("restored; there is no description beside the file, so the rows were not counted"),
    }
    tell_unreadable(database, vault).await?;
    match audit::verify(database.pool()).await? {
        (entries, None) => println!("the audit log is whole: {entries} entries"),
        (_, Some(broken)) => {
            return Err(Stop::Failed(anyhow::anyhow!("restored, but entry {broken} of the audit log was changed")));
        }
    }
    Ok(())
}

/// Second factors whose key did not come along.
async fn tell_unreadable(database: &Database, vault: Vault) -> Result<(), Stop> {
    let auth = Auth::with_key(database.pool().clone(), vault);
    let names = auth.unreadable().await?;
    if !names.is_empty() {
        println!("the second factors of {} cannot be read here: their key is not in a backup", names.join(", "));
        println!(
            "  -> set BENCHWATCH_SECRET_KEY to the key of the installation that was backed up (or bring its secret.key),"
        );
        println!("     or remove them, so that they are set up anew: benchwatch user reset-totp --unreadable");
    }
    Ok(())
}

/// Connections of other processes. One that has just ended takes a moment to disappear, and the server tells nobody.
async fn others_that_stay(database: &Database) -> Result<i64, Stop> {
    let mut others = other_users(database.pool()).await?;
    for _ in 0..20 {
        if others == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        others = other_users(database.pool()).await?;
    }
    Ok(others)
}
