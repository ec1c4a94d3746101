//! The drawings: distribution, cumulative distribution, trend with control limits.

use super::sheets::{self, subject_name};
use crate::charts::{
    Bin, Buckets, Percentile, ReferenceLine, Series, SeriesKind, distribution_chart, positions, series_chart,
};
use crate::components::{Card, ChartCard, EmptyState, Export, KeyEntry, KeyShape, SheetTwin, Unit};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::percent_encode;
use crate::model::overview::{Scope, TurnaroundPoint};
use crate::model::records::links;
use crate::model::turnaround::{DurationBin, Limits, Subject, TimeClock, Turnaround, TurnaroundQuery};
use leptos::prelude::*;

fn nothing(title: &'static str, class: &'static str, lang: Lang) -> AnyView {
    view! { <Card title class><EmptyState what=lang.turn_none()/></Card> }.into_any()
}

pub(super) fn export(name: &'static str, query: &TurnaroundQuery) -> Export {
    Export::with_query(name, query.to_query())
}

fn summary(page: &Turnaround, lang: Lang) -> String {
    lang.turnaround_summary(
        &format::hours_or_dash(page.tiles.median.value),
        &format::hours_or_dash(page.tiles.p90.value),
    )
}

/// The words of an edge: nothing is zero.
fn edge(hours: f64) -> String {
    if hours > 0.0 { format::hours(hours) } else { "0".to_owned() }
}

/// Where a duration lies on the axis of the bins, which but for the last are equally wide.
fn place(bins: &[DurationBin], hours: f64) -> Option<f64> {
    let width = bins.first()?.upto?;
    let closed = bins.iter().filter_map(|bin| bin.upto).fold(0.0, f64::max);
    if hours <= closed {
        Some(hours / width)
    } else {
        // Somewhere in the open bin, if there is one.
        bins.last().filter(|bin| bin.upto.is_none()).map(|_| closed / width + 0.5)
    }
}

fn marks(page: &Turnaround, lang: Lang) -> Vec<Percentile> {
    let target = page.scope.sla_hours;
    let named = [
        (page.tiles.median.value, "p50".to_owned()),
        (page.tiles.p90.value, "p90".to_owned()),
        (Some(target).filter(|target| page.bins.iter().any(|bin| bin.upto >= Some(*target))), String::new()),
    ];
    let mark = |(hours, name): (Option<f64>, String)| {
        let at = place(&page.bins, hours?)?;
        let text = if name.is_empty() {
            lang.target(&format::target(target))
        } else {
            format!("{name} {}", format::hours(hours?))
        };
        Some(Percentile { at, text })
    };
    let mut marks: Vec<Percentile> = named.into_iter().filter_map(mark).collect();
    marks.sort_by(|a, b| a.at.total_cmp(&b.at));
    marks
}

/// The histogram; a bar opens its tests where the list knows the clock.
pub(super) fn distribution(page: &Turnaround, query: &TurnaroundQuery, lang: Lang) -> AnyView {
    if page.bins.is_empty() {
        return nothing(lang.turn_distribution(), "w8", lang);
    }
    let listed = query.subject == Subject::Tests && query.clock == TimeClock::Calendar;
    let bin = |bin: &DurationBin| Bin {
        label: edge(bin.over),
        title: bin
            .upto
            .map_or_else(|| lang.turn_bin_over(&edge(bin.over)), |upto| lang.turn_bin(&edge(bin.over), &edge(upto))),
        count: bin.count,
        href: if listed { links::tests_in_bin(&query.filter, bin).href() } else { String::new() },
    };
    let bins: Vec<Bin> = page.bins.iter().map(bin).collect();
    let names = [subject_name(query.subject, lang), lang.turn_share_done()];
    let option = distribution_chart(&bins, &marks(page, lang), names, lang).json();
    let opens = vec![(1, bins.iter().map(|bin| bin.href.clone()).collect())];
    let (sheet, now) = (sheets::distribution(&page.bins, lang), page.scope.now);
    let summary = summary(page, lang);
    view! {
        <ChartCard id="turnaround-distribution" title=lang.turn_distribution() sub=lang.turn_distribution_sub() option
            summary height=326 class="w8" explain=lang.turn_distribution_how()
            export=export("turnaround-distribution", query)>
            <SheetTwin sheet now links=opens/>
        </ChartCard>
    }
    .into_any()
}

