//! What the server tells about each statement that it runs, caught from the notices of `auto_explain`.

use serde_json::Value;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, PgPool};
use std::sync::{LazyLock, Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

static CAUGHT: LazyLock<Mutex<Vec<Explained>>> = LazyLock::new(Mutex::default);

/// A statement that was run, with its plan.
#[derive(Clone, Debug)]
pub struct Explained {
    /// Its text, blanks made single.
    pub text: String,
    /// Its nodes.
    pub nodes: Vec<Node>,
}

/// A node of a plan that was run at least once.
#[derive(Clone, Debug)]
pub struct Node {
    pub kind: String,
    pub table: Option<String>,
    pub estimate: f64,
    pub rows: f64,
    pub loops: f64,
}

impl Node {
    /// How many times too large or too small the estimate was.
    pub fn off_by(&self) -> f64 {
        let (estimate, rows) = (self.estimate.max(1.0), self.rows.max(1.0));
        (estimate / rows).max(rows / estimate)
    }
}

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
        let mut nodes = Vec::new();
        read(&plan["Plan"], &mut nodes);
        let text = single_blanks(plan["Query Text"].as_str().unwrap_or_default());
        CAUGHT.lock().unwrap_or_else(PoisonError::into_inner).push(Explained { text, nodes });
    }
}

fn read(plan: &Value, nodes: &mut Vec<Node>) {
    let number = |name: &str| plan[name].as_f64().unwrap_or_default();
    if number("Actual Loops") > 0.0 {
        nodes.push(Node {
            kind: plan["Node Type"].as_str().unwrap_or_default().to_owned(),
            table: plan["Relation Name"].as_str().map(str::to_owned),
            estimate: number("Plan Rows"),
            rows: number("Actual Rows"),
            loops: number("Actual Loops"),
        });
    }
    for part in plan["Plans"].as_array().into_iter().flatten() {
        read(part, nodes);
    }
}

/// A text in one line.
pub fn single_blanks(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same database over connections on which every statement explains itself, planned as the product plans.
pub async fn pool(of: &PgPool) -> PgPool {
    tracing_subscriber::registry().with(Notices).init();
    let options: PgConnectOptions = (*of.connect_options()).clone().disable_statement_logging().options([
        ("timezone", "UTC"),
        ("jit", "off"),
        ("plan_cache_mode", "force_custom_plan"),
        ("client_min_messages", "notice"),
        ("session_preload_libraries", "auto_explain"),
        ("auto_explain.log_min_duration", "0"),
        ("auto_explain.log_analyze", "on"),
        ("auto_explain.log_timing", "off"),
        ("auto_explain.log_nested_statements", "on"),
        ("auto_explain.log_format", "json"),
        ("auto_explain.log_level", "notice"),
    ]);
    PgPoolOptions::new().max_connections(1).connect_with(options).await.expect("a connection that explains")
}

/// The statements since the last call.
pub fn caught() -> Vec<Explained> {
    std::mem::take(&mut *CAUGHT.lock().unwrap_or_else(PoisonError::into_inner))
}
