//! `/metrics` in Prometheus' text form: traffic and connections, nothing of the laboratory.

use super::App;
use super::facts::Facts;
use axum::extract::{Extension, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use secrecy::ExposeSecret as _;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the buckets of answer times, in milliseconds.
const BOUNDS: [u64; 8] = [5, 25, 50, 100, 150, 500, 2_000, 10_000];

/// Requests answered since the start.
#[derive(Default)]
pub struct Traffic {
    by_class: [AtomicU64; 5],
    by_bound: [AtomicU64; BOUNDS.len()],
    count: AtomicU64,
    micros: AtomicU64,
}

impl Traffic {
    /// Counts an answer.
    pub fn record(&self, status: StatusCode, took: Duration) {
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        self.by_class[class].fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        for (bound, bucket) in BOUNDS.iter().zip(&self.by_bound) {
            if micros <= bound * 1_000 {
                bucket.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "# HELP benchwatch_http_requests_total Requests answered, by class of status.")?;
        writeln!(text, "# TYPE benchwatch_http_requests_total counter")?;
        for (class, count) in (1..).zip(&self.by_class) {
            writeln!(text, "benchwatch_http_requests_total{{class=\"{class}xx\"}} {}", count.load(Ordering::Relaxed))?;
        }
        writeln!(text, "# HELP benchwatch_http_request_seconds Time until the answer begins.")?;
        writeln!(text, "# TYPE benchwatch_http_request_seconds histogram")?;
        for (bound, count) in BOUNDS.iter().zip(&self.by_bound) {
            #[expect(clippy::cast_precision_loss, reason = "the bounds are small")]
            let seconds = *bound as f64 / 1_000.0;
            let count = count.load(Ordering::Relaxed);
            writeln!(text, "benchwatch_http_request_seconds_bucket{{le=\"{seconds}\"}} {count}")?;
        }
        let (count, micros) = (self.count.load(Ordering::Relaxed), self.micros.load(Ordering::Relaxed));
        writeln!(text, "benchwatch_http_request_seconds_bucket{{le=\"+Inf\"}} {count}")?;
        let sum = Duration::from_micros(micros).as_secs_f64();
        writeln!(text, "benchwatch_http_request_seconds_sum {sum}\nbenchwatch_http_request_seconds_count {count}")
    }
}

/// `GET /metrics`: with its token, or from this machine when no token is set.
pub async fn metrics(State(app): State<App>, Extension(facts): Extension<Facts>, headers: HeaderMap) -> Response {
    let allowed = match &app.config.http.metrics_token {
        Some(token) => headers
            .get(AUTHORIZATION)
            .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "))
            // Hashes are compared, so the time tells nothing about the token.
            .is_some_and(|given| {
                crate::auth::secret_hash(given) == crate::auth::secret_hash(token.expose_secret().as_bytes())
            }),
        None => facts.local_peer && facts.address.is_loopback(),
    };
    if !allowed {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut text = String::new();
    if write(&app, &mut text).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

fn write(app: &App, text: &mut String) -> std::fmt::Result {
    writeln!(text, "# HELP benchwatch_info The program's version.\n# TYPE benchwatch_info gauge")?;
    writeln!(text, "benchwatch_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION"))?;
    app.traffic.write(text)?;
    writeln!(
        text,
        "# HELP benchwatch_db_connections Connections of the pool.\n# TYPE benchwatch_db_connections gauge"
    )?;
    writeln!(text, "benchwatch_db_connections{{state=\"open\"}} {}", app.pool.size())?;
    writeln!(text, "benchwatch_db_connections{{state=\"idle\"}} {}", app.pool.num_idle())
}