pub(super) fn target_line(scope: &Scope, lang: Lang) -> ReferenceLine {
    ReferenceLine {
        value: scope.sla_hours * 3_600.0,
        text: lang.target(&format::target(scope.sla_hours)),
        ..ReferenceLine::default()
    }
}

/// The cumulative distribution against the period compared with.
pub(super) fn curve(page: &Turnaround, query: &TurnaroundQuery, lang: Lang) -> AnyView {
    if page.curve.is_empty() {
        return nothing(lang.turn_curve(), "w4", lang);
    }
    let percent = |share: f64| format::percent(share, 0, lang);
    let buckets = Buckets {
        lang,
        labels: page.curve.iter().map(|point| percent(point.share)).collect(),
        titles: page.curve.iter().map(|point| lang.turn_share_of(&percent(point.share))).collect(),
        shown: (0..page.curve.len()).step_by(10).collect(),
        ..Buckets::default()
    };
    let compared = page.curve.iter().any(|point| point.previous.is_some());
    let now = page.curve.iter().map(|point| Some(point.hours)).collect();
    let mut series = vec![Series::new(lang.turn_time(), "c1", SeriesKind::Area, now)];
    let mut key = vec![KeyEntry::new(lang.turn_time(), "c1", KeyShape::Line, &[0])];
    if compared {
        let before = page.curve.iter().map(|point| point.previous).collect();
        series.push(Series::new(lang.previous_period(), "ghost", SeriesKind::Compared, before));
        key.push(KeyEntry::new(lang.previous_period(), "ghost", KeyShape::Dash, &[1]));
    }
    let option = series_chart(&buckets, &series, Unit::Hours, vec![target_line(&page.scope, lang)]).json();
    let (sheet, now) = (sheets::curve(&page.curve, lang), page.scope.now);
    let summary = summary(page, lang);
    view! {
        <ChartCard id="turnaround-curve" title=lang.turn_curve() sub=lang.turn_curve_sub() key_entries=key option summary
            height=326 class="w4" explain=lang.turn_curve_how() export=export("turnaround-curve", query)>
            <SheetTwin sheet now/>
        </ChartCard>
    }
    .into_any()
}

/// The values outside the limits, of complete buckets.
fn outside(page: &Turnaround, limits: Option<Limits>, of: fn(&TurnaroundPoint) -> Option<f64>) -> Vec<Option<f64>> {
    let one = |(start, point): (&chrono::NaiveDate, &TurnaroundPoint)| {
        let limits = limits.filter(|_| !page.scope.is_unfinished(*start))?;
        of(point).filter(|value| !limits.hold(*value))
    };
    page.scope.axis.iter().zip(&page.points).map(one).collect()
}

fn limit_lines(page: &Turnaround, lang: Lang) -> Vec<ReferenceLine> {
    let line = |hours: f64, text: String, token| ReferenceLine {
        value: hours * 3_600.0,
        text,
        token: Some(token),
        ink: Some("text2"),
    };
    let mut lines = vec![target_line(&page.scope, lang)];
    if let Some(limits) = page.median_limits {
        lines.push(line(limits.upper, lang.turn_limit_median(&format::hours(limits.upper)), "c1"));
        if limits.lower > 0.0 {
            lines.push(line(limits.lower, lang.turn_limit_median_low(&format::hours(limits.lower)), "c1"));
        }
    }
    if let Some(limits) = page.p90_limits {
        lines.push(line(limits.upper, lang.turn_limit_p90(&format::hours(limits.upper)), "c3"));
    }
    lines
}

