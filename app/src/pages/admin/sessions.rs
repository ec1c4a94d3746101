//! Everybody's sessions.

use super::Acts;
use crate::components::Card;
use crate::i18n::Lang;
use crate::model::accounts::AdminPage;
use crate::pages::sessions::{Row, end_fields, table};
use leptos::form::ActionForm;
use leptos::prelude::*;

/// The sessions that are open; each can be ended.
pub(super) fn card(page: &AdminPage, acts: Acts, lang: Lang) -> AnyView {
    let open = page.sessions.iter().cloned();
    let rows = open.map(|open| Row { user: Some(open.user), session: open.session }).collect();
    let end = move |row: &Row| {
        let (name, fields) = (row.user.clone(), end_fields(&row.session, lang));
        view! { <ActionForm action=acts.end><input type="hidden" name="name" value=name/>{fields}</ActionForm> }
            .into_any()
    };
    let table = table(lang.open_title(), rows, page.now, end, lang);
    view! { <Card title=lang.open_title() sub=lang.open_sub() class="w12">{table}</Card> }.into_any()
}
