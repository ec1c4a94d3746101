//! Figures from the roll-up by day. The schema's function `day_figures` reads clean days from it and counts the others
//! from the records, so that its answer is the one of a direct count at any moment; only the time it takes differs.

use super::operations::CompletedRow;
use super::process::Profile;
use super::timed::{BinRow, TimedGroupRow};
use super::turnaround::{DaySum, TurnaroundRow};
use super::volume::VolumeRow;
use super::{Periods, Population, Shift, Window};
use crate::db::DbError;
use app::model::period::Bucket;
use chrono::{Days, Months, NaiveDate};
use sqlx::{PgExecutor, PgPool};
use std::collections::{BTreeMap, BTreeSet};

/// Days of a window above which it is counted from the records: the roll-up reaches back some years, not for ever.
const MOST_DAYS: i64 = 1200;

/// Fiftieths at which the quantiles of a curve are taken.
const CURVE: std::ops::RangeInclusive<u8> = 0..=50;

/// Days that are rolled up in one transaction, which keeps writers waiting.
const AT_ONCE: i32 = 7;

/// Days that one call makes clean at most, twice: writers may take some back meanwhile.
const MOST_ROLLED: u64 = 1827;

/// Which rows of the roll-up a population is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// `all`, `customer`, `label`, `state`, `matrix` or `type`; only of the first two does it know samples and customers.
    pub(super) dimension: &'static str,
    /// The key in that dimension.
    pub(super) key: String,
}

/// True when nothing but days is asked for, and the roll-up has them.
pub(super) fn tells_all(who: &Population, windows: &[Window]) -> bool {
    key(who, windows).is_some_and(|key| key.dimension == "all")
}

/// The key of a population, unless the roll-up cannot tell it or a window has no ends or very distant ones. The past is
/// counted in one reading of the records instead of one for each day.
pub(super) fn key(who: &Population, windows: &[Window]) -> Option<Key> {
    if who.past || who.order.is_some() || !windows.iter().all(|window| is_near(*window)) {
        return None;
    }
    let texts = [("label", &who.label), ("state", &who.state), ("matrix", &who.matrix), ("type", &who.sample_type)];
    let customer = who.customer.map(|id| Key { dimension: "customer", key: id.to_string() });
    let texts = texts.into_iter().filter_map(|(dimension, key)| Some(Key { dimension, key: key.clone()? }));
    let mut named = customer.into_iter().chain(texts);
    match (named.next(), named.next()) {
        (None, _) => Some(Key { dimension: "all", key: String::new() }),
        (Some(key), None) => Some(key).filter(Key::is_told),
        _ => None,
    }
}

impl Key {
    /// A filter by no text, or by the samples of which nothing is known, finds what the roll-up does not.
    fn is_told(&self) -> bool {
        let of_samples = matches!(self.dimension, "matrix" | "type");
        !(self.key.is_empty() || of_samples && self.key == "unknown")
    }
}

fn is_near(window: Window) -> bool {
    match (window.from, window.until) {
        (Some(from), Some(until)) => (until - from).num_days() <= MOST_DAYS,
        _ => false,
    }
}

/// One day of a period, or the part of it that lies in the window.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DayRow {
    /// 0 for the current period, 1 for the one compared with.
    period: i32,
    /// The key, when the rows of a whole dimension were asked for.
    pub(super) key: String,
    /// The customer's name, in rows by customer.
    pub(super) name: Option<String>,
    day: NaiveDate,
    samples: i32,
    tests: i32,
    completed: i32,
    reported: i32,
    pub(super) hours: Vec<f64>,
    customers: Vec<i32>,
}

/// What is read besides the counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    Counts,
    /// Turnaround of the tests reported on the day.
    Hours,
    /// Turnaround of the tests created on the day.
    CreatedHours,
    Customers,
}

/// The days of both periods; of each key of the dimension when `key` is none.
pub(super) async fn days(
    db: impl PgExecutor<'_>,
    dimension: &str,
    key: Option<&str>,
    windows: [Window; 2],
    read: Read,
) -> sqlx::Result<Vec<DayRow>> {
    sqlx::query_as!(
        DayRow,
        r#"
        select period as "period!", key as "key!", c.name as "name?", day as "day!", samples as "samples!", tests as "tests!",
            completed as "completed!", reported as "reported!",
            case when $7 then hours when $8 then created_hours else '{}' end as "hours!",
            case when $9 then customers else '{}' end as "customers!"
        from (
            select 0 as period, d.* from day_figures($1, $2, $3, $4) d
            union all
            select 1, d.* from day_figures($1, $2, $5, $6) d
        ) both_periods
        left join customers c on c.id = case when $1 = 'customer' then nullif(key, '')::integer end
        "#,
        dimension,
        key,
        windows[0].from,
        windows[0].until,
        windows[1].from,
        windows[1].until,
        read == Read::Hours,
        read == Read::CreatedHours,
        read == Read::Customers,
    )
    .fetch_all(db)
    .await
}

