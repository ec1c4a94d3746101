//! `benchwatch import`: accounts, hidden records, METRC states, aliases and records of the former product.

use super::sync::{client, engine};
use super::{Stop, database};
use crate::config::Config;
use crate::db::audit::{self, Entry};
use crate::db::former::{self, Former, FormerError};
use crate::db::{Database, PgPool, bans, users};
use crate::sync::{IMPORTED, Imported};
use app::model::session::Role;
use serde_json::json;

/// The setting that says where the former database is.
const SETTING: &str = "BENCHWATCH_IMPORT_URL";

/// METRC states in one statement.
const HEAP: i64 = 5_000;

/// Imports everything that is not here yet.
pub async fn run(config: Config) -> Result<(), Stop> {
    if config.database.former_url.is_none() {
        return Err(Stop::Usage(format!("{SETTING} is not set: the address of the former product's database")));
    }
    client(&config)?;
    let former = Former::open(&config.database).await.map_err(|error| match error {
        FormerError::Foreign(_) => Stop::Usage(format!("{SETTING}: {error}")),
        other => Stop::Failed(anyhow::Error::from(other).context(SETTING)),
    })?;
    let database = database(&config).await?;
    let result = import(&former, &config, &database).await;
    database.close().await;
    former.close().await;
    result
}

async fn import(former: &Former, config: &Config, database: &Database) -> Result<(), Stop> {
    let pool = database.pool();
    // Bans first, so that nothing hidden is ever shown.
    let bans = import_bans(former, pool).await?;
    println!("{bans} hidden records");
    let engine = engine(config, database, "import").await?;
    for entity in IMPORTED {
        let name = entity.to_string();
        let sum = engine.import(former, entity, |sum| eprintln!("{name}: {} so far", sum.added + sum.present)).await?;
        let Imported { added, present, quarantined } = sum;
        println!("{name}: {added} added, {present} were here already, {quarantined} in quarantine");
    }
    let aliases = former::add_aliases(pool, &former.aliases().await?).await?;
    println!("aliases of {aliases} customers");
    println!("{} METRC states", import_metrc(former, pool).await?);
    import_users(former, pool).await?;
    let entry =
        Entry { actor: "cli", action: "data.import", subject: "former product", source: "cli", detail: json!({}) };
    audit::append(pool, entry).await?;
    println!("done; `benchwatch sync full` brings the copy up to date");
    Ok(())
}

async fn import_bans(former: &Former, pool: &PgPool) -> Result<u64, Stop> {
    let mut added = 0;
    for ban in former.bans().await? {
        let new = bans::add(pool, &ban.entity_type, ban.entity_id, ban.reason.as_deref(), "import").await?;
        added += u64::from(new);
    }
    Ok(added)
}

async fn import_metrc(former: &Former, pool: &PgPool) -> Result<u64, Stop> {
    let (mut added, mut after) = (0, 0);
    loop {
        let rows = former.metrc_statuses(after, HEAP).await?;
        let Some(last) = rows.last() else { return Ok(added) };
        after = last.id;
        added += former::add_metrc(pool, &rows).await?;
    }
}

/// Everybody becomes a viewer: there were no roles. A hash is taken over as it is and made anew at the first sign-in.
async fn import_users(former: &Former, pool: &PgPool) -> Result<(), Stop> {
    for user in former.users().await? {
        let name = &user.username;
        if !user.password_hash.starts_with("$2") {
            println!("account {name}: left out, its password is not stored as bcrypt does it");
        } else if !users::insert(pool, name, &user.password_hash, Role::Viewer).await? {
            println!("account {name}: there is one of this name already, it stays as it is");
        } else {
            if !user.is_active {
                users::set_active(pool, name, false).await?;
            }
            println!("account {name}: a {}viewer", if user.is_active { "" } else { "disabled " });
        }
    }
    Ok(())
}
