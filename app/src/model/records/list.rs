//! The state of a list: the shared filter plus what only lists have. It reads from a URL and writes one, so that a
//! figure on a dashboard can link to exactly the records it counts.

use super::words::{Basis, Condition, Direction, RecordKind, Sort, TurnaroundClass};
use crate::model::filter::{BadFilter, Filter, MAX_TEXT, percent_decode, percent_encode};
use crate::model::ids::{AssayId, BatchId, OrderId, SampleId};
use serde::{Deserialize, Serialize};

/// Rows of a page where nothing else is asked for.
pub const DEFAULT_LIMIT: u32 = 50;

/// The most rows a page may have.
pub const MAX_LIMIT: u32 = 200;

/// The longest cursor, in characters: it holds the value of a text column.
const MAX_CURSOR: usize = 2_048;

/// Where a page begins: a value that an earlier page handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// The rows that follow.
    After(String),
    /// The rows that come before.
    Before(String),
}

/// Which records a list shows, and in what order.
///
/// The filter's days apply only when a `basis` says which date they bound; without one a list covers all time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ListQuery {
    /// What is listed.
    pub kind: RecordKind,
    /// The filter shared with the dashboards. `state` is the state of the listed record itself.
    pub filter: Filter,
    /// The date that the days apply to.
    pub basis: Option<Basis>,
    /// What must hold now; sorted, no repeats.
    pub conditions: Vec<Condition>,
    /// Tests: turnaround against the target.
    pub turnaround: Option<TurnaroundClass>,
    /// Tests: turnaround above this many hours.
    pub over_hours: Option<f64>,
    /// Tests: turnaround at or below this many hours.
    pub upto_hours: Option<f64>,
    /// Orders and tests: this many hours or more since creation.
    pub age_from: Option<f64>,
    /// Orders and tests: less than this many hours since creation.
    pub age_below: Option<f64>,
    /// Tests: created on this day of the week, Monday being 1.
    pub weekday: Option<u8>,
    /// Tests: created in this hour of the laboratory's day, 0 to 23.
    pub hour: Option<u8>,
    /// Only records of this order.
    pub order: Option<OrderId>,
    /// Only records of this sample.
    pub sample: Option<SampleId>,
    /// Only records of this batch.
    pub batch: Option<BatchId>,
    /// Only records of this assay.
    pub assay: Option<AssayId>,
    /// Only records whose number or name holds this text.
    pub text: Option<String>,
    /// What the list is ordered by.
    pub sort: Option<Sort>,
    /// In which direction; `None` takes what suits the column.
    pub direction: Option<Direction>,
    /// Where the page begins.
    pub cursor: Option<Cursor>,
    /// Rows of a page.
    pub limit: u32,
}

impl ListQuery {
    /// All records of a kind.
    #[must_use]
    pub fn new(kind: RecordKind) -> Self {
        Self::with_filter(kind, Filter::default())
    }

    /// The records of a kind that the filter leaves; its days do not count until a basis is set.
    #[must_use]
    pub fn with_filter(kind: RecordKind, filter: Filter) -> Self {
        Self {
            kind,
            filter,
            basis: None,
            conditions: Vec::new(),
            turnaround: None,
            over_hours: None,
            upto_hours: None,
            age_from: None,
            age_below: None,
            weekday: None,
            hour: None,
            order: None,
            sample: None,
            batch: None,
            assay: None,
            text: None,
            sort: None,
            direction: None,
            cursor: None,
            limit: DEFAULT_LIMIT,
        }
    }

    /// The same with the days applied to this date.
    #[must_use]
    pub fn dated(mut self, basis: Basis) -> Self {
        self.basis = Some(basis);
        self
    }

    /// The same with one more condition.
    #[must_use]
    pub fn with(mut self, condition: Condition) -> Self {
        if let Err(at) = self.conditions.binary_search(&condition) {
            self.conditions.insert(at, condition);
        }
        self.cursor = None;
        self
    }

    /// The same without a condition.
    #[must_use]
    pub fn without(mut self, condition: Condition) -> Self {
        self.conditions.retain(|held| *held != condition);
        self.cursor = None;
        self
    }

    /// True when the condition must hold.
    #[must_use]
    pub fn has(&self, condition: Condition) -> bool {
        self.conditions.contains(&condition)
    }

    /// The same in another order, from its first page.
    #[must_use]
    pub fn sorted(mut self, sort: Sort, direction: Direction) -> Self {
        self.sort = Some(sort);
        self.direction = Some(direction);
        self.cursor = None;
        self
    }

