//! Wrong tries cost their source time. They are counted in the database, by source, and by source and account: all
//! processes share them, and nobody can keep the owner of an account out from elsewhere.

use super::{AuthError, secret_hash};
use crate::db::{PgPool, tries};
use std::net::IpAddr;
use std::time::Duration;

/// Wrong tries that cost nothing.
const FREE: u32 = 5;

/// Without a wrong try for this long, a source starts anew.
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// The longest wait.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// The counter.
pub struct Throttle {
    pool: PgPool,
}

impl Throttle {
    /// Counts in this database.
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// Whether `source` may try now, at this account if one is named.
    ///
    /// # Errors
    /// [`AuthError::Throttled`] with the whole seconds to wait, at least one; the database.
    pub async fn admit(&self, source: IpAddr, account: Option<&str>) -> Result<(), AuthError> {
        let rows = tries::of(&self.pool, &key(source), &named(account)).await?;
        let wait = rows.into_iter().filter_map(|row| wait(u32::try_from(row.failures).unwrap_or(0), row.idle)).max();
        wait.map_or(Ok(()), |seconds| Err(AuthError::Throttled(seconds)))
    }

    /// Notes a wrong try.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn failed(&self, source: IpAddr, account: Option<&str>) -> Result<(), AuthError> {
        Ok(tries::failed(&self.pool, &key(source), &named(account), WINDOW.as_secs_f64()).await?)
    }

    /// Forgets the wrong tries of a source at an account whose secret it has shown to know.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn succeeded(&self, source: IpAddr, account: &str) -> Result<(), AuthError> {
        Ok(tries::succeeded(&self.pool, &key(source), &named(Some(account))).await?)
    }
}

/// How an account is named here.
fn named(account: Option<&str>) -> Vec<u8> {
    account.map(|name| secret_hash(name.as_bytes()).to_vec()).unwrap_or_default()
}

/// One household of IPv6 addresses is one source.
fn key(source: IpAddr) -> String {
    match source.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{}/64", IpAddr::from([a, b, c, d, 0, 0, 0, 0]))
        }
        v4 => v4.to_string(),
    }
}

/// The whole seconds to wait, `idle` seconds after the last of so many wrong tries; none when the next may come.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "above zero and at most the longest wait")]
fn wait(failures: u32, idle: f64) -> Option<u64> {
    // A clock that was set back must not make anybody wait longer than the longest wait.
    let idle = idle.max(0.0);
    let left = penalty(failures).as_secs_f64() - idle;
    (idle < WINDOW.as_secs_f64() && left > 0.0).then(|| (left.ceil() as u64).max(1))
}

/// Nothing for the first tries, then 10 s, doubling up to the longest wait.
fn penalty(failures: u32) -> Duration {
    if failures < FREE {
        return Duration::ZERO;
    }
    Duration::from_secs(10 << (failures - FREE).min(10)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_wrong_try_waits_longer_each_time_up_to_a_bound() {
        assert_eq!([wait(0, 0.0), wait(4, 0.0), wait(5, 0.0), wait(6, 0.0)], [None, None, Some(10), Some(20)]);
        assert_eq!([wait(5, 9.5), wait(5, 10.0), wait(6, 10.0)], [Some(1), None, Some(10)]);
        assert_eq!([wait(4_000, 0.0), wait(4_000, 899.0), wait(4_000, 900.0)], [Some(900), Some(1), None]);
        assert_eq!(wait(5, -3_600.0), Some(10), "a clock that was set back");
    }

    #[test]
    fn a_household_of_addresses_is_one_source() {
        let of = |text: &str| key(text.parse().expect("an address"));
        assert_eq!(of("2001:db8:0:1::9"), of("2001:db8:0:1:7:7:7:7"));
        assert_ne!(of("2001:db8:0:1::9"), of("2001:db8:0:2::9"));
        assert_eq!(of("::ffff:192.0.2.1"), "192.0.2.1");
    }

    #[sqlx::test(migrator = "crate::MIGRATOR")]
    async fn wrong_tries_are_shared_and_cost_nobody_elsewhere(pool: PgPool) {
        let (first, second) = (Throttle::new(pool.clone()), Throttle::new(pool));
        let (here, there) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        for _ in 0..5 {
            assert!(first.admit(here, Some("ana")).await.is_ok());
            first.failed(here, Some("ana")).await.expect("noted");
        }
        // Another process, or this one after a restart.
        assert!(matches!(second.admit(here, Some("ana")).await, Err(AuthError::Throttled(9..=10))));
        assert!(matches!(second.admit(here, Some("ben")).await, Err(AuthError::Throttled(_))), "the source waits");
        assert!(second.admit(there, Some("ana")).await.is_ok(), "the owner comes in from elsewhere");
        second.succeeded(here, "ana").await.expect("noted");
        assert!(first.admit(here, Some("ana")).await.is_ok());
        assert!(first.admit(here, None).await.is_ok());
    }

    #[sqlx::test(migrator = "crate::MIGRATOR")]
    async fn who_knows_one_password_earns_nothing_for_others(pool: PgPool) {
        let throttle = Throttle::new(pool);
        let here = IpAddr::from([192, 0, 2, 1]);
        for _ in 0..5 {
            throttle.failed(here, Some("ana")).await.expect("noted");
            throttle.succeeded(here, "own").await.expect("noted");
        }
        assert!(matches!(throttle.admit(here, Some("ana")).await, Err(AuthError::Throttled(_))));
        assert!(matches!(throttle.admit(here, Some("own")).await, Err(AuthError::Throttled(_))));
    }
}
