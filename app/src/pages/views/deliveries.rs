//! Views that are sent by themselves: setting them up, those there are, and what came of it.

use super::Controls;
use super::list::hidden;
use crate::components::{Badge, Card, EmptyState, Note, NoteKind, Symbol, Tone, icon};
use crate::format;
use crate::i18n::Lang;
use crate::model::deliveries::{Deliveries, Delivery, FileKind, Outcome, Sending, Way};
use crate::model::views::{SavedView, ViewsPage, is_shareable};
use crate::pages::words::timing;
use chrono::NaiveDateTime;
use leptos::form::ActionForm;
use leptos::prelude::*;

const fn way_name(way: Way, lang: Lang) -> &'static str {
    match way {
        Way::Mail => lang.delivery_mail(),
        Way::Webhook => lang.delivery_webhook(),
        Way::Slack => lang.delivery_slack(),
    }
}

fn choice(value: &str, name: &str) -> AnyView {
    view! { <option value=value.to_owned()>{name.to_owned()}</option> }.into_any()
}

/// The class of a field, by its id: the style hides what other choices make pointless, where the browser can.
fn place(id: &str) -> String {
    format!("field for-{}", id.trim_start_matches("delivery-"))
}

fn select(id: &'static str, name: &'static str, label: &'static str, options: Vec<AnyView>) -> AnyView {
    view! {
        <div class=place(id)>
            <label for=id>{label}</label>
            <select class="input" id=id name=name>{options}</select>
        </div>
    }
    .into_any()
}

fn field(
    id: &'static str,
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    value: &'static str,
) -> AnyView {
    view! {
        <div class=place(id)>
            <label for=id>{label}</label>
            <input class="input" id=id name=name type=kind value=value autocomplete="off"/>
        </div>
    }
    .into_any()
}

/// The form that sets a delivery up.
pub(super) fn form(page: &ViewsPage, deliveries: &Deliveries, controls: Controls, lang: Lang) -> AnyView {
    let views: Vec<_> = page.views.iter().filter(|view| is_shareable(&view.path)).collect();
    let body = if deliveries.ways.is_empty() {
        view! { <Note kind=NoteKind::Info text=lang.delivery_no_ways()/> }.into_any()
    } else if views.is_empty() {
        view! { <Note kind=NoteKind::Info text=lang.link_no_views()/> }.into_any()
    } else {
        fields(&views, &deliveries.ways, controls, lang)
    };
    view! {
        <Card title=lang.delivery_new() class="w12">
            <div class="body"><p>{lang.delivery_new_why()}</p>{body}</div>
        </Card>
    }
    .into_any()
}

fn fields(views: &[&SavedView], ways: &[Way], controls: Controls, lang: Lang) -> AnyView {
    let views = views.iter().map(|view| choice(&view.id.to_string(), &view.name)).collect();
    let every = [
        ("daily", lang.delivery_daily()),
        ("weekly", lang.delivery_weekly()),
        ("monthly", lang.delivery_monthly()),
        ("cron", lang.delivery_cron()),
    ];
    let every = every.iter().map(|(value, name)| choice(value, name)).collect();
    let weekdays = (0..7).map(|day| choice(&(day + 1).to_string(), format::weekday_name(day, lang))).collect();
    let days = (1..=28).map(|day: u32| choice(&day.to_string(), &day.to_string())).collect();
    let by = ways.iter().map(|way| choice(way.name(), way_name(*way, lang))).collect();
    let files = FileKind::ALL.iter().map(|kind| match kind {
        FileKind::Xlsx => choice(kind.name(), lang.delivery_xlsx()),
        FileKind::Csv => choice(kind.name(), lang.delivery_csv()),
    });
    let mut languages = Lang::ALL;
    languages.sort_by_key(|other| *other != lang);
    let languages = languages.iter().map(|lang| choice(lang.tag(), lang.own_name())).collect();
    let mail = ways.contains(&Way::Mail).then(|| {
        view! {
            {field("delivery-recipients", "recipients", lang.delivery_recipients(), "text", "")}
            {select("delivery-files", "files", lang.delivery_files(), files.collect())}
        }
    });
    view! {
        <ActionForm action=controls.deliver attr:class="form columns delivery">
            {select("delivery-view", "view", lang.link_view(), views)}
            {select("delivery-every", "timing[every]", lang.delivery_every(), every)}
            {field("delivery-at", "timing[at]", lang.delivery_at(), "time", "07:00")}
            {select("delivery-weekday", "timing[weekday]", lang.delivery_weekday(), weekdays)}
            {select("delivery-day", "timing[day]", lang.delivery_day(), days)}
            {field("delivery-cron", "timing[cron]", lang.delivery_cron_fields(), "text", "0 7 * * 1-5")}
            {select("delivery-way", "way", lang.delivery_way(), by)}
            {mail}
            {select("delivery-language", "language", lang.delivery_language(), languages)}
            <div class="acts"><button class="btn primary" type="submit">{lang.delivery_make()}</button></div>
        </ActionForm>
    }
    .into_any()
}

