//! What the page about turnaround shows, and the state of it.

use super::filter::{BadFilter, Filter, percent_decode, percent_encode};
use super::ids::{CustomerId, OrderId};
use super::overview::{Figure, Scope, TurnaroundPoint};
use super::stages::Waterfall;
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

/// Orders that were open shorter than this are not listed as slow, in hours.
pub const LEAST_HOURS: f64 = 72.0;

/// From this on a reported order is an outlier, in hours.
pub const OUTLIER_HOURS: f64 = 120.0;

/// How time is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TimeClock {
    /// Every hour.
    #[default]
    Calendar,
    /// The laboratory's working hours without holidays.
    Working,
}

impl TimeClock {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Calendar, Self::Working];

    /// The word that stands for it in a URL and in REST.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::Working => "working",
        }
    }
}

/// What turnaround is measured of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Tests, from creation to report.
    #[default]
    Tests,
    /// Samples, from creation to completion.
    Samples,
    /// Orders, from creation to report.
    Orders,
}

impl Subject {
    /// All.
    pub const ALL: [Self; 3] = [Self::Tests, Self::Samples, Self::Orders];

    /// The word that stands for it in a URL.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Tests => "tests",
            Self::Samples => "samples",
            Self::Orders => "orders",
        }
    }

    /// What records of this kind can be grouped by; the first is the usual one.
    #[must_use]
    pub const fn groups(self) -> &'static [GroupBy] {
        match self {
            Self::Tests => &[GroupBy::Label, GroupBy::Customer, GroupBy::Matrix, GroupBy::Type],
            Self::Samples => &[GroupBy::Matrix, GroupBy::Customer, GroupBy::Type],
            Self::Orders => &[GroupBy::Customer],
        }
    }
}

/// What the table groups by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupBy {
    /// The label of the assay.
    Label,
    /// The customer.
    Customer,
    /// The matrix of the sample.
    Matrix,
    /// The accessioning type of the sample.
    Type,
}

impl GroupBy {
    /// All.
    pub const ALL: [Self; 4] = [Self::Label, Self::Customer, Self::Matrix, Self::Type];

    /// The word that stands for it in a URL.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Customer => "customer",
            Self::Matrix => "matrix",
            Self::Type => "type",
        }
    }
}

/// The state of the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TurnaroundQuery {
    /// The filter shared with the dashboards.
    pub filter: Filter,
    /// How time is counted.
    pub clock: TimeClock,
    /// What is measured.
    pub subject: Subject,
    /// What the table groups by; absent, or of another subject, for the usual.
    pub group: Option<GroupBy>,
    /// Reported orders that were open shorter are not listed, in hours.
    pub least_hours: f64,
    /// From this on they are outliers, in hours.
    pub outlier_hours: f64,
}

impl Default for TurnaroundQuery {
    fn default() -> Self {
        Self {
            filter: Filter::default(),
            clock: TimeClock::default(),
            subject: Subject::default(),
            group: None,
            least_hours: LEAST_HOURS,
            outlier_hours: OUTLIER_HOURS,
        }
    }
}

