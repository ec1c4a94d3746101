//! Requests answered since the start, by kind.

use super::families::{HTTP_REQUESTS, HTTP_RUNNING, HTTP_SECONDS};
use super::text::Page;
use axum::http::StatusCode;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the buckets of answer times, in milliseconds.
const BOUNDS: [u64; 10] = [5, 10, 25, 50, 100, 150, 250, 500, 2_000, 10_000];

/// Kinds of requests; the order is that of [`kind_of`]'s answers.
const KINDS: [&str; 5] = ["page", "function", "rest", "file", "probe"];

/// Requests of one kind.
#[derive(Default)]
struct Answers {
    by_class: [AtomicU64; 5],
    by_bound: [AtomicU64; BOUNDS.len()],
    count: AtomicU64,
    micros: AtomicU64,
}

/// Requests answered since the start.
#[derive(Default)]
pub struct Traffic {
    kinds: [Answers; KINDS.len()],
    running: AtomicI64,
}

/// A request being answered; it counts as such until it is dropped.
pub struct Running<'a>(&'a Traffic);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Traffic {
    /// Counts a request that is being answered.
    pub fn begin(&self) -> Running<'_> {
        self.running.fetch_add(1, Ordering::Relaxed);
        Running(self)
    }

    /// Counts an answer to a request for this path.
    pub fn record(&self, path: &str, status: StatusCode, took: Duration) {
        let answers = &self.kinds[kind_of(path)];
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        answers.by_class[class].fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        for (bound, bucket) in BOUNDS.iter().zip(&answers.by_bound) {
            if micros <= bound * 1_000 {
                bucket.fetch_add(1, Ordering::Relaxed);
            }
        }
        answers.count.fetch_add(1, Ordering::Relaxed);
        answers.micros.fetch_add(micros, Ordering::Relaxed);
    }

    pub(super) fn write(&self, page: &mut Page) {
        for (kind, answers) in KINDS.iter().zip(&self.kinds) {
            for (class, count) in (1..).zip(&answers.by_class) {
                let class = format!("{class}xx");
                page.put(&HTTP_REQUESTS, &[("kind", kind), ("class", &class)], read(count));
            }
        }
        for (kind, answers) in KINDS.iter().zip(&self.kinds) {
            for (bound, count) in BOUNDS.iter().zip(&answers.by_bound) {
                #[expect(clippy::cast_precision_loss, reason = "the bounds are small")]
                let seconds = (*bound as f64 / 1_000.0).to_string();
                page.put_as(&HTTP_SECONDS, "_bucket", &[("kind", kind), ("le", &seconds)], read(count));
            }
            page.put_as(&HTTP_SECONDS, "_bucket", &[("kind", kind), ("le", "+Inf")], read(&answers.count));
            page.put_as(&HTTP_SECONDS, "_sum", &[("kind", kind)], read(&answers.micros) / 1e6);
            page.put_as(&HTTP_SECONDS, "_count", &[("kind", kind)], read(&answers.count));
        }
        #[expect(clippy::cast_precision_loss, reason = "few")]
        page.put(&HTTP_RUNNING, &[], self.running.load(Ordering::Relaxed) as f64);
    }
}

#[expect(clippy::cast_precision_loss, reason = "Prometheus has no other numbers")]
fn read(counter: &AtomicU64) -> f64 {
    counter.load(Ordering::Relaxed) as f64
}

/// The place in [`KINDS`] for a path.
fn kind_of(path: &str) -> usize {
    if path == "/api/health" || path.starts_with("/health/") || path == "/metrics" {
        4
    } else if path.starts_with("/pkg/") || path.starts_with("/favicon") || path.starts_with("/fonts/") {
        3
    } else if path.starts_with("/api/v1/") || path.starts_with("/api/auth/") || path == "/api/openapi.json" {
        2
    } else if path.starts_with("/api/") {
        1
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_counted_by_kind() {
        let kind = |path| KINDS[kind_of(path)];
        assert_eq!(kind("/orders/7"), "page");
        assert_eq!(kind("/api/metrics/overview"), "function");
        assert_eq!(kind("/api/v1/metrics/summary"), "rest");
        assert_eq!(kind("/pkg/benchwatch.css"), "file");
        assert_eq!(kind("/health/ready"), "probe");
    }
}
