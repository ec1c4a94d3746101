//! Random laboratories: every figure against the plainest calculation in memory.

use crate::factory::{Factory, at, service};
use app::model::filter::Filter;
use app::ports::MetricsPort as _;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::{America::New_York, Tz};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use sqlx::PgPool;
use std::collections::BTreeSet;

const LABELS: [Option<&str>; 4] = [Some("CN"), Some("MB"), Some(""), None];

#[derive(Clone, Debug)]
struct Test {
    customer: i32,
    created: Option<DateTime<Utc>>,
    reported: Option<DateTime<Utc>>,
    label: Option<&'static str>,
}

impl Test {
    fn hours(&self) -> Option<f64> {
        let seconds = (self.reported? - self.created?).num_seconds();
        Some(f64::from(i32::try_from(seconds).expect("short")) / 3600.0).filter(|hours| *hours >= 0.0)
    }
}

fn day(moment: Option<DateTime<Utc>>, zone: Tz) -> Option<NaiveDate> {
    moment.map(|moment| moment.with_timezone(&zone).date_naive())
}

/// Around the night in which New York sets its clocks back; ties, gaps and contradictions are likely.
fn random_test(rng: &mut StdRng) -> Test {
    let start = at("2026-10-20 00:00");
    let created = start + Duration::hours(rng.random_range(0..24 * 26));
    let reported = created + Duration::hours(rng.random_range(-20..150));
    Test {
        customer: rng.random_range(1..=4),
        created: rng.random_bool(0.95).then_some(created),
        reported: rng.random_bool(0.7).then_some(reported),
        label: LABELS[rng.random_range(0..LABELS.len())],
    }
}

async fn store(pool: &PgPool, tests: &[Test]) {
    let lab = Factory { pool, zone: New_York };
    for customer in 1..=4 {
        lab.customer(customer, None).await;
        lab.order(customer, customer, [None; 3], None).await;
        lab.sample(customer, customer, [None; 2], [None; 3]).await;
    }
    let text = |moment: Option<DateTime<Utc>>| moment.map(|moment| moment.format("%Y-%m-%d %H:%M").to_string());
    for (id, test) in (1..).zip(tests) {
        let dates = [text(test.created), text(test.reported)];
        lab.test(id, test.customer, [dates[0].as_deref(), dates[1].as_deref()], None, test.label).await;
    }
}

/// Linear interpolation between the two nearest ranks.
fn percentile(mut hours: Vec<f64>, share: f64) -> Option<f64> {
    hours.sort_by(f64::total_cmp);
    let last = hours.len().checked_sub(1)?;
    let rank = share * f64::from(u32::try_from(last).expect("few"));
    let below = hours.iter().copied().nth(rank.floor() as usize)?;
    let above = hours.iter().copied().nth(rank.ceil() as usize)?;
    Some(below + (above - below) * rank.fract())
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-6,
        (a, b) => a == b,
    }
}

fn check(tests: &[Test], page: &app::model::overview::Overview, from: NaiveDate, to: NaiveDate, seed: u64) {
    let within = |date: Option<NaiveDate>, from, to| date.is_some_and(|date| date >= from && date <= to);
    let previous_from = from - Duration::days((to - from).num_days() + 1);
    let previous_to = from - Duration::days(1);
    let created: Vec<&Test> = tests.iter().filter(|test| within(day(test.created, New_York), from, to)).collect();
    let reported: Vec<&Test> = tests.iter().filter(|test| within(day(test.reported, New_York), from, to)).collect();
    let before = tests.iter().filter(|test| within(day(test.created, New_York), previous_from, previous_to)).count();
    let number = |count: usize| Some(count as f64);
    assert_eq!(page.tiles.tests.value, number(created.len()), "seed {seed}");
    assert_eq!(page.tiles.tests.previous, number(before), "seed {seed}");
    assert_eq!(page.tiles.reported.value, number(reported.len()), "seed {seed}");
    let customers: BTreeSet<i32> = created.iter().map(|test| test.customer).collect();
    assert_eq!(page.tiles.active_customers.value, number(customers.len()), "seed {seed}");
    for (start, point) in page.scope.axis.iter().zip(&page.volume) {
        let on = |date| date == Some(*start);
        assert_eq!(
            point.tests as usize,
            created.iter().filter(|test| on(day(test.created, New_York))).count(),
            "seed {seed} {start}"
        );
        assert_eq!(
            point.reported as usize,
            reported.iter().filter(|test| on(day(test.reported, New_York))).count(),
            "seed {seed} {start}"
        );
    }
    let hours: Vec<f64> = reported.iter().filter_map(|test| test.hours()).collect();
    let mean = (!hours.is_empty()).then(|| hours.iter().sum::<f64>() / hours.len() as f64);
    assert!(close(page.tiles.tat_mean.value, mean), "seed {seed}");
    assert!(close(page.tiles.tat_median.value, percentile(hours.clone(), 0.5)), "seed {seed}");
    assert!(close(page.tiles.tat_p90.value, percentile(hours.clone(), 0.9)), "seed {seed}");
    let split =
        [hours.iter().filter(|hours| **hours <= 48.0).count(), hours.iter().filter(|hours| **hours > 48.0).count()];
    assert_eq!([page.sla.within as usize, page.sla.beyond as usize], split, "seed {seed}");
    assert_eq!(page.sla.unknown as usize, reported.len() - hours.len(), "seed {seed}");
    assert_eq!(page.labels.iter().map(|row| row.tests as usize).sum::<usize>(), created.len(), "seed {seed}");
    for (start, point) in page.scope.axis.iter().zip(&page.turnaround) {
        let window: Vec<f64> = tests
            .iter()
            .filter(|test| within(day(test.reported, New_York), *start - Duration::days(6), *start))
            .filter_map(Test::hours)
            .collect();
        let mean = (!window.is_empty()).then(|| window.iter().sum::<f64>() / window.len() as f64);
        assert!(close(point.moving_average, mean), "seed {seed} {start}");
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn random_laboratories_give_what_a_plain_calculation_gives(pool: PgPool) {
    for seed in 0..12 {
        let mut rng = StdRng::seed_from_u64(seed);
        let tests: Vec<Test> = (0..rng.random_range(0..80)).map(|_| random_test(&mut rng)).collect();
        sqlx::query("truncate customers, orders, samples, tests").execute(&pool).await.expect("an empty laboratory");
        store(&pool, &tests).await;
        // From the roll-up, and counted anew.
        if seed % 2 == 0 {
            server::db::metrics::rolled::roll(&pool).await.expect("figures by day");
        }
        let from = NaiveDate::from_ymd_opt(2026, 10, 24).expect("a date") + Duration::days(rng.random_range(0..10));
        let to = from + Duration::days(rng.random_range(0..9));
        let filter = Filter::parse(&format!("from={from}&to={to}&bucket=day")).expect("a filter");
        let page = service(&pool, "2027-01-01 00:00", New_York).overview(&filter).await.expect("an overview");
        check(&tests, &page, from, to, seed);
    }
}