impl TurnaroundQuery {
    /// The parameters that only this page has.
    pub const OWN: [&'static str; 5] = ["clock", "entity", "group", "least", "outlier"];

    /// Reads a URL query; unknown names are ignored, the last of a repeated name counts.
    ///
    /// # Errors
    /// Names the first parameter whose value cannot be used.
    pub fn parse(query: &str) -> Result<Self, BadFilter> {
        let last = |name: &str| {
            let pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
            let mut values = pairs.filter(|(key, _)| *key == name).map(|(_, value)| percent_decode(value));
            values.rfind(|value| !value.is_empty())
        };
        Ok(Self {
            filter: Filter::parse(query)?,
            clock: word("clock", last("clock"), &TimeClock::ALL, TimeClock::slug)?.unwrap_or_default(),
            subject: word("entity", last("entity"), &Subject::ALL, Subject::slug)?.unwrap_or_default(),
            group: word("group", last("group"), &GroupBy::ALL, GroupBy::slug)?,
            least_hours: hours("least", last("least"))?.unwrap_or(LEAST_HOURS),
            outlier_hours: hours("outlier", last("outlier"))?.unwrap_or(OUTLIER_HOURS),
        })
    }

    /// What the table groups by: what was asked for where that means something, else the usual.
    #[must_use]
    pub fn grouping(&self) -> GroupBy {
        let groups = self.subject.groups();
        self.group.filter(|group| groups.contains(group)).unwrap_or(groups[0])
    }

    /// The parameters that only this page has, as far as they are not the usual ones.
    #[must_use]
    pub fn own_pairs(&self) -> Vec<(String, String)> {
        let differs = |hours: f64, usual: f64| (hours - usual).abs() > f64::EPSILON;
        let values = [
            (self.clock != TimeClock::default()).then(|| self.clock.slug().to_owned()),
            (self.subject != Subject::default()).then(|| self.subject.slug().to_owned()),
            self.group.map(|group| group.slug().to_owned()),
            differs(self.least_hours, LEAST_HOURS).then(|| self.least_hours.to_string()),
            differs(self.outlier_hours, OUTLIER_HOURS).then(|| self.outlier_hours.to_string()),
        ];
        Self::OWN.into_iter().zip(values).filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    /// The shortest URL query that reads back as this one.
    #[must_use]
    pub fn to_query(&self) -> String {
        let mut query = self.filter.to_query();
        for (name, value) in self.own_pairs() {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(&name);
            query.push('=');
            percent_encode(&value, &mut query);
        }
        query
    }

    /// The link to the page in this state.
    #[must_use]
    pub fn href(&self) -> String {
        self.filter.href_with("/turnaround", self.own_pairs())
    }
}

fn word<T: Copy>(
    field: &'static str,
    value: Option<String>,
    words: &[T],
    slug: fn(T) -> &'static str,
) -> Result<Option<T>, BadFilter> {
    let Some(value) = value else { return Ok(None) };
    let found = words.iter().copied().find(|word| slug(*word) == value);
    found.map(Some).ok_or_else(|| {
        let words: Vec<&str> = words.iter().map(|word| slug(*word)).collect();
        BadFilter { field, why: format!("must be one of {}", words.join(", ")) }
    })
}

fn hours(field: &'static str, value: Option<String>) -> Result<Option<f64>, BadFilter> {
    let Some(value) = value else { return Ok(None) };
    match value.parse::<f64>() {
        Ok(hours) if (0.0..=87_600.0).contains(&hours) => Ok(Some(hours)),
        _ => Err(BadFilter { field, why: "must be a number of hours between 0 and 87600".to_owned() }),
    }
}

impl From<TurnaroundQuery> for String {
    fn from(query: TurnaroundQuery) -> Self {
        query.to_query()
    }
}

impl TryFrom<String> for TurnaroundQuery {
    type Error = BadFilter;
    fn try_from(query: String) -> Result<Self, BadFilter> {
        Self::parse(&query)
    }
}

/// The tiles. Durations in hours.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TurnaroundTiles {
    /// Records whose last event lies in the range, measurable or not.
    pub ended: Figure,
    /// The share of the measurable ones at or below the target, 0 to 1.
    pub on_time: Figure,
    /// Arithmetic mean.
    pub mean: Figure,
    /// Median.
    pub median: Figure,
    /// 90th percentile.
    pub p90: Figure,
    /// 95th percentile.
    pub p95: Figure,
    /// 99th percentile.
    pub p99: Figure,
}

/// How the records that ended in the range split; the four parts add up to all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// At or below the target.
    pub within: u64,
    /// Above the target.
    pub beyond: u64,
    /// Without the date of the beginning.
    pub undated: u64,
    /// Ended before they began.
    pub negative: u64,
}

/// A bin of the histogram: above `over` and at or below `upto`; the first holds zero too.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DurationBin {
    /// Lower edge in hours.
    pub over: f64,
    /// Upper edge in hours; absent in the last.
    pub upto: Option<f64>,
    /// Records.
    pub count: u64,
}

/// A point of the cumulative distribution.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// The share of records, 0 to 1.
    pub share: f64,
    /// That took at most so many hours.
    pub hours: f64,
    /// The same in the period compared with.
    pub previous: Option<f64>,
}

/// The limits of a control chart for single values, in hours.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Mean of the values.
    pub centre: f64,
    /// Centre minus 2.66 mean moving ranges, not below zero.
    pub lower: f64,
    /// Centre plus 2.66 mean moving ranges.
    pub upper: f64,
}

impl Limits {
    /// Whether a value lies within them.
    #[must_use]
    pub fn hold(&self, value: f64) -> bool {
        (self.lower..=self.upper).contains(&value)
    }
}

