//! The buckets that a chart is drawn over: labels, titles, closed days, the unfinished one, and what opens.

use super::option::{Brush, Links, Meta};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::overview::Scope;
use crate::model::period::{Bucket, Preset, Range};
use chrono::{Datelike, NaiveDate, Weekday};

/// The horizontal axis of a chart over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Buckets {
    /// The language of numbers and words.
    pub lang: Lang,
    /// One label a bucket.
    pub labels: Vec<String>,
    /// One title a bucket, for tooltips.
    pub titles: Vec<String>,
    /// Which labels are shown.
    pub shown: Vec<usize>,
    /// Buckets in which the laboratory was closed.
    pub closed: Vec<usize>,
    /// The bucket that is not over yet.
    pub unfinished: Option<usize>,
    /// The records behind each bucket; empty for none.
    pub links: Vec<String>,
    /// What a click opens, one text a bucket.
    pub asks: Vec<String>,
    /// Choosing a range by dragging.
    pub brush: Option<Brush>,
}

impl Buckets {
    /// The buckets of a page. Saturdays and Sundays count as closed.
    #[must_use]
    pub fn of(scope: &Scope, lang: Lang) -> Self {
        let today = scope.now.date();
        let mut labels: Vec<String> =
            scope.axis.iter().map(|start| format::bucket_label(scope.bucket, *start, today, lang)).collect();
        let titles = scope.axis.iter().map(|start| format::bucket_title(scope.bucket, *start, today, lang)).collect();
        let last = scope.axis.len().checked_sub(1);
        let unfinished = last.filter(|at| scope.is_unfinished(scope.axis[*at]));
        if let Some(at) = unfinished {
            match scope.bucket {
                // Of a past moment the day keeps its date.
                Bucket::Day if scope.past => (),
                Bucket::Day => lang.today().clone_into(&mut labels[at]),
                _ => lang.unfinished().clone_into(&mut labels[at]),
            }
        }
        let closed = |start: &NaiveDate| matches!(start.weekday(), Weekday::Sat | Weekday::Sun);
        let closed = scope.axis.iter().enumerate().filter(|(_, start)| scope.bucket == Bucket::Day && closed(start));
        Self {
            lang,
            labels,
            titles,
            shown: shown_labels(&scope.axis, scope.bucket, unfinished),
            closed: closed.map(|(at, _)| at).collect(),
            unfinished,
            ..Self::default()
        }
    }

    /// Dragging over buckets opens that range of the page at `path` with this filter.
    #[must_use]
    pub fn with_brush(mut self, path: &str, filter: &Filter, scope: &Scope) -> Self {
        let buckets = scope.bucket_days().into_iter().map(|days| (days.from.to_string(), days.to.to_string()));
        self.brush =
            Some(Brush { href: brush_href(path, filter), buckets: buckets.collect(), hint: self.lang.drag_hint() });
        self
    }