/// Where a day of a period stands on the axis of the current one.
fn place(periods: &Periods, row: &DayRow) -> Option<NaiveDate> {
    let Shift { months, days } = if row.period == 1 { periods.shift } else { Shift::default() };
    let day = row.day.checked_add_months(Months::new(months.try_into().unwrap_or(0)))?;
    let day = day.checked_add_days(Days::new(days.try_into().unwrap_or(0)))?;
    Some(Bucket::from_slug(periods.bucket)?.start(day))
}

/// Rows by period in total, and by bucket; totals after the buckets of their period, as the direct statements give them.
fn grouped<'a>(periods: &Periods, rows: &'a [DayRow]) -> BTreeMap<(i32, bool, Option<NaiveDate>), Vec<&'a DayRow>> {
    let mut groups: BTreeMap<_, Vec<&DayRow>> = BTreeMap::new();
    for row in rows {
        groups.entry((row.period, false, place(periods, row))).or_default().push(row);
        groups.entry((row.period, true, None)).or_default().push(row);
    }
    groups
}

fn sum(rows: &[&DayRow], of: fn(&DayRow) -> i32) -> i64 {
    rows.iter().map(|row| i64::from(of(row))).sum()
}

/// The counts of [`super::volume::measure`].
pub(super) fn volume(periods: &Periods, rows: &[DayRow]) -> Vec<VolumeRow> {
    let one = |((period, total, bucket), rows): ((i32, bool, _), Vec<&DayRow>)| VolumeRow {
        period,
        total,
        bucket,
        samples: sum(&rows, |row| row.samples),
        tests: sum(&rows, |row| row.tests),
        reported: sum(&rows, |row| row.reported),
        customers: count(rows.iter().flat_map(|row| &row.customers).collect::<BTreeSet<_>>().len()),
    };
    let busy = rows.iter().filter(|row| row.samples + row.tests + row.reported > 0).cloned().collect::<Vec<_>>();
    grouped(periods, &busy).into_iter().map(one).collect()
}

/// The counts of [`super::operations::completed`].
pub(super) fn completed(periods: &Periods, rows: &[DayRow]) -> Vec<CompletedRow> {
    let busy = rows.iter().filter(|row| row.completed > 0).cloned().collect::<Vec<_>>();
    let one = |((period, total, bucket), rows): ((i32, bool, _), Vec<&DayRow>)| CompletedRow {
        period,
        total,
        bucket,
        tests: sum(&rows, |row| row.completed),
    };
    grouped(periods, &busy).into_iter().map(one).collect()
}

/// The figures of [`super::turnaround::measure`].
pub(super) fn turnaround(periods: &Periods, rows: Vec<DayRow>, sla_hours: f64) -> Vec<TurnaroundRow> {
    let busy: Vec<DayRow> = rows.into_iter().filter(|row| row.reported > 0).collect();
    let one = |((period, total, bucket), rows): ((i32, bool, _), Vec<&DayRow>)| {
        let reported = sum(&rows, |row| row.reported);
        let sample = Durations::of(rows.iter().map(|row| row.hours.as_slice()));
        let within = sample.up_to(sla_hours);
        TurnaroundRow {
            period,
            total,
            bucket,
            measured: count(sample.hours.len()),
            undated: reported - count(sample.hours.len()) - sample.negative,
            negative: sample.negative,
            within,
            beyond: count(sample.hours.len()) - within,
            mean: sample.mean(),
            percentiles: sample.percentiles(&[0.5, 0.9, 0.95, 0.99]),
        }
    };
    grouped(periods, &busy).into_iter().map(one).collect()
}

/// The sums of [`super::turnaround::daily`].
pub(super) fn sums(rows: &[DayRow]) -> Vec<DaySum> {
    let mut sums: Vec<DaySum> = rows
        .iter()
        .filter_map(|row| {
            let sample = Durations::of([row.hours.as_slice()]);
            let tests = count(sample.hours.len());
            (tests > 0).then(|| DaySum { day: row.day, tests, hours: sample.hours.iter().sum() })
        })
        .collect();
    sums.sort_by_key(|sum| sum.day);
    sums
}

/// The shape of [`super::process::profile`] between the usual events.
pub(super) fn profile(rows: &[DayRow], sla_hours: f64) -> Profile {
    let all = durations(rows);
    let measured = count(all.hours.len());
    Profile {
        measured,
        negative: all.negative,
        undated: rows.iter().map(|row| i64::from(row.reported)).sum::<i64>() - measured - all.negative,
        within: all.up_to(sla_hours),
        mean: all.mean(),
        percentiles: all.percentiles(&[0.5, 0.9, 0.95, 0.99]),
        curve: all.curve(),
    }
}

/// All durations of a window.
pub(super) fn durations(rows: &[DayRow]) -> Durations {
    Durations::of(rows.iter().map(|row| row.hours.as_slice()))
}

