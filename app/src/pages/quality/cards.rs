//! What is unusual, the course of quality, first pass by label, states by customer, METRC tags.

use super::groups::narrowed;
use super::{linked, sheets};
use crate::charts::{Buckets, Series, SeriesKind, series_chart};
use crate::components::{
    Card, ChartCard, EmptyState, Export, HeatCell, HeatMap, HeatRow, KeyEntry, KeyShape, Ramp, SheetTwin, Unit,
    state_name,
};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::quality::{CustomerStates, LabelPass, Measure, MetrcTag, Outcome, Quality, QualityPoint, Unusual};
use crate::model::records::{Condition, ListQuery, RecordKind, TurnaroundClass, links};
use leptos::prelude::*;

/// The cases of a measure.
fn cases(measure: Measure, filter: &Filter) -> ListQuery {
    match measure {
        Measure::Late => links::tests_judged(filter, TurnaroundClass::Beyond),
        Measure::Repeated => links::tests_reworked(filter),
        Measure::NotReportable => links::tests_created(filter, Condition::NotReportable),
        Measure::Cancelled => links::tests_created(filter, Condition::Cancelled),
    }
}

/// A table of a card: headings of which all but the first `words` hold numbers, and its rows.
pub(super) fn table(label: &str, heads: &[&str], words: usize, body: Vec<AnyView>) -> AnyView {
    let head = heads.iter().enumerate().map(|(at, text)| {
        let class = if at < words { "" } else { "num" };
        view! { <th scope="col" class=class>{(*text).to_owned()}</th> }.into_any()
    });
    let head: Vec<AnyView> = head.collect();
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=label.to_owned()>
            <table class="table">
                <thead><tr>{head}</tr></thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// What is out of its usual range.
pub(super) fn unusual(page: &Quality, filter: &Filter, lang: Lang) -> AnyView {
    let (title, sub) = (lang.quality_unusual(), lang.quality_unusual_sub());
    if page.unusual.is_empty() {
        return view! {
            <Card title sub class="w12" explain=lang.quality_unusual_how()>
                <EmptyState what=lang.quality_nothing_unusual()/>
            </Card>
        }
        .into_any();
    }
    let row = |one: &Unusual| {
        let list = cases(one.measure, &narrowed(&one.whose, filter));
        view! {
            <tr>
                <th scope="row">{sheets::measure(one.measure, lang)}</th>
                <td>{sheets::whose(&one.whose, lang)}</td>
                <td class="num">{linked(one.cases, &list, lang)}</td>
                <td class="num">{format::count(one.tests, lang)}</td>
                <td class="num">{format::percent(one.share, 1, lang)}</td>
                <td class="num">{format::percent(one.usual, 1, lang)}</td>
                <td class="num">{format::percent(one.limit, 1, lang)}</td>
            </tr>
        }
        .into_any()
    };
    let heads = [
        lang.quality_what(),
        lang.quality_whose(),
        lang.quality_cases(),
        lang.tests(),
        lang.quality_share(),
        lang.quality_usual(),
        lang.quality_limit(),
    ];
    let body = page.unusual.iter().map(row).collect();
    view! {
        <Card title sub class="w12" explain=lang.quality_unusual_how() export=Export::new("quality-unusual", filter)>
            {table(title, &heads, 2, body)}
        </Card>
    }
    .into_any()
}

/// What became of the tests created, over time.
pub(super) fn course(page: &Quality, filter: &Filter, lang: Lang) -> AnyView {
    let scope = &page.scope;
    let buckets = Buckets::of(scope, lang).with_brush("/quality", filter, scope);
    let column = |value: fn(&QualityPoint) -> u64| -> Vec<Option<f64>> {
        #[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
        page.course.iter().map(|point| Some(value(point) as f64)).collect()
    };
    let drawn = [
        (lang.quality_on_hold(), "state.hold", "st-hold-glyph", column(|point| point.on_hold)),
        (lang.quality_rework(), "state.rework", "st-rework-glyph", column(|point| point.rework)),
        (lang.quality_not_reportable(), "c6", "c6", column(|point| point.not_reportable)),
        (lang.quality_cancelled(), "state.void", "st-void-glyph", column(|point| point.cancelled)),
    ];
    let key = drawn.iter().enumerate().map(|(at, (name, _, token, _))| KeyEntry {
        name: (*name).to_owned(),
        token,
        shape: KeyShape::Square,
        series: vec![at],
    });
    let key: Vec<KeyEntry> = key.collect();
    let drawn = drawn.map(|(name, colour, swatch, values)| Series {
        name: name.to_owned(),
        colour,
        swatch,
        kind: SeriesKind::Stack,
        values,
        links: Vec::new(),
    });
    let option = series_chart(&buckets, &drawn, Unit::Count, Vec::new()).json();
    let count = |n| format::count(n, lang);
    let total = &page.total;
    let summary =
        lang.quality_course_summary(&count(total.on_hold), &count(total.not_reportable), &count(total.cancelled));
    let (sheet, now) = (sheets::course(&page.course, scope, lang), scope.now);
    view! {
        <ChartCard id="quality-course" title=lang.quality_course() sub=lang.quality_course_sub() key_entries=key option
            summary class="w8" explain=lang.quality_course_how() export=Export::new("quality-course", filter)>
            <SheetTwin sheet now/>
        </ChartCard>
    }
    .into_any()
}

/// The share on time of the tests reported, over time.
pub(super) fn punctual(page: &Quality, filter: &Filter, lang: Lang) -> AnyView {
    let scope = &page.scope;
    let buckets = Buckets::of(scope, lang).with_brush("/quality", filter, scope);
    let share =
        |point: &QualityPoint| Outcome { within: point.within, beyond: point.beyond, ..Outcome::default() }.on_time();
    let drawn = [Series {
        name: lang.on_time().to_owned(),
        colour: "c1",
        swatch: "c1",
        kind: SeriesKind::Line,
        values: page.course.iter().map(share).collect(),
        links: Vec::new(),
    }];
    let option = series_chart(&buckets, &drawn, Unit::Share, Vec::new()).json();
    let summary = lang.quality_punctual_summary(&format::percent_or_dash(page.total.on_time(), 1, lang));
    let (sheet, now) = (sheets::course(&page.course, scope, lang), scope.now);
    view! {
        <ChartCard id="quality-punctual" title=lang.quality_punctual() sub=lang.quality_punctual_sub() option summary
            class="w8" explain=lang.quality_on_time_how() export=Export::new("quality-course", filter)>
            <SheetTwin sheet now/>
        </ChartCard>
    }
    .into_any()
}

/// First pass by label.
pub(super) fn labels(page: &Quality, filter: &Filter, lang: Lang) -> AnyView {
    let title = lang.quality_labels();
    if page.labels.is_empty() {
        return view! { <Card title class="w4"><EmptyState what=lang.quality_no_reports()/></Card> }.into_any();
    }
    let row = |one: &LabelPass| {
        let own = Filter { label: Some(one.label.clone()), ..filter.clone() };
        view! {
            <tr>
                <th scope="row">{one.label.clone()}</th>
                <td class="num">{linked(one.tests, &links::tests_reported(&own), lang)}</td>
                <td class="num">{linked(one.reworked, &links::tests_reworked(&own), lang)}</td>
                <td class="num">{format::percent_or_dash(one.first_pass(), 0, lang)}</td>
            </tr>
        }
        .into_any()
    };
    let heads = [lang.label(), lang.reported(), lang.quality_reworked(), lang.quality_first_pass()];
    let body = page.labels.iter().map(row).collect();
    view! {
        <Card title class="w4" explain=lang.quality_first_pass_how() export=Export::new("quality-labels", filter)>
            {table(title, &heads, 1, body)}
        </Card>
    }
    .into_any()
}

/// The states of the tests that are not done, by customer.
pub(super) fn states(page: &Quality, filter: &Filter, lang: Lang) -> AnyView {
    let title = lang.quality_states();
    if page.customer_states.is_empty() {
        return view! { <Card title class="w12"><EmptyState what=lang.quality_no_states()/></Card> }.into_any();
    }
    let row = |one: &CustomerStates| {
        let own = Filter { customer: Some(one.id), ..filter.clone() };
        let cell = |(state, value): (&String, &u64)| {
            let list = Filter { state: Some(state.clone()), ..own.clone() };
            // Nothing finds records without a state, so these have no list.
            let found = (state != "UNKNOWN").then(|| links::created(RecordKind::Tests, &list).href());
            HeatCell { value: *value, href: found }
        };
        HeatRow {
            name: one.name.clone(),
            href: Some(own.href("/quality")),
            cells: page.states.iter().zip(&one.counts).map(cell).collect(),
        }
    };
    let rows: Vec<HeatRow> = page.customer_states.iter().map(row).collect();
    let columns = page.states.iter().map(|state| state_name(state, lang).into_owned()).collect::<Vec<_>>();
    view! {
        <Card title sub=lang.quality_states_sub() class="w12 week" explain=lang.quality_states_how()
            export=Export::new("quality-states", filter)>
            <HeatMap caption=format!("{title}, {}", lang.quality_states_sub()) corner=lang.customer() columns rows
                ramp=Ramp::Volume/>
        </Card>
    }
    .into_any()
}

/// METRC tags by status, and the latest.
pub(super) fn metrc(page: &Quality, filter: &Filter, lang: Lang) -> AnyView {
    let title = lang.quality_metrc();
    if page.metrc.is_empty() {
        return view! { <Card title class="w4"><EmptyState what=lang.quality_no_metrc()/></Card> }.into_any();
    }
    let status = |status: &Option<String>| status.clone().unwrap_or_else(|| lang.unknown().to_owned());
    let counts = page.metrc_statuses.iter().map(|(name, samples)| {
        let count = format::count(*samples, lang);
        view! { <tr><th scope="row">{status(name)}</th><td class="num">{count}</td></tr> }.into_any()
    });
    let counts: Vec<AnyView> = counts.collect();
    let row = |one: &MetrcTag| {
        let number = one.number.clone().unwrap_or_else(|| one.sample.to_string());
        view! {
            <tr>
                <th scope="row"><a href=RecordKind::Samples.record_path(one.sample.0)>{number}</a></th>
                <td>{status(&one.status)}</td>
                <td class="num nb">{format::date_time(one.given, page.scope.now, lang)}</td>
            </tr>
        }
        .into_any()
    };
    let body = page.metrc.iter().map(row).collect();
    let by_status = table(title, &[lang.metrc_status(), lang.samples()], 1, counts);
    let latest = table(lang.metrc_statuses(), &[lang.sample(), lang.metrc_status(), lang.given_at()], 2, body);
    view! {
        <Card title sub=lang.quality_metrc_sub() class="w4" explain=lang.quality_metrc_how()
            export=Export::new("quality-metrc", filter)>
            {by_status} {latest}
        </Card>
    }
    .into_any()
}
