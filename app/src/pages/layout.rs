//! What all signed-in pages share: the frame with the account and the freshness of the data, followed live.

use super::views::views_menu;
use crate::api::metrics::load_late_orders;
use crate::api::session::load_current_user;
use crate::api::sync::load_freshness;
#[cfg(feature = "hydrate")]
use crate::api::views::keep_filter;
use crate::components::{
    AccountMenu, Chrome, Frame, FreshLabel, LateCount, Note, NoteKind, Remembered, Symbol, icon, may_open, use_guest,
};
use crate::i18n::use_lang;
use crate::live::{Live, page_data};
#[cfg(feature = "hydrate")]
use crate::model::filter::Filter;
use crate::model::filter::{AsOf, percent_encode};
use crate::model::session::{CurrentUser, Role, SignInProblem};
use crate::model::views::exact_address;
#[cfg(feature = "hydrate")]
use crate::model::views::told_filter;
use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_location;

/// The frame around the page of the current route.
#[component]
pub fn Layout() -> impl IntoView {
    let user = Resource::new_blocking(|| (), |()| load_current_user());
    let freshness = Resource::new_blocking(|| (), |()| load_freshness());
    let live = Live::provide();
    live.follow(freshness);
    remember_filters();
    let late = page_data(|| (), |()| load_late_orders());
    let account = move || {
        view! {
            <Suspense>{move || Suspend::new(async move { user.await.ok().map(account_menu) })}</Suspense>
        }
    };
    let fresh = move || {
        view! {
            <Suspense>
                {move || Suspend::new(async move {
                    let first = freshness.await.ok()?;
                    Some(move || view! { <FreshLabel freshness=live.freshness(&first) updated=live.updated()/> })
                })}
            </Suspense>
        }
    };
    // Guests have one view and no menu.
    let views = if use_guest().is_none() { views_menu() } else { ViewFn::default() };
    let late = move || {
        view! {
            <Transition>
                {move || Suspend::new(async move { late.await.ok().map(|count| view! { <LateCount count/> }) })}
            </Transition>
        }
    };
    provide_context(Chrome { account: account.into(), fresh: fresh.into(), late: late.into(), views });
    view! { <Frame>{move || live.ended().then(session_over)} {the_past()} <Outlet/></Frame> }
}

/// Says, where the address asks for a moment of the past, that this is what is shown; and leads back.
fn the_past() -> impl IntoView {
    let lang = use_lang();
    let location = use_location();
    move || {
        let query = location.search.get();
        let text = lang.as_of_note(&AsOf::of_query(&query)?.in_words(lang));
        let rest = query.trim_start_matches('?').split('&').filter(|pair| !pair.starts_with("as_of="));
        let rest = rest.collect::<Vec<_>>().join("&");
        let href = exact_address(&location.pathname.get(), &rest);
        let back = may_open(&href).then(|| view! { <a class="btn sm" href=href>{lang.as_of_leave()}</a> });
        Some(view! { <Note kind=NoteKind::Warn text=text role="status">{back}</Note> })
    }
}

/// Keeps the filter of each dashboard that the reader goes to. What the page came with is known to the server.
fn remember_filters() {
    let remembered = Remembered::provide();
    #[cfg(feature = "hydrate")]
    if use_guest().is_none() {
        let location = use_location();
        Effect::new(move |arrived: Option<()>| {
            let told = told_filter(&location.pathname.get(), &location.search.get());
            let told = told.map(Filter::of_now);
            if let Some(filter) = told.filter(|filter| arrived.is_some() && remembered.take(filter)) {
                // Nothing is lost but what would have been remembered.
                leptos::task::spawn_local(async move { drop(keep_filter(filter).await) });
            }
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = remembered;
}

/// The account menu with what its reader may open.
fn account_menu(user: CurrentUser) -> impl IntoView {
    let lang = use_lang();
    let admin = user.role == Role::Admin;
    let links = move || {
        view! {
            <a href="/account">{icon(Symbol::User)}{lang.account_title()}</a>
            {admin.then(|| view! { <a href="/admin">{icon(Symbol::Quality)}{lang.admin_title()}</a> })}
        }
    };
    view! { <AccountMenu user links/> }
}

/// The session is over while a page is open: says so, and leads back to the same page after signing in.
fn session_over() -> impl IntoView {
    let lang = use_lang();
    let location = use_location();
    let query = location.search.get_untracked();
    let here = format!("{}?{}", location.pathname.get_untracked(), query.trim_start_matches('?'));
    let mut href = format!("/login?problem={}&next=", SignInProblem::SessionEnded.slug());
    percent_encode(here.trim_end_matches('?'), &mut href);
    view! {
        <Note kind=NoteKind::Warn text=lang.session_over() role="alert">
            <a class="btn sm" href=href rel="external">{lang.sign_in_again()}</a>
        </Note>
    }
}
