//! The page about priority orders: what waits now, how likely it is to miss the target, and what is left to do in it.
//! Late, at risk and ready are those of the lists; the work left in an order is that of REST.

use super::Service;
use super::remaining::{Company, PEER_DAYS};
use super::scope;
use super::series::{count, unsigned};
use crate::db::metrics::overdue::{self, AssayRow};
use crate::db::metrics::priority::{self, OpenRow, SampleRow, StayRow};
use crate::db::metrics::{Population, process};
use app::model::filter::default_sla_hours;
use app::model::ids::{CustomerId, OrderId, SampleId, TestId};
use app::model::priority::{
    AGES, LateCustomer, LateState, ListedSample, OpenAssay, OpenSample, PAGE_ROWS, Priority, PriorityCounts,
    PriorityOrder, PriorityQuery, PrioritySort, PriorityTab, Urgency, Who, age_class,
};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, HashMap};

/// How many open orders are past the standing target.
pub(super) async fn late(service: &Service) -> sqlx::Result<u64> {
    let finals = &service.laboratory().final_states;
    Ok(unsigned(priority::late(service.pool(), service.now(), default_sla_hours(), finals).await?))
}

/// Everything on the page.
pub(super) async fn load(service: &Service, query: &PriorityQuery) -> sqlx::Result<Priority> {
    let laboratory = service.laboratory();
    let (now, finals, target) = (service.now(), &laboratory.final_states, query.filter.sla_hours);
    let resolved = scope::resolve(&query.filter, laboratory, service.now_local());
    let (scope, who) = (resolved.scope, Population { state: None, ..resolved.who });
    let mut db = service.pool().acquire().await?;
    let open = priority::open(&mut *db, &who, now, finals).await?;
    let company = company(&mut db, now, finals).await?;
    let samples = priority::sample_counts(&mut *db, &who, now, finals).await?;
    let counts = PriorityCounts {
        ready_samples: unsigned(samples.ready),
        ready_orders: unsigned(samples.ready_orders),
        metrc: unsigned(samples.metrc),
        ..counts(&open, &company, target)
    };
    let late: Vec<&OpenRow> = open.iter().filter(|row| Urgency::of(row.age, target) == Urgency::Late).collect();
    let (customers, states) = (by_customer(&late), by_state(&late));
    let mut page =
        Priority { scope, counts, total: 0, page: 1, orders: Vec::new(), samples: Vec::new(), customers, states };
    if let Some(urgency) = query.tab.urgency() {
        let mut rows = rows(&open, query, urgency, &company);
        rows.sort_by(|a, b| in_order(query, a, b));
        page.total = rows.len() as u64;
        let (first, many) = part(&mut page, query);
        page.orders = rows.into_iter().skip(first).take(many).collect();
        fill(&mut db, &mut page.orders, now).await?;
    } else {
        let ready = query.tab == PriorityTab::Ready;
        page.total = if ready { page.counts.ready_samples } else { page.counts.metrc };
        let (first, many) = part(&mut page, query);
        let part = (i64::try_from(many).unwrap_or(i64::MAX), i64::try_from(first).unwrap_or(0));
        let rows = if ready {
            priority::ready(&mut *db, &who, now, finals, part).await?
        } else {
            priority::metrc(&mut *db, &who, now, laboratory.zone.name(), part).await?
        };
        page.samples = rows.into_iter().map(listed).collect();
    }
    Ok(page)
}

/// The finished orders that open ones are compared with, whosever they are.
async fn company(db: &mut PgConnection, now: DateTime<Utc>, finals: &[String]) -> sqlx::Result<Company> {
    let since = now - TimeDelta::days(PEER_DAYS);
    let lives = process::order_lives(db, &Population::default(), since, now, finals).await?;
    let done: Vec<(Option<i32>, f64)> =
        lives.into_iter().filter_map(|life| Some((life.customer, life.hours?))).collect();
    Ok(Company::new(&done))
}

