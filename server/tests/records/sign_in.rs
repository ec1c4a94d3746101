//! Signing in: wrong tries, old hashes, the second factor. As browsers without scripts and programs do it.

use app::model::session::Role;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use server::config::Config;
use server::http::{App, router};
use server::services::Services;
use sqlx::PgPool;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use totp_rs::{Builder, Secret};
use tower::ServiceExt as _;

pub(crate) const PASSWORD: &str = "a long pass phrase";

/// A process that serves.
pub(crate) struct House {
    pub(crate) services: Arc<Services>,
    router: Router,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) to: String,
    pub(crate) cookie: Option<String>,
    retry: Option<u64>,
    pub(crate) text: String,
}

impl House {
    pub(crate) async fn new(pool: &PgPool) -> Self {
        Self::with(pool, &[])
    }

    /// With these settings; they win over the usual ones.
    pub(crate) fn with(pool: &PgPool, settings: &[(&str, &str)]) -> Self {
        let usual = [("BENCHWATCH_SECRET_KEY", "a key for tests, long enough to be one")];
        let config = Config::from_lookup(&|wanted| {
            let found = settings.iter().chain(&usual).find(|(name, _)| *name == wanted);
            found.map(|(_, value)| (*value).to_owned())
        });
        let services = Services::new(config.expect("good settings"), pool.clone());
        let router = router(&App::new(Arc::clone(&services), &std::env::temp_dir()));
        Self { services, router }
    }

