//! Everything that the server answers, asked by everybody: nobody, a guest, each role, a token of each scope. What each
//! may reach is written down here; a route that is not written down fails the test.

use crate::lab::small;
use app::model::session::{CurrentUser, Role, TokenScope};
use app::model::views::{NewLink, NewView};
use app::ports::ViewsPort as _;
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use leptos_axum::generate_route_list;
use server::config::Config;
use server::http::api::catalogue;
use server::http::{App, router};
use server::services::Services;
use sqlx::PgPool;
use std::collections::BTreeSet;
use std::sync::Arc;
use tower::ServiceExt as _;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Nobody,
    /// Came through a link to `/mix` with free filters.
    Guest,
    Account(Role),
    /// A program with a token of an admin, or of a viewer.
    Token(Role, TokenScope),
}

const EVERYBODY: [Who; 8] = [
    Who::Nobody,
    Who::Guest,
    Who::Account(Role::Viewer),
    Who::Account(Role::Manager),
    Who::Account(Role::Admin),
    Who::Token(Role::Viewer, TokenScope::Control),
    Who::Token(Role::Admin, TokenScope::Read),
    Who::Token(Role::Admin, TokenScope::Control),
];

/// Pages and server functions: the least role, and whether the guest of `/mix` may come too. `None` is open to all.
const PAGES: [(&str, Option<Role>, bool); 28] = [
    ("/login", None, true),
    ("/login/code", None, true),
    ("/", Some(Role::Viewer), false),
    ("/priority", Some(Role::Viewer), false),
    ("/operations", Some(Role::Viewer), false),
    ("/quality", Some(Role::Viewer), false),
    ("/turnaround", Some(Role::Viewer), false),
    ("/customers", Some(Role::Viewer), false),
    ("/mix", Some(Role::Viewer), true),
    ("/records", Some(Role::Viewer), false),
    ("/records/orders", Some(Role::Viewer), false),
    ("/records/samples", Some(Role::Viewer), false),
    ("/records/tests", Some(Role::Viewer), false),
    ("/records/batches", Some(Role::Viewer), false),
    ("/records/customers", Some(Role::Viewer), false),
    ("/orders/10", Some(Role::Viewer), false),
    ("/samples/10", Some(Role::Viewer), false),
    ("/tests/10", Some(Role::Viewer), false),
    ("/batches/10", Some(Role::Viewer), false),
    ("/customers/10", Some(Role::Viewer), false),
    ("/sync", Some(Role::Viewer), false),
    ("/sync/runs/10", Some(Role::Viewer), false),
    ("/views", Some(Role::Viewer), false),
    ("/account", Some(Role::Viewer), false),
    ("/admin", Some(Role::Admin), false),
    ("/admin/settings", Some(Role::Admin), false),
    ("/admin/audit", Some(Role::Admin), false),
    ("/search", Some(Role::Viewer), false),
];

/// Server functions below `/api/` by the least role that may call them.
const FUNCTIONS: [(Role, &[&str]); 3] = [
    (
        Role::Viewer,
        &[
            "account/page",
            "account/password",
            "account/end-session",
            "account/make-token",
            "account/revoke-token",
            "account/totp-begin",
            "account/totp-cancel",
            "account/totp-confirm",
            "account/totp-remove",
            "metrics/overview",
            "metrics/priority",
            "metrics/late",
            "metrics/turnaround",
            "metrics/customers",
            "metrics/mix",
            "metrics/operations",
            "metrics/quality",
            "metrics/filter-options",
            "records/orders",
            "records/samples",
            "records/tests",
            "records/batches",
            "records/customers",
            "records/order",
            "records/sample",
            "records/test",
            "records/batch",
            "records/customer",
            "records/search",
            "session/current",
            "sync/freshness",
            "sync/page",
            "sync/run",
            "views/filter",
            "views/list",
            "views/page",
            "views/save",
            "views/rename",
            "views/shift",
            "views/delete",
            "views/home",
        ],
    ),
    (
        Role::Manager,
        &[
            "sync/start",
            "sync/cancel",
            "sync/retry-quarantine",
            "sync/save-schedule",
            "sync/pause",
            "views/link",
            "views/revoke",
            "deliveries/list",
            "deliveries/save",
            "deliveries/pause",
            "deliveries/send",
            "deliveries/delete",
        ],
    ),
    (
        Role::Admin,
        &[
            "admin/page",
            "admin/create-user",
            "admin/invite",
            "admin/withdraw-invitation",
            "admin/change-user",
            "admin/hide",
            "admin/unhide",
            "admin/audit",
            "admin/reset-totp",
            "admin/end-session",
            "settings/page",
            "settings/laboratory",
            "settings/hours",
            "settings/add-holidays",
            "settings/remove-holidays",
            "sync/confirm-deletions",
        ],
    ),
];

