//! The table of sessions: one's own on the account's page, everybody's in the administration.

use crate::components::{Badge, Tone};
use crate::format;
use crate::i18n::Lang;
use crate::model::accounts::SessionEntry;
use chrono::NaiveDateTime;
use leptos::prelude::*;

/// A row: the session, and whose it is where that is not plain.
pub(super) struct Row {
    pub(super) user: Option<String>,
    pub(super) session: SessionEntry,
}

/// The table. The session that asks is marked; `end` is the form that ends one of the others.
pub(super) fn table(
    label: &'static str,
    rows: Vec<Row>,
    now: NaiveDateTime,
    end: impl Fn(&Row) -> AnyView,
    lang: Lang,
) -> AnyView {
    let named = rows.iter().any(|row| row.user.is_some());
    let body: Vec<_> = rows.iter().map(|one| row(one, now, &end, lang)).collect();
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=label>
            <table class="table">
                <thead>
                    <tr>
                        {named.then(|| view! { <th scope="col">{lang.user_name()}</th> })}
                        <th scope="col">{lang.session_started()}</th>
                        <th scope="col">{lang.session_ends()}</th>
                        <th scope="col"><span class="vh">{lang.user_actions()}</span></th>
                    </tr>
                </thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(row: &Row, now: NaiveDateTime, end: &impl Fn(&Row) -> AnyView, lang: Lang) -> AnyView {
    let last = if row.session.this {
        view! { <Badge tone=Tone::Good text=lang.session_this()/> }.into_any()
    } else {
        end(row)
    };
    view! {
        <tr>
            {row.user.clone().map(|user| view! { <td>{user}</td> })}
            <td class="nb">{format::date_time(row.session.started, now, lang)}</td>
            <td class="nb">{format::date_time(row.session.ends, now, lang)}</td>
            <td class="num">{last}</td>
        </tr>
    }
    .into_any()
}

/// What a form that ends a session sends, and its button.
pub(super) fn end_fields(session: &SessionEntry, lang: Lang) -> AnyView {
    view! {
        <input type="hidden" name="session" value=session.id.clone()/>
        <button class="btn sm" type="submit">{lang.session_end()}</button>
    }
    .into_any()
}