fn counts(open: &[OpenRow], company: &Company, target: f64) -> PriorityCounts {
    let mut counts = PriorityCounts { open: open.len() as u64, ..PriorityCounts::default() };
    for row in open {
        let Some(age) = row.age else { continue };
        match Urgency::of(row.age, target) {
            Urgency::Late => {
                counts.late += 1;
                counts.newly_late += u64::from(age <= target + 24.0);
            }
            Urgency::Risk => {
                counts.risk += 1;
                counts.expected_misses += company.miss(row.customer, age, target).unwrap_or(0.0);
            }
            Urgency::Warning => counts.warning += 1,
            Urgency::Calm => {}
        }
    }
    let oldest = open.first().and_then(|row| Some((OrderId(row.id), row.number.clone(), row.age?)));
    PriorityCounts { oldest, ..counts }
}

/// Sets the page that can be shown; gives its first row and how many it may have.
fn part(page: &mut Priority, query: &PriorityQuery) -> (usize, usize) {
    if query.whole {
        return (0, usize::MAX);
    }
    let total = usize::try_from(page.total).unwrap_or(usize::MAX);
    let last = u32::try_from(total.div_ceil(PAGE_ROWS)).unwrap_or(u32::MAX).max(1);
    page.page = query.page.min(last);
    let before = usize::try_from(page.page - 1).unwrap_or(0);
    (before * PAGE_ROWS, PAGE_ROWS)
}

fn who(id: Option<i32>, name: Option<String>) -> Who {
    id.map(CustomerId).zip(name)
}

fn rows(open: &[OpenRow], query: &PriorityQuery, urgency: Urgency, company: &Company) -> Vec<PriorityOrder> {
    let target = query.filter.sla_hours;
    let least = 24.0 * f64::from(query.min_days);
    let listed = open.iter().filter(|row| Urgency::of(row.age, target) == urgency);
    listed
        .filter_map(|row| {
            let age = row.age.filter(|age| *age >= least)?;
            Some(PriorityOrder {
                id: OrderId(row.id),
                number: row.number.clone(),
                customer: who(row.customer, row.name.clone()),
                state: row.state.clone(),
                stay: row.stay,
                created: row.created,
                age,
                chance: company.miss(row.customer, age, target),
                samples: 0,
                open_tests: 0,
                wait: None,
                work: Vec::new(),
            })
        })
        .collect()
}

/// Values first, then what is missing, whichever way the order goes; equals by age, then by id.
fn in_order(query: &PriorityQuery, a: &PriorityOrder, b: &PriorityOrder) -> Ordering {
    let directed = |order: Ordering| if query.descending { order.reverse() } else { order };
    let words = |one: Option<String>, other: Option<String>| match (one, other) {
        (Some(one), Some(other)) => directed(one.to_lowercase().cmp(&other.to_lowercase())),
        (one, other) => other.is_some().cmp(&one.is_some()),
    };
    let numbers = |one: Option<f64>, other: Option<f64>| match (one, other) {
        (Some(one), Some(other)) => directed(one.total_cmp(&other)),
        (one, other) => other.is_some().cmp(&one.is_some()),
    };
    let name = |order: &PriorityOrder| order.customer.as_ref().map(|(_, name)| name.clone());
    let key = match query.sort {
        PrioritySort::Age => numbers(Some(a.age), Some(b.age)),
        PrioritySort::Order => words(a.number.clone(), b.number.clone()),
        PrioritySort::Customer => words(name(a), name(b)),
        PrioritySort::State => words(a.state.clone(), b.state.clone()),
        PrioritySort::Stay => numbers(a.stay, b.stay),
        PrioritySort::Chance => numbers(a.chance, b.chance),
    };
    key.then_with(|| b.age.total_cmp(&a.age)).then(a.id.cmp(&b.id))
}

/// Adds what is left to do.
async fn fill(db: &mut PgConnection, orders: &mut [PriorityOrder], now: DateTime<Utc>) -> sqlx::Result<()> {
    let ids: Vec<i32> = orders.iter().map(|order| order.id.0).collect();
    let assays = overdue::assays(&mut *db, &ids).await?;
    let stays = priority::stays(&mut *db, &ids, now).await?;
    let stays: HashMap<i32, StayRow> = stays.into_iter().map(|row| (row.id, row)).collect();
    let mut by_order: BTreeMap<i32, Vec<AssayRow>> = BTreeMap::new();
    for row in assays {
        by_order.entry(row.order).or_default().push(row);
    }
    for order in orders {
        let rows = by_order.remove(&order.id.0).unwrap_or_default();
        let pending = rows.iter().filter(|row| row.pending);
        let waits = pending.flat_map(|row| row.tests.iter().flatten()).filter_map(|test| stays.get(test));
        let longest = waits.max_by(|a, b| a.hours.total_cmp(&b.hours).then(b.id.cmp(&a.id)));
        order.wait = longest.map(|row| (row.state.clone(), row.hours));
        let samples: Vec<&[AssayRow]> = rows.chunk_by(|a, b| a.sample == b.sample).collect();
        order.samples = samples.len() as u64;
        order.work = samples.into_iter().filter_map(|rows| open_sample(rows, &stays)).collect();
        order.open_tests = order.work.iter().map(|sample| sample.open_tests).sum();
    }
    Ok(())
}

