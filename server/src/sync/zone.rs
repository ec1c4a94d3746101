//! The laboratory's zone: when it is changed, the local wall clocks of the whole copy are computed anew.

use super::SyncError;
use super::lease::Holding;
use super::settings::SyncSettings;
use crate::db::DbError;
use crate::db::PgPool;
use crate::db::lab;
use crate::db::lims::{self, Table};
use crate::db::sync::{self as store, Lease};
use chrono_tz::Tz;
use serde_json::Value;

const KEY: &str = "time_zone";

/// Makes the copy speak of this zone. Does nothing when it does already.
///
/// # Errors
/// When the database does not answer or does not know the zone.
pub async fn adopt(pool: &PgPool, zone: Tz, lease: Option<Lease>) -> Result<(), SyncError> {
    let wanted = Value::from(zone.name());
    if store::get_setting(pool, KEY).await? == Some(wanted.clone()) {
        return Ok(());
    }
    let mut tx = crate::db::begin(pool).await?;
    lab::without_time_limit(&mut *tx).await?;
    lims::lock(&mut tx).await?;
    if let Some(lease) = lease
        && !store::fence(&mut tx, lease).await?
    {
        return Ok(());
    }
    for table in Table::ALL {
        let rows = lims::recompute_local(&mut tx, table, zone.name()).await?;
        if rows > 0 {
            tracing::info!(sync.entity = table.name(), rows, "local times computed for {zone}");
        }
    }
    store::put_setting(&mut *tx, KEY, &wanted, "benchwatch").await?;
    store::next_data_version(&mut *tx).await?;
    tx.commit().await.map_err(DbError::from)?;
    Ok(())
}

/// Makes the copy speak of this zone unless a run is under way, whose rows would still speak of the zone before. False if
/// one is.
///
/// # Errors
/// When the database does not answer or does not know the zone.
pub async fn adopt_zone(pool: &PgPool, zone: Tz) -> Result<bool, SyncError> {
    let owner = format!("change of the time zone, process {}", std::process::id());
    let Some(holding) = Holding::take(pool, &owner, SyncSettings::default().lease_stale).await? else {
        return Ok(false);
    };
    let adopted = adopt(pool, zone, Some(holding.lease)).await;
    holding.release().await?;
    adopted.map(|()| true)
}

/// The zone that administrators have asked for.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn wanted(pool: &PgPool) -> Result<Option<Tz>, SyncError> {
    let stored = store::get_setting(pool, lab::WANTED_ZONE).await?;
    Ok(stored.as_ref().and_then(Value::as_str).and_then(|name| name.parse().ok()))
}
