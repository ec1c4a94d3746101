//! The tests to come: the forecast of [`super::forecast`] from the tests created so far.

use super::forecast::{Calibration, Expected, HISTORY_DAYS, History};
use super::series::dense;
use crate::db::metrics::{Periods, Population, Shift, Window, volume};
use app::model::period::{Bucket, DayRange};
use chrono::{Days, NaiveDate};
use sqlx::PgPool;

/// The days to come and how the same method did on the last ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workload {
    /// From today on; none without a week of history.
    pub days: Vec<Expected>,
    /// The back-test.
    pub calibration: Calibration,
}

/// Foretells the tests created on the `ahead` days that begin with `today`, from those created up to yesterday.
///
/// # Errors
/// When the database fails.
pub async fn expected(pool: &PgPool, who: &Population, today: NaiveDate, ahead: u64) -> sqlx::Result<Workload> {
    let back = |days| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let (first, last) = (back(u64::try_from(HISTORY_DAYS).unwrap_or(0)), back(1));
    let periods = Periods {
        current: Window::days(first, last),
        previous: Window::EMPTY,
        shift: Shift::default(),
        bucket: Bucket::Day.slug(),
    };
    let rows = volume::measure(pool, who, &periods).await?;
    let found = rows.iter().filter(|row| !row.total).filter_map(|row| Some((row.bucket?, row.tests)));
    let counts: Vec<i64> = dense(&Bucket::Day.axis(DayRange { from: first, to: last }), found);
    let history = History { counts: &counts, last };
    Ok(Workload { days: history.forecast(ahead), calibration: history.calibration() })
}