/// What the guest of `/mix` may call.
const GUESTS: [&str; 4] = ["session/current", "sync/freshness", "metrics/mix", "metrics/filter-options"];

/// REST endpoints that not every account and token may call: the least role, and whether a token has to be more than a
/// reader's.
const REST: [(&str, &str, Role, bool); 9] = [
    ("GET", "/sync/quarantine", Role::Manager, false),
    ("POST", "/sync/quarantine/retry", Role::Manager, true),
    ("POST", "/sync/runs", Role::Manager, true),
    ("POST", "/sync/runs/{run_id}/cancel", Role::Manager, true),
    ("GET", "/settings", Role::Admin, false),
    ("PATCH", "/settings", Role::Admin, true),
    // Tokens that people make may neither make nor revoke any.
    ("POST", "/tokens", Role::Viewer, true),
    ("DELETE", "/tokens/{token_id}", Role::Viewer, true),
    ("GET", "/session", Role::Viewer, false),
];

/// REST endpoints that every account and every token may read.
const READ: &[&str] = &[
    "/analytics/batches/assay-usage",
    "/analytics/batches/staleness",
    "/analytics/batches/workload",
    "/analytics/customers/alerts",
    "/analytics/customers/orders/summary",
    "/analytics/customers/summary",
    "/analytics/customers/trends",
    "/analytics/kpis/conversion",
    "/analytics/kpis/backlog-forecast",
    "/analytics/kpis/first-pass",
    "/analytics/kpis/quality",
    "/analytics/kpis/workload-forecast",
    "/analytics/orders/composition",
    "/analytics/orders/funnel",
    "/analytics/orders/outlook",
    "/analytics/orders/overdue",
    "/analytics/orders/slowest",
    "/analytics/orders/throughput",
    "/analytics/priority-orders/slowest",
    "/analytics/quality/breakdown",
    "/analytics/samples/cycle-time",
    "/analytics/samples/matrix-distribution",
    "/analytics/samples/report-status",
    "/analytics/tests/littles-law",
    "/analytics/tests/stages",
    "/analytics/tests/state-distribution",
    "/analytics/tests/wip",
    "/assays",
    "/batches",
    "/customers",
    "/definitions",
    "/entities/orders/{order_id}",
    "/entities/samples/{sample_id}",
    "/entities/samples/{sample_id}/full",
    "/entities/tests/{test_id}",
    "/entities/tests/{test_id}/full",
    "/metrics/activity/daily",
    "/metrics/common/filters",
    "/metrics/customers/new",
    "/metrics/customers/top-tests",
    "/metrics/reports/overview",
    "/metrics/samples/overview",
    "/metrics/summary",
    "/metrics/sync/status",
    "/metrics/tests/batch-impact",
    "/metrics/tests/label-distribution",
    "/metrics/tests/overview",
    "/metrics/tests/tat",
    "/metrics/tests/tat-breakdown",
    "/metrics/tests/tat-daily",
    "/metrics/tests/turnaround",
    "/metrics/tests/turnaround-profile",
    "/orders",
    "/samples",
    "/search",
    "/sync/certificates",
    "/sync/freshness",
    "/sync/runs",
    "/sync/runs/{run_id}",
    "/sync/state",
    "/tests",
    "/tokens",
];

