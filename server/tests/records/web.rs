//! The pages and server functions as a browser gets them: signed in, without scripts.

use crate::lab::{ban, customer, order, run, small};
use app::model::session::Role;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use server::config::Config;
use server::http::{App, router};
use server::services::Services;
use sqlx::PgPool;
use tower::ServiceExt as _;

/// A browser with a session.
struct Browser {
    router: Router,
    cookie: String,
}

/// What came back.
struct Reply {
    status: StatusCode,
    text: String,
}

async fn send(router: &Router, request: Request<Body>) -> (StatusCode, Option<String>, String) {
    let response = router.clone().oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let cookie = parts.headers.get(header::SET_COOKIE).and_then(|cookie| cookie.to_str().ok()?.split(';').next());
    let cookie = cookie.map(str::to_owned);
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
    (parts.status, cookie, String::from_utf8_lossy(&body).into_owned())
}

impl Browser {
    /// Signs a viewer in.
    async fn signed_in(pool: &PgPool) -> Self {
        let config = Config::from_lookup(&|_| None).expect("the defaults");
        let services = Services::new(config, pool.clone());
        services.auth.create_user("reader", "a long pass phrase", Role::Viewer, "test").await.expect("an account");
        let site = std::env::temp_dir();
        let router = router(&App::new(services, &site));
        let form = "username=reader&password=a+long+pass+phrase";
        let request = Request::post("/login")
            .header(header::HOST, "lab.example")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .expect("a request");
        let (status, cookie, _) = send(&router, request).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        Self { router, cookie: cookie.expect("a session") }
    }

    async fn get(&self, path: &str) -> Reply {
        self.get_in(path, "en").await
    }

    async fn get_in(&self, path: &str, language: &str) -> Reply {
        let request = Request::get(path)
            .header(header::HOST, "lab.example")
            .header(header::COOKIE, &self.cookie)
            .header(header::ACCEPT, "text/html")
            .header(header::ACCEPT_LANGUAGE, language)
            .body(Body::empty())
            .expect("a request");
        let (status, _, text) = send(&self.router, request).await;
        Reply { status, text }
    }

    /// A page that must be there, without what only scripts read.
    async fn page(&self, path: &str) -> String {
        let reply = self.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        visible(&reply.text)
    }
}

