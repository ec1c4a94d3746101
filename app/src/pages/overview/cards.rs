//! The charts and the ranking by label.

use super::{records_href, sheets};
use crate::charts::{Buckets, TURNAROUND_KEY, TurnaroundInput, VolumeInput, turnaround_chart, volume_chart};
use crate::components::{Card, ChartCard, EmptyState, Export, KeyEntry, KeyShape, RankRow, RankedList, SheetTwin};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::overview::{LabelCount, OverviewTiles, Scope, SlaSplit, TurnaroundPoint, VolumePoint};
use crate::model::period::{Preset, Range};
use crate::model::records::{RecordKind, TurnaroundClass, links};
use leptos::prelude::*;

/// Where a range chosen by dragging opens: a path, and the filter of its page.
pub type Place<'a> = (&'a str, &'a Filter);

/// Samples and tests over time.
pub fn volume(
    points: &[VolumePoint],
    tiles: &OverviewTiles,
    scope: &Scope,
    filter: &Filter,
    place: Place<'_>,
    lang: Lang,
) -> AnyView {
    let lists = [
        links::created(RecordKind::Tests, filter),
        links::tests_reported(filter),
        links::created(RecordKind::Samples, filter),
    ];
    let hrefs = lists.map(|list| links::by_bucket(scope, &list));
    let buckets = Buckets::of(scope, lang)
        .with_brush(place.0, place.1, scope)
        .with_links(hrefs[0].clone(), vec![lang.opens(&lang.tests().to_lowercase()); scope.axis.len()]);
    let names = [lang.tests_received(), lang.tests_reported(), lang.samples_received()];
    let option = volume_chart(&VolumeInput { buckets: &buckets, points, names, links: hrefs.clone() }).json();
    let [tests, reported, samples] = hrefs;
    let opens = vec![(1, samples), (2, tests), (3, reported)];
    let whole = |value: Option<f64>| value.map_or_else(|| format::MISSING.to_owned(), |n| format::number(n, 0, lang));
    let summary = lang.volume_summary(&whole(tiles.tests.value), &whole(tiles.reported.value));
    let mut key = vec![
        KeyEntry::new(names[0], "c1", KeyShape::Square, &[0]),
        KeyEntry::new(names[1], "c3", KeyShape::Square, &[1]),
        KeyEntry::new(names[2], "c8", KeyShape::Line, &[2]),
    ];
    if scope.previous.is_some() {
        key.push(KeyEntry::new(lang.previous_period(), "ghost", KeyShape::Tick, &[]));
    }
    let (sheet, now) = (sheets::volume(points, scope, lang), scope.now);
    view! {
        <ChartCard id="volume" title=lang.samples_and_tests() key_entries=key option summary class="w8"
            explain=lang.samples_and_tests_how() export=Export::new("overview-volume", filter)>
            <SheetTwin sheet now links=opens/>
        </ChartCard>
    }
    .into_any()
}

/// Turnaround over time, against the target.
pub fn turnaround(
    points: &[TurnaroundPoint],
    tiles: &OverviewTiles,
    sla: SlaSplit,
    scope: &Scope,
    filter: &Filter,
    place: Place<'_>,
    lang: Lang,
) -> AnyView {
    let judged = [TurnaroundClass::Within, TurnaroundClass::Beyond];
    let hrefs = judged.map(|class| links::by_bucket(scope, &links::tests_judged(filter, class)));
    let reported = links::by_bucket(scope, &links::tests_reported(filter));
    let buckets = Buckets::of(scope, lang)
        .with_brush(place.0, place.1, scope)
        .with_links(reported, vec![lang.opens(&lang.tests().to_lowercase()); scope.axis.len()]);
    let names = [lang.median(), lang.within_target(), lang.above_target()];
    let input = TurnaroundInput { buckets: &buckets, points, target: scope.sla_hours, names, links: hrefs.clone() };
    let option = turnaround_chart(&input).json();
    let [within, beyond] = hrefs;
    let opens = vec![(5, within), (6, beyond)];
    let summary = lang.turnaround_summary(
        &format::hours_or_dash(tiles.tat_median.value),
        &format::hours_or_dash(tiles.tat_p90.value),
    );
    let entries = [
        (lang.median(), "c1", KeyShape::Line),
        (lang.median_to_p90(), "c1", KeyShape::Band),
        (lang.previous_period(), "ghost", KeyShape::Dash),
    ];
    let entries = entries.into_iter().zip(TURNAROUND_KEY);
    let key: Vec<_> = entries.map(|((name, token, shape), at)| KeyEntry::new(name, token, shape, at)).collect();
    let (sheet, now) = (sheets::turnaround(points, scope, lang), scope.now);
    let judged = sla.within + sla.beyond;
    #[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
    let share = (judged > 0).then(|| format::percent(sla.within as f64 / judged as f64, 1, lang));
    let note = move || share.clone().map(|share| lang.share_within(&share));
    view! {
        <ChartCard id="turnaround" title=lang.turnaround_title() sub=lang.turnaround_sub() key_entries=key option
            summary height=326 explain=lang.tat_how() class="w8" note
            export=Export::new("overview-turnaround", filter)>
            <SheetTwin sheet now links=opens/>
        </ChartCard>
    }
    .into_any()
}

/// Tests by label, most first.
pub fn labels(labels: Vec<LabelCount>, filter: &Filter, place: Place<'_>, lang: Lang) -> AnyView {
    if labels.is_empty() {
        let wider = Filter { range: Range::Preset(Preset::Quarter), ..place.1.clone() }.href(place.0);
        return view! {
            <Card title=lang.tests_by_label() class="w4">
                <EmptyState what=lang.no_tests_in_range() action=(wider, lang.widen_range().to_owned())/>
            </Card>
        }
        .into_any();
    }
    let row = |LabelCount { label, title, tests, previous }: LabelCount| {
        let narrowed = Filter { label: Some(label.clone()), ..filter.clone() };
        RankRow {
            name: title.filter(|_| label != "unknown").unwrap_or_else(|| label.clone()),
            // A label that is only the word for none would stand twice.
            code: if label == "unknown" { String::new() } else { label },
            value: tests,
            previous,
            href: Some(records_href("tests", "created", &narrowed)),
        }
    };
    let rows: Vec<_> = labels.into_iter().map(row).collect();
    view! {
        <Card title=lang.tests_by_label() sub=lang.tick_is_previous() class="w4" explain=lang.tests_by_label_how()
            export=Export::new("overview-labels", filter)><RankedList rows/></Card>
    }
    .into_any()
}