    pub(crate) async fn account(&self, name: &str, role: Role) {
        self.services.auth.create_user(name, PASSWORD, role, "test").await.expect("an account");
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, from: [u8; 4], cookie: &str, body: &str) -> Reply {
        let kind = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "lab.example")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, kind)
            .header(header::ACCEPT_LANGUAGE, "en")
            .body(Body::from(body.to_owned()))
            .expect("a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((from, 4000))));
        let (parts, body) = self.router.clone().oneshot(request).await.expect("an answer").into_parts();
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        Reply {
            status: parts.status,
            to: text(header::LOCATION).unwrap_or_default(),
            cookie: text(header::SET_COOKIE).and_then(|cookie| cookie.split(';').next().map(str::to_owned)),
            retry: text(header::RETRY_AFTER).and_then(|seconds| seconds.parse().ok()),
            text: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    async fn try_in(&self, from: [u8; 4], name: &str, password: &str) -> Reply {
        let form = format!("username={name}&password={}", password.replace(' ', "+"));
        self.ask("POST", "/login", from, "", &form).await
    }

    /// The cookie of somebody who signs in with a password alone.
    pub(crate) async fn sign_in(&self, name: &str) -> String {
        let reply = self.try_in(HERE, name, PASSWORD).await;
        assert_eq!((reply.status, reply.to.as_str()), (StatusCode::SEE_OTHER, "/"));
        reply.cookie.expect("a session")
    }

    /// Sets a second factor up as a person without scripts does; gives its secret and the recovery codes.
    pub(crate) async fn enrol(&self, cookie: &str) -> (Vec<u8>, Vec<String>) {
        let begun = self.ask("POST", "/api/account/totp-begin", HERE, cookie, "current=a+long+pass+phrase").await;
        assert!(begun.status.is_success() || begun.status.is_redirection(), "{begun:?}");
        let page = self.ask("GET", "/account", HERE, cookie, "").await.text;
        assert!(page.contains("<svg") && page.contains("QR code for the authenticator"));
        let shown = |part: &str| part.split('>').nth(1).and_then(|rest| rest.split('<').next()).map(str::to_owned);
        let letters = page.split("data-secret").nth(1).and_then(shown).expect("the secret").replace(' ', "");
        let codes: Vec<String> = page.split("<li><code class=\"secret\"").skip(1).filter_map(shown).collect();
        assert_eq!(codes.len(), 10, "{codes:?}");
        let secret: Vec<u8> = Secret::try_from_base32(&letters).expect("base 32").as_ref().to_vec();
        let wrong = self.ask("POST", "/api/account/totp-confirm", HERE, cookie, "code=000000x").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
        let form = format!("code={}", code(&secret, -1));
        let done = self.ask("POST", "/api/account/totp-confirm", HERE, cookie, &form).await;
        assert!(done.status.is_success() || done.status.is_redirection(), "{done:?}");
        let page = self.ask("GET", "/account", HERE, cookie, "").await.text;
        assert!(page.contains("in use since") && !page.contains(&codes[0]), "the codes are shown no more");
        (secret, codes)
    }

    /// The cookie of a sign-in that waits for its second step.
    pub(crate) async fn first_step(&self, from: [u8; 4], name: &str) -> String {
        let reply = self.try_in(from, name, PASSWORD).await;
        assert_eq!((reply.status, reply.to.as_str()), (StatusCode::SEE_OTHER, "/login/code"), "{reply:?}");
        reply.cookie.expect("a session")
    }
}

pub(crate) const HERE: [u8; 4] = [192, 0, 2, 1];
const THERE: [u8; 4] = [198, 51, 100, 7];

/// The code of a step before or after the present one.
pub(crate) fn code(secret: &[u8], steps: i64) -> String {
    let now = u64::try_from(chrono::Utc::now().timestamp() + steps * 30).expect("after 1970");
    Builder::new().with_secret(secret.to_vec()).build().expect("a generator").generate(now).to_string()
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn wrong_tries_are_counted_across_processes_and_lock_nobody_out_elsewhere(pool: PgPool) {
    let (house, other) = (House::new(&pool).await, House::new(&pool).await);
    house.account("ana", Role::Viewer).await;
    for round in 0..5 {
        let door = if round % 2 == 0 { &house } else { &other };
        let reply = door.try_in(HERE, "ana", "not this one at all").await;
        assert_eq!((reply.status, reply.to.as_str()), (StatusCode::SEE_OTHER, "/login?problem=no_match"));
    }
    for door in [&house, &other, &House::new(&pool).await] {
        let reply = door.try_in(HERE, "ana", PASSWORD).await;
        assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(reply.retry.is_some_and(|seconds| (1..=10).contains(&seconds)), "{reply:?}");
    }
    let body = format!(r#"{{"username": "ana", "password": "{PASSWORD}"}}"#);
    let token = house.ask("POST", "/api/auth/login", HERE, "", &body).await;
    assert_eq!((token.status, token.retry.is_some()), (StatusCode::TOO_MANY_REQUESTS, true));
    assert_eq!(house.try_in(THERE, "ana", PASSWORD).await.to, "/", "the owner comes in from elsewhere");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn hundreds_of_tries_at_once_do_not_outrun_the_count(pool: PgPool) {
    let house = House::new(&pool).await;
    house.account("ana", Role::Viewer).await;
    let tries = (0..40).map(|_| house.try_in(HERE, "ana", "not this one at all"));
    let replies = futures::future::join_all(tries).await;
    let looked_at = replies.iter().filter(|reply| reply.status == StatusCode::SEE_OTHER).count();
    assert!(looked_at <= 7, "{looked_at} passwords were tried");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn unknown_disabled_and_wrong_answer_alike_in_words_and_time(pool: PgPool) {
    let house = House::new(&pool).await;
    for name in ["ana", "disabled", "former"] {
        house.account(name, Role::Viewer).await;
    }
    house.services.auth.set_active("disabled", false, "test").await.expect("disabled");
    let former = bcrypt::hash(PASSWORD, 10).expect("hashed");
    sqlx::query("update users set password_hash = $1 where username = 'former'")
        .bind(former)
        .execute(&pool)
        .await
        .expect("set");
    let mut times = Vec::new();
    for (source, name, password) in [
        (1, "nobody", PASSWORD),
        (2, "disabled", PASSWORD),
        (3, "disabled", "not this one at all"),
        (4, "ana", "not this one at all"),
        (5, "former", "not this one at all"),
    ] {
        let begun = Instant::now();
        let reply = house.try_in([192, 0, 2, source], name, password).await;
        times.push(begun.elapsed());
        assert_eq!((reply.status, reply.to.as_str()), (StatusCode::SEE_OTHER, "/login?problem=no_match"), "{name}");
        assert!(reply.cookie.is_none() && reply.text.is_empty(), "{name}");
    }
    let (least, most) = (times.iter().min().expect("some"), times.iter().max().expect("some"));
    assert!(*least >= Duration::from_millis(500), "{times:?}");
    assert!(*most - *least < Duration::from_millis(400), "{times:?}");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_hash_of_the_former_product_opens_once_and_is_replaced(pool: PgPool) {
    let house = House::new(&pool).await;
    house.account("former", Role::Viewer).await;
    let former = bcrypt::hash(PASSWORD, 10).expect("hashed");
    assert!(former.starts_with("$2b$"));
    sqlx::query("update users set password_hash = $1").bind(former).execute(&pool).await.expect("set");
    house.sign_in("former").await;
    let stored: String = sqlx::query_scalar("select password_hash from users").fetch_one(&pool).await.expect("a row");
    assert!(stored.starts_with("$argon2id$"), "{stored}");
    house.sign_in("former").await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn with_a_second_factor_the_password_alone_opens_nothing(pool: PgPool) {
    let house = House::new(&pool).await;
    house.account("ana", Role::Viewer).await;
    let (secret, codes) = house.enrol(&house.sign_in("ana").await).await;
    let stored: i64 = sqlx::query_scalar("select count(*) from recovery_codes where encode(hash, 'escape') = any ($1)")
        .bind(&codes)
        .fetch_one(&pool)
        .await
        .expect("a count");
    assert_eq!(stored, 0, "only hashes are stored");

    let waiting = house.first_step(HERE, "ana").await;
    assert!(house.ask("GET", "/", HERE, &waiting, "").await.to.starts_with("/login"));
    assert_eq!(house.ask("GET", "/api/v1/session", HERE, &waiting, "").await.status, StatusCode::UNAUTHORIZED);
    let form = house.ask("GET", "/login/code", HERE, &waiting, "").await;
    assert!(form.text.contains("name=\"code\"") && form.text.contains("action=\"/login/code\""));
    let wrong = house.ask("POST", "/login/code", HERE, &waiting, "code=123").await;
    assert_eq!(wrong.to, "/login/code?problem=bad_code");

    let used = code(&secret, 0);
    let done = house.ask("POST", "/login/code", HERE, &waiting, &format!("code={used}")).await;
    assert_eq!((done.status, done.to.as_str()), (StatusCode::SEE_OTHER, "/"));
    let cookie = done.cookie.expect("a session under a new id");
    assert_ne!(cookie, waiting);
    assert_eq!(house.ask("GET", "/account", HERE, &cookie, "").await.status, StatusCode::OK);
    let again = house.first_step(HERE, "ana").await;
    let replayed = house.ask("POST", "/login/code", HERE, &again, &format!("code={used}")).await;
    assert_eq!(replayed.to, "/login/code?problem=bad_code", "a code is accepted once");

    let recovery = format!("code={}", codes[3].to_uppercase().replace('-', "+"));
    let done = house.ask("POST", "/login/code", HERE, &again, &recovery).await;
    assert_eq!(done.to, "/", "a recovery code opens");
    let third = house.first_step(HERE, "ana").await;
    let replayed = house.ask("POST", "/login/code", HERE, &third, &recovery).await;
    assert_eq!(replayed.to, "/login/code?problem=bad_code", "once");

    let body = format!(r#"{{"username": "ana", "password": "{PASSWORD}"}}"#);
    let token = house.ask("POST", "/api/auth/login", HERE, "", &body).await;
    assert_eq!(token.status, StatusCode::UNAUTHORIZED);
    assert!(token.text.contains("second_factor_required"), "{}", token.text);
    let body = format!(r#"{{"username": "ana", "password": "{PASSWORD}", "code": "{}"}}"#, codes[4]);
    assert_eq!(house.ask("POST", "/api/auth/login", HERE, "", &body).await.status, StatusCode::OK);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn codes_cannot_be_guessed_by_whoever_knows_the_password(pool: PgPool) {
    let house = House::new(&pool).await;
    house.account("ana", Role::Viewer).await;
    let (secret, _) = house.enrol(&house.sign_in("ana").await).await;
    for _ in 0..5 {
        // The right password in between earns nothing.
        let waiting = house.first_step(THERE, "ana").await;
        let wrong = house.ask("POST", "/login/code", THERE, &waiting, "code=000000x").await;
        assert_eq!(wrong.to, "/login/code?problem=bad_code");
    }
    let reply = house.try_in(THERE, "ana", PASSWORD).await;
    assert_eq!((reply.status, reply.retry.is_some()), (StatusCode::TOO_MANY_REQUESTS, true));
    let waiting = house.first_step(HERE, "ana").await;
    let done = house.ask("POST", "/login/code", HERE, &waiting, &format!("code={}", code(&secret, 0))).await;
    assert_eq!(done.to, "/", "the owner comes in from elsewhere");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_second_factor_is_removed_with_the_password_or_by_an_administrator(pool: PgPool) {
    let house = House::new(&pool).await;
    house.account("ana", Role::Viewer).await;
    house.account("boss", Role::Admin).await;
    let cookie = house.sign_in("ana").await;
    house.enrol(&cookie).await;
    let wrong = house.ask("POST", "/api/account/totp-remove", HERE, &cookie, "current=not+this+one+at+all").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    house.ask("POST", "/api/account/totp-remove", HERE, &cookie, "current=a+long+pass+phrase").await;
    let cookie = house.sign_in("ana").await;
    house.enrol(&cookie).await;
    let boss = house.sign_in("boss").await;
    let page = house.ask("GET", "/admin", HERE, &boss, "").await.text;
    assert!(page.contains("Remove the second factor"));
    house.ask("POST", "/api/admin/reset-totp", HERE, &boss, "name=ana").await;
    let theirs = house.sign_in("ana").await;
    house.ask("POST", "/api/admin/end-session", HERE, &boss, "name=ana").await;
    assert!(house.ask("GET", "/", HERE, &theirs, "").await.to.starts_with("/login"), "an admin ends anyone's session");
    let told: Vec<String> =
        sqlx::query_scalar("select actor || ' ' || action from audit_log where action like 'totp.%' order by id")
            .fetch_all(&pool)
            .await
            .expect("entries");
    assert_eq!(told, ["ana totp.enable", "ana totp.disable", "ana totp.enable", "boss totp.reset"]);
}
