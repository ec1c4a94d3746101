//! Putting a backup back: everything in one transaction, so that the database is either as in the backup or as before.

use super::tools::{finish, last_words};
use super::{Address, DumpError, Manifest, Tools, at};
use sqlx::PgPool;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::AsyncWriteExt as _;

/// What a database holds already.
pub struct Contents {
    /// Its tables.
    pub tables: i64,
}

/// Looks whether there is anything that a restore would replace.
///
/// # Errors
/// When the database does not answer.
pub async fn contents(pool: &PgPool) -> Result<Contents, DumpError> {
    let tables = "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'v', 'm') and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
        and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')";
    Ok(Contents { tables: sqlx::query_scalar(tables).fetch_one(pool).await? })
}

/// How many connections of other benchwatch processes there are.
///
/// # Errors
/// When the database does not answer.
pub async fn other_users(pool: &PgPool) -> Result<i64, DumpError> {
    let others = "select count(*) from pg_stat_activity
        where datname = current_database() and application_name = 'benchwatch' and pid <> pg_backend_pid()";
    Ok(sqlx::query_scalar(others).fetch_one(pool).await?)
}

/// Replaces everything in the database by what is in the file, or changes nothing.
///
/// # Errors
/// When the file is damaged, a program fails, or the rows do not come to the numbers of the manifest.
pub async fn restore(
    tools: &Tools,
    address: &Address,
    file: &Path,
    manifest: Option<&Manifest>,
) -> Result<(), DumpError> {
    if let Some(manifest) = manifest {
        manifest.check(file)?;
    }
    // Read once to the end before anything is touched.
    finish("pg_restore", tools.program("pg_restore").arg("--file=/dev/null").arg(file)).await.map_err(damaged)?;
    let failed =
        |program: &'static str| move |error: std::io::Error| DumpError::Program { program, why: error.to_string() };
    let mut psql = tools.on("psql", address);
    psql.args(["--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1"]);
    psql.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut psql = psql.spawn().map_err(failed("psql"))?;
    let list = List::of(tools, file).await?;
    let mut script = tools.program("pg_restore");
    script.args(["--no-owner", "--no-privileges", "--file=-", "--use-list"]).arg(&list.0).arg(file);
    let mut script = script.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(failed("pg_restore"))?;
    let mut input = psql.stdin.take().expect("piped");
    let mut output = script.stdout.take().expect("piped");
    let feeding = async move {
        input.write_all(PRELUDE.as_bytes()).await?;
        tokio::io::copy(&mut output, &mut input).await?;
        // Without this last word psql ends in an open transaction, and nothing has happened.
        if script.wait().await?.success() {
            input.write_all(conclusion(manifest).as_bytes()).await?;
        }
        input.shutdown().await
    };
    // psql that ends early closes its input; its own words say why.
    let (fed, ended) = tokio::join!(feeding, psql.wait_with_output());
    let ended = ended.map_err(failed("psql"))?;
    if !ended.status.success() {
        return Err(DumpError::Program { program: "psql", why: last_words(&ended.stderr) });
    }
    fed.map_err(failed("pg_restore"))
}

/// A file with the parts that are put back.
struct List(PathBuf);

impl List {
    /// All parts but remarks on extensions, which belong to the server's administrator.
    async fn of(tools: &Tools, file: &Path) -> Result<Self, DumpError> {
        let all = finish("pg_restore", tools.program("pg_restore").arg("--list").arg(file)).await?;
        let all = String::from_utf8_lossy(&all);
        let kept: Vec<&str> = all.lines().filter(|line| !line.contains(" COMMENT - EXTENSION ")).collect();
        let path = std::env::temp_dir().join(format!("benchwatch-list-{}", uuid::Uuid::new_v4().simple()));
        std::fs::write(&path, kept.join("\n")).map_err(at("cannot write", &path))?;
        Ok(Self(path))
    }
}

impl Drop for List {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).ok();
    }
}

fn damaged(error: DumpError) -> DumpError {
    match error {
        DumpError::Program { why, .. } => DumpError::Damaged(why),
        other => other,
    }
}

/// Empties the database. What belongs to an extension stays.
const PRELUDE: &str = r"
begin;
set client_min_messages = warning;
do $$
declare each record;
begin
    for each in select n.nspname from pg_namespace n
        where n.nspname not like 'pg\_%' and n.nspname not in ('information_schema', 'public')
        and not exists (select from pg_depend d where d.objid = n.oid and d.deptype = 'e')
    loop
        execute format('drop schema %I cascade', each.nspname);
    end loop;
    for each in select c.oid, c.relname, case c.relkind when 'v' then 'view' when 'm' then 'materialized view'
            when 'S' then 'sequence' else 'table' end as kind
        from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')
        -- Neither of an extension nor the inner part of a table, such as an identity's sequence.
        and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('e', 'i'))
    loop
        if exists (select from pg_class c where c.oid = each.oid) then
            execute format('drop %s public.%I cascade', each.kind, each.relname);
        end if;
    end loop;
    for each in select p.oid::regprocedure as signature, p.prokind from pg_proc p
        where p.pronamespace = 'public'::regnamespace
        and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    loop
        execute format('drop %s %s cascade', case each.prokind when 'p' then 'procedure' when 'a' then 'aggregate'
            else 'function' end, each.signature);
    end loop;
    for each in select t.typname from pg_type t
        where t.typnamespace = 'public'::regnamespace and t.typtype in ('e', 'd', 'r')
        and not exists (select from pg_depend d where d.objid = t.oid and d.deptype = 'e')
    loop
        execute format('drop type public.%I cascade', each.typname);
    end loop;
end $$;
";

/// Counts the rows and ends the transaction.
fn conclusion(manifest: Option<&Manifest>) -> String {
    let mut script = String::from("\n");
    for (table, rows) in manifest.iter().flat_map(|manifest| &manifest.rows) {
        let quoted = table.replace('\'', "''");
        writeln!(
            script,
            "do $$ begin if (select count(*) from {table}) <> {rows} then \
             raise exception 'the rows of {quoted} are not those of the backup'; end if; end $$;"
        )
        .expect("writing to a string");
    }
    script.push_str("commit;\n");
    script
}