    /// A click on a bucket opens these records; the texts say which.
    #[must_use]
    pub fn with_links(mut self, links: Vec<String>, asks: Vec<String>) -> Self {
        self.links = links;
        self.asks = asks;
        self
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// True when there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The block for the chart element, without rows.
    pub(super) fn meta(&self) -> Meta {
        Meta {
            lang: self.lang.tag(),
            titles: self.titles.clone(),
            asks: self.asks.clone(),
            links: (!self.links.is_empty()).then(|| Links { bucket: self.links.clone(), ..Links::default() }),
            brush: self.brush.clone(),
            closed: self.closed.clone(),
            ..Meta::default()
        }
    }
}

/// The address that opens a range: the filter without its range, then `from={from}&to={to}`.
#[must_use]
pub fn brush_href(path: &str, filter: &Filter) -> String {
    let rest = Filter { range: Range::Preset(Preset::Month), ..filter.clone() }.to_query();
    format!("{path}?{rest}{}from={{from}}&to={{to}}", if rest.is_empty() { "" } else { "&" })
}

/// Days: Mondays, or every so many of them; weeks and months: at most eight. The unfinished bucket is always labelled,
/// and what would run into its label is not.
fn shown_labels(axis: &[NaiveDate], bucket: Bucket, unfinished: Option<usize>) -> Vec<usize> {
    const MOST: usize = 8;
    let mut candidates: Vec<usize> = match bucket {
        Bucket::Day if axis.len() > MOST => (0..axis.len()).filter(|at| axis[*at].weekday() == Weekday::Mon).collect(),
        _ => (0..axis.len()).collect(),
    };
    let every = candidates.len().div_ceil(MOST).max(1);
    candidates = candidates.into_iter().step_by(every).collect();
    if let Some(last) = unfinished {
        let room = (axis.len() / 10).max(1);
        candidates.retain(|at| at + room <= last);
        candidates.push(last);
    }
    candidates
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::period::DayRange;

    pub(in super::super) fn scope(from: &str, to: &str, bucket: Bucket, now: &str) -> Scope {
        let days = DayRange { from: from.parse().expect("a date"), to: to.parse().expect("a date") };
        Scope {
            laboratory: "Quillmere Analytical".into(),
            days,
            previous: None,
            bucket,
            axis: bucket.axis(days),
            now: now.parse().expect("a time"),
            zone: "UTC".into(),
            sla_hours: 48.0,
            past: false,
        }
    }

    #[test]
    fn days_are_labelled_by_mondays_and_the_running_day_by_its_name() {
        let buckets = Buckets::of(&scope("2026-10-19", "2026-11-17", Bucket::Day, "2026-11-17T07:40:00"), Lang::En);
        let shown: Vec<&str> = buckets.shown.iter().map(|at| buckets.labels[*at].as_str()).collect();
        assert_eq!(shown, ["19 Oct", "26 Oct", "2 Nov", "9 Nov", "today"]);
        assert_eq!(buckets.unfinished, Some(29));
        assert_eq!(buckets.closed, [5, 6, 12, 13, 19, 20, 26, 27]);
        assert_eq!(buckets.titles[16], "Wed 4 Nov");
    }

    #[test]
    fn the_last_day_of_a_past_moment_keeps_its_date_and_is_over_at_its_end() {
        let days = |now| Scope { past: true, ..scope("2026-10-19", "2026-11-17", Bucket::Day, now) };
        let noon = Buckets::of(&days("2026-11-17T12:00:00"), Lang::En);
        assert_eq!(noon.unfinished, Some(29));
        assert_eq!(noon.labels[29], "17 Nov");
        let end = Buckets::of(&days("2026-11-17T23:59:59.999999"), Lang::En);
        assert_eq!(end.unfinished, None);
        assert_eq!(end.labels[29], "17 Nov");
    }

    #[test]
    fn a_past_range_has_no_unfinished_bucket_and_few_labels() {
        let buckets = Buckets::of(&scope("2025-01-01", "2025-12-31", Bucket::Week, "2026-11-17T07:40:00"), Lang::Es);
        assert_eq!(buckets.unfinished, None);
        assert!(buckets.shown.len() <= 8);
        assert!(buckets.closed.is_empty());
        assert!(buckets.titles[0].starts_with("semana del "));
    }

    #[test]
    fn dragging_opens_the_days_of_the_buckets_cut_to_the_range() {
        let scope = scope("2026-11-11", "2026-11-20", Bucket::Week, "2026-11-17T07:40:00");
        let filter = Filter { label: Some("HM".into()), range: Range::Days(scope.days), ..Filter::default() };
        let brush = Buckets::of(&scope, Lang::En).with_brush("/", &filter, &scope).brush.expect("a brush");
        assert_eq!(brush.href, "/?label=HM&from={from}&to={to}");
        assert_eq!(brush.buckets[0], ("2026-11-11".into(), "2026-11-15".into()));
        assert_eq!(brush.buckets[1], ("2026-11-16".into(), "2026-11-20".into()));
    }
}
