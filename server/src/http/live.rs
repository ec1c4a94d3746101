//! Tells open pages what happens: a stream of events a browser keeps open. One listener a process asks the database;
//! every stream is fed from it. A stream ends when its session does.

use super::App;
use super::guard::IDLE_SECONDS;
use crate::auth::session_hash;
use crate::db::events::{Event as DatabaseEvent, Events};
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, Stream};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tower_sessions::Session;

/// How often a quiet stream shows that it lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Notifications that come closer together than this make one event.
const CALM: Duration = Duration::from_millis(200);

/// The pause before the database is asked again after it went away.
const RETRY: Duration = Duration::from_secs(2);

/// What the streams of a process are fed from.
pub struct Live {
    freshness: watch::Sender<Option<Arc<str>>>,
    ended: broadcast::Sender<[u8; 32]>,
    stop: CancellationToken,
}

impl Default for Live {
    fn default() -> Self {
        Self { freshness: watch::channel(None).0, ended: broadcast::channel(256).0, stop: CancellationToken::new() }
    }
}

impl Live {
    /// How many streams are open.
    #[must_use]
    pub fn listeners(&self) -> usize {
        self.freshness.receiver_count()
    }

    /// Ends every stream; for a stopping process.
    pub fn stop(&self) {
        self.stop.cancel();
    }
}

/// Listens to the database until the process stops.
pub async fn listen(app: App) {
    let stop = app.live.stop.clone();
    stop.run_until_cancelled(async {
        loop {
            if let Err(error) = follow(&app).await {
                tracing::warn!(%error, "live events: the database does not answer");
            }
            tokio::time::sleep(RETRY).await;
        }
    })
    .await;
}

async fn follow(app: &App) -> Result<(), crate::db::DbError> {
    let mut events = Events::listen(&app.pool).await?;
    app.lab.call();
    // Whatever was missed while nobody listened.
    publish(app).await;
    loop {
        match events.next().await? {
            DatabaseEvent::Sync => {
                tokio::time::sleep(CALM).await;
                let further = events.drain();
                publish(app).await;
                further.into_iter().for_each(|event| pass_on(app, event));
            }
            event => pass_on(app, event),
        }
    }
}

fn pass_on(app: &App, event: DatabaseEvent) {
    match event {
        DatabaseEvent::SessionEnded(session) => {
            app.live.ended.send(session).ok();
        }
        DatabaseEvent::Settings => app.lab.call(),
        DatabaseEvent::Sync => {}
    }
}

/// Asks how fresh the copy is, once for everybody.
async fn publish(app: &App) {
    match app.ports.sync.freshness().await {
        Ok(freshness) => match serde_json::to_string(&freshness) {
            Ok(text) => {
                app.live.freshness.send_replace(Some(text.into()));
            }
            Err(error) => tracing::error!(%error, "freshness could not be written as JSON"),
        },
        Err(error) => tracing::warn!(%error, "freshness could not be asked for"),
    }
}

/// `GET /api/live`: events `program` (which program the server serves) and `freshness` (a `Freshness` as JSON) at once,
/// `freshness` whenever it changes, and `ended` when the session is over.
pub async fn stream(State(app): State<App>, session: Session) -> Response {
    if app.live.freshness.borrow().is_none() {
        publish(&app).await;
    }
    let subscription = Subscription {
        program: Some(Event::default().event("program").data(&*app.program.0)),
        freshness: app.live.freshness.subscribe(),
        ended: app.live.ended.subscribe(),
        stop: app.live.stop.clone(),
        session: session.id().map(|id| session_hash(&id)),
        deadline: Instant::now() + Duration::from_secs(IDLE_SECONDS.unsigned_abs()),
        first: true,
        over: false,
    };
    let mut response =
        Sse::new(events_of(subscription)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    // Proxies must pass events on as they come.
    response.headers_mut().insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
    response
}

struct Subscription {
    /// Told once, before anything else.
    program: Option<Event>,
    freshness: watch::Receiver<Option<Arc<str>>>,
    ended: broadcast::Receiver<[u8; 32]>,
    stop: CancellationToken,
    session: Option<[u8; 32]>,
    deadline: Instant,
    first: bool,
    over: bool,
}

fn events_of(subscription: Subscription) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(subscription, |mut own| async move { own.next().await.map(|event| (Ok(event), own)) })
}

impl Subscription {
    async fn next(&mut self) -> Option<Event> {
        if self.over {
            return None;
        }
        if let Some(program) = self.program.take() {
            return Some(program);
        }
        loop {
            if std::mem::take(&mut self.first)
                && let Some(event) = self.current()
            {
                return Some(event);
            }
            tokio::select! {
                () = self.stop.cancelled() => return None,
                () = tokio::time::sleep_until(self.deadline) => return self.end(),
                changed = self.freshness.changed() => {
                    changed.ok()?;
                    if let Some(event) = self.current() {
                        return Some(event);
                    }
                }
                ended = self.ended.recv() => match ended {
                    Ok(session) if Some(session) == self.session => return self.end(),
                    // A slow stream may have missed its own end: better to ask the browser to come again.
                    Err(_) => return None,
                    Ok(_) => {}
                }
            }
        }
    }

    fn end(&mut self) -> Option<Event> {
        self.over = true;
        Some(Event::default().event("ended").data("session"))
    }

    fn current(&mut self) -> Option<Event> {
        let text = self.freshness.borrow_and_update().clone()?;
        Some(Event::default().event("freshness").data(&*text))
    }
}
