//! Writing a backup: one moment of the database, counted and read back before it gets its name.

use super::manifest::fingerprint;
use super::tools::finish;
use super::{Address, DumpError, LEFT_OUT, Manifest, Tools, at};
use chrono::Utc;
use sqlx::{AssertSqlSafe, PgPool};
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Writes a backup to `file`, checks it, and writes its description beside it.
///
/// # Errors
/// When a program fails, the file cannot be written, or it does not hold what the database holds. There is no file
/// then.
pub async fn save(pool: &PgPool, tools: &Tools, address: &Address, file: &Path) -> Result<Manifest, DumpError> {
    let part = unfinished(file);
    let result = write(pool, tools, address, &part).await;
    let manifest = match result {
        Ok(manifest) => manifest,
        Err(error) => {
            fs::remove_file(&part).ok();
            return Err(error);
        }
    };
    manifest.write(file)?;
    fs::rename(&part, file).map_err(at("cannot write", file))?;
    Ok(manifest)
}

fn unfinished(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

async fn write(pool: &PgPool, tools: &Tools, address: &Address, part: &Path) -> Result<Manifest, DumpError> {
    // Made by us so that nobody else may read it from its first byte on.
    let made = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(part);
    drop(made.map_err(at("cannot write", part))?);
    let mut moment = crate::db::begin(pool).await?;
    sqlx::raw_sql("set transaction isolation level repeatable read, read only; set local statement_timeout = 0")
        .execute(&mut *moment)
        .await?;
    let created_at = Utc::now();
    let snapshot: String = sqlx::query_scalar("select pg_export_snapshot()").fetch_one(&mut *moment).await?;
    let mut dump = tools.on("pg_dump", address);
    dump.args(["--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=60000"]);
    dump.arg(format!("--exclude-table-data={LEFT_OUT}")).arg(format!("--snapshot={snapshot}"));
    finish("pg_dump", dump.arg("--file").arg(part)).await?;
    let mut rows = BTreeMap::new();
    for table in tables(&mut moment).await? {
        let count = format!("select count(*) from {table}");
        rows.insert(table, sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut *moment).await?);
    }
    let server =
        sqlx::query_scalar("select current_setting('server_version_num')::int").fetch_one(&mut *moment).await?;
    let migration = sqlx::query_scalar("select coalesce(max(version), 0) from _sqlx_migrations where success")
        .fetch_one(&mut *moment)
        .await?;
    moment.rollback().await?;
    check(tools, part, &rows).await?;
    let (bytes, sha256) = fingerprint(part)?;
    let written = fs::File::open(part).and_then(|file| file.sync_all());
    written.map_err(at("cannot write", part))?;
    let program = env!("CARGO_PKG_VERSION").to_owned();
    Ok(Manifest { created_at, program, server, migration, bytes, sha256, rows })
}

/// Every table of ours whose rows are in a backup, quoted where needed.
async fn tables(moment: &mut sqlx::PgConnection) -> Result<Vec<String>, DumpError> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'r' and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema' order by 1",
    )
    .fetch_all(moment)
    .await?;
    Ok(tables.into_iter().filter(|table| table != LEFT_OUT).collect())
}

/// Reads the whole file back and looks for every table in it.
async fn check(tools: &Tools, part: &Path, rows: &BTreeMap<String, i64>) -> Result<(), DumpError> {
    let list = finish("pg_restore", tools.program("pg_restore").arg("--list").arg(part)).await?;
    let list = String::from_utf8_lossy(&list);
    for table in rows.keys() {
        let entry = format!(" TABLE DATA {} ", table.replace('.', " ").replace('"', ""));
        if !list.contains(&entry) {
            return Err(DumpError::Damaged(format!("{table} is not in it")));
        }
    }
    finish("pg_restore", tools.program("pg_restore").args(["--file=/dev/null"]).arg(part)).await?;
    Ok(())
}
