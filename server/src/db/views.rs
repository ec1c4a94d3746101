//! Saved views.

use super::DbError;
use sqlx::PgExecutor;

/// A view that somebody saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewRow {
    /// Its number.
    pub id: i64,
    /// The account that saved it.
    pub owner: i64,
    /// What its owner calls it.
    pub name: String,
    /// The page.
    pub path: String,
    /// The page's state, without a question mark.
    pub query: String,
    /// Whether everybody sees it.
    pub shared: bool,
    /// Whether the account that asks is led here after signing in.
    pub home: bool,
}

/// A view to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewRow<'a> {
    /// The account that saves it.
    pub owner: i64,
    /// What it is called.
    pub name: &'a str,
    /// The page.
    pub path: &'a str,
    /// The page's state, without a question mark.
    pub query: &'a str,
    /// Whether everybody sees it.
    pub shared: bool,
}

/// The views that an account sees: its own in its order, then those of others that are for all.
///
/// # Errors
/// When the statement fails.
pub async fn visible(db: impl PgExecutor<'_>, user: i64) -> Result<Vec<ViewRow>, DbError> {
    let rows = sqlx::query_as!(
        ViewRow,
        r#"
        select v.id, v.owner_id as owner, v.name, v.path, v.query, v.shared,
            exists (select from home_views h where h.user_id = $1 and h.view_id = v.id) as "home!"
        from saved_views v where v.owner_id = $1 or v.shared
        order by v.owner_id <> $1, v.position, v.id
        "#,
        user
    );
    Ok(rows.fetch_all(db).await?)
}

/// Stores a view as the last of its owner's.
///
/// # Errors
/// When the statement fails.
pub async fn insert(db: impl PgExecutor<'_>, row: NewRow<'_>) -> Result<i64, DbError> {
    let id = sqlx::query_scalar!(
        "insert into saved_views (owner_id, name, path, query, shared, position)
         values ($1, $2, $3, $4, $5, (select coalesce(max(position), 0) + 1 from saved_views where owner_id = $1))
         returning id",
        row.owner,
        row.name,
        row.path,
        row.query,
        row.shared
    );
    Ok(id.fetch_one(db).await?)
}

/// Gives a view another name.
///
/// # Errors
/// When the statement fails.
pub async fn rename(db: impl PgExecutor<'_>, id: i64, name: &str) -> Result<(), DbError> {
    sqlx::query!("update saved_views set name = $2 where id = $1", id, name).execute(db).await?;
    Ok(())
}

/// Puts views into the order of their numbers here.
///
/// # Errors
/// When the statement fails.
pub async fn reorder(db: impl PgExecutor<'_>, owner: i64, ids: &[i64]) -> Result<(), DbError> {
    let done = sqlx::query!(
        "update saved_views v set position = o.place
         from unnest($2::bigint[]) with ordinality o (id, place) where v.id = o.id and v.owner_id = $1",
        owner,
        ids
    );
    done.execute(db).await?;
    Ok(())
}

/// Removes a view; links made from it stay.
///
/// # Errors
/// When the statement fails.
pub async fn delete(db: impl PgExecutor<'_>, id: i64) -> Result<(), DbError> {
    sqlx::query!("delete from saved_views where id = $1", id).execute(db).await?;
    Ok(())
}

/// Makes a view the one that an account is led to after signing in.
///
/// # Errors
/// When the statement fails.
pub async fn set_home(db: impl PgExecutor<'_>, user: i64, view: i64) -> Result<(), DbError> {
    let done = sqlx::query!(
        "insert into home_views (user_id, view_id) values ($1, $2)
         on conflict (user_id) do update set view_id = excluded.view_id",
        user,
        view
    );
    done.execute(db).await?;
    Ok(())
}

/// Lets an account start at the overview again.
///
/// # Errors
/// When the statement fails.
pub async fn clear_home(db: impl PgExecutor<'_>, user: i64) -> Result<(), DbError> {
    sqlx::query!("delete from home_views where user_id = $1", user).execute(db).await?;
    Ok(())
}
