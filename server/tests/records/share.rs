//! Links: what a guest reaches, and that nothing else is open to one.

use crate::lab::{run, small};
use app::error::AppError;
use app::model::session::{CurrentUser, Role};
use app::model::views::{LinkState, NewLink, NewView};
use app::ports::ViewsPort as _;
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use leptos_axum::generate_route_list;
use server::config::Config;
use server::http::{App, router};
use server::services::Services;
use sqlx::PgPool;
use std::sync::Arc;
use tower::ServiceExt as _;

/// A server with two accounts.
struct House {
    pool: PgPool,
    services: Arc<Services>,
    router: Router,
    manager: CurrentUser,
    viewer: CurrentUser,
}

/// What came back.
struct Reply {
    status: StatusCode,
    cookie: Option<String>,
    location: Option<String>,
    text: String,
}

async fn account(services: &Services, pool: &PgPool, name: &str, role: Role) -> CurrentUser {
    services.auth.create_user(name, "a long pass phrase", role, "test").await.expect("an account");
    let id = sqlx::query_scalar("select id from users where username = $1").bind(name).fetch_one(pool).await;
    CurrentUser { id: id.expect("a number"), name: name.to_owned(), role }
}

impl House {
    async fn new(pool: PgPool) -> Self {
        small(&pool).await;
        let services = Services::new(Config::from_lookup(&|_| None).expect("the defaults"), pool.clone());
        let manager = account(&services, &pool, "m.ibarra", Role::Manager).await;
        let viewer = account(&services, &pool, "reader", Role::Viewer).await;
        let router = router(&App::new(Arc::clone(&services), &std::env::temp_dir()));
        Self { pool, services, router, manager, viewer }
    }

    async fn save(&self, name: &str, path: &str, query: &str) -> i64 {
        let view = NewView { name: name.into(), path: path.into(), query: query.into(), shared: false };
        self.services.views.save(&view, &self.manager).await.expect("saved");
        let views = self.services.views.views(&self.manager).await.expect("views");
        views.iter().find(|view| view.name == name).expect("the view").id
    }

    /// The secret of a link to a page.
    async fn link(&self, path: &str, query: &str, fixed: bool, password: Option<&str>) -> String {
        let view = self.save(&format!("{path}?{query}"), path, query).await;
        let link = NewLink { view, fixed, password: password.map(str::to_owned), days: Some(7) };
        self.services.views.make_link(&link, &self.manager).await.expect("a link")
    }

    async fn ask(&self, method: Method, address: &str, cookie: &str, body: &'static str) -> Reply {
        let request = Request::builder()
            .method(method)
            .uri(address)
            .header(header::HOST, "lab.example")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .expect("a request");
        let (parts, body) = self.router.clone().oneshot(request).await.expect("an answer").into_parts();
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let kind = text(header::CONTENT_TYPE).unwrap_or_default();
        let (cookie, location) = (text(header::SET_COOKIE), text(header::LOCATION));
        // A stream of events has no end.
        let body = if kind.starts_with("text/event-stream") {
            Vec::new()
        } else {
            axum::body::to_bytes(body, usize::MAX).await.expect("a body").to_vec()
        };
        let cookie = cookie.and_then(|cookie| cookie.split(';').next().map(str::to_owned));
        Reply { status: parts.status, cookie, location, text: String::from_utf8_lossy(&body).into_owned() }
    }

    async fn get(&self, address: &str, cookie: &str) -> Reply {
        self.ask(Method::GET, address, cookie, "").await
    }

    /// The cookie of a guest, who must be let in.
    async fn guest(&self, token: &str) -> String {
        let reply = self.get(&format!("/s/{token}"), "").await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER);
        reply.cookie.expect("a session")
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.expect(sql)
    }
}

/// Every page of the product, with numbers for its parameters.
fn pages() -> Vec<String> {
    let routes = generate_route_list(app::App);
    routes.iter().map(|route| route.path().replace("{id}", "10").replace(":id", "10")).collect()
}