/// The document without its scripts: what a reader without them gets.
fn visible(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find("<script") {
        text.push_str(&rest[..start]);
        rest = rest[start..].find("</script>").map_or("", |end| &rest[start + end + 9..]);
    }
    text.push_str(rest);
    // Leptos puts markers between neighbouring texts.
    text.replace("<!>", "").replace("<!---->", "")
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn every_list_and_every_record_is_a_readable_page_without_scripts(pool: PgPool) {
    small(&pool).await;
    run(&pool, r#"update tests set worksheet_raw = '{"thc": {"value": "18.4"}}' where id = 30"#).await;
    let browser = Browser::signed_in(&pool).await;
    for (path, told) in [
        ("/records", &["ORD-26-00010", "Fernholt Farms"][..]),
        ("/records/orders?late=1", &["ORD-26-00010", "1 to 1 of 1"]),
        ("/records/samples", &["S26-00020", "Lot 21"]),
        ("/records/tests?batch=40", &["T-30", "HM week 46"]),
        ("/records/batches", &["HM week 46"]),
        ("/records/customers", &["Fernholt Farms"]),
        ("/orders/10", &["ORD-26-00010", "S26-00021", "T-30", "late by", "Raw QBench record"]),
        ("/orders/10?tests=all", &["T-30", "T-31", "T-32"]),
        ("/samples/20", &["S26-00020", "Lot 20", "ORD-26-00010"]),
        ("/tests/30", &["T-30", "Assay HM", "18.4", "T-31"]),
        ("/batches/40", &["HM week 46", "T-32"]),
        ("/customers/1", &["Fernholt Farms", "ORD-26-00010", "Volumes"]),
        ("/search?q=fernholt", &["Fernholt Farms", "/customers/1"]),
        ("/search", &["Type an id"]),
    ] {
        let page = browser.page(path).await;
        for words in told {
            assert!(page.contains(words), "{path} does not say {words:?}");
        }
        assert_eq!(page.matches("<h1").count(), 1, "{path}");
        assert!(!page.contains("did not load"), "{path}");
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn hidden_unknown_and_impossible_records_answer_alike_with_404(pool: PgPool) {
    small(&pool).await;
    ban(&pool, "customer", 1).await;
    let browser = Browser::signed_in(&pool).await;
    let mut bodies = Vec::new();
    for path in ["/orders/10", "/orders/11", "/orders/99999999999", "/orders/ten"] {
        let reply = browser.get(path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        let page = visible(&reply.text);
        assert!(page.contains("There is no such record, or it is not shown."), "{path}");
        assert!(!reply.text.contains("Fernholt"), "{path}");
        bodies.push(page.len());
    }
    // Nothing in the page tells a hidden record from one that never was but the address itself.
    assert!(bodies.iter().all(|length| length.abs_diff(bodies[0]) < 200), "{bodies:?}");
    for path in ["/samples/20", "/tests/30", "/customers/1"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_query_that_cannot_be_used_answers_422_and_names_the_parameter(pool: PgPool) {
    small(&pool).await;
    let browser = Browser::signed_in(&pool).await;
    for (path, field) in [
        ("/records/orders?ready=1", "ready"),
        ("/records/tests?basis=received", "basis"),
        ("/records/tests?sort=colour", "sort"),
        ("/records/orders?after=nonsense", "after"),
        ("/records/orders?customer=99999999999", "customer"),
        ("/orders/10?sla=-1", "sla"),
    ] {
        let reply = browser.get(path).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(visible(&reply.text).contains(&format!("“{field}”")), "{path}");
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn nobody_gets_records_without_a_session(pool: PgPool) {
    small(&pool).await;
    let browser = Browser { cookie: String::new(), ..Browser::signed_in(&pool).await };
    for path in ["/records/orders", "/orders/10", "/search?q=fernholt"] {
        let reply = browser.get(path).await;
        assert!(reply.status.is_redirection() || reply.status == StatusCode::UNAUTHORIZED, "{path}: {}", reply.status);
        assert!(!reply.text.contains("Fernholt"), "{path}");
    }
    for function in
        ["orders", "samples", "tests", "batches", "customers", "order", "sample", "test", "batch", "customer", "search"]
    {
        let request = Request::post(format!("/api/records/{function}"))
            .header(header::HOST, "lab.example")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("nonsense"))
            .expect("a request");
        let (status, _, text) = send(&browser.router, request).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{function}: {text}");
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn what_a_record_says_never_becomes_markup(pool: PgPool) {
    customer(&pool, 1, "<script>alert(1)</script> & Sons").await;
    customer(&pool, 2, "</title><img src=x onerror=alert(4)>").await;
    order(&pool, 10, 1, 5.0, "<img src=x onerror=alert(2)>").await;
    run(&pool, r#"update orders set raw_payload = '{"id": 10, "note": "</pre><script>alert(3)</script>"}'"#).await;
    let browser = Browser::signed_in(&pool).await;
    for path in ["/orders/10", "/customers/1", "/customers/2", "/records/orders", "/search?q=%3Cscript%3E"] {
        let reply = browser.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        for number in 1..=3 {
            assert!(!visible(&reply.text).contains(&format!("<script>alert({number})")), "{path}");
        }
        if let Some(at) = reply.text.find("<script>alert(") {
            panic!("{path}: {}", &reply.text[at.saturating_sub(80)..at + 40]);
        }
        assert!(!reply.text.contains("<img src=x"), "{path}");
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn pages_speak_the_readers_language(pool: PgPool) {
    small(&pool).await;
    let browser = Browser::signed_in(&pool).await;
    let page = visible(&browser.get_in("/orders/10", "es").await.text);
    for words in ["Pedido", "Muestras", "de atraso", "Registro original de QBench", "todavía no"] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("not yet"));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_links_of_a_list_lead_to_its_neighbours_and_keep_its_filter(pool: PgPool) {
    customer(&pool, 1, "Fernholt Farms").await;
    for id in 1..=7 {
        order(&pool, id, 1, f64::from(id), "CREATED").await;
    }
    let browser = Browser::signed_in(&pool).await;
    let first = browser.page("/records/orders?customer=1&limit=3").await;
    assert!(first.contains("1 to 3 of 7"));
    let href = |page: &str, rel: &str| {
        let link = page.split("<a ").find(|link| link.contains(&format!("rel=\"{rel}\"")))?;
        Some(link.split("href=\"").nth(1)?.split('"').next()?.replace("&amp;", "&"))
    };
    assert_eq!(href(&first, "prev"), None);
    let next = href(&first, "next").expect("a next page");
    assert!(next.contains("customer=1") && next.contains("limit=3"), "{next}");
    let second = browser.page(&next).await;
    assert!(second.contains("4 to 6 of 7"));
    let third = browser.page(&href(&second, "next").expect("a next page")).await;
    assert!(third.contains("7 to 7 of 7"));
    assert_eq!(href(&third, "next"), None);
    let back = browser.page(&href(&third, "prev").expect("a page before")).await;
    assert!(back.contains("4 to 6 of 7"));
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_page_about_turnaround_and_its_files_keep_its_state(pool: PgPool) {
    small(&pool).await;
    let browser = Browser::signed_in(&pool).await;
    let page = browser.page("/turnaround?range=ytd&clock=working&entity=orders&least=0").await;
    assert!(
        page.contains("/turnaround?range=7d&amp;clock=working&amp;entity=orders&amp;least=0"),
        "a range keeps the rest"
    );
    assert!(page.contains("/turnaround?range=ytd&amp;entity=orders&amp;least=0"), "so does the other clock");
    for table in ["distribution", "curve", "trend", "groups", "stages", "orders"] {
        let file = browser.get(&format!("/export/turnaround-{table}.csv?range=ytd&least=0")).await;
        assert_eq!(file.status, StatusCode::OK, "{table}");
    }
    assert_eq!(browser.get("/export/turnaround-nothing.csv").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/turnaround?clock=sun").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_pages_about_customers_and_mix_say_what_their_files_say(pool: PgPool) {
    small(&pool).await;
    let browser = Browser::signed_in(&pool).await;
    let customers = browser.page("/customers?range=ytd&sort=name").await;
    assert!(customers.contains("/export/customers-list.xlsx?range=ytd&amp;sort=name"), "the list offers its file");
    let mix = browser.page("/mix?range=ytd").await;
    assert!(mix.contains("/export/mix-matrices.csv?range=ytd"), "so does each table of the mix");
    let list = browser.get("/export/customers-list.csv?range=ytd&sort=name").await;
    assert_eq!(list.status, StatusCode::OK);
    assert!(list.text.starts_with("ID,Customer,"), "{}", list.text);
    assert_eq!(browser.get("/export/mix-types.xlsx").await.status, StatusCode::OK);
    assert_eq!(browser.get("/export/mix-nothing.csv").await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        browser.get("/export/overview-volume.csv?range=fortnight").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let exports: i64 =
        sqlx::query_scalar("select count(*) from audit_log where action = 'export' and actor = 'reader'")
            .fetch_one(&pool)
            .await
            .expect("the audit log");
    assert_eq!(exports, 2, "each file given out is on record, refusals are not");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_page_about_priority_orders_reads_without_scripts_and_says_what_its_files_say(pool: PgPool) {
    small(&pool).await;
    run(&pool, "update orders set date_created = now() - interval '100 hours' where id = 10").await;
    let browser = Browser::signed_in(&pool).await;
    let page = browser.page("/priority?range=today").await;
    for words in [
        "ORD-26-00010",
        "Open samples of ORD-26-00010",
        "S26-00020",
        "T-30",
        "Lot 20",
        "2 of 2 tests open",
        "/records/orders?late=1",
        "1 to 1 of 1",
        ", 1 late",
        "the range and the state of the filter do not apply",
        "/export/priority-list.csv?range=today",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let warning = browser.page("/priority?tab=warning&sla=150").await;
    assert!(
        warning.contains("ORD-26-00010") && warning.contains("due in 2\u{a0}d"),
        "two thirds of the target are used"
    );
    assert!(browser.page("/priority?min_days=5").await.contains("None of them has been open for 5 days."));
    assert!(browser.page("/priority?tab=ready").await.contains("No sample is ready to report."));
    assert!(browser.page("/priority?tab=metrc").await.contains("No METRC tag got a status within 30 days."));
    assert_eq!(browser.get("/priority?tab=early").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let list = browser.get("/export/priority-list.csv?page=7").await;
    assert!(
        list.text.lines().nth(1).is_some_and(|row| row.starts_with("ORD-26-00010,Fernholt Farms,")),
        "{}",
        list.text
    );
    for name in ["list.xlsx?tab=metrc", "list.csv?tab=ready", "ages.csv", "customers.csv", "states.xlsx"] {
        assert_eq!(browser.get(&format!("/export/priority-{name}")).await.status, StatusCode::OK, "{name}");
    }
    assert_eq!(browser.get("/export/priority-nothing.csv").await.status, StatusCode::NOT_FOUND);
}
