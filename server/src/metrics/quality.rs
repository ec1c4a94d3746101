//! The page about quality: how tests came out, for whom, and what is out of its usual range.

use super::Service;
use super::scope::{self, Resolved};
use super::series::{count, dense, unsigned};
use super::unusual;
use crate::db::metrics::outcomes::{self, CustomerStateRow, OutcomeRow, TagRow};
use crate::db::metrics::process::{self, PassRow};
use crate::db::metrics::quality::{self, StateRow};
use crate::db::metrics::turnaround::{self, TurnaroundRow};
use crate::db::metrics::{Periods, Window};
use app::components::Family;
use app::model::filter::Filter;
use app::model::ids::{CustomerId, SampleId};
use app::model::overview::{Figure, Scope};
use app::model::quality::{
    CustomerStates, LabelPass, MetrcTag, Outcome, Quality, QualityGroup, QualityPoint, QualityTiles, Unusual, Whose,
};
use std::collections::{BTreeMap, HashMap};

/// Customers on the heat map.
const CUSTOMERS: usize = 20;

/// Samples with a METRC status listed.
const TAGS: usize = 20;

/// Everything on the page.
pub(super) async fn load(service: &Service, filter: &Filter) -> sqlx::Result<Quality> {
    let laboratory = service.laboratory();
    let Resolved { scope, who, periods } = scope::resolve(filter, laboratory, service.now_local());
    let Periods { current, previous, bucket, .. } = periods;
    let weeks = Window { until: current.from, ..current.starting_earlier(7 * unusual::WEEKS) };
    let sla = filter.sla_hours;

    let mut db = service.pool().acquire().await?;
    let now = outcomes::measure(&mut *db, &who, current, sla).await?;
    let before = outcomes::measure(&mut *db, &who, weeks, sla).await?;
    let compared = match scope.previous {
        Some(_) => Some(outcomes::measure(&mut *db, &who, previous, sla).await?),
        None => None,
    };
    let states = quality::states(&mut *db, &who, current, bucket).await?;
    let turnaround = turnaround::measure(&mut *db, &who, &periods, sla).await?;
    let labels = process::first_pass(&mut *db, &who, current).await?;
    let by_customer = outcomes::states_by_customer(&mut *db, &who, current).await?;
    let tags = outcomes::tags(&mut *db, &who, current, laboratory.zone.name()).await?;
    drop(db);

    let course = course(&scope, &states, &turnaround);
    let total = total(&now);
    let (states, customer_states) = state_map(&by_customer);
    Ok(Quality {
        tiles: tiles(&scope, &total, compared.as_deref().map(self::total).as_ref(), &course),
        total,
        unusual: unusual(&now, &before),
        course,
        states,
        customer_states,
        labels: labels.into_iter().filter_map(label_pass).collect(),
        customers: groups(&now, "customer"),
        matrices: groups(&now, "matrix"),
        metrc_statuses: statuses(&tags),
        metrc: tags.into_iter().take(TAGS).map(metrc_tag).collect(),
        scope,
    })
}

fn outcome(row: &OutcomeRow) -> Outcome {
    Outcome {
        created: unsigned(row.created),
        on_hold: unsigned(row.on_hold),
        not_reportable: unsigned(row.not_reportable),
        cancelled: unsigned(row.cancelled),
        reported: unsigned(row.reported),
        within: unsigned(row.within),
        beyond: unsigned(row.beyond),
        observed: unsigned(row.observed),
        reworked: unsigned(row.reworked),
    }
}

fn total(rows: &[OutcomeRow]) -> Outcome {
    rows.iter().find(|row| row.dimension == "total").map(outcome).unwrap_or_default()
}

/// Whose tests a row counts; none for tests without a customer.
fn whose(row: &OutcomeRow) -> Option<Whose> {
    match row.dimension.as_str() {
        "customer" => row.customer.zip(row.name.clone()).map(|(id, name)| Whose::Customer(CustomerId(id), name)),
        "matrix" => row.matrix.clone().map(Whose::Matrix),
        _ => Some(Whose::All),
    }
}

fn groups(rows: &[OutcomeRow], dimension: &str) -> Vec<QualityGroup> {
    let found = rows.iter().filter(|row| row.dimension == dimension);
    found.filter_map(|row| Some(QualityGroup { whose: whose(row)?, outcome: outcome(row) })).collect()
}

fn unusual(now: &[OutcomeRow], before: &[OutcomeRow]) -> Vec<Unusual> {
    let key = |row: &OutcomeRow| (row.dimension.clone(), row.customer, row.matrix.clone());
    let usual: HashMap<_, Outcome> = before.iter().map(|row| (key(row), outcome(row))).collect();
    let mut found: Vec<Unusual> = now
        .iter()
        .filter_map(|row| Some((whose(row)?, outcome(row), usual.get(&key(row))?)))
        .flat_map(|(whose, now, before)| unusual::of_group(&whose, &now, before).collect::<Vec<_>>())
        .collect();
    found.sort_by(|a, b| (b.share - b.limit).total_cmp(&(a.share - a.limit)).then(a.measure.cmp(&b.measure)));
    found
}

