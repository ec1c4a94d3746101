//! The views for business intelligence tools, as the database describes them.

use super::DbError;
use sqlx::PgExecutor;

/// Lets the role of those tools read the views.
///
/// # Errors
/// When the database does not answer.
pub async fn grant_reader(db: impl PgExecutor<'_>) -> Result<(), DbError> {
    sqlx::query("select bi.grant_reader()").execute(db).await?;
    Ok(())
}

/// A column of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The view.
    pub view: String,
    /// What a row of it is.
    pub about: String,
    /// The column.
    pub name: String,
    /// Its type, in PostgreSQL's words.
    pub kind: String,
    /// What it means, where the name does not say it.
    pub meaning: String,
}

/// Every column of every view.
///
/// # Errors
/// When the database does not answer.
pub async fn columns(db: impl PgExecutor<'_>) -> Result<Vec<Column>, DbError> {
    let columns = sqlx::query_as!(
        Column,
        r#"
        select c.relname::text as "view!", coalesce(obj_description(c.oid, 'pg_class'), '') as "about!",
            a.attname::text as "name!", format_type(a.atttypid, a.atttypmod) as "kind!",
            coalesce(col_description(c.oid, a.attnum), '') as "meaning!"
        from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'bi'::regnamespace and c.relkind = 'v' and a.attnum > 0
        order by c.relname, a.attnum
        "#
    );
    Ok(columns.fetch_all(db).await?)
}
