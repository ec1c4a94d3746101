//! Placeholders with the size of what will come, so that nothing moves when it does.

use crate::i18n::use_lang;
use leptos::prelude::*;

fn block(style: &'static str) -> impl IntoView {
    view! { <span class="skel" style=style></span> }
}

/// A strip of tiles that are still loading.
#[component]
pub fn SkeletonTiles(
    /// How many.
    #[prop(default = 7)]
    count: usize,
) -> impl IntoView {
    let tile = || {
        view! {
            <div class="tile">
                <div class="lab">{block("width:70%;height:12px")}</div>
                {block("width:84px;height:28px")} {block("width:120px;height:12px;margin-top:4px")}
                {block("height:30px;margin-top:8px")}
            </div>
        }
    };
    view! {
        <section class="tiles" aria-busy="true" aria-label=use_lang().loading()>
            {(0..count).map(|_| tile()).collect_view()}
        </section>
    }
}

/// A card whose body is still loading.
#[component]
pub fn SkeletonCard(
    /// The title that it will have.
    #[prop(into)]
    title: String,
    /// The height of its body in pixels.
    height: u32,
    /// The width in the grid: `w8`, `w4` …
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    view! {
        <section class=format!("card {class}") aria-busy="true">
            <header><h2>{title}</h2></header>
            <div class="body"><span class="skel" style=format!("height:{height}px")></span></div>
        </section>
    }
}

/// The body of a table that is still loading.
#[component]
pub fn SkeletonTable(
    /// How many rows.
    rows: usize,
) -> impl IntoView {
    view! {
        <div class="body" aria-busy="true">
            {(0..rows).map(|_| block("height:20px;margin:8px 0")).collect_view()}
        </div>
    }
}
