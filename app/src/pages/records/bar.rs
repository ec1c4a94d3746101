//! What narrows a list: the shared filter bar with the list's own controls in it. Each control is a link or a GET form.

use super::cells::{Look, kind_words, record_name};
use crate::components::{FilterBar, FilterField, Symbol, icon};
use crate::format;
use crate::i18n::Lang;
use crate::model::filter::percent_decode;
use crate::model::overview::FilterOptions;
use crate::model::period::DayRange;
use crate::model::records::rows::Reference;
use crate::model::records::{Basis, Condition, ListQuery, RecordKind, TurnaroundClass};
use leptos::prelude::*;

/// The kinds as tabs; whose records they are goes along from one to the other.
pub(super) fn tabs(query: &ListQuery) -> AnyView {
    let lang = crate::i18n::use_lang();
    let tab = |kind: &RecordKind| {
        let href = ListQuery::with_filter(*kind, crate::model::filter::Filter { state: None, ..query.filter.clone() });
        let current = (*kind == query.kind).then_some("page");
        view! { <a href=href.href() aria-current=current>{kind_words(*kind, lang)}</a> }
    };
    view! {
        <nav class="seg tabs" aria-label=lang.nav_records()>{RecordKind::ALL.iter().map(tab).collect_view()}</nav>
    }
    .into_any()
}

/// The filter bar of a list.
pub(super) fn bar(
    query: &ListQuery,
    days: Option<DayRange>,
    within: &[Reference],
    states: Vec<String>,
    options: FilterOptions,
    look: Look,
) -> AnyView {
    let options = if query.kind == RecordKind::Tests { options } else { FilterOptions { states, ..options } };
    let today = look.now.date();
    let own = query.clone();
    let within = within.to_vec();
    let extra = move || {
        view! {
            {bases(&own, look.lang)} {conditions(&own, look.lang)} {finder(&own, look.lang)}
            {chips(&own, &within, look.lang)}
        }
    };
    let keep = query.own_pairs().into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Vec<_>>();
    view! {
        <FilterBar
            path=query.kind.list_path()
            filter=query.filter.clone()
            days=days.unwrap_or_else(|| query.filter.range.days(today))
            today
            options
            fields=fields(query.kind)
            keep
            buckets=false
            compares=false
            ranges=query.basis.is_some()
            extra
        />
    }
    .into_any()
}

fn fields(kind: RecordKind) -> Vec<FilterField> {
    use FilterField::{Customer, Label, Matrix, State, Target, Type};
    match kind {
        RecordKind::Customers => vec![Customer, Type, Matrix, Label, Target],
        RecordKind::Batches => vec![Customer, Type, Matrix, Label, State],
        _ => vec![Customer, Type, Matrix, Label, State, Target],
    }
}

/// Which date the days apply to, or none.
fn bases(query: &ListQuery, lang: Lang) -> AnyView {
    let link = |basis: Option<Basis>| {
        let text = match basis {
            None => lang.all_time(),
            Some(Basis::Created) => lang.created(),
            Some(Basis::Received) => lang.received(),
            Some(Basis::Completed) => lang.completed(),
            Some(Basis::Reported) => lang.reported_at(),
            Some(Basis::Active) => lang.active_in(),
        };
        let href = ListQuery { basis, sort: None, direction: None, cursor: None, ..query.clone() }.href();
        let current = (basis == query.basis).then_some("true");
        view! { <a href=href aria-current=current data-noscroll="">{text}</a> }
    };
    let choices = std::iter::once(None).chain(query.kind.bases().iter().copied().map(Some));
    view! {
        <div class="seg" role="group" aria-label=lang.days_apply_to()>{choices.map(link).collect_view()}</div>
    }
    .into_any()
}

/// What a condition is called.
pub(super) const fn condition_words(condition: Condition, lang: Lang) -> &'static str {
    match condition {
        Condition::Open => lang.condition_open(),
        Condition::Late => lang.condition_late(),
        Condition::NewlyLate => lang.condition_newly_late(),
        Condition::AtRisk => lang.condition_at_risk(),
        Condition::Warning => lang.condition_warning(),
        Condition::Metrc => lang.condition_metrc(),
        Condition::Ready => lang.condition_ready(),
        Condition::OnHold => lang.condition_on_hold(),
        Condition::Cancelled => lang.condition_cancelled(),
        Condition::NotReportable => lang.condition_not_reportable(),
        Condition::Rework => lang.condition_rework(),
        Condition::Reported => lang.condition_reported(),
        Condition::Received => lang.condition_received(),
        Condition::Completed => lang.condition_completed(),
        Condition::InProgress => lang.condition_in_progress(),
        Condition::Reworked => lang.condition_reworked(),
        Condition::Stale => lang.condition_stale(),
    }
}

