//! The statements that the server runs, caught from the notices of `auto_explain`.

use serde_json::Value;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, PgPool};
use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

static CAUGHT: LazyLock<Mutex<BTreeSet<String>>> = LazyLock::new(Mutex::default);

struct Notices;

impl<S: tracing::Subscriber> Layer<S> for Notices {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::postgres::notice" {
            event.record(&mut Reader);
        }
    }
}

struct Reader;

impl Visit for Reader {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.record_str(field, &format!("{value:?}"));
        }
    }

    fn record_str(&mut self, _: &Field, text: &str) {
        let Some((_, plan)) = text.split_once("plan:\n") else { return };
        let plan: Value = serde_json::from_str(plan).expect("a plan in JSON");
        let text = single_blanks(plan["Query Text"].as_str().unwrap_or_default());
        CAUGHT.lock().unwrap_or_else(PoisonError::into_inner).insert(text);
    }
}

/// A text in one line.
pub fn single_blanks(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same database over connections on which every statement tells its text.
pub async fn pool(of: &PgPool) -> PgPool {
    tracing_subscriber::registry().with(Notices).init();
    let options: PgConnectOptions = (*of.connect_options()).clone().disable_statement_logging().options([
        ("timezone", "UTC"),
        ("jit", "off"),
        ("client_min_messages", "notice"),
        ("session_preload_libraries", "auto_explain"),
        ("auto_explain.log_min_duration", "0"),
        ("auto_explain.log_format", "json"),
        ("auto_explain.log_level", "notice"),
    ]);
    PgPoolOptions::new().max_connections(1).connect_with(options).await.expect("a connection that explains")
}

/// The statements since the last call.
pub fn caught() -> BTreeSet<String> {
    std::mem::take(&mut *CAUGHT.lock().unwrap_or_else(PoisonError::into_inner))
}