/// Everything else that has a route.
const OTHERS: [&str; 19] = [
    // Open to all, and telling nothing about the laboratory.
    "/api/health",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/api/openapi.json",
    "/api/docs",
    "/api/docs.js",
    "/api/docs.css",
    // Doors.
    "/login",
    "/login/code",
    "/login/provider",
    "/login/provider/callback",
    "/logout",
    "/s/{token}",
    "/invitation/{token}",
    "/api/auth/login",
    // Signed in.
    "/api/live",
    "/export/{file}",
    "/api/v1/session",
];

/// A server with somebody of each kind.
struct House {
    router: Router,
    cookies: Vec<(Who, String)>,
}

impl House {
    async fn new(pool: &PgPool) -> Self {
        small(pool).await;
        let services = Services::new(Config::from_lookup(&|_| None).expect("the defaults"), pool.clone());
        let mut house = Self {
            router: router(&App::new(Arc::clone(&services), &std::env::temp_dir())),
            cookies: vec![(Who::Nobody, String::new())],
        };
        for role in Role::ALL {
            let user = house.account(&services, pool, role).await;
            if role == Role::Manager {
                house.guest(&services, &user).await;
            }
            for scope in TokenScope::ALL {
                let made = services.auth.create_api_token(&user, "walk", scope, None, "test").await.expect("a token");
                house.cookies.push((Who::Token(role, scope), made.secret));
            }
        }
        house
    }

    async fn account(&mut self, services: &Services, pool: &PgPool, role: Role) -> CurrentUser {
        let name = role.name();
        services.auth.create_user(name, "a long pass phrase", role, "test").await.expect("an account");
        let id = sqlx::query_scalar("select id from users where username = $1").bind(name).fetch_one(pool).await;
        let request = Request::post("/login")
            .header(header::HOST, "lab.example")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("username={name}&password=a+long+pass+phrase")))
            .expect("a request");
        self.take_cookie(Who::Account(role), request).await;
        CurrentUser { id: id.expect("a number"), name: name.to_owned(), role }
    }

    async fn guest(&mut self, services: &Services, manager: &CurrentUser) {
        let view = NewView { name: "wall".into(), path: "/mix".into(), query: String::new(), shared: false };
        services.views.save(&view, manager).await.expect("saved");
        let view = services.views.views(manager).await.expect("views")[0].id;
        let link = NewLink { view, fixed: false, password: None, days: Some(7) };
        let token = services.views.make_link(&link, manager).await.expect("a link");
        let request = Request::get(format!("/s/{token}")).header(header::HOST, "lab.example").body(Body::empty());
        self.take_cookie(Who::Guest, request.expect("a request")).await;
    }

    async fn take_cookie(&mut self, who: Who, request: Request<Body>) {
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{who:?}");
        let cookie =
            answer.headers().get(header::SET_COOKIE).and_then(|cookie| cookie.to_str().ok()?.split(';').next());
        self.cookies.push((who, cookie.expect("a session").to_owned()));
    }

    async fn ask(&self, who: Who, method: &Method, path: &str, body: (&str, &'static str)) -> (StatusCode, String) {
        let secret = self.cookies.iter().find(|(known, _)| *known == who).map(|(_, secret)| secret).expect("somebody");
        let (name, value) = match who {
            Who::Token(..) => (header::AUTHORIZATION, format!("Bearer {secret}")),
            _ => (header::COOKIE, secret.clone()),
        };
        let request = Request::builder()
            .method(method.clone())
            .uri(path)
            .header(header::HOST, "lab.example")
            .header(header::CONTENT_TYPE, body.0)
            .header(name, value)
            .body(Body::from(body.1))
            .expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        let to = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();
        (answer.status(), to)
    }
}

