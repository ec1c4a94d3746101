//! The filter that an account used last: taken from the address of a dashboard that names one, and put into the address
//! of one that is opened without any, so that the address always says what is shown.

use super::App;
use app::model::filter::Filter;
use app::model::session::CurrentUser;
use app::model::views::{LastFilter, Wall, remembered_address, told_filter};
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

/// For the pages of accounts; everything else is passed on as it is.
pub async fn pages(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let Some(user) = reader(&request) else { return next.run(request).await };
    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
    let told = told_filter(path, query).map(Filter::of_now);
    let last = match &told {
        Some(filter) => keep(&app, filter, &user).await,
        None => last(&app, &user).await,
    };
    let elsewhere = last.as_ref().and_then(|last| remembered_address(path, query, last));
    if let Some(address) = elsewhere {
        return Redirect::to(&address).into_response();
    }
    request.extensions_mut().insert(LastFilter(last));
    next.run(request).await
}

/// The account that asks for a document to read now: no guest, no wall, no browser that only fetches ahead.
fn reader(request: &Request) -> Option<CurrentUser> {
    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
    let document = request.method() == Method::GET && !path.starts_with("/api/") && !path.starts_with("/export/");
    let now = !request.headers().contains_key("sec-purpose");
    let user = request.extensions().get::<CurrentUser>()?;
    (document && now && !user.is_guest() && Wall::parse(query).is_none()).then(|| user.clone())
}

/// A page is worth more than what is remembered: without the database's answer it is shown as it was asked for.
async fn last(app: &App, user: &CurrentUser) -> Option<Filter> {
    app.ports.views.last_filter(user).await.unwrap_or_default()
}

/// Keeps the filter, and tells what is remembered from now on.
async fn keep(app: &App, filter: &Filter, user: &CurrentUser) -> Option<Filter> {
    // A failure is in the log already.
    app.ports.views.keep_filter(filter, user).await.ok()?;
    (*filter != Filter::default()).then(|| filter.clone())
}