fn course(scope: &Scope, states: &[StateRow], turnaround: &[TurnaroundRow]) -> Vec<QualityPoint> {
    let mut points: BTreeMap<chrono::NaiveDate, QualityPoint> = BTreeMap::new();
    for row in states {
        let point = points.entry(row.bucket).or_default();
        let tests = unsigned(row.count);
        match row.state.trim().to_uppercase().as_str() {
            "ON HOLD" => point.on_hold += tests,
            "RERUN" | "RE-PREP" => point.rework += tests,
            "NOT REPORTABLE" => point.not_reportable += tests,
            "CANCELLED" | "CLIENT CANCELLED" => point.cancelled += tests,
            _ => {}
        }
    }
    for row in turnaround.iter().filter(|row| !row.total && row.period == 0) {
        if let Some(bucket) = row.bucket {
            let point = points.entry(bucket).or_default();
            (point.within, point.beyond) = (unsigned(row.within), unsigned(row.beyond));
        }
    }
    dense(&scope.axis, points)
}

fn number(value: u64) -> f64 {
    count(i64::try_from(value).unwrap_or(i64::MAX))
}

fn tiles(scope: &Scope, now: &Outcome, before: Option<&Outcome>, course: &[QualityPoint]) -> QualityTiles {
    let counted = |field: fn(&Outcome) -> u64, series: fn(&QualityPoint) -> u64| Figure {
        value: Some(number(field(now))),
        previous: before.map(|before| number(field(before))),
        series: course.iter().map(|point| Some(number(series(point)))).collect(),
        previous_series: Vec::new(),
    };
    let share = |field: fn(&Outcome) -> Option<f64>| Figure {
        value: field(now),
        previous: scope.previous.and(before).and_then(field),
        ..Figure::default()
    };
    let on_time =
        |point: &QualityPoint| Outcome { within: point.within, beyond: point.beyond, ..Outcome::default() }.on_time();
    QualityTiles {
        on_hold: counted(|outcome| outcome.on_hold, |point| point.on_hold),
        not_reportable: counted(|outcome| outcome.not_reportable, |point| point.not_reportable),
        cancelled: counted(|outcome| outcome.cancelled, |point| point.cancelled),
        repeat_rate: share(Outcome::repeat_rate),
        first_pass: share(Outcome::first_pass),
        on_time: Figure { series: course.iter().map(on_time).collect(), ..share(Outcome::on_time) },
    }
}

fn label_pass(row: PassRow) -> Option<LabelPass> {
    Some(LabelPass {
        label: row.label?,
        tests: unsigned(row.tests),
        observed: unsigned(row.observed),
        reworked: unsigned(row.reworked),
    })
}

/// The states in which tests are neither done nor reported, and the customers with most such tests.
fn state_map(rows: &[CustomerStateRow]) -> (Vec<String>, Vec<CustomerStates>) {
    let open = |state: &str| !matches!(Family::of(state), Family::Done | Family::Reported);
    let mut totals: BTreeMap<&str, i64> = BTreeMap::new();
    for row in rows.iter().filter(|row| open(&row.state)) {
        *totals.entry(&row.state).or_default() += row.tests;
    }
    let mut states: Vec<(&str, i64)> = totals.into_iter().collect();
    states.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let at: HashMap<&str, usize> = states.iter().enumerate().map(|(at, (state, _))| (*state, at)).collect();
    let mut customers: BTreeMap<i32, CustomerStates> = BTreeMap::new();
    for row in rows {
        let Some(at) = at.get(row.state.as_str()) else { continue };
        let customer = customers.entry(row.customer).or_insert_with(|| CustomerStates {
            id: CustomerId(row.customer),
            name: row.name.clone(),
            counts: vec![0; states.len()],
        });
        customer.counts[*at] = unsigned(row.tests);
    }
    let mut customers: Vec<CustomerStates> = customers.into_values().collect();
    let sum = |customer: &CustomerStates| customer.counts.iter().sum::<u64>();
    customers.sort_by(|a, b| sum(b).cmp(&sum(a)).then_with(|| a.name.cmp(&b.name)));
    customers.truncate(CUSTOMERS);
    (states.into_iter().map(|(state, _)| state.to_owned()).collect(), customers)
}

fn statuses(rows: &[TagRow]) -> Vec<(Option<String>, u64)> {
    let mut found: Vec<(Option<String>, u64)> = Vec::new();
    for row in rows {
        if !found.iter().any(|(status, _)| *status == row.status) {
            found.push((row.status.clone(), unsigned(row.of_status)));
        }
    }
    found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    found
}

fn metrc_tag(row: TagRow) -> MetrcTag {
    MetrcTag {
        sample: SampleId(row.sample),
        number: row.number,
        customer: row.customer,
        tag: row.tag,
        status: row.status,
        given: row.given,
    }
}
