//! The generated laboratory: believable, deterministic, and honest about what changed when.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc, Weekday};
use proptest::prelude::{ProptestConfig, proptest};
use qbench_sim::{Entity, Lab, LabConfig};
use serde_json::Value;

/// Kinds whose records change by themselves.
const LIVING: [Entity; 6] =
    [Entity::Customer, Entity::Contact, Entity::Order, Entity::Sample, Entity::Test, Entity::Batch];

/// The demo laboratory, read once.
struct Demo {
    now: DateTime<Utc>,
    customers: Vec<Value>,
    orders: Vec<Value>,
    samples: Vec<Value>,
    tests: Vec<Value>,
}

static DEMO: LazyLock<Demo> = LazyLock::new(|| {
    let lab = Lab::generate(LabConfig::default());
    Demo {
        now: lab.now(),
        customers: lab.records(Entity::Customer, false),
        orders: lab.records(Entity::Order, false),
        samples: lab.records(Entity::Sample, false),
        tests: lab.records(Entity::Test, false),
    }
});

fn state(record: &Value) -> &str {
    record["state"].as_str().expect("a state")
}

fn time(record: &Value, key: &str) -> Option<DateTime<Utc>> {
    let text = record.get(key)?.as_str()?;
    let parsed = NaiveDateTime::parse_from_str(text, "%m/%d/%Y %I:%M %p").expect("a date-time");
    Some(parsed.and_utc())
}

fn date(record: &Value, key: &str) -> Option<NaiveDate> {
    let text = record.get(key)?.as_str()?;
    Some(NaiveDate::parse_from_str(text, "%m/%d/%Y").expect("a date"))
}

fn by_parent<'a>(records: &'a [Value], key: &str) -> HashMap<u64, Vec<&'a Value>> {
    let mut families: HashMap<u64, Vec<&Value>> = HashMap::new();
    for record in records {
        let parent = record[key].as_u64().expect("a parent");
        families.entry(parent).or_default().push(record);
    }
    families
}

fn count_by<'a>(
    records: impl IntoIterator<Item = &'a Value>,
    key: impl Fn(&Value) -> String,
) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for record in records {
        *counts.entry(key(record)).or_default() += 1;
    }
    counts
}

fn is_open(order: &Value) -> bool {
    order["date_completed"].is_null() && order["date_order_reported"].is_null() && state(order) != "CANCELLED"
}

fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share) as usize]
}

#[test]
fn sizes_come_near_to_what_was_asked_for() {
    for tests in [20, 300, 2_000, 20_000] {
        for seed in [1, 2] {
            let lab = Lab::generate(LabConfig { seed, tests, ..LabConfig::default() });
            let made = lab.count(Entity::Test) as f64 / f64::from(tests);
            let room = if tests < 500 { 0.8 } else { 0.15 };
            assert!((made - 1.0).abs() < room, "{tests} asked for, {made} times that made");
        }
    }
}

#[test]
fn about_a_hundred_orders_are_open_and_a_tenth_of_them_late() {
    let open: Vec<&Value> = DEMO.orders.iter().filter(|order| is_open(order)).collect();
    assert!((70..150).contains(&open.len()), "{} open", open.len());
    let late = |order: &&&Value| time(order, "date_required").is_some_and(|due| due < DEMO.now);
    let late = open.iter().filter(late).count() as f64 / open.len() as f64;
    assert!((0.03..0.22).contains(&late), "{late} of the open orders late");
    let day_old = |o: &&&Value| DEMO.now - time(o, "date_created").expect("a date") > TimeDelta::days(4);
    assert!(open.iter().filter(day_old).count() > 5, "some at risk");
}

#[test]
fn orders_follow_the_week_and_office_hours_and_grow_over_time() {
    let days = count_by(&DEMO.orders, |order| {
        // Eastern time is four or five hours behind; half an hour does not matter here.
        let local = time(order, "date_created").expect("a date") - TimeDelta::hours(5);
        local.weekday().to_string()
    });
    let weekend = days[&Weekday::Sat.to_string()] + days[&Weekday::Sun.to_string()];
    assert!(weekend * 10 < DEMO.orders.len(), "{days:?}");
    assert!(days["Mon"] > days["Fri"], "{days:?}");
    let in_hours = DEMO.orders.iter().filter(|order| {
        let at = time(order, "date_created").expect("a date");
        (12..23).contains(&at.hour())
    });
    assert!(in_hours.count() * 100 > DEMO.orders.len() * 90);
    let in_month = |month| {
        let created = DEMO.orders.iter().filter_map(|o| time(o, "date_created"));
        created.filter(|at| at.month() == month).count() as f64
    };
    assert!(in_month(10) > 1.3 * in_month(6));
}

