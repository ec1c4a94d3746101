//! The courier: finds what is due, computes it as the page would, hands it over and notes what came of it. Each process
//! may have one; a run is claimed in the database, so that it is sent by one of them, and never again after a restart.

use super::letter::{Edition, files};
use super::{Ways, timing};
use crate::channels::SendError;
use crate::db::audit::{self, Entry};
use crate::db::deliveries::{self as store, ClaimedRow};
use crate::db::{DbError, PgPool};
use crate::lab::Current;
use app::exports::{self, Wish};
use app::i18n::Lang;
use app::model::deliveries::{FileKind, Way};
use app::model::views::address;
use app::ports::Ports;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// The pause between two rounds.
const BEAT: Duration = Duration::from_secs(20);

/// The pauses before the second try and those after it, in minutes; then it is given up.
const PAUSES: [i64; 4] = [1, 5, 20, 60];

/// Sends what is due.
pub struct Courier {
    pool: PgPool,
    ports: Ports,
    lab: Current,
    ways: Ways,
    base: String,
}

impl Courier {
    /// A courier that has not gone yet; `base` is the public address of the server, or empty.
    #[must_use]
    pub const fn new(pool: PgPool, ports: Ports, lab: Current, ways: Ways, base: String) -> Self {
        Self { pool, ports, lab, ways, base }
    }

    /// Sends everything that is due at this moment.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn round(&self, now: DateTime<Utc>) -> Result<(), DbError> {
        self.fill_queue(now).await?;
        let lost = store::take_back(&self.pool, now).await?;
        if lost > 0 {
            tracing::warn!(lost, "deliveries of a process that has ended");
        }
        while let Some(run) = store::claim(&self.pool, now).await? {
            self.deliver(run, now).await?;
        }
        Ok(())
    }

    async fn fill_queue(&self, now: DateTime<Utc>) -> Result<(), DbError> {
        let zone = self.lab.zone();
        for row in store::due(&self.pool, now, zone.name()).await? {
            // A moment that was reckoned in another zone is none of this one.
            let due = row.next_zone.as_deref() == Some(zone.name());
            let next = timing::next(&row.cron, now, zone);
            store::advance(&self.pool, &row, next, zone.name(), due).await?;
        }
        Ok(())
    }

    async fn deliver(&self, run: ClaimedRow, now: DateTime<Utc>) -> Result<(), DbError> {
        let way = Way::from_name(&run.way).unwrap_or(Way::Mail);
        let edition = match self.edition(&run).await {
            Ok(edition) => edition,
            Err(why) => return self.settle(&run, Err(why), now).await,
        };
        let to = if way == Way::Mail { run.recipients.join(", ") } else { way.name().to_owned() };
        if !store::hand_over(&self.pool, run.run, now, &to).await? {
            return Ok(());
        }
        let sent = self.ways.send(way, &run.recipients, &edition).await.map_err(|error: SendError| error.to_string());
        let got_through = sent.is_ok();
        self.settle(&run, sent, now).await?;
        if got_through {
            let actor = run.asked_by.as_deref().unwrap_or("schedule");
            let detail = json!({ "run": run.run, "to": to, "path": run.path, "query": run.query });
            let entry = Entry { actor, action: "delivery.send", subject: &run.name, source: "courier", detail };
            audit::append(&self.pool, entry).await?;
        }
        Ok(())
    }

    async fn settle(&self, run: &ClaimedRow, sent: Result<(), String>, now: DateTime<Utc>) -> Result<(), DbError> {
        let Err(why) = sent else {
            tracing::info!(delivery.run = run.run, delivery.way = run.way, "a view was sent");
            return store::settle(&self.pool, run.run, None, None, now).await;
        };
        let pause = usize::try_from(run.attempts - 1).ok().and_then(|tries| PAUSES.get(tries));
        let again = pause.map(|minutes| now + TimeDelta::minutes(*minutes));
        tracing::warn!(delivery.run = run.run, delivery.way = run.way, error = why, "a view could not be sent");
        store::settle(&self.pool, run.run, Some(&why), again, now).await
    }

    /// The view as it stands now, or why it cannot be had.
    async fn edition(&self, run: &ClaimedRow) -> Result<Edition, String> {
        let lang = Lang::from_tag(&run.lang).unwrap_or_default();
        let wish = Wish { query: &run.query, lang, ports: &self.ports };
        let digest = exports::digest(&run.path, wish).await.map_err(|error| error.to_string())?;
        let kind = FileKind::from_name(&run.files).unwrap_or(FileKind::Xlsx);
        let (name, given) = (run.name.clone(), digest.clone());
        let written = tokio::task::spawn_blocking(move || files(&name, &given, kind, lang)).await;
        let files = match written {
            Ok(Ok(files)) => files,
            Ok(Err(error)) => return Err(error.to_string()),
            Err(error) => return Err(error.to_string()),
        };
        let url = (!self.base.is_empty()).then(|| format!("{}{}", self.base, address(&run.path, &run.query)));
        Ok(Edition { name: run.name.clone(), digest, lang, url, files, id: format!("delivery-{}", run.run) })
    }
}

/// The courier at work in the background of a process.
pub struct Rounds {
    stop: CancellationToken,
    working: JoinHandle<()>,
}

impl Rounds {
    /// Begins; `call` makes a round at once.
    #[must_use]
    pub fn start(courier: Courier, call: Arc<Notify>) -> Self {
        let stop = CancellationToken::new();
        Self { working: tokio::spawn(work(courier, call, stop.clone())), stop }
    }

    /// Ends when what is being handed over has been.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.working.await {
            tracing::error!(%error, "the courier ended badly");
        }
    }
}

async fn work(courier: Courier, call: Arc<Notify>, stop: CancellationToken) {
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = beat.tick() => {}
            () = call.notified() => {}
        }
        if let Err(error) = courier.round(Utc::now()).await {
            tracing::warn!(%error, "deliveries could not be looked at");
        }
    }
}
