//! Whatever happens: random faults, changes in mid-walk, workers that die and modes, one seed after the other, with one
//! demand: after a run in fair weather, incremental ones included, the copy equals the source.
//!
//! `SYNC_SEEDS=n` tries n seeds a test (two tests), `SYNC_SEED=n` only that one.

use crate::bench::{Bench, lab_of};
use app::model::sync::SyncMode;
use qbench_sim::{Entity, Fault, FaultPlan, FeedMode, Lab, LabConfig, RawSpelling, SimConfig, When};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;
use server::sync::RunOptions;
use sqlx::PgPool;
use std::time::Duration;

/// Seeds of each of the two tests; all of them take a few minutes on two processors.
const SEEDS: u64 = 250;

const KINDS: [Entity; 5] = [Entity::Customer, Entity::Order, Entity::Sample, Entity::Test, Entity::Batch];

fn config(dice: &mut StdRng) -> SimConfig {
    let feed = match dice.random_range(0..6) {
        0 => FeedMode::NamedCellsOnly,
        1 => FeedMode::Refused,
        2 => FeedMode::Truncated(dice.random_range(20..40)),
        3 => FeedMode::Missing,
        _ => FeedMode::Full,
    };
    let spelling = if dice.random_bool(0.3) { RawSpelling::OnlyMisspelt } else { RawSpelling::Both };
    let mut config = lab_of(60);
    config.lab = LabConfig { tests: dice.random_range(20..260), seed: dice.random_range(0..1_000_000), ..config.lab };
    SimConfig {
        feed,
        raw_worksheet_spelling: spelling,
        sort_by_last_updated: dice.random_bool(0.8),
        token_ttl: Duration::from_secs(if dice.random_bool(0.1) { 1 } else { 3600 }),
        ..config
    }
}

fn pick(dice: &mut StdRng, ids: &[u64]) -> Option<u64> {
    (!ids.is_empty()).then(|| ids[dice.random_range(0..ids.len())])
}

/// Something that people or time do to the laboratory.
fn change(lab: &mut Lab, dice: &mut StdRng) {
    let kind = KINDS[dice.random_range(0..KINDS.len())];
    let ids = lab.ids(kind);
    let Some(id) = pick(dice, &ids) else { return };
    let done = match dice.random_range(0..8) {
        0 => lab.delete_only(kind, id),
        1 if kind != Entity::Customer => lab.delete(kind, id),
        2 => {
            // What came back once stays on the list of what was ever deleted.
            let gone: Vec<u64> = lab.deleted_ids(kind).into_iter().filter(|id| !ids.contains(id)).collect();
            pick(dice, &gone).map_or(Ok(()), |id| lab.restore(kind, id))
        }
        3 => {
            let (customer, order) = (pick(dice, &lab.ids(Entity::Customer)), pick(dice, &lab.ids(Entity::Order)));
            let sample = pick(dice, &lab.ids(Entity::Sample));
            let parents = json!({ "customer_account_id": customer, "order_id": order, "sample_id": sample });
            lab.insert(kind, parents).map(|_| ())
        }
        4 => {
            let later = lab.now() + chrono::TimeDelta::minutes(dice.random_range(1..3_000));
            lab.advance_to(later);
            Ok(())
        }
        _ => {
            let later = lab.now() + chrono::TimeDelta::seconds(dice.random_range(0..3));
            lab.advance_to(later);
            lab.patch(kind, id, json!({ "state": format!("STATE {}", dice.random_range(0..9)), "comments": "x" }))
        }
    };
    done.expect("the record is there");
}