/// The axis of the page: dragging keeps its state, a click opens the records of the bucket.
fn buckets(page: &Turnaround, query: &TurnaroundQuery, lang: Lang) -> Buckets {
    let scope = &page.scope;
    let mut buckets = Buckets::of(scope, lang).with_brush("/turnaround", &query.filter, scope);
    if let Some(brush) = &mut buckets.brush {
        for (name, value) in query.own_pairs() {
            brush.href.push('&');
            brush.href.push_str(&name);
            brush.href.push('=');
            percent_encode(&value, &mut brush.href);
        }
    }
    let records = links::by_bucket(scope, &links::ended(query.subject, &query.filter));
    let asks = vec![lang.opens(&subject_name(query.subject, lang).to_lowercase()); scope.axis.len()];
    buckets.with_links(records, asks)
}

/// The key: median, 90th percentile, and what they are compared with.
fn trend_key(series: &[Series]) -> Vec<KeyEntry> {
    let at = positions(series);
    let entry = |(one, at): (&Series, &Vec<usize>)| {
        let shape = if one.kind == SeriesKind::Compared { KeyShape::Dash } else { KeyShape::Line };
        KeyEntry::new(&one.name, one.swatch, shape, at)
    };
    series.iter().zip(&at).map(entry).collect()
}

/// Median and 90th percentile by bucket.
pub(super) fn trend(page: &Turnaround, query: &TurnaroundQuery, lang: Lang) -> AnyView {
    if page.bins.is_empty() {
        return nothing(lang.turn_trend(), "w12", lang);
    }
    let values = |of: fn(&TurnaroundPoint) -> Option<f64>| page.points.iter().map(of).collect::<Vec<_>>();
    let mut series = vec![
        Series::new("p90", "c3", SeriesKind::Line, values(|point| point.p90)),
        Series::new(lang.median(), "c1", SeriesKind::Line, values(|point| point.median)),
    ];
    if page.scope.previous.is_some() {
        let before = values(|point| point.previous_median);
        series.push(Series::new(lang.turn_previous_median(), "ghost", SeriesKind::Compared, before));
    }
    let key = trend_key(&series);
    let mut many = 0_u64;
    for marked in
        [outside(page, page.median_limits, |point| point.median), outside(page, page.p90_limits, |point| point.p90)]
    {
        let found = marked.iter().flatten().count() as u64;
        if found > 0 {
            series
                .push(Series::new(lang.turn_outside(), "target", SeriesKind::Points, marked).with_swatch("late-fill"));
        }
        many += found;
    }
    let note = match (page.median_limits, many) {
        (None, _) => lang.turn_no_limits().to_owned(),
        (Some(_), many) => lang.turn_outside_count(&format::count(many, lang)),
    };
    let option = series_chart(&buckets(page, query, lang), &series, Unit::Hours, limit_lines(page, lang)).json();
    let (sheet, now) = (sheets::trend(page, lang), page.scope.now);
    let summary = summary(page, lang);
    let note = move || note.clone();
    view! {
        <ChartCard id="turnaround-trend" title=lang.turn_trend() sub=lang.turn_trend_sub() key_entries=key option summary
            class="w12" explain=lang.turn_trend_how() export=export("turnaround-trend", query) note>
            <SheetTwin sheet now/>
        </ChartCard>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_lies_where_its_duration_is_and_in_the_open_bin_beyond_the_last_edge() {
        let bin = |over, upto| DurationBin { over, upto, count: 1 };
        let bins = [bin(0.0, Some(12.0)), bin(12.0, Some(24.0)), bin(24.0, None)];
        assert_eq!(place(&bins, 18.0), Some(1.5));
        assert_eq!(place(&bins, 24.0), Some(2.0));
        assert_eq!(place(&bins, 400.0), Some(2.5));
        assert_eq!(place(&bins[..2], 400.0), None);
    }
}
