//! What an administrator has set about the laboratory: values by key, working hours, holidays.

use super::DbError;
use chrono::{NaiveDate, NaiveTime};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};

/// The key of the zone that administrators have asked for.
pub const WANTED_ZONE: &str = "lab.time_zone";

/// The values that are set, by key, and the zone that the copy speaks of.
///
/// # Errors
/// When the statement fails.
pub async fn stored(db: impl PgExecutor<'_>) -> Result<Vec<(String, Value)>, DbError> {
    let rows = sqlx::query!("select key, value from settings where starts_with(key, 'lab.') or key = 'time_zone'");
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.key, row.value)).collect())
}

/// Removes a value.
///
/// # Errors
/// When the statement fails.
pub async fn forget(db: impl PgExecutor<'_>, key: &str) -> Result<(), DbError> {
    sqlx::query!("delete from settings where key = $1", key).execute(db).await?;
    Ok(())
}

/// Keeps others from changing settings until the transaction ends, so that the old value in the audit log is the one
/// that was replaced.
///
/// # Errors
/// When the statement fails.
pub async fn lock(db: impl PgExecutor<'_>) -> Result<(), DbError> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('laboratory settings'))").execute(db).await?;
    Ok(())
}

/// Whether the database knows this zone.
///
/// # Errors
/// When the statement fails.
pub async fn knows_zone(db: impl PgExecutor<'_>, zone: &str) -> Result<bool, DbError> {
    let known =
        sqlx::query_scalar!(r#"select exists (select 1 from pg_timezone_names where name = $1) as "known!""#, zone);
    Ok(known.fetch_one(db).await?)
}

/// The working hours of a weekday; Monday is 1.
pub struct HoursRow {
    /// 1 to 7.
    pub weekday: i32,
    /// When work begins.
    pub opens: NaiveTime,
    /// When it ends.
    pub closes: NaiveTime,
}

/// The working hours, Monday first; days without work are missing.
///
/// # Errors
/// When the statement fails.
pub async fn working_hours(db: impl PgExecutor<'_>) -> Result<Vec<HoursRow>, DbError> {
    let rows = sqlx::query_as!(HoursRow, "select weekday, opens, closes from working_hours order by weekday");
    Ok(rows.fetch_all(db).await?)
}

/// Sets the working hours of the whole week; days that are not named have none.
///
/// # Errors
/// When a statement fails.
pub async fn set_working_hours(db: &mut PgConnection, hours: &[HoursRow]) -> Result<(), DbError> {
    let weekdays: Vec<i32> = hours.iter().map(|day| day.weekday).collect();
    let opens: Vec<NaiveTime> = hours.iter().map(|day| day.opens).collect();
    let closes: Vec<NaiveTime> = hours.iter().map(|day| day.closes).collect();
    sqlx::query!("delete from working_hours where weekday <> all ($1)", &weekdays).execute(&mut *db).await?;
    sqlx::query!(
        "insert into working_hours (weekday, opens, closes) select * from unnest($1::int[], $2::time[], $3::time[])
         on conflict (weekday) do update set opens = excluded.opens, closes = excluded.closes",
        &weekdays,
        &opens,
        &closes
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A day without work.
pub struct HolidayRow {
    /// The day.
    pub day: NaiveDate,
    /// What it is called; may be empty.
    pub name: String,
}

/// The holidays, the earliest first.
///
/// # Errors
/// When the statement fails.
pub async fn holidays(db: impl PgExecutor<'_>) -> Result<Vec<HolidayRow>, DbError> {
    Ok(sqlx::query_as!(HolidayRow, "select day, name from holidays order by day").fetch_all(db).await?)
}

/// Sets the holidays: these and no others.
///
/// # Errors
/// When a statement fails.
pub async fn set_holidays(db: &mut PgConnection, holidays: &[HolidayRow]) -> Result<(), DbError> {
    let days: Vec<NaiveDate> = holidays.iter().map(|holiday| holiday.day).collect();
    let names: Vec<String> = holidays.iter().map(|holiday| holiday.name.clone()).collect();
    sqlx::query!("delete from holidays where day <> all ($1)", &days).execute(&mut *db).await?;
    sqlx::query!(
        "insert into holidays (day, name) select * from unnest($1::date[], $2::text[])
         on conflict (day) do update set name = excluded.name where holidays.name <> excluded.name",
        &days,
        &names
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Lets the statements of this transaction take as long as they need.
///
/// # Errors
/// When the statement fails.
pub async fn without_time_limit(db: impl PgExecutor<'_>) -> Result<(), DbError> {
    sqlx::query!("select set_config('statement_timeout', '0', true)").fetch_one(db).await?;
    Ok(())
}
