//! The page about the product mix.

use crate::factory::{Factory, service};
use app::model::filter::Filter;
use app::model::mix::{KindCount, Mix};
use app::ports::MetricsPort as _;
use chrono_tz::UTC;
use sqlx::PgPool;

async fn page(pool: &PgPool, query: &str) -> Mix {
    let filter = Filter::parse(&format!("from=2026-11-02&to=2026-11-08&{query}")).expect("a filter");
    service(pool, "2026-11-20 12:00", UTC).mix(&filter).await.expect("a page")
}

fn brief(kinds: &[KindCount]) -> Vec<(&str, u64, u64, u64, Option<u64>)> {
    kinds.iter().map(|kind| (kind.key.as_str(), kind.orders, kind.samples, kind.tests, kind.previous)).collect()
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_mix_of_a_small_laboratory_is_what_a_hand_works_out(pool: PgPool) {
    let lab = Factory { pool: &pool, zone: UTC };
    lab.customer(1, None).await;
    lab.order(10, 1, [Some("2026-10-27 08:00"), None, None], None).await;
    let (now, before) = (Some("2026-11-03 08:00"), Some("2026-10-27 08:00"));
    lab.sample(20, 10, [now, None], [None, Some("Flower"), Some("Adult Use")]).await;
    lab.sample(21, 10, [now, None], [None, Some("Flower"), None]).await;
    lab.sample(22, 10, [now, None], [None, None, None]).await;
    lab.sample(23, 10, [before, None], [None, Some("Water"), None]).await;
    for (id, sample, label) in [(30, 20, Some("CN")), (31, 20, Some("MB")), (32, 21, Some("CN")), (33, 22, None)] {
        lab.test(id, sample, [now, None], None, label).await;
    }
    let mix = page(&pool, "").await;
    let matrices = [("Flower", 1, 2, 3, Some(0)), ("unknown", 1, 1, 1, Some(0)), ("Water", 0, 0, 0, Some(1))];
    assert_eq!(brief(&mix.matrices), matrices);
    assert_eq!(brief(&mix.types), [("unknown", 1, 2, 2, Some(1)), ("Adult Use", 1, 1, 2, Some(0))]);
    let labels: Vec<(&str, u64)> = mix.labels.iter().map(|row| (row.label.as_str(), row.tests)).collect();
    assert_eq!(labels, [("CN", 2), ("MB", 1), ("unknown", 1)]);
    assert_eq!((mix.tiles.samples.value, mix.tiles.tests.value), (Some(3.0), Some(4.0)));
    assert_eq!((mix.tiles.matrices.value, mix.tiles.matrices.previous), (Some(2.0), Some(1.0)));
    assert_eq!(mix.tiles.largest_matrix.value, Some(2.0 / 3.0));
    assert_eq!(brief(&page(&pool, "compare=none&matrix=Flower").await.matrices), [("Flower", 1, 2, 3, None)]);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_laboratory_without_samples_has_no_mix(pool: PgPool) {
    let mix = page(&pool, "").await;
    assert!(mix.matrices.is_empty() && mix.types.is_empty() && mix.labels.is_empty());
    assert_eq!((mix.tiles.tests_per_sample.value, mix.tiles.largest_matrix.value), (None, None));
}
