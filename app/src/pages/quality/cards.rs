//! What is unusual, the course of quality, first pass by label, states by customer, METRC tags.

use super::groups::narrowed;
use super::sheets;
use crate::charts::{Buckets, Series, SeriesKind, counts, series_chart};
use crate::components::{
    Card, ChartCard, EmptyState, Export, HeatCell, HeatMap, HeatRow, KeyEntry, KeyShape, Ramp, SheetTwin, Unit,
    counted, lead, state_name,
};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::overview::Scope;
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
                <td class="num">{counted(one.cases, &list, lang)}</td>
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
    let created = links::by_bucket(scope, &links::created(RecordKind::Tests, filter));
    let asks = vec![lang.opens(&lang.tests().to_lowercase()); scope.axis.len()];
    let buckets = Buckets::of(scope, lang).with_brush("/quality", filter, scope).with_links(created, asks);
    let column = |value: fn(&QualityPoint) -> u64| counts(page.course.iter().map(value));
    let list = |condition| links::by_bucket(scope, &links::tests_created(filter, condition));
    let drawn = [
        (lang.quality_on_hold(), "state.hold", "st-hold-glyph", column(|point| point.on_hold), Condition::OnHold),
        (lang.quality_rework(), "state.rework", "st-rework-glyph", column(|point| point.rework), Condition::Rework),
        (lang.quality_not_reportable(), "c6", "c6", column(|point| point.not_reportable), Condition::NotReportable),
        (
            lang.quality_cancelled(),
            "state.void",
            "st-void-glyph",
            column(|point| point.cancelled),
            Condition::Cancelled,
        ),
    ]
    .map(|(name, colour, swatch, values, condition)| {
        Series::new(name, colour, SeriesKind::Stack, values).with_swatch(swatch).with_links(list(condition))
    });
    let key = drawn.iter().enumerate().map(|(at, one)| KeyEntry::new(&one.name, one.swatch, KeyShape::Square, &[at]));
    let key: Vec<KeyEntry> = key.collect();
    let opens = (1..).zip(drawn.iter().map(|one| one.links.clone())).chain(judged(scope, filter)).collect::<Vec<_>>();
    let option = series_chart(&buckets, &drawn, Unit::Count, Vec::new()).json();
    let count = |n| format::count(n, lang);
    let total = &page.total;
    let summary =
        lang.quality_course_summary(&count(total.on_hold), &count(total.not_reportable), &count(total.cancelled));
    let (sheet, now) = (sheets::course(&page.course, scope, lang), scope.now);
    view! {
        <ChartCard id="quality-course" title=lang.quality_course() sub=lang.quality_course_sub() key_entries=key option
            summary class="w8" explain=lang.quality_course_how() export=Export::new("quality-course", filter)>
            <SheetTwin sheet now links=opens/>
        </ChartCard>
    }
    .into_any()
}

/// The columns within and beyond the target of the course's table, and the tests behind them.
fn judged(scope: &Scope, filter: &Filter) -> [(usize, Vec<String>); 2] {
    [(5, TurnaroundClass::Within), (6, TurnaroundClass::Beyond)]
        .map(|(column, class)| (column, links::by_bucket(scope, &links::tests_judged(filter, class))))
}

/// The share on time of the tests reported, over time.
pub(super) fn punctual(page: &Quality, filter: &Filter, lang: Lang) -> AnyView {
    let scope = &page.scope;
    let opens = judged(scope, filter).to_vec();
    let asks = vec![lang.opens(lang.quality_tests_within()); scope.axis.len()];
    let buckets = Buckets::of(scope, lang).with_brush("/quality", filter, scope).with_links(opens[0].1.clone(), asks);
    let share =
        |point: &QualityPoint| Outcome { within: point.within, beyond: point.beyond, ..Outcome::default() }.on_time();
    let drawn = [Series::new(lang.on_time(), "c1", SeriesKind::Line, page.course.iter().map(share).collect())];
    let option = series_chart(&buckets, &drawn, Unit::Share, Vec::new()).json();
    let summary = lang.quality_punctual_summary(&format::percent_or_dash(page.total.on_time(), 1, lang));
    let (sheet, now) = (sheets::course(&page.course, scope, lang), scope.now);
    view! {
        <ChartCard id="quality-punctual" title=lang.quality_punctual() sub=lang.quality_punctual_sub() option summary
            class="w8" explain=lang.quality_on_time_how() export=Export::new("quality-course", filter)>
            <SheetTwin sheet now links=opens/>
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
                <td class="num">{counted(one.tests, &links::tests_reported(&own), lang)}</td>
                <td class="num">{counted(one.reworked, &links::tests_reworked(&own), lang)}</td>
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
                <th scope="row">{lead(RecordKind::Samples.record_path(one.sample.0), "", number)}</th>
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