const FORM: (&str, &str) = ("application/x-www-form-urlencoded", "");
const JSON: (&str, &str) = ("application/json", r#"{"name": "walk", "mode": "incremental"}"#);

fn at_least(who: Who, role: Role) -> bool {
    matches!(who, Who::Account(own) if own >= role)
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn every_page_is_reached_by_those_who_may_and_nobody_else(pool: PgPool) {
    let house = House::new(&pool).await;
    let routes = generate_route_list(app::App);
    let known: BTreeSet<String> =
        routes.iter().map(|route| route.path().replace("{id}", "10").replace(":id", "10")).collect();
    let written: BTreeSet<String> = PAGES.map(|(path, ..)| path.to_owned()).into();
    assert_eq!(known, written, "a page is not written down");
    for (path, least, guests) in PAGES {
        for who in EVERYBODY {
            let (status, to) = house.ask(who, &Method::GET, path, FORM).await;
            let open = match least {
                None => guests || who != Who::Guest,
                Some(least) => at_least(who, least) || (guests && who == Who::Guest),
            };
            if open {
                // A record that there is not is found to be missing, not refused.
                assert!(matches!(status, StatusCode::OK | StatusCode::NOT_FOUND), "{who:?} {path}: {status}");
            } else if matches!(who, Who::Nobody | Who::Token(..)) {
                assert_eq!(status, StatusCode::SEE_OTHER, "{who:?} {path}");
                assert!(to.starts_with("/login"), "{who:?} {path}: {to}");
            } else {
                assert_eq!(status, StatusCode::FORBIDDEN, "{who:?} {path}");
            }
        }
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn every_server_function_is_called_by_those_who_may_and_nobody_else(pool: PgPool) {
    let house = House::new(&pool).await;
    let known: BTreeSet<String> = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, _)| path.trim_start_matches("/api/").to_owned())
        .collect();
    let written: BTreeSet<String> =
        FUNCTIONS.iter().flat_map(|(_, names)| names.iter().map(|name| (*name).to_owned())).collect();
    assert_eq!(known, written, "a server function is not written down");
    for (least, names) in FUNCTIONS {
        for name in names {
            for who in EVERYBODY {
                // The arguments are missing: whoever may not call it must not even learn that.
                let (status, _) = house.ask(who, &Method::POST, &format!("/api/{name}"), FORM).await;
                if at_least(who, least) || (who == Who::Guest && GUESTS.contains(name)) {
                    let refused = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
                    assert!(!refused, "{who:?} {name}: {status}");
                    assert!(status != StatusCode::INTERNAL_SERVER_ERROR, "{who:?} {name}: {status}");
                } else if matches!(who, Who::Nobody | Who::Token(..)) {
                    assert_eq!(status, StatusCode::UNAUTHORIZED, "{who:?} {name}");
                } else {
                    assert_eq!(status, StatusCode::FORBIDDEN, "{who:?} {name}");
                }
            }
        }
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn every_rest_endpoint_is_answered_for_those_who_may_and_nobody_else(pool: PgPool) {
    let house = House::new(&pool).await;
    let mut known: BTreeSet<(String, &str)> =
        catalogue().iter().map(|endpoint| (endpoint.verb.name().to_owned(), endpoint.path)).collect();
    known.insert(("GET".to_owned(), "/session"));
    let limited = REST.iter().map(|(verb, path, ..)| ((*verb).to_owned(), *path));
    let written: BTreeSet<(String, &str)> = READ.iter().map(|path| ("GET".to_owned(), *path)).chain(limited).collect();
    assert_eq!(known, written, "an endpoint is not written down");
    let csv: BTreeSet<&str> =
        catalogue().iter().filter(|endpoint| endpoint.rows.is_some()).map(|endpoint| endpoint.path).collect();
    for (verb, path) in known {
        let rule = REST.iter().find(|(method, limited, ..)| *method == verb && *limited == path);
        let (least, control) = rule.map_or((Role::Viewer, false), |(_, _, least, control)| (*least, *control));
        let method: Method = verb.parse().expect("a method");
        let asked = path.replace("{token_id}", "4000").replace("{", "").replace("}", "").replace("run_id", "4000");
        let asked = ["order_id", "sample_id", "test_id"].iter().fold(asked, |path, id| path.replace(id, "4000"));
        let mut paths = vec![format!("/api/v1{asked}")];
        if verb == "GET" && csv.contains(path) {
            paths.push(format!("/api/v1{asked}.csv"));
        }
        for (path, who) in paths.iter().flat_map(|path| EVERYBODY.map(|who| (path, who))) {
            let (status, _) = house.ask(who, &method, path, JSON).await;
            let may = match who {
                Who::Nobody | Who::Guest => {
                    assert_eq!(status, StatusCode::UNAUTHORIZED, "{who:?} {verb} {path}");
                    continue;
                }
                Who::Account(role) => role >= least,
                Who::Token(role, scope) => {
                    let in_person = path.contains("/tokens") && verb != "GET";
                    role >= least && !in_person && (!control || scope == TokenScope::Control)
                }
            };
            let refused = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
            assert_eq!(refused, !may, "{who:?} {verb} {path}: {status}");
            assert!(refused || status != StatusCode::INTERNAL_SERVER_ERROR, "{who:?} {verb} {path}: {status}");
        }
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn everything_else_with_a_route_is_written_down_and_as_open_as_it_should_be(pool: PgPool) {
    let sources = [include_str!("../../src/http/mod.rs"), include_str!("../../src/http/api/mod.rs")].concat();
    let text = |call: &str| call.split('"').nth(1).filter(|path| path.starts_with('/')).map(str::to_owned);
    let mut found: BTreeSet<String> = sources
        .split(".route(")
        .skip(1)
        .filter_map(|call| if call.trim_start().starts_with('"') { text(call) } else { None })
        .collect();
    // Those that have a name in the code.
    assert!(sources.contains(".route(sign_in::CODE_PAGE,"));
    found.insert(server::http::CODE_PAGE.to_owned());
    assert!(sources.contains(".route(crate::config::CALLBACK,"));
    found.insert(server::config::CALLBACK.to_owned());
    let written: BTreeSet<String> = OTHERS.map(str::to_owned).into();
    assert_eq!(found, written, "a route is not written down");
    let house = House::new(&pool).await;
    for path in OTHERS.iter().take(8) {
        let statuses: BTreeSet<u16> = [
            house.ask(Who::Nobody, &Method::GET, path, FORM).await.0.as_u16(),
            house.ask(Who::Account(Role::Admin), &Method::GET, path, FORM).await.0.as_u16(),
        ]
        .into();
        assert_eq!(statuses.len(), 1, "{path} is the same for all: {statuses:?}");
    }
    for file in ["/export/mix-types.csv", "/export/customers-list.xlsx"] {
        for who in EVERYBODY {
            let status = house.ask(who, &Method::GET, file, FORM).await.0;
            let expected = match who {
                Who::Nobody | Who::Token(..) => StatusCode::SEE_OTHER,
                Who::Guest => StatusCode::FORBIDDEN,
                Who::Account(_) => StatusCode::OK,
            };
            assert_eq!(status, expected, "{who:?} {file}");
        }
    }
    for who in EVERYBODY {
        let status = house.ask(who, &Method::GET, "/api/live", FORM).await.0;
        let open = matches!(who, Who::Guest | Who::Account(_));
        assert_eq!(status, if open { StatusCode::OK } else { StatusCode::UNAUTHORIZED }, "{who:?}");
    }
}
