//! Invitations: from the administration's page to the first session of the invited, and everything that does not open.

use app::model::session::Role;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use server::config::Config;
use server::http::{App, router};
use server::services::Services;
use sqlx::PgPool;
use std::sync::Arc;
use tower::ServiceExt as _;

const PASSWORD: &str = "a+long+pass+phrase";

struct House {
    services: Arc<Services>,
    router: Router,
    pool: PgPool,
}

#[derive(Debug)]
struct Reply {
    status: StatusCode,
    to: String,
    cookie: String,
    text: String,
}

impl House {
    async fn new(pool: PgPool) -> Self {
        let settings = [("BENCHWATCH_LAB_NAME", "Fern & <Holt>"), ("BENCHWATCH_PUBLIC_URL", "https://lab.example")];
        let config = Config::from_lookup(&|name| {
            settings.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        });
        let services = Services::new(config.expect("good settings"), pool.clone());
        let router = router(&App::new(Arc::clone(&services), &std::env::temp_dir()));
        let house = Self { services, router, pool };
        house.services.auth.create_user("boss", "a long pass phrase", Role::Admin, "test").await.expect("an account");
        house
    }

    async fn ask(&self, method: &str, path: &str, cookie: &str, body: &str) -> Reply {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "lab.example")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::REFERER, "https://lab.example/admin")
            .header(header::ACCEPT, "text/html")
            .header(header::ACCEPT_LANGUAGE, "en")
            .body(Body::from(body.to_owned()))
            .expect("a request");
        let (parts, body) = self.router.clone().oneshot(request).await.expect("an answer").into_parts();
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        Reply {
            status: parts.status,
            to: text(header::LOCATION),
            cookie: text(header::SET_COOKIE).split(';').next().unwrap_or_default().to_owned(),
            text: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    async fn boss(&self) -> String {
        self.ask("POST", "/login", "", &format!("username=boss&password={PASSWORD}")).await.cookie
    }

    /// Invites as the form of the page does without scripts; gives the path of the link.
    async fn invite(&self, boss: &str, form: &str) -> String {
        let reply = self.ask("POST", "/api/admin/invite", boss, form).await;
        let secret = reply.to.strip_prefix("/admin?invited=").and_then(|rest| rest.split('&').next());
        let secret = secret.unwrap_or_else(|| panic!("not invited: {reply:?}"));
        assert_eq!(secret.len(), 43, "256 bits");
        format!("/invitation/{secret}")
    }

    async fn accept(&self, link: &str, password: &str, repeated: &str) -> Reply {
        self.ask("POST", link, "", &format!("password={password}&repeated={repeated}")).await
    }

    async fn told(&self) -> Vec<String> {
        let sql = "select actor || ' ' || action || ' ' || subject from audit_log \
                   where action like 'invitation.%' order by id";
        sqlx::query_scalar(sql).fetch_all(&self.pool).await.expect("entries")
    }
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_invited_choose_a_password_once_and_are_signed_in_with_the_role_they_were_given(pool: PgPool) {
    let house = House::new(pool).await;
    let boss = house.boss().await;
    let link = house.invite(&boss, "name=ana&role=manager&mail=Ana@example.org&days=").await;
    let page = house.ask("GET", "/admin?invited=abc&mail=impossible", &boss, "").await.text;
    assert!(page.contains("https://lab.example/invitation/abc"), "the whole address is shown");
    assert!(page.contains("No mail was sent") && page.contains("Withdraw the invitation of ana"));
    let stored: Vec<u8> =
        sqlx::query_scalar("select token_hash from invitations").fetch_one(&house.pool).await.expect("a row");
    assert_eq!(stored.len(), 32, "only a hash is stored");

    let form = house.ask("GET", &link, "", "").await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(form.text.contains("Fern &amp; &lt;Holt&gt;") && form.text.contains("is for ana"), "{}", form.text);
    let spanish = house.ask("GET", &format!("{link}?lang=es"), "", "").await.text;
    assert!(spanish.contains("es para ana"), "{spanish}");

    for (password, repeated, words) in [
        (PASSWORD, "another+long+phrase", "The two passwords differ"),
        ("short", "short", "at least 12 characters"),
        ("password123456", "password123456", "list of common passwords"),
    ] {
        let refused = house.accept(&link, password, repeated).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains(words) && refused.cookie.is_empty(), "{}", refused.text);
    }
    let done = house.accept(&link, PASSWORD, PASSWORD).await;
    assert_eq!((done.status, done.to.as_str()), (StatusCode::SEE_OTHER, "/"), "{done:?}");
    let who = house.ask("GET", "/api/v1/session", &done.cookie, "").await.text;
    assert!(who.contains(r#""username":"ana""#) && who.contains("manager"), "{who}");
    let mail: String = sqlx::query_scalar("select mail from users where username = 'ana'")
        .fetch_one(&house.pool)
        .await
        .expect("a row");
    assert_eq!(mail, "Ana@example.org");

    let again = house.accept(&link, PASSWORD, PASSWORD).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND, "once");
    assert_eq!(house.told().await, ["boss invitation.create ana", "ana invitation.accept ana"]);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn unknown_used_expired_and_withdrawn_invitations_answer_alike(pool: PgPool) {
    let house = House::new(pool).await;
    let boss = house.boss().await;
    let link = async |name: &str| house.invite(&boss, &format!("name={name}&role=viewer")).await;
    let used = link("used").await;
    assert_eq!(house.accept(&used, PASSWORD, PASSWORD).await.to, "/");
    let expired = link("expired").await;
    sqlx::query("update invitations set expires_at = now() - interval '1 second' where username = 'expired'")
        .execute(&house.pool)
        .await
        .expect("set");
    let withdrawn = link("withdrawn").await;
    let id: i64 = sqlx::query_scalar("select id from invitations where username = 'withdrawn'")
        .fetch_one(&house.pool)
        .await
        .expect("a row");
    house.ask("POST", "/api/admin/withdraw-invitation", &boss, &format!("id={id}")).await;
    let twice = house.ask("POST", "/api/admin/withdraw-invitation", &boss, &format!("id={id}")).await;
    assert_eq!(twice.status, StatusCode::NOT_FOUND);
    let taken = link("taken").await;
    house.services.auth.create_user("taken", "a long pass phrase", Role::Viewer, "test").await.expect("an account");
    let unknown = format!("/invitation/{}", "A".repeat(43));
    let expected = house.ask("GET", &unknown, "", "").await;
    assert_eq!(expected.status, StatusCode::NOT_FOUND);
    for link in [&used, &expired, &withdrawn, &taken, "/invitation/%00"] {
        let shown = house.ask("GET", link, "", "").await;
        assert_eq!((shown.status, &shown.text), (expected.status, &expected.text), "{link}");
        let sent = house.accept(link, PASSWORD, PASSWORD).await;
        assert_eq!((sent.status, &sent.text, sent.cookie.as_str()), (expected.status, &expected.text, ""), "{link}");
    }
    let accounts: i64 = sqlx::query_scalar("select count(*) from users").fetch_one(&house.pool).await.expect("a count");
    assert_eq!(accounts, 3, "boss, used, taken");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn invitations_of_somebody_who_administers_no_more_do_not_open(pool: PgPool) {
    let house = House::new(pool).await;
    let boss = house.boss().await;
    let link = house.invite(&boss, "name=ana&role=admin").await;
    house.services.auth.set_role("boss", Role::Manager, "test").await.expect("set");
    assert_eq!(house.ask("GET", &link, "", "").await.status, StatusCode::NOT_FOUND);
    house.services.auth.set_role("boss", Role::Admin, "test").await.expect("set");
    house.services.auth.set_active("boss", false, "test").await.expect("set");
    assert_eq!(house.accept(&link, PASSWORD, PASSWORD).await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn an_invitation_accepted_many_times_at_once_makes_one_account(pool: PgPool) {
    let house = House::new(pool).await;
    let link = house.invite(&house.boss().await, "name=ana&role=viewer").await;
    let tries = (0..6).map(|_| house.accept(&link, PASSWORD, PASSWORD));
    let replies = futures::future::join_all(tries).await;
    let let_in = replies.iter().filter(|reply| reply.status == StatusCode::SEE_OTHER).count();
    assert_eq!(let_in, 1, "{replies:?}");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn what_cannot_be_invited_is_refused_and_named(pool: PgPool) {
    let house = House::new(pool).await;
    let boss = house.boss().await;
    house.invite(&boss, "name=ana&role=viewer&mail=ana@example.org").await;
    sqlx::query("update users set mail = 'boss@example.org'").execute(&house.pool).await.expect("set");
    for (form, field) in [
        ("name=boss&role=viewer", "name"),
        ("name=ana&role=viewer", "name"),
        ("name=a&role=viewer", "name"),
        ("name=ben%00&role=viewer", "name"),
        ("name=ben&role=viewer&mail=nowhere", "mail"),
        ("name=ben&role=viewer&mail=ben@example.org%0d%0aBcc:eve@example.org", "mail"),
        ("name=ben&role=viewer&mail=BOSS@example.org", "mail"),
        ("name=ben&role=viewer&days=0", "days"),
        ("name=ben&role=viewer&days=61", "days"),
        ("name=ben&role=viewer&days=soon", "days"),
    ] {
        let request = Request::post("/api/admin/invite")
            .header(header::HOST, "lab.example")
            .header(header::COOKIE, &boss)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .expect("a request");
        let answer = house.router.clone().oneshot(request).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
        let body = String::from_utf8_lossy(&body).into_owned();
        assert!(body.contains(&format!(r#""field":"{field}""#)), "{form}: {body}");
    }
}
