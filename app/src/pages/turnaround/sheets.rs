//! The tables of the page about turnaround, for its cards and for exports.

use crate::components::state_name;
use crate::i18n::Lang;
use crate::model::sheet::{Cell, ColumnKind, Sheet};
use crate::model::stages::{StageName, Step, Times, Waterfall};
use crate::model::turnaround::{
    CurvePoint, DurationBin, GroupBy, GroupFigures, SlowOrder, SlowOrders, Subject, TimeClock, Turnaround,
};

/// The name of a clock.
#[must_use]
pub const fn clock_name(clock: TimeClock, lang: Lang) -> &'static str {
    match clock {
        TimeClock::Calendar => lang.turn_clock_calendar(),
        TimeClock::Working => lang.turn_clock_working(),
    }
}

/// The name of what is measured.
#[must_use]
pub const fn subject_name(subject: Subject, lang: Lang) -> &'static str {
    match subject {
        Subject::Tests => lang.tests(),
        Subject::Samples => lang.samples(),
        Subject::Orders => lang.orders(),
    }
}

/// The name of what the table groups by.
#[must_use]
pub const fn group_name(group: GroupBy, lang: Lang) -> &'static str {
    match group {
        GroupBy::Label => lang.label(),
        GroupBy::Customer => lang.customer(),
        GroupBy::Matrix => lang.matrix(),
        GroupBy::Type => lang.sample_type(),
    }
}

/// The histogram with the share done.
#[must_use]
pub fn distribution(bins: &[DurationBin], lang: Lang) -> Sheet {
    let columns = [
        (lang.turn_from(), ColumnKind::Hours),
        (lang.turn_upto(), ColumnKind::Hours),
        (lang.turn_records(), ColumnKind::Number),
        (lang.turn_share_done(), ColumnKind::Share),
    ];
    let whole: u64 = bins.iter().map(|bin| bin.count).sum();
    let mut below = 0;
    let row = |bin: &DurationBin| {
        below += bin.count;
        #[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
        let share = (whole > 0).then(|| below as f64 / whole as f64);
        vec![Cell::Hours(bin.over), Cell::hours(bin.upto), Cell::Count(bin.count), Cell::share(share)]
    };
    let rows: Vec<_> = bins.iter().map(row).collect();
    Sheet::new(lang.turn_distribution(), &columns).with_rows(rows)
}

/// The cumulative distribution.
#[must_use]
pub fn curve(points: &[CurvePoint], lang: Lang) -> Sheet {
    let columns = [
        (lang.turn_share_done(), ColumnKind::Share),
        (lang.turn_time(), ColumnKind::Hours),
        (lang.previous_period(), ColumnKind::Hours),
    ];
    let row =
        |point: &CurvePoint| vec![Cell::Share(point.share), Cell::Hours(point.hours), Cell::hours(point.previous)];
    Sheet::new(lang.turn_curve(), &columns).with_rows(points.iter().map(row))
}

/// Turnaround by bucket, with the limits.
#[must_use]
pub fn trend(page: &Turnaround, lang: Lang) -> Sheet {
    let columns = [
        (lang.period_column(), ColumnKind::Day),
        (lang.median(), ColumnKind::Hours),
        ("p90", ColumnKind::Hours),
        (lang.turn_mean(), ColumnKind::Hours),
        (lang.within_target(), ColumnKind::Number),
        (lang.above_target(), ColumnKind::Number),
        (lang.turn_median_lower(), ColumnKind::Hours),
        (lang.turn_median_upper(), ColumnKind::Hours),
        (lang.turn_p90_lower(), ColumnKind::Hours),
        (lang.turn_p90_upper(), ColumnKind::Hours),
    ];
    let limits = [
        page.median_limits.map(|limits| limits.lower),
        page.median_limits.map(|limits| limits.upper),
        page.p90_limits.map(|limits| limits.lower),
        page.p90_limits.map(|limits| limits.upper),
    ];
    let row = |(start, point): (&chrono::NaiveDate, &crate::model::overview::TurnaroundPoint)| {
        let mut cells = vec![
            Cell::Bucket(page.scope.bucket, *start),
            Cell::hours(point.median),
            Cell::hours(point.p90),
            Cell::hours(point.mean),
            Cell::Count(point.within),
            Cell::Count(point.beyond),
        ];
        cells.extend(limits.map(Cell::hours));
        cells
    };
    Sheet::new(lang.turn_trend(), &columns).with_rows(page.scope.axis.iter().zip(&page.points).map(row))
}