/// Every server function.
fn functions() -> Vec<(String, Method)> {
    server_fn_paths().into_iter().map(|(path, method)| (path.to_owned(), method)).collect()
}

fn server_fn_paths() -> Vec<(&'static str, Method)> {
    leptos::server_fn::axum::server_fn_paths().collect()
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn of_all_pages_functions_and_files_a_guest_reaches_the_shared_page_only(pool: PgPool) {
    let house = House::new(pool).await;
    let fixed = house.guest(&house.link("/mix", "range=7d", true, None).await).await;
    let free = house.guest(&house.link("/customers", "range=7d", false, None).await).await;
    let pages = pages();
    assert!(pages.len() > 15 && pages.iter().any(|page| page == "/mix"), "{pages:?}");
    for (cookie, own) in [(&fixed, "/mix"), (&free, "/customers")] {
        assert_eq!(house.get(&format!("{own}?range=7d"), cookie).await.status, StatusCode::OK, "{own}");
        for page in pages.iter().filter(|page| *page != own && !page.starts_with("/login")) {
            let reply = house.get(&format!("{page}?range=7d"), cookie).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{page}");
            assert!(!reply.text.contains("Fernholt"), "{page}");
        }
        for file in ["/export/mix-types.csv", "/export/customers-list.xlsx?range=7d", "/export/overview-volume.csv"] {
            assert_eq!(house.get(file, cookie).await.status, StatusCode::FORBIDDEN, "{file}");
        }
        for rest in ["/api/v1/session", "/api/v1/orders", "/api/v1/tokens", "/api/v1/metrics/summary"] {
            let status = house.get(rest, cookie).await.status;
            assert!(matches!(status, StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND), "{rest}: {status}");
        }
    }
    let everywhere = ["/api/session/current", "/api/sync/freshness"];
    let figures = ["/api/metrics/customers", "/api/metrics/filter-options"];
    let functions = functions();
    assert!(functions.len() > 30, "{functions:?}");
    for (function, method) in functions {
        let path = function.as_str();
        for (cookie, open) in [(&fixed, &everywhere[..]), (&free, &[everywhere, figures].concat()[..])] {
            let status = house.ask(method.clone(), path, cookie, "").await.status;
            // The arguments are missing: what is open complains of that at most.
            let let_in = matches!(status, StatusCode::OK | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::FOUND);
            assert_eq!(let_in, open.contains(&path), "{path}: {status}");
            assert!(let_in || status == StatusCode::FORBIDDEN, "{path}: {status}");
        }
    }
    assert_eq!(house.count("select count(*) from saved_views").await, 2, "no function did anything");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn fixed_filters_cannot_be_changed_and_free_ones_can(pool: PgPool) {
    let house = House::new(pool).await;
    let fixed = house.guest(&house.link("/mix", "range=7d", true, None).await).await;
    for query in ["", "?range=30d", "?range=7d&customer=1", "?customer=1&range=7d", "?range=7d&range=30d"] {
        assert_eq!(house.get(&format!("/mix{query}"), &fixed).await.status, StatusCode::FORBIDDEN, "{query:?}");
    }
    for query in ["?range=7d", "?range=7d&embed=1&every=60", "?range=7d&lang=es"] {
        assert_eq!(house.get(&format!("/mix{query}"), &fixed).await.status, StatusCode::OK, "{query:?}");
    }
    let whole = house.get("/mix?range=7d", &fixed).await.text;
    assert!(!whole.contains("Fernholt"), "the names of customers are not in the filter bar");
    let free = house.guest(&house.link("/mix", "range=7d", false, None).await).await;
    let other = house.get("/mix?range=90d&customer=1", &free).await;
    assert_eq!(other.status, StatusCode::OK);
    assert!(other.text.contains("Fernholt"));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn revoked_expired_and_invented_links_open_nothing_and_look_alike(pool: PgPool) {
    let house = House::new(pool).await;
    let token = house.link("/", "", false, None).await;
    let guest = house.guest(&token).await;
    let id = house.services.views.page(&house.manager).await.expect("a page").links[0].id;
    house.services.views.revoke_link(id, &house.manager).await.expect("revoked");
    let closed = house.get("/", &guest).await;
    assert_eq!(closed.location.as_deref(), Some("/login"), "an open page is closed at once");
    assert_eq!(house.count("select count(*) from sessions").await, 0);
    let revoked = house.get(&format!("/s/{token}"), "").await;

    let token = house.link("/mix", "", false, None).await;
    let guest = house.guest(&token).await;
    run(&house.pool, "update share_links set expires_at = now() - interval '1 second' where revoked_at is null").await;
    assert_eq!(house.get("/mix", &guest).await.location.as_deref(), Some("/login?next=%2Fmix"));
    let expired = house.get(&format!("/s/{token}"), "").await;

    let token = house.link("/customers", "", false, None).await;
    let mut letters = token.clone().into_bytes();
    letters[0] = if letters[0] == b'A' { b'B' } else { b'A' };
    let tampered = String::from_utf8(letters).expect("letters");
    let invented = house.get(&format!("/s/{tampered}"), "").await;
    for reply in [&revoked, &expired, &invented] {
        assert_eq!((reply.status, &reply.cookie), (StatusCode::NOT_FOUND, &None));
        assert_eq!(reply.text, invented.text);
    }
    run(&house.pool, "update users set is_active = false where username = 'm.ibarra'").await;
    assert_eq!(house.get(&format!("/s/{token}"), "").await.status, StatusCode::NOT_FOUND, "its maker has left");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_password_is_asked_for_and_guessing_is_slowed_down(pool: PgPool) {
    let house = House::new(pool).await;
    let token = house.link("/mix", "range=7d", true, Some("eight letters")).await;
    let address = format!("/s/{token}?embed=1&every=60&rotate=abc");
    let form = house.get(&address, "").await;
    assert_eq!((form.status, &form.cookie), (StatusCode::OK, &None));
    assert!(form.text.contains("name=\"password\"") && form.text.contains("method=\"post\""));
    let right = house.ask(Method::POST, &address, "", "password=eight+letters").await;
    let expected = format!("/mix?range=7d&embed=1&every=60&rotate=abc,{token}");
    assert_eq!(right.location.as_deref(), Some(&*expected));
    let cookie = right.cookie.expect("a session");
    let page = house.get(&expected, &cookie).await;
    assert!(page.text.contains("http-equiv=\"refresh\"") && page.text.contains("60; url=/s/abc?embed=1"));
    assert!(page.text.contains("data-guest=\"fixed\"") && !page.text.contains("class=\"rail\""));
    let mut last = StatusCode::OK;
    for _ in 0..8 {
        let wrong = house.ask(Method::POST, &address, "", "password=nine+letters").await;
        assert_eq!(wrong.cookie, None);
        last = wrong.status;
        if last == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
        assert_eq!(last, StatusCode::FORBIDDEN);
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    let late = house.ask(Method::POST, &address, "", "password=eight+letters").await;
    assert_eq!(late.status, StatusCode::TOO_MANY_REQUESTS, "even the right one waits");
    assert!(house.count("select count(*) from audit_log where action = 'link.refused'").await > 0);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn links_are_made_and_revoked_by_managers_on_record_and_counted_once_a_session(pool: PgPool) {
    let house = House::new(pool).await;
    let views = &house.services.views;
    let token = house.link("/mix", "range=7d", true, None).await;
    let cookie = house.guest(&token).await;
    let again = house.get(&format!("/s/{token}"), &cookie).await;
    assert_eq!(again.location.as_deref(), Some("/mix?range=7d"));
    house.guest(&token).await;
    let page = views.page(&house.manager).await.expect("a page");
    assert_eq!((page.links[0].views, page.links[0].state), (2, LinkState::Open));
    let stored: String =
        sqlx::query_scalar("select l::text from share_links l").fetch_one(&house.pool).await.expect("a row");
    assert!(!stored.contains(&token));

    assert_eq!(views.page(&house.viewer).await.expect("a page").links, []);
    let view = page.views[0].id;
    let link = NewLink { view, fixed: true, password: None, days: None };
    assert_eq!(views.make_link(&link, &house.viewer).await, Err(AppError::Forbidden));
    assert_eq!(views.revoke_link(page.links[0].id, &house.viewer).await, Err(AppError::Forbidden));
    let short = NewLink { password: Some("short".into()), ..link.clone() };
    assert!(matches!(views.make_link(&short, &house.manager).await, Err(AppError::Invalid { .. })));
    let records = house.save("late orders", "/records/orders", "late=1").await;
    let records = NewLink { view: records, ..link };
    assert!(matches!(views.make_link(&records, &house.manager).await, Err(AppError::Invalid { .. })), "no records");

    views.revoke_link(page.links[0].id, &house.manager).await.expect("revoked");
    let entries =
        "select count(*) from audit_log where actor = 'm.ibarra' and action in ('link.create', 'link.revoke')";
    assert_eq!(house.count(entries).await, 2);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn private_views_are_private_and_those_for_all_are_a_managers_to_give(pool: PgPool) {
    let house = House::new(pool).await;
    let views = &house.services.views;
    let own = house.save("mine", "/mix", "?range=7d&lang=es").await;
    assert_eq!(views.views(&house.viewer).await.expect("views"), []);
    assert_eq!(views.delete(own, &house.viewer).await, Err(AppError::NotFound));
    assert_eq!(views.set_home(Some(own), &house.viewer).await, Err(AppError::NotFound));
    let shared = NewView { name: "ours".into(), path: "/".into(), query: "range=ytd".into(), shared: true };
    assert_eq!(views.save(&shared, &house.viewer).await, Err(AppError::Forbidden));
    views.save(&shared, &house.manager).await.expect("saved");
    let seen = views.views(&house.viewer).await.expect("views");
    assert_eq!((seen.len(), seen[0].href().as_str(), seen[0].editable), (1, "/?range=ytd", false));
    assert_eq!(views.rename(seen[0].id, "theirs", &house.viewer).await, Err(AppError::Forbidden));
    assert_eq!(house.count("select count(*) from audit_log where action = 'view.share'").await, 1);

    views.shift(seen[0].id, true, &house.manager).await.expect("moved");
    let names: Vec<_> = views.views(&house.manager).await.expect("views").into_iter().map(|view| view.name).collect();
    assert_eq!(names, ["ours", "mine"]);
    let guest = CurrentUser::guest("mine");
    assert_eq!(views.views(&guest).await, Err(AppError::Forbidden));
    assert_eq!(views.save(&NewView { shared: false, ..shared }, &guest).await, Err(AppError::Forbidden));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn signing_in_leads_to_the_home_view_unless_a_page_was_wanted(pool: PgPool) {
    let house = House::new(pool).await;
    let view = house.save("start", "/mix", "range=7d").await;
    house.services.views.set_home(Some(view), &house.manager).await.expect("set");
    let form = "username=m.ibarra&password=a+long+pass+phrase";
    let home = house.ask(Method::POST, "/login", "", form).await;
    assert_eq!(home.location.as_deref(), Some("/mix?range=7d"));
    assert_eq!(
        house.get("/", &home.cookie.expect("a session")).await.status,
        StatusCode::OK,
        "later / is the overview"
    );
    let wanted = "username=m.ibarra&password=a+long+pass+phrase&next=%2Fcustomers";
    assert_eq!(house.ask(Method::POST, "/login", "", wanted).await.location.as_deref(), Some("/customers"));
    house.services.views.set_home(None, &house.manager).await.expect("cleared");
    assert_eq!(house.ask(Method::POST, "/login", "", form).await.location.as_deref(), Some("/"));
}
