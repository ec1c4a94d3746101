//! Who is to be told what: compares what is wrong with what was told. Pure; times are parameters.
//!
//! An alert is told once to each channel, again while it stays open after the pause for repetition, and once more when
//! it is settled. A condition that is gone for a moment is not settled. What could not be delivered is tried again.

use super::rules::{Condition, Subject};
use crate::db::alerts::AlertRow;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

/// A condition must stay away for so long before its alert is settled.
const SETTLE: TimeDelta = TimeDelta::minutes(2);

/// Why something is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// It is new.
    Raised,
    /// It is still so.
    Repeated,
    /// It is over.
    Recovered,
}

impl Occasion {
    /// Its name in messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Repeated => "repeated",
            Self::Recovered => "recovered",
        }
    }
}

/// Something to be told to one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The alert.
    pub subject: Subject,
    /// The channel's name.
    pub channel: String,
    /// Why.
    pub occasion: Occasion,
}

/// Brings the rows up to date with what is wrong now.
pub fn update(rows: &mut Vec<AlertRow>, wrong: &[Condition], now: DateTime<Utc>) {
    for condition in wrong {
        let key = condition.subject.key();
        let place = rows.iter().position(|row| row.key == key).unwrap_or_else(|| {
            rows.push(AlertRow {
                key: key.to_owned(),
                severity: condition.subject.severity().to_owned(),
                detail: String::new(),
                since: now,
                last_seen: now,
                resolved_at: Some(now),
                told: Value::Object(Map::new()),
            });
            rows.len() - 1
        });
        let row = &mut rows[place];
        if row.resolved_at.take().is_some() {
            row.since = now;
        }
        row.last_seen = now;
        row.detail.clone_from(&condition.figures);
    }
    for row in rows.iter_mut().filter(|row| row.resolved_at.is_none()) {
        let gone = !wrong.iter().any(|condition| condition.subject.key() == row.key);
        if gone && now - row.last_seen >= SETTLE {
            row.resolved_at = Some(now);
        }
    }
}

/// What is to be told to these channels.
#[must_use]
pub fn due(rows: &[AlertRow], channels: &[&str], now: DateTime<Utc>, repeat: TimeDelta) -> Vec<Due> {
    let mut due = Vec::new();
    for row in rows {
        let Some(subject) = Subject::from_key(&row.key) else { continue };
        for &channel in channels {
            let told = told(row, channel);
            let occasion = match (row.resolved_at, told) {
                (None, None) => Occasion::Raised,
                (None, Some(at)) if now - at >= repeat => Occasion::Repeated,
                (Some(_), Some(_)) => Occasion::Recovered,
                _ => continue,
            };
            due.push(Due { subject, channel: channel.to_owned(), occasion });
        }
    }
    due
}

/// Notes that something was delivered.
pub fn delivered(row: &mut AlertRow, channel: &str, occasion: Occasion, now: DateTime<Utc>) {
    if !row.told.is_object() {
        row.told = Value::Object(Map::new());
    }
    let Some(told) = row.told.as_object_mut() else { return };
    if occasion == Occasion::Recovered {
        told.remove(channel);
    } else {
        told.insert(channel.to_owned(), now.to_rfc3339().into());
    }
}

fn told(row: &AlertRow, channel: &str) -> Option<DateTime<Utc>> {
    row.told.get(channel)?.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    fn wrong() -> Vec<Condition> {
        vec![Condition { subject: Subject::SyncFailed, figures: "full: other".into() }]
    }

    /// One look at a minute; everything due is delivered except to `broken`.
    fn look(rows: &mut Vec<AlertRow>, wrong: &[Condition], minute: i64, broken: &str) -> Vec<String> {
        update(rows, wrong, at(minute));
        let due = due(rows, &["mail", "slack"], at(minute), TimeDelta::hours(1));
        for one in due.iter().filter(|one| one.channel != broken) {
            let row = rows.iter_mut().find(|row| row.key == one.subject.key()).expect("its row");
            delivered(row, &one.channel, one.occasion, at(minute));
        }
        due.iter().map(|one| format!("{} {}", one.channel, one.occasion.name())).collect()
    }

    #[test]
    fn an_alert_is_told_once_then_after_the_pause_and_once_when_it_is_over() {
        let mut rows = Vec::new();
        assert_eq!(look(&mut rows, &wrong(), 0, ""), ["mail raised", "slack raised"]);
        assert!(look(&mut rows, &wrong(), 1, "").is_empty());
        assert_eq!(look(&mut rows, &wrong(), 60, ""), ["mail repeated", "slack repeated"]);
        assert!(look(&mut rows, &[], 61, "").is_empty(), "gone for a moment only");
        assert_eq!(look(&mut rows, &[], 62, ""), ["mail recovered", "slack recovered"]);
        assert!(look(&mut rows, &[], 63, "").is_empty());
        assert_eq!(look(&mut rows, &wrong(), 64, ""), ["mail raised", "slack raised"], "a new one");
    }

    #[test]
    fn a_flapping_condition_is_one_alert() {
        let mut rows = Vec::new();
        look(&mut rows, &wrong(), 0, "");
        for minute in 1..30 {
            let now_wrong = if minute % 2 == 0 { wrong() } else { Vec::new() };
            assert!(look(&mut rows, &now_wrong, minute, "").is_empty(), "minute {minute}");
        }
    }

    #[test]
    fn a_channel_that_fails_is_tried_again_without_bothering_the_other() {
        let mut rows = Vec::new();
        look(&mut rows, &wrong(), 0, "slack");
        assert_eq!(look(&mut rows, &wrong(), 1, ""), ["slack raised"]);
        look(&mut rows, &[], 3, "mail");
        assert_eq!(look(&mut rows, &[], 4, ""), ["mail recovered"]);
    }
}