#[test]
fn a_few_customers_send_much_and_many_send_little() {
    let per_customer = count_by(&DEMO.orders, |order| order["customer_account_id"].to_string());
    let mut counts: Vec<usize> = per_customer.into_values().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    assert!((150..300).contains(&DEMO.customers.len()));
    assert!(counts.len() > 150);
    let top: usize = counts.iter().take(10).sum();
    let share = top as f64 / DEMO.orders.len() as f64;
    assert!((0.25..0.6).contains(&share), "the top ten send {share}");
    assert!(counts.iter().filter(|count| **count <= 5).count() > 50);
}

#[test]
fn all_labels_states_and_oddities_occur() {
    let labels = count_by(&DEMO.tests, |test| test["assay"]["label_abbr"].to_string());
    assert_eq!(labels.len(), 17, "sixteen labels and one assay without");
    assert!(labels["null"] < 200 && labels["\"CN\""] > 2000, "{labels:?}");
    let states = |records: &'static [Value]| count_by(records, |record| state(record).to_owned());
    let has = |counts: &BTreeMap<String, usize>, wanted: &[&str]| {
        for state in wanted {
            assert!(counts.contains_key(*state), "no {state} in {counts:?}");
        }
    };
    has(&states(&DEMO.orders), &["CREATED", "IN PROGRESS", "ON HOLD", "COMPLETED", "REPORTED", "CANCELLED"]);
    has(&states(&DEMO.samples), &["CREATED", "BATCHED", "IN PROGRESS", "COMPLETED", "NOT REPORTABLE", "DISCONTINUED"]);
    let tests = states(&DEMO.tests);
    has(&tests, &["NOT STARTED", "BATCHED", "IN PROGRESS", "ON HOLD", "NEEDS REVIEW (Data Team)", "IN REVIEW"]);
    has(&tests, &["COMPLETED", "REPORTED", "NOT REPORTABLE", "CANCELLED", "CLIENT CANCELLED"]);
    let types = count_by(&DEMO.samples, |s| s["accessioning_type"]["value"].to_string());
    assert!(types.len() >= 7, "{types:?}");
    let tags: Vec<&str> = DEMO.samples.iter().filter_map(|s| s["leaf_id"].as_str()).collect();
    assert!(tags.len() * 4 > DEMO.samples.len());
    assert!(tags.iter().all(|tag| tag.len() == 24 && tag.starts_with("1A4")));
    let mut distinct = tags.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), tags.len());
}

#[test]
fn turnaround_has_a_long_tail_and_differs_between_assays() {
    let created: HashMap<u64, DateTime<Utc>> = DEMO
        .samples
        .iter()
        .map(|s| (s["id"].as_u64().expect("an id"), time(s, "date_created").expect("a date")))
        .collect();
    let mut hours: Vec<f64> = Vec::new();
    let mut of_label: HashMap<&str, Vec<f64>> = HashMap::new();
    for test in DEMO.tests.iter().filter(|test| state(test) == "REPORTED") {
        let sample = test["sample_id"].as_u64().expect("a sample");
        let taken = time(test, "reported_datetime").expect("a report") - created[&sample];
        let taken = taken.num_minutes() as f64 / 60.0;
        hours.push(taken);
        let label = test["assay"]["label_abbr"].as_str().unwrap_or("");
        of_label.entry(label).or_default().push(taken);
    }
    let (median, p90) = (quantile(&mut hours, 0.5), quantile(&mut hours, 0.9));
    assert!((30.0..60.0).contains(&median), "median {median}");
    assert!(p90 > 1.6 * median && p90 < 130.0, "p90 {p90}");
    assert!(quantile(&mut hours, 1.0) > 5.0 * median);
    let mut median_of = |label| quantile(of_label.get_mut(label).expect("tests"), 0.5);
    assert!(median_of("YM") > 2.0 * median_of("WA"));
}

#[test]
fn dates_and_states_of_a_family_agree() {
    let samples = by_parent(&DEMO.samples, "order_id");
    let tests = by_parent(&DEMO.tests, "sample_id");
    for order in &DEMO.orders {
        let own = samples.get(&order["id"].as_u64().expect("an id"));
        let own_tests: Vec<&Value> = own
            .into_iter()
            .flatten()
            .filter_map(|sample| tests.get(&sample["id"].as_u64().expect("an id")))
            .flatten()
            .copied()
            .collect();
        assert_eq!(order["test_count"].as_u64(), Some(own_tests.len() as u64));
        assert_eq!(order["date_completed"].is_null(), !matches!(state(order), "COMPLETED" | "REPORTED"));
        assert_eq!(order["date_order_reported"].is_null(), state(order) != "REPORTED");
        if let Some(done) = time(order, "date_completed") {
            assert!(done > time(order, "date_created").expect("a date"));
            assert!(done <= DEMO.now);
        }
        if matches!(state(order), "REPORTED" | "COMPLETED") {
            for test in own_tests {
                assert_eq!(test["parent_status"], "COMPLETED", "order {} test {}", order["id"], test["id"]);
            }
        }
    }
}

