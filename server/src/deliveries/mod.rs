//! Saved views that are sent by themselves: set up by managers, sent by whichever process comes first. It asks the ports
//! for figures like a page does and knows neither SQL nor HTTP.

mod courier;
mod letter;
mod timing;
mod ways;

pub use courier::{Courier, Rounds};
pub use ways::Ways;

use crate::channels::mailbox;
use crate::config::OperateConfig;
use crate::db::audit::{self, Entry};
use crate::db::deliveries::{self as store, DeliveryRow, RunRow};
use crate::db::views;
use crate::db::{DbError, PgPool};
use crate::lab::Current;
use crate::refusal;
use app::error::AppError;
use app::i18n::Lang;
use app::model::deliveries::{Deliveries, Delivery, FileKind, MAX_RECIPIENTS, NewDelivery, Outcome, Sending, Way};
use app::model::session::{CurrentUser, Role};
use app::model::views::{address, is_shareable};
use app::ports::{Caller, DeliveriesPort};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Notify;

/// The most deliveries of an installation.
const MOST: i64 = 200;

/// What the page shows of what was sent.
const LATEST: usize = 20;

/// The service.
pub struct Service {
    pool: PgPool,
    lab: Current,
    ways: Vec<Way>,
    call: Arc<Notify>,
}

impl Service {
    /// The service over this database; `call` wakes the courier of this process.
    #[must_use]
    pub fn new(pool: PgPool, lab: Current, config: &OperateConfig, call: Arc<Notify>) -> Self {
        Self { pool, lab, ways: ways::offered(config), call }
    }

    fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.lab.zone()).naive_local()
    }

    async fn note(&self, caller: &Caller, action: &str, subject: &str, detail: Value) -> Result<(), AppError> {
        let source = caller.address.to_string();
        let entry = Entry { actor: &caller.user.name, action, subject, source: &source, detail };
        audit::append(&self.pool, entry).await.map_err(in_words)
    }

    fn sending(&self, row: &RunRow) -> Sending {
        let outcome = match row.state.as_str() {
            "sent" => Outcome::Sent,
            "failed" => Outcome::Failed,
            "uncertain" => Outcome::Uncertain,
            _ => Outcome::Waiting,
        };
        let again = (row.attempts > 0 && row.state == "waiting").then_some(row.next_try);
        let to = if row.sent_to.is_empty() { row.way.clone() } else { row.sent_to.clone() };
        Sending {
            name: row.name.clone(),
            due: self.local(row.due_at),
            asked_by: row.asked_by.clone(),
            to,
            outcome,
            attempts: u32::try_from(row.attempts).unwrap_or(0),
            at: row.finished_at.or(again).map(|at| self.local(at)),
            error: row.error.clone(),
        }
    }

    fn told(&self, row: DeliveryRow, runs: &[RunRow], now: DateTime<Utc>) -> Delivery {
        let last = runs.iter().find(|run| run.delivery == row.id);
        let next = row.next_at.or_else(|| timing::next(&row.cron, now, self.lab.zone()));
        Delivery {
            href: address(&row.path, &row.query),
            last: last.map(|run| self.sending(run)),
            next: next.filter(|_| row.enabled).map(|at| self.local(at)),
            way: Way::from_name(&row.way).unwrap_or(Way::Mail),
            files: FileKind::from_name(&row.files).unwrap_or(FileKind::Xlsx),
            lang: Lang::from_tag(&row.lang).unwrap_or_default(),
            id: row.id,
            name: row.name,
            cron: row.cron,
            recipients: row.recipients,
            by: row.by,
            enabled: row.enabled,
        }
    }
}

#[async_trait]
impl DeliveriesPort for Service {
    async fn page(&self, user: &CurrentUser) -> Result<Deliveries, AppError> {
        if user.role < Role::Manager {
            return Err(AppError::Forbidden);
        }
        let now = Utc::now();
        let rows = store::all(&self.pool).await.map_err(in_words)?;
        let runs = store::runs(&self.pool, i64::try_from(LATEST).unwrap_or(i64::MAX)).await.map_err(in_words)?;
        Ok(Deliveries {
            latest: runs.iter().take(LATEST).map(|run| self.sending(run)).collect(),
            all: rows.into_iter().map(|row| self.told(row, &runs, now)).collect(),
            ways: self.ways.clone(),
        })
    }

