//! A customer's page: what is open, what came lately, volumes and months.

use super::lists::window;
use super::pages::{Head, part, row};
use super::{Fault, Service, checked_target};
use crate::db::records::{self as db, facts};
use app::error::AppError;
use app::model::filter::Filter;
use app::model::ids::CustomerId;
use app::model::period::{Bucket, DayRange};
use app::model::records::detail::{CustomerMonth, CustomerPage, CustomerVolume};
use app::model::records::rows::{CustomerRow, OrderRow};
use app::model::records::{Condition, ListQuery, RecordKind};
use chrono::{Days, Months, NaiveDate};

/// Open orders shown at most.
const MOST_OPEN: u32 = 50;

/// Recent orders shown at most.
const MOST_RECENT: u32 = 10;

/// The lengths in days of the volumes shown, all time last.
const VOLUMES: [Option<i64>; 4] = [Some(30), Some(90), Some(365), None];

impl Service {
    pub(super) async fn customer_page(&self, id: CustomerId, sla_hours: f64) -> Result<CustomerPage, Fault> {
        let judgement = self.judgement(checked_target(sla_hours)?);
        let today = self.wall_clock(judgement.now).date();
        let mut connection = db::snapshot(&self.pool).await?;
        let customer: CustomerRow = row(&mut connection, RecordKind::Customers, id.0, &judgement).await?;
        let facts = facts::customer(&mut *connection, id.0, &judgement).await?.ok_or(AppError::NotFound)?;
        let orders = ListQuery::with_filter(RecordKind::Orders, Filter { customer: Some(id), ..Filter::default() });
        let open =
            part::<OrderRow>(&mut connection, &orders.clone().with(Condition::Open), &judgement, MOST_OPEN).await?;
        let recent = part::<OrderRow>(&mut connection, &orders, &judgement, MOST_RECENT).await?;
        let mut volumes = Vec::with_capacity(VOLUMES.len());
        for length in VOLUMES {
            let days = length.map(|length| last_days(today, length));
            let volume = facts::volume(&mut *connection, id.0, days.map(window), sla_hours).await?;
            volumes.push(told(length, volume));
        }
        let months = last_months(today);
        let counted = match months.first() {
            Some(first) => facts::months(&mut *connection, id.0, *first).await?,
            None => Vec::new(),
        };
        let head = Head { kind: RecordKind::Customers, id: id.0, common: facts.common, subjects: &[] };
        Ok(CustomerPage {
            backdrop: self.backdrop(&mut connection, head, &judgement).await?,
            customer,
            aliases: facts.aliases,
            open,
            recent,
            volumes,
            months: months.into_iter().map(|month| dense(month, &counted)).collect(),
        })
    }
}

/// So many days that end today.
fn last_days(today: NaiveDate, length: i64) -> DayRange {
    let back = Days::new(u64::try_from(length - 1).unwrap_or(0));
    DayRange { from: today.checked_sub_days(back).unwrap_or(today), to: today }
}

/// The first days of this month and the eleven before, oldest first.
fn last_months(today: NaiveDate) -> Vec<NaiveDate> {
    let this = Bucket::Month.start(today);
    (0..12).rev().filter_map(|back| this.checked_sub_months(Months::new(back))).collect()
}

fn dense(month: NaiveDate, counted: &[(NaiveDate, i64, i64)]) -> CustomerMonth {
    let found = counted.iter().find(|(first, ..)| *first == month);
    let count = |count: i64| count.try_into().unwrap_or(0);
    CustomerMonth {
        month,
        tests: found.map_or(0, |(_, tests, _)| count(*tests)),
        reported: found.map_or(0, |(.., reported)| count(*reported)),
    }
}

fn told(days: Option<i64>, volume: facts::Volume) -> CustomerVolume {
    let count = |count: i64| count.try_into().unwrap_or(0);
    CustomerVolume {
        days,
        orders: count(volume.orders),
        samples: count(volume.samples),
        tests: count(volume.tests),
        reported: count(volume.reported),
        within: count(volume.within),
        beyond: count(volume.beyond),
        tat_median: volume.tat_median,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_months_end_with_this_one_across_a_new_year() {
        let months = last_months(NaiveDate::from_ymd_opt(2026, 2, 17).expect("a date"));
        assert_eq!(months.first().map(ToString::to_string).as_deref(), Some("2025-03-01"));
        assert_eq!(months.last().map(ToString::to_string).as_deref(), Some("2026-02-01"));
        assert_eq!(last_days(NaiveDate::from_ymd_opt(2026, 2, 17).expect("a date"), 30).days(), 30);
    }
}
