//! What an administrator sets about the laboratory.

use super::super::words::said;
use crate::api::settings::{AddHolidays, RemoveHolidays, SetLaboratory, SetWorkingHours, load_settings};
use crate::components::{Card, EmptyState, ErrorNote, Page, SkeletonTable};
use crate::i18n::{Lang, use_lang};
use crate::live::page_data;
use crate::model::settings::{Holiday, LabSettings};
use leptos::form::ActionForm;
use leptos::prelude::*;

/// The actions of the page.
#[derive(Clone, Copy)]
struct Acts {
    lab: ServerAction<SetLaboratory>,
    hours: ServerAction<SetWorkingHours>,
    add: ServerAction<AddHolidays>,
    remove: ServerAction<RemoveHolidays>,
}

/// The page at `/admin/settings`.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let lang = use_lang();
    let data = page_data(|| (), |()| load_settings());
    let retry = Callback::new(move |()| data.refetch());
    let acts = Acts {
        lab: ServerAction::new(),
        hours: ServerAction::new(),
        add: ServerAction::new(),
        remove: ServerAction::new(),
    };
    let again = move || data.refetch();
    let crumb = move || {
        view! { <nav class="crumb" aria-label=lang.admin_title()><a href="/admin">{lang.admin_title()}</a></nav> }
    };
    view! {
        <Page title=lang.settings_title() crumb>
            {said(acts.lab, lang, again)} {said(acts.hours, lang, again)} {said(acts.add, lang, again)}
            {said(acts.remove, lang, again)}
            <Transition fallback=|| view! { <SkeletonTable rows=8/> }>
                {move || Suspend::new(async move {
                    match data.await {
                        Ok(page) => content(&page, acts, lang),
                        Err(error) => view! { <ErrorNote what=lang.settings_title() error retry/> }.into_any(),
                    }
                })}
            </Transition>
        </Page>
    }
}

fn content(page: &LabSettings, acts: Acts, lang: Lang) -> AnyView {
    // The browser's own idea of the target follows what was just saved.
    #[cfg(feature = "hydrate")]
    crate::model::filter::set_default_sla_hours(page.sla_hours);
    view! {
        <div class="grid">
            {laboratory(page, acts, lang)} {hours(page, acts, lang)} {holidays(page, acts, lang)}
        </div>
    }
    .into_any()
}

/// The line below a field that the environment has set.
fn held(page: &LabSettings, field: &str, lang: Lang) -> Option<AnyView> {
    let variable = page.held_by(field)?.to_owned();
    Some(view! { <span class="help held">{lang.settings_held(&variable)}</span> }.into_any())
}

fn laboratory(page: &LabSettings, acts: Acts, lang: Lang) -> AnyView {
    let [name_fixed, zone_fixed, states_fixed] =
        ["name", "time_zone", "final_states"].map(|field| page.held_by(field).is_some());
    let [name_held, zone_held, states_held] =
        ["name", "time_zone", "final_states"].map(|field| held(page, field, lang));
    let (name, states) = (page.name.clone(), page.final_states.join("\n"));
    let states_text = states.clone();
    let languages = languages(page.language, lang);
    let coming = page.coming_zone.as_ref().map(|zone| {
        view! { <span class="help held" role="status">{lang.settings_zone_coming(zone)}</span> }
    });
    let zone = page.coming_zone.clone().unwrap_or_else(|| page.time_zone.clone());
    let days = page.sla_hours / 24.0;
    view! {
        <Card title=lang.settings_lab() sub=lang.settings_lab_sub() class="w6">
            <div class="body">
                <ActionForm action=acts.lab attr:class="form">
                    <div class="field">
                        <label for="lab-name">{lang.settings_name()}</label>
                        <input class="input" id="lab-name" name="name" maxlength="100" value=name
                            disabled=name_fixed/>
                        {name_held}
                    </div>
                    <div class="field">
                        <label for="lab-zone">{lang.settings_zone()}</label>
                        <input class="input" id="lab-zone" name="time_zone" maxlength="64" required value=zone
                            autocomplete="off" spellcheck="false" aria-describedby="lab-zone-help"
                            disabled=zone_fixed/>
                        <span class="help" id="lab-zone-help">{lang.settings_zone_help()}</span>
                        {coming} {zone_held}
                    </div>
                    <div class="field">
                        <label for="lab-language">{lang.settings_language()}</label>
                        <select class="input" id="lab-language" name="language">{languages}</select>
                    </div>
                    <div class="field">
                        <label for="lab-sla">{lang.settings_sla()}</label>
                        <input class="input" id="lab-sla" name="sla_days" type="number" min="0.01" max="3650" step="any"
                            required value=days.to_string() aria-describedby="lab-sla-help"/>
                        <span class="help" id="lab-sla-help">{lang.settings_sla_help()}</span>
                    </div>
                    <div class="field">
                        <label for="lab-states">{lang.settings_states()}</label>
                        <textarea class="input" id="lab-states" name="final_states" rows="5" required
                            aria-describedby="lab-states-help" disabled=states_fixed
                            prop:value=states>{states_text}</textarea>
                        <span class="help" id="lab-states-help">{lang.settings_states_help()}</span>
                        {states_held}
                    </div>
                    <div class="acts"><button class="btn primary" type="submit">{lang.settings_save()}</button></div>
                </ActionForm>
            </div>
        </Card>
    }
    .into_any()
}

