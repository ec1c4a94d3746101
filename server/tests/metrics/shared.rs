//! Figures that are computed once for all who ask.

use crate::factory::{Factory, at};
use app::model::filter::Filter;
use app::ports::MetricsPort as _;
use chrono_tz::UTC;
use futures::future::join_all;
use server::metrics::shared::Shared;
use server::metrics::{Clock, Laboratory, Service};
use sqlx::PgPool;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// A clock that can be moved on and knows how often it was looked at, which every computation does.
struct Watched {
    seconds: AtomicI64,
    looks: AtomicU64,
}

fn shared(pool: &PgPool) -> (Shared, Arc<Watched>) {
    let watched = Arc::new(Watched { seconds: AtomicI64::new(0), looks: AtomicU64::new(0) });
    let hand = Arc::clone(&watched);
    let clock: Clock = Arc::new(move || {
        hand.looks.fetch_add(1, Ordering::Relaxed);
        at("2026-11-20 12:00") + chrono::TimeDelta::seconds(hand.seconds.load(Ordering::Relaxed))
    });
    let laboratory = Laboratory::from(&server::config::LabConfig { time_zone: UTC, ..Default::default() });
    (Shared::new(Service::new(pool.clone(), laboratory, clock)), watched)
}

async fn one_order(pool: &PgPool) -> Factory<'_> {
    let lab = Factory { pool, zone: UTC };
    lab.customer(1, Some("2026-01-01 00:00")).await;
    lab.order(10, 1, [Some("2026-11-02 08:00"), None, None], Some("IN PROGRESS")).await;
    lab
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn many_who_ask_at_once_cost_what_one_costs(pool: PgPool) {
    one_order(&pool).await;
    let (figures, watched) = shared(&pool);
    let filter = Filter::default();
    let first = figures.overview(&filter).await.expect("an overview");
    let one = watched.looks.swap(0, Ordering::Relaxed);
    watched.seconds.store(10, Ordering::Relaxed);
    let answers = join_all((0..20).map(|_| figures.overview(&filter))).await;
    assert_eq!(watched.looks.load(Ordering::Relaxed), 20 + one - 1, "each asks what time it is, one computes");
    for answer in answers {
        let answer = answer.expect("an overview");
        assert_eq!(answer.scope.now, first.scope.now + chrono::TimeDelta::seconds(10), "the kept answer had aged");
        assert_eq!(answer.briefing.open_orders, 1);
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn what_was_written_is_shown_at_once(pool: PgPool) {
    let lab = one_order(&pool).await;
    let (figures, _) = shared(&pool);
    assert_eq!(figures.late_orders().await.expect("a count"), 1);
    lab.order(11, 1, [Some("2026-11-03 08:00"), None, None], Some("IN PROGRESS")).await;
    assert_eq!(figures.late_orders().await.expect("a count"), 2);
    sqlx::query("insert into banned_entities (entity_type, entity_id) values ('customer', 1)")
        .execute(&pool)
        .await
        .expect("a ban");
    assert_eq!(figures.late_orders().await.expect("a count"), 0);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn questions_are_told_apart_and_faults_are_not_kept(pool: PgPool) {
    one_order(&pool).await;
    let (figures, _) = shared(&pool);
    let of = |query: &str| Filter::parse(query).expect("a filter");
    let (own, other) = (of("customer=1"), of("customer=2"));
    assert_eq!(figures.overview(&own).await.expect("an overview").briefing.open_orders, 1);
    assert_eq!(figures.overview(&other).await.expect("an overview").briefing.open_orders, 0);
    sqlx::query("alter table customers rename column name to title").execute(&pool).await.expect("a broken schema");
    figures.filter_options().await.expect_err("the statement cannot be answered");
    sqlx::query("alter table customers rename column title to name").execute(&pool).await.expect("a mended schema");
    assert_eq!(figures.filter_options().await.expect("what there is").customers.len(), 1);
}
