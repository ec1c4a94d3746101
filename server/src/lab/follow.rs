//! Follows the settings of other processes, and lets the copy speak of a zone that has been asked for.

use super::Current;
use crate::config::LabConfig;
use crate::db::PgPool;
use crate::sync::{SyncError, adopt_zone};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The settings are looked at this often even if nobody calls.
const LOOK: Duration = Duration::from_secs(30);

/// The same while a zone waits for a run to end.
const GLANCE: Duration = Duration::from_secs(1);

/// Keeps `current` as the database says, until `stop`. A zone that has been asked for is put in force as soon as no run
/// is under way; the next run would do it too.
pub async fn follow(current: Current, pool: PgPool, config: LabConfig, stop: CancellationToken) {
    loop {
        let waiting = match look(&current, &pool, &config).await {
            Ok(waiting) => waiting,
            Err(error) => {
                tracing::warn!(%error, "the settings could not be read");
                true
            }
        };
        let pause = tokio::time::sleep(if waiting { GLANCE } else { LOOK });
        tokio::select! {
            () = stop.cancelled() => return,
            () = current.call.notified() => {}
            () = pause => {}
        }
    }
}

/// True while a zone waits.
async fn look(current: &Current, pool: &PgPool, config: &LabConfig) -> Result<bool, SyncError> {
    current.refresh(pool, config).await?;
    let now = current.get();
    // What the environment asks for is put in force by the next run, as ever.
    if config.held.time_zone || now.zone == now.wanted_zone {
        return Ok(false);
    }
    if !adopt_zone(pool, now.wanted_zone).await? {
        return Ok(true);
    }
    tracing::info!(lab.zone = now.wanted_zone.name(), "the copy speaks of another zone now");
    current.refresh(pool, config).await?;
    Ok(false)
}