    async fn save(&self, new: &NewDelivery, caller: &Caller) -> Result<(), AppError> {
        if !self.ways.contains(&new.way) {
            return Err(invalid("way", "the server is not set up for it".to_owned()));
        }
        let seen = views::visible(&self.pool, caller.user.id).await.map_err(in_words)?;
        let view = seen.into_iter().find(|row| row.id == new.view).ok_or(AppError::NotFound)?;
        if !is_shareable(&view.path) {
            return Err(invalid("view", "only dashboards can be sent".to_owned()));
        }
        let recipients = if new.way == Way::Mail { addresses(&new.recipients)? } else { Vec::new() };
        if store::count(&self.pool).await.map_err(in_words)? >= MOST {
            return Err(invalid("view", format!("there are {MOST} deliveries; remove one first")));
        }
        let (now, zone) = (Utc::now(), self.lab.zone());
        let cron = timing::cron(&new.timing, now, zone)?;
        let row = store::NewRow {
            view: view.id,
            by: caller.user.id,
            cron: &cron,
            way: new.way.name(),
            recipients: &recipients,
            files: new.files.name(),
            lang: new.lang.tag(),
            next_at: timing::next(&cron, now, zone),
            zone: zone.name(),
        };
        store::insert(&self.pool, row).await.map_err(in_words)?;
        let detail = json!({ "cron": cron, "way": new.way.name(), "recipients": recipients });
        self.note(caller, "delivery.create", &view.name, detail).await
    }

    async fn pause(&self, id: i64, paused: bool, caller: &Caller) -> Result<(), AppError> {
        let name = store::set_enabled(&self.pool, id, !paused).await.map_err(in_words)?.ok_or(AppError::NotFound)?;
        let action = if paused { "delivery.pause" } else { "delivery.resume" };
        self.note(caller, action, &name, json!({ "delivery": id })).await
    }

    async fn send_now(&self, id: i64, caller: &Caller) -> Result<(), AppError> {
        let asked = store::ask(&self.pool, id, &caller.user.name, Utc::now()).await.map_err(in_words)?;
        let (name, made) = asked.ok_or(AppError::NotFound)?;
        if made {
            self.note(caller, "delivery.ask", &name, json!({ "delivery": id })).await?;
            self.call.notify_one();
        }
        Ok(())
    }

    async fn delete(&self, id: i64, caller: &Caller) -> Result<(), AppError> {
        let name = store::delete(&self.pool, id).await.map_err(in_words)?.ok_or(AppError::NotFound)?;
        self.note(caller, "delivery.delete", &name, json!({ "delivery": id })).await
    }
}

/// The addresses in a text, with commas, semicolons or lines between them.
fn addresses(text: &str) -> Result<Vec<String>, AppError> {
    let parts = text.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty());
    let read = |part: &str| match mailbox(part) {
        Ok(mailbox) if !part.contains(char::is_control) => Ok(mailbox.to_string()),
        _ => Err(invalid("recipients", format!("{part:?} is no mail address"))),
    };
    let mut all: Vec<String> = Vec::new();
    for part in parts {
        let address = read(part)?;
        if !all.contains(&address) {
            all.push(address);
        }
    }
    match all.len() {
        0 => Err(invalid("recipients", "a mail needs an address".to_owned())),
        1..=MAX_RECIPIENTS => Ok(all),
        _ => Err(invalid("recipients", format!("a mail goes to {MAX_RECIPIENTS} addresses at most"))),
    }
}

fn invalid(field: &str, why: String) -> AppError {
    AppError::Invalid { field: field.to_owned(), why }
}

/// A failure of the database as pages may know it.
fn in_words(error: DbError) -> AppError {
    refusal::of_database(&error, "deliveries could not be asked")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_one_by_one_and_none_brings_a_header_with_it() {
        let read = addresses("mira@example.org; Noa Lab <noa@example.org>\nmira@example.org,");
        assert_eq!(read.expect("addresses"), ["mira@example.org", "Noa Lab <noa@example.org>"].map(str::to_owned));
        let many: String = (0..21).map(|number| format!("a{number}@b.org,")).collect();
        for bad in ["", " , ", "mira", "mira@example.org\rBcc: eve@example.org", "a@b c@d", &many] {
            assert!(addresses(bad).is_err(), "{bad:?}");
        }
    }
}
