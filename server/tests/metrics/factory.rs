//! Small laboratories, written straight into the tables the way the synchronisation leaves them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use server::metrics::{Clock, Laboratory, Service};
use sqlx::PgPool;
use std::sync::Arc;

/// The instant of a UTC text such as `2026-11-02 08:00`.
pub fn at(text: &str) -> DateTime<Utc> {
    chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a moment").and_utc()
}

/// A service over `pool` that believes it is `now`, in `zone`.
pub fn service(pool: &PgPool, now: &str, zone: Tz) -> Service {
    let moment = at(now);
    let clock: Clock = Arc::new(move || moment);
    let config = server::config::LabConfig { time_zone: zone, ..Default::default() };
    Service::new(pool.clone(), Laboratory::from(&config), clock)
}

/// Writes records; every date is a UTC text, and the wall clock columns follow the zone.
pub struct Factory<'a> {
    pub pool: &'a PgPool,
    pub zone: Tz,
}

impl Factory<'_> {
    pub async fn customer(&self, id: i32, created: Option<&str>) {
        sqlx::query(
            "insert into customers (id, name, date_created, created_local, raw_payload)
             values ($1, 'Customer ' || $1, $2, $2 at time zone $3, '{}')",
        )
        .bind(id)
        .bind(created.map(at))
        .bind(self.zone.name())
        .execute(self.pool)
        .await
        .expect("a customer");
    }

    /// `dates`: created, completed, reported.
    pub async fn order(&self, id: i32, customer: i32, dates: [Option<&str>; 3], state: Option<&str>) {
        sqlx::query(
            "insert into orders (id, customer_account_id, custom_formatted_id, date_created, date_completed,
                 date_order_reported, created_local, completed_local, reported_local, state, raw_payload)
             values ($1, $2, 'ORD-' || $1, $3, $4, $5, $3 at time zone $7, $4 at time zone $7, $5 at time zone $7, $6, '{}')",
        )
        .bind(id)
        .bind(customer)
        .bind(dates[0].map(at))
        .bind(dates[1].map(at))
        .bind(dates[2].map(at))
        .bind(state)
        .bind(self.zone.name())
        .execute(self.pool)
        .await
        .expect("an order");
    }

    /// `dates`: created, completed. `kind`: state, matrix, accessioning type.
    pub async fn sample(&self, id: i32, order: i32, dates: [Option<&str>; 2], kind: [Option<&str>; 3]) {
        sqlx::query(
            "insert into samples (id, order_id, custom_formatted_id, sample_name, date_created, completed_date,
                 created_local, completed_local, state, matrix_type, sample_type, raw_payload)
             values ($1, $2, 'S-' || $1, 'Sample ' || $1, $3, $4, $3 at time zone $5, $4 at time zone $5, $6, $7, $8, '{}')",
        )
        .bind(id)
        .bind(order)
        .bind(dates[0].map(at))
        .bind(dates[1].map(at))
        .bind(self.zone.name())
        .bind(kind[0])
        .bind(kind[1])
        .bind(kind[2])
        .execute(self.pool)
        .await
        .expect("a sample");
        self.call("select refresh_samples(array[$1])", id).await;
    }

    /// `dates`: created, reported.
    pub async fn test(&self, id: i32, sample: i32, dates: [Option<&str>; 2], state: Option<&str>, label: Option<&str>) {
        sqlx::query(
            "insert into tests (id, sample_id, date_created, report_completed_date, created_local, reported_local,
                 tat_hours, state, label_abbr, raw_payload)
             values ($1, $2, $3, $4, $3 at time zone $5, $4 at time zone $5,
                 extract(epoch from $4::timestamptz - $3::timestamptz) / 3600, $6, $7, '{}')",
        )
        .bind(id)
        .bind(sample)
        .bind(dates[0].map(at))
        .bind(dates[1].map(at))
        .bind(self.zone.name())
        .bind(state)
        .bind(label)
        .execute(self.pool)
        .await
        .expect("a test");
        self.call("select refresh_tests(array[$1])", id).await;
    }

    pub async fn ban(&self, kind: &str, id: i32) {
        sqlx::query("insert into banned_entities (entity_type, entity_id) values ($1, $2)")
            .bind(kind)
            .bind(id)
            .execute(self.pool)
            .await
            .expect("a ban");
    }

    async fn call(&self, statement: &'static str, id: i32) {
        sqlx::query(statement).bind(id).execute(self.pool).await.expect("the lineage");
    }
}