    /// The same from another page.
    #[must_use]
    pub fn at(mut self, cursor: Option<Cursor>) -> Self {
        self.cursor = cursor;
        self
    }

    /// The order in use: what was asked for, or what suits the list. Work that waits is shown oldest first.
    #[must_use]
    pub fn order_by(&self) -> (Sort, Direction) {
        use Condition::{AtRisk, InProgress, Late, NewlyLate, Open, Ready, Stale, Warning};
        let waiting = [Open, Late, NewlyLate, AtRisk, Warning, Ready, InProgress, Stale];
        let sort = self.sort.unwrap_or(match (self.kind, self.basis) {
            (RecordKind::Customers, _) => Sort::Name,
            (_, Some(Basis::Received)) => Sort::Received,
            (_, Some(Basis::Completed)) => Sort::Completed,
            (_, Some(Basis::Reported)) => Sort::Reported,
            _ => Sort::Created,
        });
        let by_date = matches!(
            sort,
            Sort::Id | Sort::Created | Sort::Received | Sort::Completed | Sort::Reported | Sort::Turnaround
        );
        let oldest_first = self.sort.is_none() && self.basis.is_none() && waiting.iter().any(|held| self.has(*held));
        let natural = if by_date && !oldest_first { Direction::Descending } else { Direction::Ascending };
        (sort, self.direction.unwrap_or(natural))
    }

