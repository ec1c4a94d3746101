//! The HTML document and the route table.

use crate::i18n::use_lang;
use crate::pages::Layout;
use crate::pages::overview::OverviewPage;
use crate::pages::sign_in::SignInPage;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// The document around every page. Language and theme come from the request, so that the first paint is right.
#[cfg(feature = "ssr")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    use crate::components::{BOOT_SCRIPT, ICON_SPRITE};
    use leptos::nonce::use_nonce;
    use leptos_meta::MetaTags;
    view! {
        <!DOCTYPE html>
        <html lang=use_lang().tag() data-theme=requested_theme()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="stylesheet" href="/pkg/benchwatch.css"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <script nonce=use_nonce() inner_html=BOOT_SCRIPT></script>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
                <div hidden inner_html=ICON_SPRITE></div>
            </body>
        </html>
    }
}

/// The theme of the request's cookie; none means the system's.
#[cfg(feature = "ssr")]
fn requested_theme() -> Option<&'static str> {
    let parts = use_context::<axum::http::request::Parts>()?;
    let cookies = parts.headers.get(axum::http::header::COOKIE)?.to_str().ok()?;
    let value = cookies.split(';').find_map(|pair| pair.trim().strip_prefix("theme="));
    crate::components::theme_of_cookie(value)
}

/// The application: the same tree on the server and in the browser.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    #[cfg(feature = "hydrate")]
    crate::i18n::provide_lang(crate::i18n::document_lang());
    let lang = use_lang();
    view! {
        <Title formatter=|title| format!("{title} · benchwatch")/>
        <Router>
            <Routes fallback=move || view! { <main class="page"><h1>{lang.error_not_found()}</h1></main> }>
                <Route path=path!("/login") view=SignInPage/>
                <ParentRoute path=path!("") view=Layout>
                    <Route path=path!("/") view=OverviewPage ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}
