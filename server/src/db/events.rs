//! What the database tells without being asked: channels of `notify`.

use super::DbError;
use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgNotification};

/// The channel on which the synchronisation says that something has changed.
pub const SYNC_CHANNEL: &str = "benchwatch_sync";

/// The channel on which the end of a session is told, by its hash in hexadecimal.
pub const SESSION_CHANNEL: &str = "benchwatch_sessions";

/// The channel on which changed settings are told.
pub const SETTINGS_CHANNEL: &str = "benchwatch_settings";

/// One thing that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A run moved on, or data landed.
    Sync,
    /// A session was ended.
    SessionEnded([u8; 32]),
    /// A setting was changed.
    Settings,
}

/// A connection that waits for events.
pub struct Events {
    listener: PgListener,
}

impl Events {
    /// Begins to listen.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn listen(pool: &PgPool) -> Result<Self, DbError> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen_all([SYNC_CHANNEL, SESSION_CHANNEL, SETTINGS_CHANNEL]).await?;
        Ok(Self { listener })
    }

    /// Waits for the next event.
    ///
    /// # Errors
    /// When the connection is lost; what happened meanwhile is lost too.
    pub async fn next(&mut self) -> Result<Event, DbError> {
        loop {
            // `recv` would reconnect silently, and nobody would know that events were missed.
            let Some(notification) = self.listener.try_recv().await? else {
                return Err(sqlx::Error::PoolClosed.into());
            };
            if let Some(event) = read(&notification) {
                return Ok(event);
            }
        }
    }

    /// The events that have already arrived, without those of the synchronisation.
    pub fn drain(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(notification) = self.listener.next_buffered() {
            events.extend(read(&notification).filter(|event| *event != Event::Sync));
        }
        events
    }
}

fn read(notification: &PgNotification) -> Option<Event> {
    match notification.channel() {
        SYNC_CHANNEL => Some(Event::Sync),
        SETTINGS_CHANNEL => Some(Event::Settings),
        _ => unhex(notification.payload()).map(Event::SessionEnded),
    }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, index) in bytes.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&text[index..index + 2], 16).ok()?;
    }
    Some(bytes)
}