/// The deliveries as a table.
pub(super) fn card(deliveries: &Deliveries, now: NaiveDateTime, controls: Controls, lang: Lang) -> AnyView {
    if deliveries.all.is_empty() {
        return view! {
            <Card title=lang.deliveries_title() class="w12">
                <EmptyState what=lang.deliveries_none() why=lang.deliveries_none_why()/>
            </Card>
        }
        .into_any();
    }
    let heads = [
        lang.link_view(),
        lang.delivery_when(),
        lang.delivery_to(),
        lang.delivery_last(),
        lang.delivery_next(),
        lang.view_acts(),
    ];
    let rows = deliveries.all.iter().map(|delivery| row(delivery, now, controls, lang)).collect();
    view! {
        <Card title=lang.deliveries_title() class="w12" explain=lang.deliveries_explain()>
            {table(lang.deliveries_title(), &heads, rows)}
        </Card>
    }
    .into_any()
}

fn table(label: &'static str, heads: &[&'static str], rows: Vec<AnyView>) -> AnyView {
    let heads = heads.iter().map(|head| view! { <th scope="col">{*head}</th> }).collect_view();
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=label>
            <table class="table">
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(delivery: &Delivery, now: NaiveDateTime, controls: Controls, lang: Lang) -> AnyView {
    let to = match delivery.way {
        Way::Mail => delivery.recipients.join(", "),
        way => way_name(way, lang).to_owned(),
    };
    let brings = if delivery.way == Way::Mail {
        format!("{}, {}", delivery.files.name().to_uppercase(), delivery.lang.own_name())
    } else {
        delivery.lang.own_name().to_owned()
    };
    let next = match delivery.next {
        Some(at) if delivery.enabled => format::recent(at, now, lang),
        _ => lang.delivery_paused().to_owned(),
    };
    let last = match &delivery.last {
        Some(last) => result(last, now, lang),
        None => view! { <span class="mut">{lang.delivery_never()}</span> }.into_any(),
    };
    view! {
        <tr>
            <td><a class="id" href=delivery.href.clone()>{delivery.name.clone()}</a></td>
            <td>{timing(&delivery.cron, lang)}</td>
            <td class="long">{to} <small class="mut">" "{brings}</small></td>
            <td class="long">{last}</td>
            <td class="nb">{next}</td>
            <td>{acts(delivery, controls, lang)}</td>
        </tr>
    }
    .into_any()
}

/// What came of a sending: the word, when, and why not.
fn result(sending: &Sending, now: NaiveDateTime, lang: Lang) -> AnyView {
    let (tone, word) = match sending.outcome {
        Outcome::Sent => (Tone::Good, lang.delivery_sent()),
        Outcome::Waiting => (Tone::Neutral, lang.delivery_waiting()),
        Outcome::Failed => (Tone::Late, lang.delivery_failed()),
        Outcome::Uncertain => (Tone::Warn, lang.delivery_uncertain()),
    };
    let at = sending.at.map(|at| format::recent(at, now, lang)).map(|at| match sending.outcome {
        Outcome::Waiting => lang.delivery_again(&at),
        _ => at,
    });
    let tries = (sending.attempts > 1).then(|| lang.delivery_try(&sending.attempts.to_string()));
    let more: Vec<String> = [at, tries, sending.error.clone()].into_iter().flatten().collect();
    view! { <Badge tone text=word/> <small class="mut">" "{more.join(" · ")}</small> }.into_any()
}

fn acts(delivery: &Delivery, controls: Controls, lang: Lang) -> AnyView {
    let (id, name, enabled) = (delivery.id, &delivery.name, delivery.enabled);
    let (symbol, words) =
        if enabled { (Symbol::Pause, lang.delivery_pause(name)) } else { (Symbol::Play, lang.delivery_resume(name)) };
    let (send, delete) = (lang.delivery_send_now(name), lang.delivery_delete(name));
    view! {
        <div class="row-acts">
            <ActionForm action=controls.send>
                {hidden("id", id.to_string())}
                <button class="btn icon quiet" type="submit" aria-label=send.clone() title=send>{icon(Symbol::Send)}</button>
            </ActionForm>
            <ActionForm action=controls.pause>
                {hidden("id", id.to_string())} {hidden("paused", enabled.to_string())}
                <button class="btn icon quiet" type="submit" aria-label=words.clone() title=words>{icon(symbol)}</button>
            </ActionForm>
            <ActionForm action=controls.drop>
                {hidden("id", id.to_string())}
                <button class="btn icon quiet" type="submit" aria-label=delete.clone() title=delete>{icon(Symbol::Cross)}</button>
            </ActionForm>
        </div>
    }
    .into_any()
}

/// What was sent lately.
pub(super) fn latest(deliveries: &Deliveries, now: NaiveDateTime, lang: Lang) -> Option<AnyView> {
    if deliveries.latest.is_empty() {
        return None;
    }
    let heads =
        [lang.delivery_due(), lang.link_view(), lang.delivery_to(), lang.delivery_asked(), lang.delivery_result()];
    let row = |sending: &Sending| {
        let by = sending.asked_by.clone().unwrap_or_else(|| lang.delivery_schedule().to_owned());
        let to = Way::from_name(&sending.to).map_or_else(|| sending.to.clone(), |way| way_name(way, lang).to_owned());
        view! {
            <tr>
                <td class="nb">{format::recent(sending.due, now, lang)}</td>
                <td>{sending.name.clone()}</td>
                <td class="long">{to}</td>
                <td>{by}</td>
                <td class="long">{result(sending, now, lang)}</td>
            </tr>
        }
        .into_any()
    };
    let rows = deliveries.latest.iter().map(row).collect();
    let title = lang.deliveries_latest();
    Some(view! { <Card title class="w12">{table(title, &heads, rows)}</Card> }.into_any())
}