#[test]
fn a_test_goes_through_its_stages_in_order() {
    for test in &DEMO.tests {
        let created = date(test, "date_created").expect("a date");
        let start = time(test, "start_date");
        let complete = time(test, "complete_date");
        let reported = time(test, "reported_datetime");
        if let Some(start) = start {
            assert!(start.date_naive() >= created);
        }
        if let (Some(start), Some(complete)) = (start, complete) {
            assert!(start <= complete);
        }
        if let (Some(complete), Some(reported)) = (complete, reported) {
            assert!(complete <= reported);
        }
        assert_eq!(date(test, "report_completed_date"), reported.map(|at| at.date_naive()));
        let final_states = ["REPORTED", "NOT REPORTABLE"];
        assert_eq!(reported.is_some(), final_states.contains(&state(test)));
        assert_eq!(test["batches"].as_array().map_or(0, Vec::len) > 0, has_batch(test));
    }
}

/// Whether a test that is where it is must have been batched.
fn has_batch(test: &Value) -> bool {
    match state(test) {
        "NOT STARTED" | "ON HOLD" => false,
        "CANCELLED" | "CLIENT CANCELLED" => !test["batches"].as_array().expect("a list").is_empty(),
        _ => true,
    }
}

#[test]
fn batches_hold_tests_of_one_assay_that_name_them() {
    let lab = Lab::generate(LabConfig { tests: 2_000, ..LabConfig::default() });
    let tests: HashMap<u64, Value> =
        lab.records(Entity::Test, false).into_iter().map(|test| (test["id"].as_u64().expect("an id"), test)).collect();
    let mut members = 0;
    for batch in lab.records(Entity::Batch, false) {
        for id in batch["test_ids"].as_array().expect("a list") {
            let test = &tests[&id.as_u64().expect("an id")];
            assert_eq!(test["assay_id"], batch["assay_id"]);
            assert_eq!(test["batches"][0], batch["id"]);
            let samples = batch["sample_ids"].as_array().expect("a list");
            assert!(samples.contains(&test["sample_id"]));
            members += 1;
        }
    }
    let batched = tests.values().filter(|t| t["batches"][0].is_u64()).count();
    assert_eq!(members, batched);
}

#[test]
fn the_same_configuration_gives_the_same_laboratory_and_another_seed_another() {
    let text = |seed| {
        let lab = Lab::generate(LabConfig { seed, tests: 800, ..LabConfig::default() });
        let all = Entity::ALL.into_iter();
        all.map(|entity| format!("{:?}", lab.records(entity, true))).collect::<String>()
    };
    assert_eq!(text(5), text(5));
    assert_ne!(text(5), text(6));
}

/// Everything that a laboratory serves, by kind and id.
fn everything(lab: &Lab) -> BTreeMap<(Entity, u64), Value> {
    let records = |entity| {
        let rows = lab.records(entity, true).into_iter();
        rows.map(move |row| ((entity, row["id"].as_u64().expect("an id")), row))
    };
    LIVING.into_iter().flat_map(records).collect()
}

fn small(seed: u64) -> LabConfig {
    LabConfig { seed, tests: 250, days: 20, ..LabConfig::default() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_steps_of_the_clock_do_not_matter(seed in 0u64..1000, steps in proptest::collection::vec(1i64..90_000, 1..25)) {
        let mut stepped = Lab::generate(small(seed));
        for step in &steps {
            stepped.advance_to(stepped.now() + TimeDelta::seconds(*step));
        }
        let mut jumped = Lab::generate(small(seed));
        jumped.advance_to(stepped.now());
        assert_eq!(everything(&stepped), everything(&jumped));
    }

    #[test]
    fn whatever_changes_moves_its_last_update_and_whatever_vanishes_is_named(
        seed in 0u64..1000,
        steps in proptest::collection::vec(60i64..40_000, 1..12),
    ) {
        let mut lab = Lab::generate(small(seed));
        let mut before = everything(&lab);
        for step in steps {
            let then = lab.now();
            lab.advance_to(then + TimeDelta::seconds(step));
            let after = everything(&lab);
            for (key, row) in &after {
                if before.get(key) != Some(row) {
                    let updated = lab.last_updated(key.0, key.1).expect("live");
                    assert!(updated > then && updated <= lab.now(), "{key:?} changed unseen");
                    assert_eq!(row["last_updated"], updated.timestamp().to_string());
                }
            }
            for (entity, id) in before.keys().filter(|key| !after.contains_key(key)) {
                assert!(lab.deleted_ids(*entity).contains(id), "{entity:?} {id} vanished unseen");
            }
            before = after;
        }
    }
}
