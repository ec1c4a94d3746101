//! What all signed-in pages share: the frame with the account and the freshness of the data.

use crate::api::metrics::load_late_orders;
use crate::api::session::load_current_user;
use crate::api::sync::load_freshness;
use crate::components::{AccountMenu, Chrome, Frame, FreshLabel, LateCount};
use leptos::prelude::*;
use leptos_router::components::Outlet;

/// The frame around the page of the current route.
#[component]
pub fn Layout() -> impl IntoView {
    let user = Resource::new_blocking(|| (), |()| load_current_user());
    let freshness = Resource::new_blocking(|| (), |()| load_freshness());
    let late = Resource::new_blocking(|| (), |()| load_late_orders());
    let account = move || {
        view! {
            <Suspense>{move || Suspend::new(async move { user.await.ok().map(|user| view! { <AccountMenu user/> }) })}</Suspense>
        }
    };
    let fresh = move || {
        view! {
            <Suspense>
                {move || Suspend::new(async move {
                    freshness.await.ok().map(|freshness| view! { <FreshLabel freshness/> })
                })}
            </Suspense>
        }
    };
    let late = move || {
        view! {
            <Suspense>
                {move || Suspend::new(async move { late.await.ok().map(|count| view! { <LateCount count/> }) })}
            </Suspense>
        }
    };
    provide_context(Chrome { account: account.into(), fresh: fresh.into(), late: late.into() });
    view! { <Frame><Outlet/></Frame> }
}