/// A sample from its assays, where one of them is pending.
fn open_sample(rows: &[AssayRow], stays: &HashMap<i32, StayRow>) -> Option<OpenSample> {
    let first = rows.first()?;
    let many = |row: &AssayRow| row.tests.as_ref().map_or(0, Vec::len) as u64;
    let pending = || rows.iter().filter(|row| row.pending);
    let assays: Vec<OpenAssay> = pending().filter_map(|row| open_assay(row, stays)).collect();
    (!assays.is_empty()).then(|| OpenSample {
        id: SampleId(first.sample),
        number: first.custom_id.clone(),
        name: first.name.clone(),
        matrix: first.matrix.clone(),
        tests: rows.iter().map(many).sum(),
        open_tests: pending().map(many).sum(),
        assays,
    })
}

fn open_assay(row: &AssayRow, stays: &HashMap<i32, StayRow>) -> Option<OpenAssay> {
    let tests = row.tests.as_ref()?;
    let hours = tests.iter().filter_map(|test| stays.get(test)).map(|stay| stay.hours);
    Some(OpenAssay {
        test: TestId(*tests.first()?),
        label: row.label.clone().filter(|label| !label.is_empty()),
        states: row.states.clone().unwrap_or_default(),
        stay: hours.max_by(f64::total_cmp),
    })
}

fn listed(row: SampleRow) -> ListedSample {
    ListedSample {
        id: SampleId(row.id),
        number: row.number,
        name: row.sample_name,
        order: row.order.map(|id| (OrderId(id), row.order_number)),
        customer: who(row.customer, row.name),
        at: row.at,
        hours: row.hours,
        tests: unsigned(row.tests),
        metrc: row.tag.map(|tag| (tag, row.status)),
    }
}

fn by_customer(late: &[&OpenRow]) -> Vec<LateCustomer> {
    let mut found: BTreeMap<Option<i32>, LateCustomer> = BTreeMap::new();
    for row in late {
        let one = found.entry(row.customer).or_insert_with(|| LateCustomer {
            customer: who(row.customer, row.name.clone()),
            ages: vec![0; AGES.len()],
            longest: 0.0,
        });
        let class = row.age.map_or(AGES.len() - 1, age_class);
        if let Some(age) = one.ages.get_mut(class) {
            *age += 1;
        }
        one.longest = one.longest.max(row.age.unwrap_or(0.0));
    }
    let mut customers: Vec<LateCustomer> = found.into_values().collect();
    customers.sort_by(|a, b| (Reverse(a.orders()), &a.customer).cmp(&(Reverse(b.orders()), &b.customer)));
    customers
}

fn by_state(late: &[&OpenRow]) -> Vec<LateState> {
    let mut found: BTreeMap<Option<String>, (u64, Vec<f64>)> = BTreeMap::new();
    for row in late {
        let (orders, stays) = found.entry(row.state.clone()).or_default();
        *orders += 1;
        stays.extend(row.stay);
    }
    let mut states: Vec<LateState> = found
        .into_iter()
        .map(|(state, (orders, mut stays))| {
            stays.sort_by(f64::total_cmp);
            LateState {
                state,
                orders,
                observed: stays.len() as u64,
                median: median(&stays),
                longest: stays.last().copied(),
            }
        })
        .collect();
    states.sort_by(|a, b| (Reverse(a.orders), &a.state).cmp(&(Reverse(b.orders), &b.state)));
    states
}

/// The median of a sorted list.
fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.get(sorted.len() / 2)?;
    let below = sorted.get((sorted.len() - 1) / 2)?;
    Some((below + middle) / count(2))
}
