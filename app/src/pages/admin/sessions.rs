//! Everybody's sessions.

use super::Acts;
use crate::components::{Badge, Card, Tone};
use crate::format;
use crate::i18n::Lang;
use crate::model::accounts::{AdminPage, OpenSession};
use chrono::NaiveDateTime;
use leptos::form::ActionForm;
use leptos::prelude::*;

/// The sessions that are open; each can be ended.
pub(super) fn card(page: &AdminPage, acts: Acts, lang: Lang) -> AnyView {
    let rows = page.sessions.iter().map(|session| row(session.clone(), page.now, acts, lang)).collect_view();
    view! {
        <Card title=lang.open_title() sub=lang.open_sub() class="w12">
            <div class="scroll" tabindex="0" role="group" aria-label=lang.open_title()>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{lang.user_name()}</th>
                            <th scope="col">{lang.session_started()}</th>
                            <th scope="col">{lang.session_ends()}</th>
                            <th scope="col"><span class="vh">{lang.user_actions()}</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Card>
    }
    .into_any()
}

fn row(open: OpenSession, now: NaiveDateTime, acts: Acts, lang: Lang) -> AnyView {
    let OpenSession { user, session } = open;
    let (started, ends) = (format::date_time(session.started, now, lang), format::date_time(session.ends, now, lang));
    let name = user.clone();
    let last = if session.this {
        view! { <Badge tone=Tone::Good text=lang.session_this()/> }.into_any()
    } else {
        view! {
            <ActionForm action=acts.end>
                <input type="hidden" name="name" value=name/>
                <input type="hidden" name="session" value=session.id/>
                <button class="btn sm" type="submit">{lang.session_end()}</button>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <tr>
            <td>{user}</td>
            <td class="nb">{started}</td>
            <td class="nb">{ends}</td>
            <td class="num">{last}</td>
        </tr>
    }
    .into_any()
}
