//! What is to come: the tests to be created, and those that will lie in the laboratory.

use super::sheets;
use crate::charts::{Buckets, Series, SeriesKind, positions, series_chart};
use crate::components::{Card, ChartCard, EmptyState, Export, KeyEntry, KeyShape, SheetTwin, Unit};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::Filter;
use crate::model::operations::{ExpectedDay, Operations, Outlook};
use leptos::prelude::*;

/// What tells the two cards apart.
struct Texts {
    id: &'static str,
    title: &'static str,
    sub: &'static str,
    explain: &'static str,
    summary: String,
    tested: Option<String>,
}

/// How often bands held, as the cards tell it.
fn shares(outlook: &Outlook, lang: Lang) -> Option<[String; 3]> {
    let share = |value| format::percent(value, 0, lang);
    (outlook.tested_days > 0)
        .then(|| [share(outlook.inside_80), share(outlook.inside_95), format::count(outlook.tested_days, lang)])
}

/// The tests of the days to come.
pub(super) fn arrivals(page: &Operations, filter: &Filter, lang: Lang) -> AnyView {
    let outlook = &page.outlook;
    let whole: f64 = outlook.days.iter().map(|day| day.value).sum();
    let texts = Texts {
        id: "operations-outlook",
        title: lang.ops_outlook(),
        sub: lang.ops_outlook_sub(),
        explain: lang.ops_outlook_how(),
        summary: lang.ops_outlook_summary(&format::number(whole, 0, lang)),
        tested: shares(outlook, lang).map(|[in_80, in_95, days]| lang.ops_outlook_tested(&in_80, &in_95, &days)),
    };
    card(outlook, texts, page, filter, lang)
}

/// The tests in progress at the end of the days to come.
pub(super) fn backlog(page: &Operations, filter: &Filter, lang: Lang) -> AnyView {
    let outlook = &page.backlog;
    let number = |value: f64| format::number(value, 0, lang);
    let last = outlook.days.last().map(|day| {
        lang.ops_backlog_summary(
            &format::count(page.wip.tests, lang),
            &number(day.value),
            &number(day.band_80.0),
            &number(day.band_80.1),
        )
    });
    let texts = Texts {
        id: "operations-backlog",
        title: lang.ops_backlog(),
        sub: lang.ops_backlog_sub(),
        explain: lang.ops_backlog_how(),
        summary: last.unwrap_or_default(),
        tested: shares(outlook, lang).map(|[in_80, in_95, days]| lang.ops_backlog_tested(&in_80, &in_95, &days)),
    };
    card(outlook, texts, page, filter, lang)
}

fn card(outlook: &Outlook, texts: Texts, page: &Operations, filter: &Filter, lang: Lang) -> AnyView {
    let Texts { id, title, sub, explain, summary, tested } = texts;
    if outlook.days.is_empty() {
        return view! { <Card title class="w6"><EmptyState what=lang.ops_no_outlook()/></Card> }.into_any();
    }
    let buckets = Buckets {
        lang,
        labels: outlook.days.iter().map(|day| format::day(day.day, lang)).collect(),
        titles: outlook.days.iter().map(|day| format::weekday_day(day.day, lang)).collect(),
        shown: (0..outlook.days.len()).step_by(3).collect(),
        ..Buckets::default()
    };
    let band = |name: &str, of: fn(&ExpectedDay) -> (f64, f64)| {
        let (low, high) = outlook.days.iter().map(of).map(|(low, high)| (Some(low), Some(high))).unzip();
        Series::new(name, "c1", SeriesKind::Band(low), high)
    };
    let drawn = [
        band(&lang.ops_high(lang.ops_band_95()), |day| day.band_95),
        band(&lang.ops_high(lang.ops_band_80()), |day| day.band_80),
        Series::new(
            lang.ops_expected(),
            "c1",
            SeriesKind::Line,
            outlook.days.iter().map(|day| Some(day.value)).collect(),
        ),
    ];
    let at = positions(&drawn);
    let key = vec![
        KeyEntry::new(lang.ops_expected(), "c1", KeyShape::Line, &at[2]),
        KeyEntry::new(
            &format!("{}, {}", lang.ops_band_80(), lang.ops_band_95()),
            "c1",
            KeyShape::Band,
            &[&at[0][..], &at[1]].concat(),
        ),
    ];
    let option = series_chart(&buckets, &drawn, Unit::Count, Vec::new()).json();
    let note = move || tested.clone();
    let (sheet, now) = (sheets::outlook(outlook, title, lang), page.scope.now);
    view! {
        <ChartCard id title sub key_entries=key option summary class="w6" explain note export=Export::new(id, filter)>
            <SheetTwin sheet now/>
        </ChartCard>
    }
    .into_any()
}