/// A menu of the conditions that can be asked for; those in force stand as chips.
fn conditions(query: &ListQuery, lang: Lang) -> AnyView {
    let free = query.kind.conditions().iter().filter(|condition| !query.has(**condition));
    let link = |condition: &Condition| {
        let href = query.clone().with(*condition).href();
        view! { <a href=href data-noscroll="">{condition_words(*condition, lang)}</a> }
    };
    view! {
        <details class="menu">
            <summary class="btn">{lang.only_those()}" …"</summary>
            <div class="pop start">{free.map(link).collect_view()}</div>
        </details>
    }
    .into_any()
}

/// A form that finds records of the list by a part of their number or name.
fn finder(query: &ListQuery, lang: Lang) -> AnyView {
    let rest = ListQuery { text: None, cursor: None, ..query.clone() }.to_query();
    let hidden = rest.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| {
        view! { <input type="hidden" name=name.to_owned() value=percent_decode(value)/> }
    });
    view! {
        <form class="finder" method="get" action=query.kind.list_path() data-nav="">
            {hidden.collect_view()}
            <input
                class="input"
                type="search"
                name="q"
                value=query.text.clone().unwrap_or_default()
                placeholder=lang.find_in_list()
                aria-label=lang.find_in_list()
                maxlength="255"
                autocomplete="off"
            />
        </form>
    }
    .into_any()
}

/// What narrows the list besides the shared filter, each with a link that takes it away.
fn chips(query: &ListQuery, within: &[Reference], lang: Lang) -> Vec<AnyView> {
    let first = ListQuery { cursor: None, ..query.clone() };
    let mut chips = Vec::new();
    for condition in &query.conditions {
        chips.push(chip(condition_words(*condition, lang).to_owned(), &first.clone().without(*condition), lang));
    }
    if let Some(class) = query.turnaround {
        let text = match class {
            TurnaroundClass::Within => lang.turnaround_within(),
            TurnaroundClass::Beyond => lang.turnaround_beyond(),
            TurnaroundClass::Unknown => lang.turnaround_unknown(),
        };
        chips.push(chip(text.to_owned(), &ListQuery { turnaround: None, ..first.clone() }, lang));
    }
    if let Some(hours) = query.over_hours {
        let text = lang.turnaround_over(&format::hours(hours));
        chips.push(chip(text, &ListQuery { over_hours: None, ..first.clone() }, lang));
    }
    if let Some(hours) = query.upto_hours {
        let text = lang.turnaround_upto(&format::hours(hours));
        chips.push(chip(text, &ListQuery { upto_hours: None, ..first.clone() }, lang));
    }
    chips.extend(age_chips(query, &first, lang));
    for Reference { kind, id, name } in within {
        let mut wider = first.clone();
        match kind {
            RecordKind::Orders => wider.order = None,
            RecordKind::Samples => wider.sample = None,
            _ => wider.batch = None,
        }
        chips.push(chip(record_name(*kind, *id, name.as_deref()), &wider, lang));
    }
    if let Some(assay) = query.assay {
        chips.push(chip(format!("{} {assay}", lang.assay()), &ListQuery { assay: None, ..first.clone() }, lang));
    }
    if let Some(text) = &query.text {
        chips.push(chip(format!("“{text}”"), &ListQuery { text: None, ..first }, lang));
    }
    chips
}

/// Age, day of the week and hour of creation.
fn age_chips(query: &ListQuery, first: &ListQuery, lang: Lang) -> Vec<AnyView> {
    let mut chips = Vec::new();
    if let Some(hours) = query.age_from {
        let text = lang.age_from(&format::hours(hours));
        chips.push(chip(text, &ListQuery { age_from: None, ..first.clone() }, lang));
    }
    if let Some(hours) = query.age_below {
        let text = lang.age_below(&format::hours(hours));
        chips.push(chip(text, &ListQuery { age_below: None, ..first.clone() }, lang));
    }
    if let Some(day) = query.weekday {
        let text = lang.created_on(format::weekday_name(usize::from(day.saturating_sub(1)), lang));
        chips.push(chip(text, &ListQuery { weekday: None, ..first.clone() }, lang));
    }
    if let Some(hour) = query.hour {
        let text = lang.created_between(&format!("{hour:02}:00"), &format!("{hour:02}:59"));
        chips.push(chip(text, &ListQuery { hour: None, ..first.clone() }, lang));
    }
    chips
}

fn chip(text: String, without: &ListQuery, lang: Lang) -> AnyView {
    let label = lang.remove_filter(&text);
    view! {
        <span class="chip">
            <b>{text}</b>
            <a href=without.href() aria-label=label data-noscroll="">{icon(Symbol::Cross)}</a>
        </span>
    }
    .into_any()
}