/// Turnaround by group.
#[must_use]
pub fn groups(rows: &[GroupFigures], by: GroupBy, lang: Lang) -> Sheet {
    let columns = [
        (group_name(by, lang), ColumnKind::Text),
        (lang.turn_records(), ColumnKind::Number),
        (lang.turn_mean(), ColumnKind::Hours),
        (lang.median(), ColumnKind::Hours),
        ("p90", ColumnKind::Hours),
        (lang.on_time(), ColumnKind::Share),
        (lang.turn_previous_median(), ColumnKind::Hours),
    ];
    let row = |row: &GroupFigures| {
        vec![
            Cell::Text(row.key.clone()),
            Cell::Count(row.ended),
            Cell::hours(row.mean),
            Cell::hours(row.median),
            Cell::hours(row.p90),
            Cell::share(row.on_time()),
            Cell::hours(row.previous_median),
        ]
    };
    Sheet::new(lang.turn_groups(), &columns).with_rows(rows.iter().map(row))
}

/// The name of a stage.
#[must_use]
pub fn stage_name(name: &StageName, lang: Lang) -> String {
    match name {
        StageName::State(state) => state_name(state, lang).into_owned(),
        StageName::Until(Step::Received) => lang.turn_until_received().to_owned(),
        StageName::Until(Step::Started) => lang.turn_until_started().to_owned(),
        StageName::Until(Step::Completed) => lang.turn_until_completed().to_owned(),
        StageName::Until(Step::Reported) => lang.turn_until_reported().to_owned(),
    }
}

/// The waterfall, the whole in the last row.
#[must_use]
pub fn stages(waterfall: Option<&Waterfall>, lang: Lang) -> Sheet {
    let columns = [
        (lang.turn_stage(), ColumnKind::Text),
        (lang.turn_passed(), ColumnKind::Number),
        (lang.median(), ColumnKind::Hours),
        ("p90", ColumnKind::Hours),
        (lang.turn_mean(), ColumnKind::Hours),
        (lang.turn_share_of_time(), ColumnKind::Share),
    ];
    let sheet = Sheet::new(lang.turn_stages(), &columns);
    let Some(waterfall) = waterfall else { return sheet };
    let all = waterfall.whole.mean;
    let row = |name: String, passed: u64, times: Times| {
        let share = (all > 0.0).then(|| times.mean / all);
        let hours = [times.median, times.p90, times.mean].map(Cell::Hours);
        let cells = [Cell::Text(name), Cell::Count(passed)].into_iter().chain(hours);
        cells.chain([Cell::share(share)]).collect::<Vec<_>>()
    };
    let stages = waterfall.stages.iter().map(|stage| row(stage_name(&stage.name, lang), stage.passed, stage.times));
    let whole = row(lang.turn_whole().to_owned(), waterfall.records, waterfall.whole);
    sheet.with_rows(stages.chain([whole]))
}

/// What an order is called.
#[must_use]
pub fn order_name(order: &SlowOrder) -> String {
    order.reference.clone().unwrap_or_else(|| order.id.to_string())
}

/// The slowest reported orders.
#[must_use]
pub fn orders(slowest: &SlowOrders, lang: Lang) -> Sheet {
    let columns = [
        (lang.order(), ColumnKind::Text),
        (lang.customer(), ColumnKind::Text),
        (lang.created(), ColumnKind::Moment),
        (lang.reported_at(), ColumnKind::Moment),
        (lang.turn_open_time(), ColumnKind::Hours),
        (lang.turn_outlier(), ColumnKind::Text),
        (lang.samples(), ColumnKind::Number),
        (lang.tests(), ColumnKind::Number),
    ];
    let row = |order: &SlowOrder| {
        vec![
            Cell::Text(order_name(order)),
            Cell::text(order.customer.as_deref()),
            Cell::Moment(order.created),
            Cell::Moment(order.reported),
            Cell::Hours(order.hours),
            Cell::Text(if order.outlier { lang.yes() } else { lang.no() }.to_owned()),
            Cell::Count(order.samples),
            Cell::Count(order.tests),
        ]
    };
    Sheet::new(lang.turn_slow(), &columns).with_rows(slowest.rows.iter().map(row))
}
