//! The waterfall: where the time goes from the beginning of a record to its end.

use super::cards::{export, target_line};
use super::sheets::{self, stage_name, subject_name};
use crate::charts::{Fall, waterfall_chart};
use crate::components::{Card, ChartCard, EmptyState, KeyEntry, KeyShape, SheetTwin};
use crate::format;
use crate::i18n::Lang;
use crate::model::records::links;
use crate::model::stages::{Source, Stage, StageName, Waterfall};
use crate::model::turnaround::{Subject, Turnaround, TurnaroundQuery};
use leptos::prelude::*;

/// The card.
pub(super) fn card(page: &Turnaround, query: &TurnaroundQuery, lang: Lang) -> AnyView {
    let title = lang.turn_stages();
    let Some(waterfall) = &page.stages else {
        return view! { <Card title class="w12"><EmptyState what=lang.turn_none()/></Card> }.into_any();
    };
    let stages: Vec<Fall> = waterfall.stages.iter().map(|stage| fall(stage, waterfall, query, lang)).collect();
    let names = [lang.median(), "p90", lang.turn_mean(), subject_name(query.subject, lang)];
    let option =
        waterfall_chart(&stages, &whole(waterfall, query, lang), names, vec![target_line(&page.scope, lang)], lang);
    let key = vec![
        KeyEntry::new(lang.median(), "c1", KeyShape::Square, &[3]),
        KeyEntry::new("p90", "c1", KeyShape::Band, &[1]),
    ];
    let (sheet, now) = (sheets::stages(Some(waterfall), lang), page.scope.now);
    let sub = told_by(waterfall, query.subject, lang);
    let summary = summary(waterfall, lang);
    view! {
        <ChartCard id="turnaround-stages" title sub key_entries=key option=option.json() summary class="w12"
            explain=lang.turn_stages_how() export=export("turnaround-stages", query)>
            <SheetTwin sheet now/>
        </ChartCard>
    }
    .into_any()
}

/// How many records are in it, and what tells their stages.
fn told_by(waterfall: &Waterfall, subject: Subject, lang: Lang) -> String {
    let what = subject_name(subject, lang).to_lowercase();
    let many = format!("{} {what}", format::count(waterfall.records, lang));
    let rest = (waterfall.left_out > 0).then(|| format::count(waterfall.left_out, lang));
    match (waterfall.source, rest) {
        (Source::States, None) => lang.turn_stages_by_state(&many),
        (Source::States, Some(rest)) => lang.turn_stages_by_state_but(&many, &rest),
        (Source::Dates, None) => lang.turn_stages_by_date(&many),
        (Source::Dates, Some(rest)) => lang.turn_stages_by_date_but(&many, &rest),
    }
}

/// The records behind a stage: where a list knows the state, those that were in it, else all that ended.
fn opens(name: Option<&StageName>, query: &TurnaroundQuery) -> String {
    let reworked = matches!(name, Some(StageName::State(state)) if ["RERUN", "RE-PREP"].contains(&state.as_str()));
    if reworked && query.subject == Subject::Tests {
        return links::tests_reworked(&query.filter).href();
    }
    links::ended(query.subject, &query.filter).href()
}

fn fall(stage: &Stage, waterfall: &Waterfall, query: &TurnaroundQuery, lang: Lang) -> Fall {
    let label = stage_name(&stage.name, lang);
    let passed = format::count(stage.passed, lang);
    Fall {
        title: lang.turn_stage_title(&label, &passed, &format::count(waterfall.records, lang)),
        href: opens(Some(&stage.name), query),
        ask: lang.opens(&subject_name(query.subject, lang).to_lowercase()),
        passed: stage.passed,
        median: stage.times.median,
        p90: stage.times.p90,
        mean: stage.times.mean,
        label,
    }
}

fn whole(waterfall: &Waterfall, query: &TurnaroundQuery, lang: Lang) -> Fall {
    Fall {
        label: lang.turn_whole().to_owned(),
        title: lang.turn_whole().to_owned(),
        href: opens(None, query),
        ask: lang.opens(&subject_name(query.subject, lang).to_lowercase()),
        passed: waterfall.records,
        median: waterfall.whole.median,
        p90: waterfall.whole.p90,
        mean: waterfall.whole.mean,
    }
}

fn summary(waterfall: &Waterfall, lang: Lang) -> String {
    let one = |stage: &Stage| format!("{} {}", stage_name(&stage.name, lang), format::hours(stage.times.median));
    let stages: Vec<String> = waterfall.stages.iter().map(one).collect();
    lang.turn_stages_summary(&stages.join(", "), &format::hours(waterfall.whole.median))
}