/// The turnaround of one group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupFigures {
    /// The key; `unknown` where there is none.
    pub key: String,
    /// The customer, when grouped by customer.
    pub customer: Option<CustomerId>,
    /// Records that ended in the range, measurable or not.
    pub ended: u64,
    /// The measurable ones.
    pub measured: u64,
    /// Of these, at or below the target.
    pub within: u64,
    /// Arithmetic mean in hours.
    pub mean: Option<f64>,
    /// Median in hours.
    pub median: Option<f64>,
    /// 90th percentile in hours.
    pub p90: Option<f64>,
    /// Median in hours in the period compared with.
    pub previous_median: Option<f64>,
}

impl GroupFigures {
    /// The share at or below the target, 0 to 1.
    #[must_use]
    pub fn on_time(&self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
        (self.measured > 0).then(|| self.within as f64 / self.measured as f64)
    }
}

/// A reported order that was open long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlowOrder {
    /// Order id.
    pub id: OrderId,
    /// Its printed number.
    pub reference: Option<String>,
    /// Customer name.
    pub customer: Option<String>,
    /// Created.
    pub created: NaiveDateTime,
    /// Reported.
    pub reported: NaiveDateTime,
    /// Samples, as QBench counts them.
    pub samples: u64,
    /// Tests, as QBench counts them.
    pub tests: u64,
    /// Hours from creation to report, by the calendar.
    pub hours: f64,
    /// Whether it took at least as long as an outlier.
    pub outlier: bool,
}

/// The reported orders that were open longest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SlowOrders {
    /// How many were open at least as long as asked for; at most fifty are listed.
    pub total: u64,
    /// Mean of all of them, in hours.
    pub mean: Option<f64>,
    /// 95th percentile of all of them, in hours.
    pub p95: Option<f64>,
    /// Longest first.
    pub rows: Vec<SlowOrder>,
}

/// Everything on the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Turnaround {
    /// Days, buckets, clock.
    pub scope: Scope,
    /// Tiles.
    pub tiles: TurnaroundTiles,
    /// What is in the figures, and what is not.
    pub measured: Measured,
    /// The histogram; empty without records.
    pub bins: Vec<DurationBin>,
    /// The cumulative distribution in steps of two percent; empty without records.
    pub curve: Vec<CurvePoint>,
    /// One point a bucket of the axis; no moving averages.
    pub points: Vec<TurnaroundPoint>,
    /// Limits of the medians of the complete buckets.
    pub median_limits: Option<Limits>,
    /// Limits of the 90th percentiles of the complete buckets.
    pub p90_limits: Option<Limits>,
    /// By group, most records first.
    pub groups: Vec<GroupFigures>,
    /// The slowest reported orders.
    pub slowest: SlowOrders,
    /// Where the time went, by the calendar whatever the clock; nothing without measurable records.
    pub stages: Option<Waterfall>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_the_page_survives_its_url() {
        let query = TurnaroundQuery {
            filter: Filter::parse("range=7d&label=HM").expect("a filter"),
            clock: TimeClock::Working,
            subject: Subject::Samples,
            group: Some(GroupBy::Type),
            least_hours: 0.0,
            outlier_hours: 96.5,
        };
        let text = query.to_query();
        assert_eq!(text, "range=7d&label=HM&clock=working&entity=samples&group=type&least=0&outlier=96.5");
        assert_eq!(TurnaroundQuery::parse(&text), Ok(query));
        assert_eq!(TurnaroundQuery::default().href(), "/turnaround?range=30d");
    }

    #[test]
    fn what_a_subject_does_not_know_is_grouped_the_usual_way() {
        let grouping = |query: &str| TurnaroundQuery::parse(query).expect("a query").grouping();
        assert_eq!(grouping("entity=orders&group=label"), GroupBy::Customer);
        assert_eq!(grouping("entity=samples"), GroupBy::Matrix);
        assert_eq!(grouping("group=matrix"), GroupBy::Matrix);
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let field = |query: &str| TurnaroundQuery::parse(query).expect_err(query).field;
        assert_eq!(field("clock=sun"), "clock");
        assert_eq!(field("entity=batches"), "entity");
        assert_eq!(field("outlier=NaN"), "outlier");
        assert_eq!(field("least=-1"), "least");
    }
}
