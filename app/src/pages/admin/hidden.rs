//! Records that are hidden.

use super::Acts;
use crate::components::{Card, EmptyState};
use crate::format;
use crate::i18n::Lang;
use crate::model::accounts::{AdminPage, BanEntry};
use chrono::NaiveDateTime;
use leptos::form::ActionForm;
use leptos::prelude::*;

fn kinds(lang: Lang) -> [(&'static str, &'static str); 5] {
    [
        ("customer", lang.ban_customer()),
        ("order", lang.ban_order()),
        ("sample", lang.ban_sample()),
        ("batch", lang.ban_batch()),
        ("test", lang.ban_test()),
    ]
}

/// What is hidden, and the form that hides.
pub(super) fn card(page: &AdminPage, acts: Acts, lang: Lang) -> AnyView {
    let list = if page.bans.is_empty() {
        view! { <EmptyState what=lang.bans_none()/> }.into_any()
    } else {
        let rows = page.bans.iter().map(|ban| row(ban.clone(), page.now, acts, lang)).collect_view();
        view! {
            <div class="scroll" tabindex="0" role="group" aria-label=lang.bans_title()>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{lang.ban_kind()}</th>
                            <th class="num" scope="col">{lang.ban_id()}</th>
                            <th scope="col">{lang.ban_reason()}</th>
                            <th scope="col">{lang.ban_by()}</th>
                            <th scope="col">{lang.ban_since()}</th>
                            <th scope="col"><span class="vh">{lang.user_actions()}</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    let options = kinds(lang).map(|(word, name)| view! { <option value=word>{name}</option> });
    view! {
        <Card title=lang.bans_title() sub=lang.bans_sub() class="w12">
            {list}
            <div class="body">
                <ActionForm action=acts.hide attr:class="inline-form">
                    <div class="field">
                        <label for="ban-kind">{lang.ban_kind()}</label>
                        <select class="input" id="ban-kind" name="kind">{options}</select>
                    </div>
                    <div class="field">
                        <label for="ban-id">{lang.ban_id()}</label>
                        <input class="input" id="ban-id" name="id" type="number" min="1" max="2147483647" required/>
                    </div>
                    <div class="field grow">
                        <label for="ban-reason">{lang.ban_reason()}</label>
                        <input class="input" id="ban-reason" name="reason" maxlength="500"/>
                    </div>
                    <button class="btn primary" type="submit">{lang.ban_add()}</button>
                </ActionForm>
            </div>
        </Card>
    }
    .into_any()
}

fn row(ban: BanEntry, now: NaiveDateTime, acts: Acts, lang: Lang) -> AnyView {
    let name = kinds(lang).into_iter().find(|(word, _)| *word == ban.kind).map_or("", |(_, name)| name);
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| format::MISSING.to_owned());
    view! {
        <tr>
            <td>{name}</td>
            <td class="num">{ban.id.to_string()}</td>
            <td>{text(&ban.reason)}</td>
            <td>{text(&ban.by)}</td>
            <td class="nb">{format::date_time(ban.since, now, lang)}</td>
            <td class="num">
                <ActionForm action=acts.unhide>
                    <input type="hidden" name="kind" value=ban.kind.clone()/>
                    <input type="hidden" name="id" value=ban.id.to_string()/>
                    <button class="btn sm" type="submit">{lang.ban_remove()}</button>
                </ActionForm>
            </td>
        </tr>
    }
    .into_any()
}
