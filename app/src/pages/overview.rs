//! The overview.

use crate::api::metrics::load_overview;
use crate::model::filter::Filter;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// What came in, what went out, how fast, for whom.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let location = use_location();
    let overview = Resource::new_blocking(
        move || location.search.get(),
        |query| async move { load_overview(Filter::parse(&query)?).await },
    );
    view! {
        <Title text="Overview"/>
        <main>
            <h1>"Overview"</h1>
            <Suspense>
                {move || Suspend::new(async move {
                    overview.await.map(|data| view! { <p>{data.tiles.tests.value}</p> })
                })}
            </Suspense>
        </main>
    }
}