fn languages(chosen: Option<Lang>, lang: Lang) -> AnyView {
    let option = |other: Lang| {
        view! { <option value=other.tag() lang=other.tag() selected=chosen == Some(other)>{other.own_name()}</option> }
    };
    view! {
        <option value="browser" selected=chosen.is_none()>{lang.settings_language_browser()}</option>
        {Lang::ALL.map(option)}
    }
    .into_any()
}

const fn weekdays(lang: Lang) -> [&'static str; 7] {
    [
        lang.settings_monday(),
        lang.settings_tuesday(),
        lang.settings_wednesday(),
        lang.settings_thursday(),
        lang.settings_friday(),
        lang.settings_saturday(),
        lang.settings_sunday(),
    ]
}

fn hours(page: &LabSettings, acts: Acts, lang: Lang) -> AnyView {
    let rows = (1..=7_u8).zip(weekdays(lang)).map(move |(weekday, name)| {
        let day = page.working_hours.iter().find(|day| day.weekday == weekday);
        let text =
            |time: Option<chrono::NaiveTime>| time.map(|time| time.format("%H:%M").to_string()).unwrap_or_default();
        let (opens, closes) = (text(day.map(|day| day.opens)), text(day.map(|day| day.closes)));
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td>
                    <input class="input" type="time" name=format!("opens[{weekday}]") value=opens
                        aria-label=lang.settings_opens_on(name)/>
                </td>
                <td>
                    <input class="input" type="time" name=format!("closes[{weekday}]") value=closes
                        aria-label=lang.settings_closes_on(name)/>
                </td>
            </tr>
        }
        .into_any()
    });
    let rows = rows.collect_view();
    view! {
        <Card title=lang.settings_hours() sub=lang.settings_hours_sub() class="w6">
            <ActionForm action=acts.hours attr:class="week">
                <div class="scroll" tabindex="0" role="group" aria-label=lang.settings_hours()>
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">{lang.settings_weekday()}</th>
                                <th scope="col">{lang.settings_opens()}</th>
                                <th scope="col">{lang.settings_closes()}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <div class="body form">
                    <p class="help">{lang.settings_hours_help()}</p>
                    <div class="acts"><button class="btn primary" type="submit">{lang.settings_save()}</button></div>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}

fn holidays(page: &LabSettings, acts: Acts, lang: Lang) -> AnyView {
    let list = if page.holidays.is_empty() {
        view! { <EmptyState what=lang.settings_holidays_none()/> }.into_any()
    } else {
        let rows = page.holidays.iter().map(|holiday| holiday_row(holiday, lang)).collect_view();
        view! {
            <ActionForm action=acts.remove>
                <div class="scroll" tabindex="0" role="group" aria-label=lang.settings_holidays()>
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">{lang.settings_holiday_day()}</th>
                                <th scope="col">{lang.settings_holiday_name()}</th>
                                <th scope="col">{lang.settings_holiday_choose()}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <div class="body"><button class="btn" type="submit">{lang.settings_holidays_remove()}</button></div>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <Card title=lang.settings_holidays() sub=lang.settings_holidays_sub() class="w12">
            {list}
            <div class="body">
                <ActionForm action=acts.add attr:class="form">
                    <div class="field">
                        <label for="holiday-lines">{lang.settings_holidays_lines()}</label>
                        <textarea class="input" id="holiday-lines" name="lines" rows="4" required
                            aria-describedby="holiday-help"></textarea>
                        <span class="help" id="holiday-help">{lang.settings_holidays_help()}</span>
                    </div>
                    <div class="acts"><button class="btn primary" type="submit">{lang.settings_holidays_add()}</button></div>
                </ActionForm>
            </div>
        </Card>
    }
    .into_any()
}

fn holiday_row(holiday: &Holiday, lang: Lang) -> AnyView {
    let day = holiday.day.to_string();
    view! {
        <tr>
            <td class="nb">{day.clone()}</td>
            <td>{holiday.name.clone()}</td>
            <td>
                <input type="checkbox" name=format!("days[d{day}]") value="1" aria-label=lang.settings_holiday_choose_one(&day)/>
            </td>
        </tr>
    }
    .into_any()
}
