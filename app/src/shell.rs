//! The HTML document and the route table.

use crate::i18n::use_lang;
use crate::pages::Layout;
use crate::pages::sign_in::{SecondStepPage, SignInPage};
use crate::parts::{
    Administration, AuditLog, BatchRecord, BatchesList, CustomerRecord, Customers, CustomersList, Mix, Operations,
    OrderRecord, OrdersList, Overview, OwnAccount, Priority, Quality, SampleRecord, SamplesList, Search, Settings,
    SyncRun, Synchronisation, TestRecord, TestsList, Turnaround, Views,
};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{Lazy, SsrMode, path};

/// The document around every page. Language and theme come from the request, so that the first paint is right.
#[cfg(feature = "ssr")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    use crate::components::{BOOT_SCRIPT, ICON_SPRITE, last_filter_query, use_guest};
    use crate::model::filter::default_sla_hours;
    use crate::model::views::Guest;
    use leptos::nonce::use_nonce;
    use leptos_meta::MetaTags;
    view! {
        <!DOCTYPE html>
        <html lang=use_lang().tag() data-theme=requested_theme() data-guest=use_guest().map(Guest::name)
            data-sla=default_sla_hours().to_string() data-filter=last_filter_query()
            data-provider=provider_name() data-program=program_mark()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="preload" href="/fonts/bench-sans-latin-wght.woff2" r#as="font" r#type="font/woff2" crossorigin=""/>
                <link rel="stylesheet" href="/pkg/benchwatch.css"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                {wall_refresh().map(|content| view! { <meta http-equiv="refresh" content=content/> })}
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

/// Which program the page comes with.
#[cfg(feature = "ssr")]
fn program_mark() -> Option<String> {
    use_context::<crate::live::Program>().map(|program| program.0.to_string())
}

/// The identity provider's name, where there is one.
#[cfg(feature = "ssr")]
fn provider_name() -> Option<String> {
    use_context::<crate::model::session::SignInProvider>().map(|provider| provider.0)
}

/// The theme of the request's cookie; none means the system's.
#[cfg(feature = "ssr")]
fn requested_theme() -> Option<&'static str> {
    let parts = use_context::<axum::http::request::Parts>()?;
    let cookies = parts.headers.get(axum::http::header::COOKIE)?.to_str().ok()?;
    let value = cookies.split(';').find_map(|pair| pair.trim().strip_prefix("theme="));
    crate::components::theme_of_cookie(value)
}

/// When a page on a wall is loaded again; works without scripts.
#[cfg(feature = "ssr")]
fn wall_refresh() -> Option<String> {
    let parts = use_context::<axum::http::request::Parts>()?;
    Some(crate::model::views::Wall::parse(parts.uri.query()?)?.refresh())
}

/// The application: the same tree on the server and in the browser.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    #[cfg(feature = "hydrate")]
    {
        crate::i18n::provide_lang(crate::i18n::document_lang());
        take_target();
    }
    let lang = use_lang();
    view! {
        <Title formatter=document_title/>
        <Router>
            <Routes fallback=move || view! { <main class="page"><h1>{lang.error_not_found()}</h1></main> }>
                <Route path=path!("/login") view=SignInPage/>
                <Route path=path!("/login/code") view=SecondStepPage/>
                <ParentRoute path=path!("") view=Layout>
                    <Route path=path!("/") view={Lazy::<Overview>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/priority") view={Lazy::<Priority>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/operations") view={Lazy::<Operations>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/quality") view={Lazy::<Quality>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/turnaround") view={Lazy::<Turnaround>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/customers") view={Lazy::<Customers>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/mix") view={Lazy::<Mix>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/records") view={Lazy::<OrdersList>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/records/orders") view={Lazy::<OrdersList>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/records/samples") view={Lazy::<SamplesList>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/records/tests") view={Lazy::<TestsList>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/records/batches") view={Lazy::<BatchesList>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/records/customers") view={Lazy::<CustomersList>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/orders/:id") view={Lazy::<OrderRecord>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/samples/:id") view={Lazy::<SampleRecord>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/tests/:id") view={Lazy::<TestRecord>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/batches/:id") view={Lazy::<BatchRecord>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/customers/:id") view={Lazy::<CustomerRecord>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/sync") view={Lazy::<Synchronisation>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/sync/runs/:id") view={Lazy::<SyncRun>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/views") view={Lazy::<Views>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/account") view={Lazy::<OwnAccount>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/admin") view={Lazy::<Administration>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/admin/settings") view={Lazy::<Settings>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/admin/audit") view={Lazy::<AuditLog>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/search") view={Lazy::<Search>::new()} ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Takes the laboratory's target from the document that the server sent.
#[cfg(feature = "hydrate")]
fn take_target() {
    let told = document().document_element().and_then(|root| root.get_attribute("data-sla")?.parse().ok());
    if let Some(hours) = told {
        crate::model::filter::set_default_sla_hours(hours);
    }
}

/// The document's title. The server writes it into the HTML as it is, and titles hold names from QBench; the browser
/// takes it as text.
fn document_title(title: String) -> String {
    let title = format!("{title} · benchwatch");
    if cfg!(feature = "ssr") { title.replace('&', "&amp;").replace('<', "&lt;") } else { title }
}
