//! The filter that an account used last: where it is taken from, where it leads, and whose it is.

use crate::lab::small;
use app::model::session::Role;
use app::model::views::{NewLink, NewView};
use app::ports::ViewsPort as _;
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use server::config::Config;
use server::http::{App, router};
use server::services::Services;
use sqlx::PgPool;
use std::sync::Arc;
use tower::ServiceExt as _;

/// A server; accounts have the names of their roles.
struct House {
    services: Arc<Services>,
    router: Router,
}

/// What came back: the status, where it leads, the cookie, the document.
struct Reply {
    status: StatusCode,
    to: String,
    cookie: String,
    text: String,
}

impl House {
    async fn new(pool: &PgPool) -> Self {
        small(pool).await;
        let services = Services::new(Config::from_lookup(&|_| None).expect("the defaults"), pool.clone());
        for role in Role::ALL {
            services.auth.create_user(role.name(), "a long pass phrase", role, "test").await.expect("an account");
        }
        let router = router(&App::new(Arc::clone(&services), &std::env::temp_dir()));
        Self { services, router }
    }

    async fn ask(&self, method: Method, address: &str, cookie: &str, body: String) -> Reply {
        let request = Request::builder()
            .method(method)
            .uri(address)
            .header(header::HOST, "lab.example")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .expect("a request");
        let (parts, body) = self.router.clone().oneshot(request).await.expect("an answer").into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        Reply {
            status: parts.status,
            to: text(header::LOCATION),
            cookie: text(header::SET_COOKIE).split(';').next().unwrap_or_default().to_owned(),
            text: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// The cookie of a session.
    async fn signed_in(&self, name: &str) -> String {
        let form = format!("username={name}&password=a+long+pass+phrase");
        self.ask(Method::POST, "/login", "", form).await.cookie
    }

    /// Opens a page; where it leads, or nothing when it is shown at once.
    async fn open(&self, address: &str, cookie: &str) -> Option<String> {
        let reply = self.ask(Method::GET, address, cookie, String::new()).await;
        match reply.status {
            StatusCode::OK => None,
            StatusCode::SEE_OTHER => Some(reply.to),
            status => panic!("{address}: {status}"),
        }
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_dashboard_without_a_filter_leads_to_the_last_one_until_that_is_the_usual(pool: PgPool) {
    let house = House::new(&pool).await;
    let reader = house.signed_in("viewer").await;
    assert_eq!(house.open("/mix", &reader).await, None, "nothing is remembered yet");
    assert_eq!(house.open("/customers?range=7d&matrix=Flower&sort=name&q=farm", &reader).await, None);
    let to = |address: &str| Some(address.to_owned());
    assert_eq!(house.open("/mix", &reader).await, to("/mix?range=7d&matrix=Flower"), "without what only one page has");
    assert_eq!(house.open("/?lang=es", &reader).await, to("/?range=7d&matrix=Flower&lang=es"));
    for told in ["/mix?range=7d&matrix=Flower", "/priority?tab=risk", "/mix?embed=1", "/records/orders", "/account"] {
        assert_eq!(house.open(told, &reader).await, None, "{told} is shown as it is");
    }
    let again = house.signed_in("viewer").await;
    assert_eq!(house.open("/quality", &again).await, to("/quality?range=7d&matrix=Flower"), "in another session too");
    assert_eq!(house.open("/mix?range=30d", &reader).await, None);
    assert_eq!(house.open("/quality", &again).await, None, "the usual filter forgets the other");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn what_is_no_choice_of_the_reader_is_not_remembered(pool: PgPool) {
    let house = House::new(&pool).await;
    let reader = house.signed_in("viewer").await;
    for address in
        ["/mix?range=7d&embed=1", "/records/orders?customer=1", "/customers/1?range=7d", "/priority?tab=risk"]
    {
        assert_eq!(house.open(address, &reader).await, None, "{address}");
    }
    let bad = house.ask(Method::GET, "/mix?range=fortnight", &reader, String::new()).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.ask(Method::POST, "/api/metrics/mix", &reader, "filter=range%3D7d".into()).await.status, 200);
    assert_eq!(house.open("/mix", &reader).await, None);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn each_account_has_its_own_and_guests_have_none(pool: PgPool) {
    let house = House::new(&pool).await;
    let (first, manager) = (house.signed_in("viewer").await, house.signed_in("manager").await);
    house.open("/mix?range=7d&customer=1", &first).await;
    assert_eq!(house.open("/mix", &manager).await, None);
    house.ask(Method::POST, "/logout", &first, String::new()).await;
    let next = house.signed_in("admin").await;
    let reply = house.ask(Method::GET, "/records/orders", &next, String::new()).await;
    assert!(!reply.text.contains("range=7d"), "whoever comes next on the same computer sees nothing of it");

    let kept = house.ask(Method::POST, "/api/views/filter", &manager, "filter=range%3D90d".into()).await;
    assert_eq!(kept.status, StatusCode::OK);
    let reply = house.ask(Method::GET, "/records/orders", &manager, String::new()).await;
    assert!(reply.text.contains("href=\"/mix?range=90d\""), "the navigation leads to it");
    let user =
        house.services.auth.account(id_of(&pool, "manager").await).await.expect("an answer").expect("an account");
    let view = NewView { name: "wall".into(), path: "/mix".into(), query: String::new(), shared: false };
    house.services.views.save(&view, &user).await.expect("saved");
    let view = house.services.views.views(&user).await.expect("views").remove(0);
    assert_eq!(view.href(), "/mix?range=30d", "a saved view shows what was saved");
    let link = NewLink { view: view.id, fixed: false, password: None, days: None };
    let token = house.services.views.make_link(&link, &user).await.expect("a link");
    let guest = house.ask(Method::GET, &format!("/s/{token}"), "", String::new()).await;
    assert_eq!(guest.to, "/mix");
    assert_eq!(house.open("/mix?range=7d", &guest.cookie).await, None);
    assert_eq!(house.open("/mix", &guest.cookie).await, None, "a guest's choice is not remembered");
    let refused = house.ask(Method::POST, "/api/views/filter", &guest.cookie, "filter=range%3D7d".into()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let account = house.ask(Method::GET, &format!("/s/{token}"), &manager, String::new()).await;
    assert_eq!(account.to, "/mix?range=30d", "an account sees through a link what guests see");
}

async fn id_of(pool: &PgPool, name: &str) -> i64 {
    sqlx::query_scalar("select id from users where username = $1").bind(name).fetch_one(pool).await.expect("a number")
}
