//! The laboratory as it is set at this moment: what the environment says, and where it is silent, what administrators
//! have set. One value a process, replaced as a whole when something changes; whoever answers a request takes it once.

mod change;
mod follow;

pub use follow::follow;

use crate::config::LabConfig;
use crate::db::{DbError, PgPool, lab};
use app::i18n::Lang;
use app::model::filter::{DEFAULT_SLA_HOURS, set_default_sla_hours};
use chrono_tz::Tz;
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::{Notify, watch};

/// The key of each setting.
pub mod key {
    /// The laboratory's name.
    pub const NAME: &str = "lab.name";
    /// The zone that is wanted; the one that the copy speaks of stands under another key.
    pub const ZONE: &str = crate::db::lab::WANTED_ZONE;
    /// The language of those who have chosen none.
    pub const LANGUAGE: &str = "lab.language";
    /// The turnaround target in hours.
    pub const SLA: &str = "lab.sla_hours";
    /// The states that end an order.
    pub const FINAL_STATES: &str = "lab.final_states";
    /// The zone that the copy speaks of.
    pub const ADOPTED_ZONE: &str = "time_zone";
}

/// What figures, records and pages depend on besides their data.
#[derive(Clone, Debug, PartialEq)]
pub struct Lab {
    /// The laboratory's name, if it has one.
    pub name: Option<String>,
    /// The zone that the copy speaks of.
    pub zone: Tz,
    /// The zone that it is to speak of.
    pub wanted_zone: Tz,
    /// The language of those who have chosen none; absent = the browser's.
    pub language: Option<Lang>,
    /// The turnaround target where a view asks for no other, in hours.
    pub sla_hours: f64,
    /// The states that end an order, in upper case.
    pub final_states: Vec<String>,
}

impl Lab {
    /// What is in force by the environment and by what is stored.
    fn of(config: &LabConfig, stored: &[(String, Value)]) -> Self {
        let value = |key: &str| stored.iter().find(|(name, _)| name == key).map(|(_, value)| value);
        let text = |key: &str| value(key).and_then(Value::as_str);
        let zone = |key: &str| text(key).and_then(|name| name.parse::<Tz>().ok());
        let held = config.held;
        let wanted = if held.time_zone { None } else { zone(key::ZONE) };
        // Until the copy has been computed anew, its days are those of the zone before.
        let spoken = wanted.and_then(|_| zone(key::ADOPTED_ZONE));
        let states = || serde_json::from_value(value(key::FINAL_STATES)?.clone()).ok();
        Self {
            name: (!held.name).then(|| text(key::NAME)).flatten().map(str::to_owned).or_else(|| config.name.clone()),
            zone: spoken.unwrap_or(config.time_zone),
            wanted_zone: wanted.unwrap_or(config.time_zone),
            language: text(key::LANGUAGE).and_then(Lang::from_tag),
            sla_hours: value(key::SLA).and_then(Value::as_f64).unwrap_or(DEFAULT_SLA_HOURS),
            final_states: (!held.final_states).then(states).flatten().unwrap_or_else(|| config.final_states.clone()),
        }
    }
}

/// The laboratory of this process, shared by everything that depends on it.
#[derive(Clone)]
pub struct Current {
    now: Arc<watch::Sender<Arc<Lab>>>,
    call: Arc<Notify>,
}

impl Current {
    /// What the environment says alone.
    #[must_use]
    pub fn new(config: &LabConfig) -> Self {
        Self { now: Arc::new(watch::channel(Arc::new(Lab::of(config, &[]))).0), call: Arc::default() }
    }

    /// The laboratory now.
    #[must_use]
    pub fn get(&self) -> Arc<Lab> {
        Arc::clone(&self.now.borrow())
    }

    /// The zone that the copy speaks of.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.now.borrow().zone
    }

    /// Says that the settings may have changed; whoever follows them looks at once.
    pub fn call(&self) {
        self.call.notify_one();
    }

    /// Reads what is stored and puts it in force.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn refresh(&self, pool: &PgPool, config: &LabConfig) -> Result<(), DbError> {
        let fresh = Lab::of(config, &lab::stored(pool).await?);
        let changed = self.now.send_if_modified(|held| {
            let differs = **held != fresh;
            if differs {
                *held = Arc::new(fresh.clone());
            }
            differs
        });
        if changed {
            set_default_sla_hours(fresh.sla_hours);
        }
        Ok(())
    }
}

impl From<Tz> for Current {
    /// A laboratory without settings, in this zone.
    fn from(zone: Tz) -> Self {
        Self::new(&LabConfig { time_zone: zone, ..LabConfig::default() })
    }
}

/// Settings as pages and REST see and change them.
pub struct Settings {
    pool: PgPool,
    config: LabConfig,
    current: Current,
}

impl Settings {
    /// A service over this database; what `config` holds from the environment cannot be changed.
    #[must_use]
    pub const fn new(pool: PgPool, config: LabConfig, current: Current) -> Self {
        Self { pool, config, current }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Held;
    use serde_json::json;

    fn stored(pairs: &[(&str, Value)]) -> Vec<(String, Value)> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
    }

    #[test]
    fn what_is_stored_counts_where_the_environment_is_silent() {
        let set = stored(&[
            (key::NAME, json!("Fernholt Labs")),
            (key::ZONE, json!("America/Denver")),
            (key::ADOPTED_ZONE, json!("America/Denver")),
            (key::SLA, json!(72.0)),
            (key::FINAL_STATES, json!(["RELEASED"])),
            (key::LANGUAGE, json!("es")),
        ]);
        let lab = Lab::of(&LabConfig::default(), &set);
        assert_eq!((lab.name.as_deref(), lab.zone), (Some("Fernholt Labs"), Tz::America__Denver));
        assert_eq!((lab.sla_hours, lab.language), (72.0, Some(Lang::Es)));
        assert_eq!(lab.final_states, ["RELEASED"]);
        let held = Held { name: true, time_zone: true, final_states: true };
        let config = LabConfig { held, name: Some("Here".to_owned()), ..LabConfig::default() };
        let lab = Lab::of(&config, &set);
        assert_eq!((lab.name.as_deref(), lab.zone, lab.wanted_zone), (Some("Here"), Tz::UTC, Tz::UTC));
        assert_eq!(lab.final_states, config.final_states);
    }

    #[test]
    fn until_the_copy_is_computed_anew_its_days_are_those_of_the_zone_before() {
        let set = stored(&[(key::ZONE, json!("Asia/Tokyo")), (key::ADOPTED_ZONE, json!("America/Denver"))]);
        let lab = Lab::of(&LabConfig::default(), &set);
        assert_eq!((lab.zone, lab.wanted_zone), (Tz::America__Denver, Tz::Asia__Tokyo));
    }

    #[test]
    fn what_cannot_be_read_is_as_if_it_were_not_set() {
        let set =
            stored(&[(key::ZONE, json!("Mars/Olympus")), (key::SLA, json!("soon")), (key::FINAL_STATES, json!(7))]);
        assert_eq!(Lab::of(&LabConfig::default(), &set), Lab::of(&LabConfig::default(), &[]));
    }
}
