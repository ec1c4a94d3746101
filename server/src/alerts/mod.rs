//! Alerts from inside: looks at the installation now and then, and tells people when something is wrong, again while
//! it stays so, and when it is over. Of all processes on a database one watches. It knows the database's facts, not
//! HTTP or pages.

pub mod channels;
mod ledger;
pub mod rules;
mod upkeep;
mod words;

pub use upkeep::Upkeep;

use crate::config::{Config, OperateConfig};
use crate::db::alerts::{self, AlertRow};
use crate::db::{DbError, PgPool};
use crate::lab::Current;
use crate::watch::{self, Disk};
use app::i18n::Lang;
use channels::{Channels, Message, SendError};
use chrono::{DateTime, TimeDelta, Utc};
use ledger::{Due, Occasion};
use rules::{Condition, Observed, Subject, conditions};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// What was sent since the start of the process.
#[derive(Debug, Default)]
pub struct Deliveries {
    /// Messages that got through.
    pub delivered: AtomicU64,
    /// Messages that did not.
    pub failed: AtomicU64,
}

/// The watcher of an installation.
pub struct Alerts {
    pool: PgPool,
    channels: Channels,
    limits: OperateConfig,
    enabled: bool,
    lab: Current,
    url: Option<String>,
    place: PathBuf,
    since: DateTime<Utc>,
    deliveries: std::sync::Arc<Deliveries>,
}

impl Alerts {
    /// A watcher that has not looked yet.
    ///
    /// # Errors
    /// When a channel's setting cannot be used.
    pub fn new(config: &Config, pool: PgPool, now: DateTime<Utc>) -> Result<Self, SendError> {
        Ok(Self {
            pool,
            channels: Channels::new(&config.operate.alerts)?,
            limits: config.operate.clone(),
            enabled: config.qbench.is_some(),
            lab: Current::new(&config.lab),
            url: config.http.public_url.clone().map(Into::into),
            place: watch::place(config),
            since: now,
            deliveries: std::sync::Arc::default(),
        })
    }

    /// Names the laboratory as it is called at each moment.
    #[must_use]
    pub fn following(mut self, lab: Current) -> Self {
        self.lab = lab;
        self
    }

    fn laboratory(&self) -> String {
        self.lab.get().name.clone().unwrap_or_else(|| "benchwatch".to_owned())
    }

    /// Counts what it sends in there.
    #[must_use]
    pub fn counting(mut self, deliveries: std::sync::Arc<Deliveries>) -> Self {
        self.deliveries = deliveries;
        self
    }

    /// Looks once, tells what is due, and stores what was told.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn look(&self, now: DateTime<Utc>) -> Result<(), DbError> {
        let sync = watch::synchronisation(&self.pool).await?;
        let seen = Observed { sync, enabled: self.enabled, disk: Disk::at(&self.place), watching_since: self.since };
        let mut rows = alerts::all(&self.pool).await?;
        let before = rows.clone();
        ledger::update(&mut rows, &conditions(&seen, &self.limits), now);
        self.tell(&mut rows, now).await;
        for row in rows.iter().filter(|row| !before.contains(row)) {
            alerts::save(&self.pool, row).await?;
        }
        Ok(())
    }

    /// The same for a database that does not answer: what was told is remembered by the caller.
    pub async fn look_without_database(&self, rows: &mut Vec<AlertRow>, down: bool, now: DateTime<Utc>) {
        let wrong = Condition { subject: Subject::DatabaseDown, figures: String::new() };
        let wrong = if down { vec![wrong] } else { Vec::new() };
        ledger::update(rows, &wrong, now);
        self.tell(rows, now).await;
    }

    async fn tell(&self, rows: &mut [AlertRow], now: DateTime<Utc>) {
        let repeat = TimeDelta::from_std(self.limits.alerts.repeat).unwrap_or(TimeDelta::MAX);
        for due in ledger::due(rows, &self.channels.names(), now, repeat) {
            let Some(row) = rows.iter_mut().find(|row| row.key == due.subject.key()) else { continue };
            match self.channels.send(&due.channel, &self.message(row, &due)).await {
                Ok(()) => {
                    self.deliveries.delivered.fetch_add(1, Ordering::Relaxed);
                    tracing::info!(alert.key = row.key, alert.channel = due.channel, "an alert was told");
                    ledger::delivered(row, &due.channel, due.occasion, now);
                }
                Err(error) => {
                    self.deliveries.failed.fetch_add(1, Ordering::Relaxed);
                    tracing::warn!(%error, alert.key = row.key, alert.channel = due.channel, "an alert did not get through");
                }
            }
        }
    }

    fn message(&self, row: &AlertRow, due: &Due) -> Message {
        let lang = self.limits.alerts.lang;
        let (since, figures) = words::labels(lang);
        let mut text = String::new();
        if due.occasion != Occasion::Recovered {
            text.push_str(words::advice(due.subject, lang));
            text.push('\n');
        }
        text.push_str(&format!("{since}: {}", row.since.format("%Y-%m-%d %H:%M UTC")));
        if !row.detail.is_empty() {
            text.push_str(&format!("\n{figures}: {}", row.detail));
        }
        Message {
            event: due.occasion.name(),
            key: row.key.clone(),
            severity: row.severity.clone(),
            laboratory: self.laboratory(),
            title: format!("{}: {}", words::occasion(due.occasion, lang), words::title(due.subject, lang)),
            text,
            url: self.url.clone(),
        }
    }

    /// Sends a trial through every channel; gives each channel's outcome.
    pub async fn test(&self) -> Vec<(&'static str, Result<(), SendError>)> {
        let message = trial(self.limits.alerts.lang, &self.laboratory(), self.url.clone());
        let mut outcomes = Vec::new();
        for name in self.channels.names() {
            outcomes.push((name, self.channels.send(name, &message).await));
        }
        outcomes
    }
}

/// The message of a trial.
#[must_use]
pub fn trial(lang: Lang, laboratory: &str, url: Option<String>) -> Message {
    let (title, text) = words::trial(lang);
    Message {
        event: "test",
        key: String::new(),
        severity: "info".to_owned(),
        laboratory: laboratory.to_owned(),
        title: title.to_owned(),
        text: text.to_owned(),
        url,
    }
}