/// The groups of [`super::timed::grouped`], by label or by customer.
pub(super) fn groups(rows: &[DayRow], by_customer: bool, sla_hours: f64) -> Vec<TimedGroupRow> {
    let mut keys: BTreeMap<&str, [Vec<&DayRow>; 2]> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.reported > 0) {
        let both = keys.entry(&row.key).or_default();
        if let Some(period) = usize::try_from(row.period).ok().and_then(|at| both.get_mut(at)) {
            period.push(row);
        }
    }
    let mut groups: Vec<TimedGroupRow> = keys
        .into_iter()
        .filter(|(_, [now, _])| !now.is_empty())
        .map(|(key, [now, before])| {
            let sample = Durations::of(now.iter().map(|row| row.hours.as_slice()));
            let before = Durations::of(before.iter().map(|row| row.hours.as_slice()));
            let name = now.first().and_then(|row| row.name.clone());
            TimedGroupRow {
                key: if by_customer { known(name) } else { key.to_owned() },
                id: key.parse().ok().filter(|_| by_customer),
                ended: sum(&now, |row| row.reported),
                measured: count(sample.hours.len()),
                within: sample.up_to(sla_hours),
                mean: sample.mean(),
                percentiles: sample.percentiles(&[0.5, 0.9]),
                previous_median: before.percentiles(&[0.5]).and_then(|values| values.first().copied()),
            }
        })
        .collect();
    let last = |row: &TimedGroupRow| row.id.is_none();
    groups.sort_by(|a, b| {
        b.measured.cmp(&a.measured).then_with(|| a.key.cmp(&b.key)).then_with(|| (last(a), a.id).cmp(&(last(b), b.id)))
    });
    groups
}

/// The key a record counts under.
pub(super) fn known(text: Option<String>) -> String {
    text.filter(|text| !text.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}

/// Durations in hours, ascending, without the negative ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Durations {
    pub(super) hours: Vec<f64>,
    /// How many were negative.
    pub(super) negative: i64,
}

impl Durations {
    /// Merges ascending lists.
    pub(super) fn of<'a>(lists: impl IntoIterator<Item = &'a [f64]>) -> Self {
        let (mut hours, mut negative, mut many) = (Vec::new(), 0, 0);
        for list in lists {
            let from = list.partition_point(|hours| *hours < 0.0);
            negative += count(from);
            hours.extend_from_slice(&list[from..]);
            many += 1;
        }
        if many > 1 {
            // A stable sort finds the ascending runs and merges them.
            hours.sort_by(f64::total_cmp);
        }
        Self { hours, negative }
    }

    /// How many lie at or below a limit.
    pub(super) fn up_to(&self, limit: f64) -> i64 {
        count(self.hours.partition_point(|hours| *hours <= limit))
    }

    /// How many lie below a limit.
    pub(super) fn below(&self, limit: f64) -> i64 {
        count(self.hours.partition_point(|hours| *hours < limit))
    }

    pub(super) fn mean(&self) -> Option<f64> {
        (!self.hours.is_empty()).then(|| self.hours.iter().sum::<f64>() / float(self.hours.len()))
    }

    /// The quantiles 0, 0.02 … 1.
    pub(super) fn curve(&self) -> Option<Vec<f64>> {
        let shares: Vec<f64> = CURVE.map(|n| f64::from(n) / 50.0).collect();
        self.percentiles(&shares)
    }

    /// By linear interpolation, as `percentile_cont` does it.
    pub(super) fn percentiles(&self, shares: &[f64]) -> Option<Vec<f64>> {
        let last = self.hours.len().checked_sub(1)?;
        Some(shares.iter().map(|share| self.at(share * float(last))).collect())
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "ranks are positions of the list")]
    fn at(&self, rank: f64) -> f64 {
        let value = |rank: f64| self.hours.get(rank as usize).copied().unwrap_or_default();
        let (below, above) = (value(rank.floor()), value(rank.ceil()));
        below + (above - below) * rank.fract()
    }

    /// The bins of [`super::timed::bins`] over ascending upper edges.
    pub(super) fn bins(&self, edges: &[f64]) -> Vec<BinRow> {
        let mut rows = Vec::new();
        let mut before = 0;
        for (at, limit) in edges.iter().copied().chain([f64::INFINITY]).enumerate() {
            let upto = self.up_to(limit);
            if upto > before {
                rows.push(BinRow { from_end: i32::try_from(edges.len() - at).unwrap_or(0), count: upto - before });
            }
            before = upto;
        }
        rows.reverse();
        rows
    }
}

pub(super) fn count(many: usize) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "no list has 2^53 entries")]
pub(super) fn float(many: usize) -> f64 {
    many as f64
}

/// Makes the days clean that are not, the newest first, a few at a time. Gives how many.
///
/// # Errors
/// When the database fails.
pub async fn roll(pool: &PgPool) -> Result<u64, DbError> {
    let mut rolled = 0;
    while rolled < 2 * MOST_ROLLED {
        let days = sqlx::query_scalar!(r#"select unrolled_days($1) as "days!""#, AT_ONCE).fetch_one(pool).await?;
        if days.is_empty() {
            break;
        }
        sqlx::query!("select roll_days($1)", &days).execute(pool).await?;
        rolled += days.len() as u64;
    }
    Ok(rolled)
}