fn bad_weather(faults: &FaultPlan, dice: &mut StdRng) {
    for _ in 0..dice.random_range(0..7) {
        let kind = KINDS[dice.random_range(0..KINDS.len())];
        let when = match dice.random_range(0..5) {
            0 => When::api().nth(dice.random_range(1..12)),
            1 => When::feed(kind),
            2 => When::detail(kind),
            3 => When::token(),
            _ => When::list(kind).page(dice.random_range(1..4)),
        };
        if dice.random_bool(0.5) {
            let mut own = StdRng::seed_from_u64(dice.random());
            faults.before(when.times(dice.random_range(1..3)), move |lab| {
                for _ in 0..own.random_range(1..4) {
                    change(lab, &mut own);
                }
            });
            continue;
        }
        let fault = match dice.random_range(0..14) {
            0 => Fault::RateLimited { retry_in: 0 },
            1 => Fault::ConcurrencyLimited,
            2 => Fault::Html(502),
            3 => Fault::Unauthorized,
            4 => Fault::InvalidGrant,
            5 => Fault::BadHeader,
            6 => Fault::CutBody { after: dice.random_range(0..200) },
            7 => Fault::MalformedJson,
            8 => Fault::Reset,
            9 => Fault::RepeatedPage,
            10 => Fault::EmptyPage,
            11 => Fault::WrongTotal(dice.random_range(-60..60)),
            12 => Fault::NoTotal,
            _ => Fault::ContentType("text/plain".into()),
        };
        faults.add(when, fault);
    }
}

async fn clean(pool: &PgPool) {
    // Deleting a few rows is much faster than truncating tables.
    sqlx::raw_sql(
        "delete from customers; delete from assays; delete from orders; delete from samples; delete from tests;
        delete from batches; delete from sync_slices; delete from sync_runs; delete from sync_watermarks;
        delete from sync_checkpoints; delete from sync_quarantine; delete from sync_contradictions;
        delete from state_changes; delete from sync_certificates; delete from settings;",
    )
    .execute(pool)
    .await
    .expect("emptied");
}

async fn one_seed(pool: &PgPool, seed: u64) -> Result<(), String> {
    let mut dice = StdRng::seed_from_u64(seed);
    clean(pool).await;
    let bench = Bench::start(pool.clone(), config(&mut dice)).await;
    let modes = [SyncMode::Full, SyncMode::Incremental, SyncMode::Incremental, SyncMode::Verify, SyncMode::Window];
    for _ in 0..dice.random_range(1..4) {
        bad_weather(&bench.sim.faults(), &mut dice);
        let mode = modes[dice.random_range(0..modes.len())];
        if dice.random_bool(0.3) {
            bench.abort_at(mode, dice.random_range(1..25)).await;
        } else {
            bench.run(mode).await;
        }
        bench.sim.lab().write(|lab| {
            for _ in 0..dice.random_range(0..6) {
                change(lab, &mut dice);
            }
        });
    }
    bench.sim.faults().clear();
    let options = RunOptions { confirm_deletions: true, ..RunOptions::default() };
    let last = [SyncMode::Full, SyncMode::Verify, SyncMode::Incremental, SyncMode::Incremental];
    let last = last[dice.random_range(0..last.len())];
    let report = bench.run_with(last, &options).await;
    let differences = bench.differences().await;
    if report.ok && differences.is_empty() {
        return Ok(());
    }
    Err(format!("seed {seed}, last run {last:?}: {differences:#?}\n{report:#?}"))
}

async fn seeds(pool: PgPool, half: u64) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let chosen: Vec<u64> = match number("SYNC_SEED") {
        Some(seed) => vec![seed].into_iter().filter(|seed| seed % 2 == half).collect(),
        None => (0..number("SYNC_SEEDS").unwrap_or(SEEDS)).map(|seed| seed * 2 + half).collect(),
    };
    let mut failures = Vec::new();
    for seed in chosen {
        if let Err(failure) = one_seed(&pool, seed).await {
            failures.push(failure);
        }
    }
    assert!(failures.is_empty(), "{} seeds failed:\n{}", failures.len(), failures.join("\n"));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn after_a_run_in_fair_weather_the_copy_equals_the_source(pool: PgPool) {
    seeds(pool, 0).await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn after_a_run_in_fair_weather_the_copy_equals_the_source_again(pool: PgPool) {
    seeds(pool, 1).await;
}
