//! The shape of turnaround: its histogram, and its figures by key.

use super::{Population, Window, rolled};
use sqlx::PgExecutor;
use std::collections::BTreeMap;

/// How many tests took how long; negative durations are in none of the five.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    /// Below 24 hours.
    pub under_24: i64,
    /// From 24 to below 48 hours.
    pub under_48: i64,
    /// From 48 to below 72 hours.
    pub under_72: i64,
    /// From 72 to below 168 hours.
    pub under_168: i64,
    /// 168 hours and more.
    pub rest: i64,
}

/// The histogram of the tests reported in the window.
///
/// # Errors
/// When the database fails.
pub async fn histogram(db: impl PgExecutor<'_>, who: &Population, window: Window) -> sqlx::Result<Histogram> {
    if let Some(key) = rolled::key(who, &[window]) {
        let windows = [window, Window::EMPTY];
        let rows = rolled::days(db, key.dimension, Some(&key.key), windows, rolled::Read::Hours).await?;
        let all = rolled::durations(&rows);
        let [under_24, under_48, under_72, under_168] = [24.0, 48.0, 72.0, 168.0].map(|edge| all.below(edge));
        return Ok(Histogram {
            under_24,
            under_48: under_48 - under_24,
            under_72: under_72 - under_48,
            under_168: under_168 - under_72,
            rest: all.below(f64::INFINITY) - under_168,
        });
    }
    sqlx::query_as!(
        Histogram,
        r#"
        select count(*) filter (where tat_hours < 24) as "under_24!",
            count(*) filter (where tat_hours >= 24 and tat_hours < 48) as "under_48!",
            count(*) filter (where tat_hours >= 48 and tat_hours < 72) as "under_72!",
            count(*) filter (where tat_hours >= 72 and tat_hours < 168) as "under_168!",
            count(*) filter (where tat_hours >= 168) as "rest!"
        from visible_tests($1, $2, $3, $4, $5, $6)
        where reported_local is not null and tat_hours >= 0
          and ($7::timestamp is null or reported_local >= $7) and ($8::timestamp is null or reported_local < $8)
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        window.from,
        window.until,
    )
    .fetch_one(db)
    .await
}

/// What tests are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The label of the test.
    Label,
    /// The matrix of the sample.
    Matrix,
    /// The customer's name.
    Customer,
}

impl By {
    const fn slug(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Matrix => "matrix",
            Self::Customer => "customer",
        }
    }
}

/// Which date the window bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The day of creation.
    Created,
    /// The day of the report.
    Reported,
}

/// The turnaround of one group. Durations in hours.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupRow {
    /// The key; `unknown` where there is none.
    pub key: String,
    /// The customer's id, when grouped by customer.
    pub id: Option<i32>,
    /// Tests with a usable turnaround.
    pub measured: i64,
    /// Tests reported before they were created.
    pub negative: i64,
    /// Tests at or below the target.
    pub within: i64,
    /// Arithmetic mean.
    pub mean: Option<f64>,
    /// 50th, 90th, 95th and 99th percentile.
    pub percentiles: Option<Vec<f64>>,
}

/// The turnaround of tests by key, most tests first, equal counts by key.
///
/// # Errors
/// When the database fails.
pub async fn grouped(
    db: impl PgExecutor<'_>,
    who: &Population,
    window: Window,
    clock: Clock,
    by: By,
    sla_hours: f64,
) -> sqlx::Result<Vec<GroupRow>> {
    if rolled::tells_all(who, &[window]) {
        let read = if clock == Clock::Reported { rolled::Read::Hours } else { rolled::Read::CreatedHours };
        let rows = rolled::days(db, by.slug(), None, [window, Window::EMPTY], read).await?;
        return Ok(groups(&rows, by == By::Customer, sla_hours));
    }
    sqlx::query_as!(
        GroupRow,
        r#"
        with keyed as (
            select case $10 when 'label' then key_of(t.label_abbr) when 'matrix' then key_of(s.matrix_type)
                    else key_of(c.name) end as key,
                c.id, t.tat_hours, case when $9 then t.reported_local else t.created_local end as at
            from visible_tests($1, $2, $3, $4, $5, $6) t
            left join samples s on $10 = 'matrix' and s.id = t.sample_id
            left join customers c on $10 = 'customer' and c.id = t.customer_id
            where t.tat_hours is not null
        ), chosen as (
            select * from keyed
            where ($7::timestamp is null or at >= $7) and ($8::timestamp is null or at < $8)
        )
        select key as "key!", id as "id?", count(*) filter (where tat_hours >= 0) as "measured!",
            count(*) filter (where tat_hours < 0) as "negative!",
            count(*) filter (where tat_hours >= 0 and tat_hours <= $11) as "within!",
            avg(tat_hours) filter (where tat_hours >= 0) as "mean?",
            percentile_cont(array[0.5, 0.9, 0.95, 0.99]) within group (order by tat_hours)
                filter (where tat_hours >= 0) as "percentiles?"
        from chosen group by key, id
        order by 3 desc, key collate "C", id
        "#,
        who.customer,
        who.order,
        who.sample_type.as_deref(),
        who.matrix.as_deref(),
        who.label.as_deref(),
        who.state.as_deref(),
        window.from,
        window.until,
        clock == Clock::Reported,
        by.slug(),
        sla_hours,
    )
    .fetch_all(db)
    .await
}

/// The figures of [`grouped`] from the roll-up.
fn groups(rows: &[rolled::DayRow], by_customer: bool, sla_hours: f64) -> Vec<GroupRow> {
    let mut keys: BTreeMap<(String, Option<i32>), Vec<&[f64]>> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.hours.is_empty()) {
        // A customer that is not there has no name.
        let id = row.key.parse().ok().filter(|_| by_customer && row.name.is_some());
        let key = if by_customer { rolled::known(row.name.clone()) } else { row.key.clone() };
        keys.entry((key, id)).or_default().push(&row.hours);
    }
    let one = |((key, id), lists): ((String, Option<i32>), Vec<&[f64]>)| {
        let all = rolled::Durations::of(lists);
        GroupRow {
            key,
            id,
            measured: rolled::count(all.hours.len()),
            negative: all.negative,
            within: all.up_to(sla_hours),
            mean: all.mean(),
            percentiles: all.percentiles(&[0.5, 0.9, 0.95, 0.99]),
        }
    };
    let mut found: Vec<GroupRow> = keys.into_iter().map(one).collect();
    let last = |row: &GroupRow| (row.id.is_none(), row.id);
    found.sort_by(|a, b| {
        b.measured.cmp(&a.measured).then_with(|| a.key.cmp(&b.key)).then_with(|| last(a).cmp(&last(b)))
    });
    found
}