    /// Reads the URL query of a list of this kind. Unknown names are ignored, empty values count as absent.
    ///
    /// # Errors
    /// Names the first parameter whose value cannot be used, or means nothing for this kind.
    pub fn parse(kind: RecordKind, query: &str) -> Result<Self, BadFilter> {
        let pairs: Vec<(String, String)> = query
            .trim_start_matches('?')
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (percent_decode(name), percent_decode(value))
            })
            .collect();
        Self::from_pairs(kind, |name| pairs.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str()))
    }

    /// Reads a query through a lookup from parameter name to decoded value.
    ///
    /// # Errors
    /// As [`ListQuery::parse`].
    pub fn from_pairs<'a>(kind: RecordKind, get: impl Fn(&str) -> Option<&'a str>) -> Result<Self, BadFilter> {
        let get = |field: &str| get(field).filter(|value| !value.is_empty());
        let filter = Filter::from_pairs(get)?;
        let mut conditions: Vec<Condition> = Vec::new();
        for condition in Condition::ALL {
            if flag(condition.slug(), get(condition.slug()))? {
                allowed(condition.slug(), *condition, kind.conditions(), Condition::slug)?;
                conditions.push(*condition);
            }
        }
        Ok(Self {
            basis: word("basis", get("basis"), kind.bases(), Basis::slug)?,
            conditions,
            turnaround: tests_only(kind, "tat", word("tat", get("tat"), TurnaroundClass::ALL, TurnaroundClass::slug)?)?,
            over_hours: tests_only(kind, "tat_over", hours("tat_over", get("tat_over"))?)?,
            upto_hours: tests_only(kind, "tat_upto", hours("tat_upto", get("tat_upto"))?)?,
            age_from: of_work(kind, "age_from", hours("age_from", get("age_from"))?)?,
            age_below: of_work(kind, "age_below", hours("age_below", get("age_below"))?)?,
            weekday: of_work(kind, "weekday", part_of_week("weekday", get("weekday"), 1, 7)?)?,
            hour: of_work(kind, "hour", part_of_week("hour", get("hour"), 0, 23)?)?,
            order: id("order", get("order"))?,
            sample: id("sample", get("sample"))?,
            batch: id("batch", get("batch"))?,
            assay: id("assay", get("assay"))?,
            text: get("q").map(|value| text("q", value, MAX_TEXT)).transpose()?.filter(|value| !value.is_empty()),
            sort: word("sort", get("sort"), kind.sorts(), Sort::slug)?,
            direction: word("dir", get("dir"), Direction::ALL, Direction::slug)?,
            cursor: match (get("after"), get("before")) {
                (Some(after), _) => Some(Cursor::After(text("after", after, MAX_CURSOR)?)),
                (None, Some(before)) => Some(Cursor::Before(text("before", before, MAX_CURSOR)?)),
                (None, None) => None,
            },
            limit: get("limit").map(limit).transpose()?.unwrap_or(DEFAULT_LIMIT),
            ..Self::with_filter(kind, filter)
        })
    }

    /// The shortest URL query that reads back as this one.
    #[must_use]
    pub fn to_query(&self) -> String {
        let mut query = self.filter.to_query();
        let place = self.cursor.iter().map(|cursor| match cursor {
            Cursor::After(value) => ("after", value.clone()),
            Cursor::Before(value) => ("before", value.clone()),
        });
        for (name, value) in self.own_pairs().into_iter().chain(place) {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(name);
            query.push('=');
            percent_encode(&value, &mut query);
        }
        query
    }

    /// The parameters that only lists have, without the page's place: what links of the filter bar must keep.
    #[must_use]
    pub fn own_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        let mut put = |name: &'static str, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        put("basis", self.basis.map(|basis| basis.slug().to_owned()));
        for condition in &self.conditions {
            put(condition.slug(), Some("1".to_owned()));
        }
        put("tat", self.turnaround.map(|class| class.slug().to_owned()));
        put("tat_over", self.over_hours.map(|hours| hours.to_string()));
        put("tat_upto", self.upto_hours.map(|hours| hours.to_string()));
        put("age_from", self.age_from.map(|hours| hours.to_string()));
        put("age_below", self.age_below.map(|hours| hours.to_string()));
        put("weekday", self.weekday.map(|day| day.to_string()));
        put("hour", self.hour.map(|hour| hour.to_string()));
        put("order", self.order.map(|id| id.to_string()));
        put("sample", self.sample.map(|id| id.to_string()));
        put("batch", self.batch.map(|id| id.to_string()));
        put("assay", self.assay.map(|id| id.to_string()));
        put("q", self.text.clone());
        put("sort", self.sort.map(|sort| sort.slug().to_owned()));
        put("dir", self.direction.map(|direction| direction.slug().to_owned()));
        put("limit", (self.limit != DEFAULT_LIMIT).then(|| self.limit.to_string()));
        pairs
    }

    /// The link to this list.
    #[must_use]
    pub fn href(&self) -> String {
        let query = self.to_query();
        let path = self.kind.list_path();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

impl From<ListQuery> for String {
    fn from(query: ListQuery) -> Self {
        format!("{}?{}", query.kind.slug(), query.to_query())
    }
}

impl TryFrom<String> for ListQuery {
    type Error = BadFilter;
    fn try_from(text: String) -> Result<Self, BadFilter> {
        let (kind, query) = text.split_once('?').unwrap_or((&text, ""));
        let kind = RecordKind::from_slug(kind).ok_or_else(|| one_of("kind", RecordKind::ALL, RecordKind::slug))?;
        Self::parse(kind, query)
    }
}

fn bad(field: &'static str, why: impl Into<String>) -> BadFilter {
    BadFilter { field, why: why.into() }
}

fn one_of<T: Copy>(field: &'static str, words: &[T], slug: fn(T) -> &'static str) -> BadFilter {
    let words: Vec<&str> = words.iter().map(|word| slug(*word)).collect();
    bad(field, format!("must be one of: {}", words.join(", ")))
}

fn word<T: Copy>(
    field: &'static str,
    value: Option<&str>,
    words: &[T],
    slug: fn(T) -> &'static str,
) -> Result<Option<T>, BadFilter> {
    value
        .map(|value| words.iter().copied().find(|word| slug(*word) == value).ok_or_else(|| one_of(field, words, slug)))
        .transpose()
}

fn allowed<T: Copy + PartialEq>(
    field: &'static str,
    word: T,
    words: &[T],
    slug: fn(T) -> &'static str,
) -> Result<(), BadFilter> {
    if words.contains(&word) {
        Ok(())
    } else {
        let words: Vec<&str> = words.iter().map(|word| slug(*word)).collect();
        Err(bad(field, format!("means nothing here; this list knows {}", words.join(", "))))
    }
}

fn flag(field: &'static str, value: Option<&str>) -> Result<bool, BadFilter> {
    match value {
        None | Some("0" | "false") => Ok(false),
        Some("1" | "true" | "on") => Ok(true),
        Some(_) => Err(bad(field, "must be 1 or 0")),
    }
}

fn tests_only<T>(kind: RecordKind, field: &'static str, value: Option<T>) -> Result<Option<T>, BadFilter> {
    if value.is_some() && kind != RecordKind::Tests {
        return Err(bad(field, "means nothing here; only lists of tests know it"));
    }
    Ok(value)
}

/// What lists of orders and of tests know.
fn of_work<T>(kind: RecordKind, field: &'static str, value: Option<T>) -> Result<Option<T>, BadFilter> {
    if value.is_some() && !matches!(kind, RecordKind::Orders | RecordKind::Tests) {
        return Err(bad(field, "means nothing here; only lists of orders and tests know it"));
    }
    Ok(value)
}

fn hours(field: &'static str, value: Option<&str>) -> Result<Option<f64>, BadFilter> {
    value
        .map(|value| match value.parse::<f64>() {
            Ok(hours) if hours.abs() <= 1_000_000.0 => Ok(hours),
            _ => Err(bad(field, "must be a number of hours")),
        })
        .transpose()
}

fn part_of_week(field: &'static str, value: Option<&str>, least: u8, most: u8) -> Result<Option<u8>, BadFilter> {
    value
        .map(|value| match value.parse::<u8>() {
            Ok(part) if (least..=most).contains(&part) => Ok(part),
            _ => Err(bad(field, format!("must be a number from {least} to {most}"))),
        })
        .transpose()
}

fn id<T: std::str::FromStr>(field: &'static str, value: Option<&str>) -> Result<Option<T>, BadFilter> {
    value.map(|value| value.parse().map_err(|_| bad(field, "must be a QBench id"))).transpose()
}

fn limit(value: &str) -> Result<u32, BadFilter> {
    match value.parse() {
        Ok(limit) if (1..=MAX_LIMIT).contains(&limit) => Ok(limit),
        _ => Err(bad("limit", format!("must be a number from 1 to {MAX_LIMIT}"))),
    }
}

fn text(field: &'static str, value: &str, most: usize) -> Result<String, BadFilter> {
    if value.chars().count() > most {
        return Err(bad(field, format!("is longer than {most} characters")));
    }
    if value.contains('\0') {
        return Err(bad(field, "holds a NUL character"));
    }
    Ok(value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::CustomerId;

    fn field(kind: RecordKind, query: &str) -> &'static str {
        ListQuery::parse(kind, query).expect_err(query).field
    }

    #[test]
    fn a_list_survives_its_url() {
        let query = ListQuery {
            turnaround: Some(TurnaroundClass::Beyond),
            over_hours: Some(24.0),
            upto_hours: Some(48.5),
            age_from: Some(24.0),
            age_below: Some(72.0),
            weekday: Some(7),
            hour: Some(0),
            batch: Some(BatchId(7)),
            text: Some("50% ñ_&=".to_owned()),
            limit: 100,
            ..ListQuery::with_filter(
                RecordKind::Tests,
                Filter { customer: Some(CustomerId(3)), sla_hours: 36.0, ..Filter::default() },
            )
        }
        .dated(Basis::Reported)
        .with(Condition::Rework)
        .with(Condition::OnHold)
        .sorted(Sort::Turnaround, Direction::Descending)
        .at(Some(Cursor::After("bWFyaw".to_owned())));
        assert_eq!(ListQuery::parse(RecordKind::Tests, &query.to_query()), Ok(query.clone()));
        assert_eq!(ListQuery::try_from(String::from(query.clone())), Ok(query));
        assert_eq!(ListQuery::new(RecordKind::Orders).href(), "/records/orders");
    }

    #[test]
    fn a_word_of_another_list_is_refused_by_name() {
        assert_eq!(field(RecordKind::Orders, "ready=1"), "ready");
        assert_eq!(field(RecordKind::Samples, "basis=received"), "basis");
        assert_eq!(field(RecordKind::Batches, "sort=customer"), "sort");
        assert_eq!(field(RecordKind::Orders, "tat=within"), "tat");
        assert_eq!(field(RecordKind::Orders, "late=maybe"), "late");
        assert_eq!(field(RecordKind::Tests, "tat_over=NaN"), "tat_over");
        assert_eq!(field(RecordKind::Tests, "order=99999999999"), "order");
        assert_eq!(field(RecordKind::Tests, "hour=24"), "hour");
        assert_eq!(field(RecordKind::Samples, "weekday=1"), "weekday");
        assert_eq!(field(RecordKind::Samples, "age_from=24"), "age_from");
        assert_eq!(field(RecordKind::Tests, "limit=201"), "limit");
        assert_eq!(field(RecordKind::Tests, "q=%00"), "q");
    }

    #[test]
    fn work_that_waits_is_listed_oldest_first_and_everything_else_newest_first() {
        let orders = ListQuery::new(RecordKind::Orders);
        assert_eq!(orders.order_by(), (Sort::Created, Direction::Descending));
        assert_eq!(orders.clone().with(Condition::Late).order_by(), (Sort::Created, Direction::Ascending));
        assert_eq!(orders.dated(Basis::Reported).order_by(), (Sort::Reported, Direction::Descending));
        assert_eq!(ListQuery::new(RecordKind::Customers).order_by(), (Sort::Name, Direction::Ascending));
    }
}
