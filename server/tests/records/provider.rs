//! Sign-in through an identity provider: whom it ties to which account, and every answer that is refused. The other side
//! here keeps codes, PKCE and signatures as the protocol says, and can be told to break it; a certified one is met in the
//! browser tests.

use crate::sign_in::{HERE, House, Reply};
use app::model::session::Role;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

const SECRET: &str = "what the provider knows us by, long enough";

/// What a code stands for: its challenge, and the claims of the ID token.
type Codes = Arc<Mutex<HashMap<String, (String, Value)>>>;

struct Peer {
    url: String,
    codes: Codes,
}

/// A sign-in that the browser was sent away with.
struct Away {
    cookie: String,
    asked: HashMap<String, String>,
}

impl Peer {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let codes = Codes::default();
        let description = json!({
            "issuer": url, "authorization_endpoint": format!("{url}/auth"), "token_endpoint": format!("{url}/token"),
            "jwks_uri": format!("{url}/keys"), "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["HS256"],
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(move || async move { Json(description) }))
            .route("/keys", get(|| async { Json(json!({ "keys": [] })) }))
            .route("/token", post(exchange))
            .with_state(Arc::clone(&codes));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, codes }
    }

    fn settings<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let usual = [
            ("OIDC_ISSUER", self.url.as_str()),
            ("OIDC_CLIENT_ID", "benchwatch"),
            ("OIDC_CLIENT_SECRET", SECRET),
            ("OIDC_NAME", "Lab <ID>"),
            ("BENCHWATCH_PUBLIC_URL", "https://lab.example"),
        ];
        [more, &usual].concat()
    }

    /// The claims of an ID token that is as it should be, with these changed or added.
    fn claims(&self, away: &Away, subject: &str, more: &Value) -> Value {
        let now = chrono::Utc::now().timestamp();
        let mut claims = json!({
            "iss": self.url, "aud": "benchwatch", "sub": subject, "iat": now, "exp": now + 300,
            "nonce": away.asked["nonce"],
        });
        for (name, value) in more.as_object().expect("claims") {
            claims[name] = value.clone();
        }
        claims
    }

    /// Gives a code out for these claims.
    fn grant(&self, away: &Away, claims: Value) -> String {
        let code = uuid::Uuid::new_v4().simple().to_string();
        self.codes.lock().expect("whole").insert(code.clone(), (away.asked["code_challenge"].clone(), claims));
        code
    }
}

/// The token endpoint: a code is taken once, by whoever has its verifier.
async fn exchange(State(codes): State<Codes>, Form(form): Form<HashMap<String, String>>) -> (StatusCode, Json<Value>) {
    let refused = (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })));
    let Some((challenge, mut claims)) = codes.lock().expect("whole").remove(&form["code"]) else { return refused };
    let verifier = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
    if verifier != challenge || form["redirect_uri"] != "https://lab.example/login/provider/callback" {
        return refused;
    }
    let secret = claims["signed_with"].as_str().unwrap_or(SECRET).to_owned();
    claims.as_object_mut().expect("claims").remove("signed_with");
    let key = EncodingKey::from_secret(secret.as_bytes());
    let token = encode(&Header::new(Algorithm::HS256), &claims, &key).expect("signed");
    (StatusCode::OK, Json(json!({ "access_token": "a", "token_type": "Bearer", "id_token": token })))
}

/// Goes to the provider as a browser does.
async fn leave(house: &House) -> Away {
    let sent = house.ask("GET", "/login/provider?next=%2Fmix", HERE, "", "").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{sent:?}");
    let url = url::Url::parse(&sent.to).expect("an address");
    assert_eq!(url.path(), "/auth", "{url}");
    let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
    assert_eq!((asked["response_type"].as_str(), asked["code_challenge_method"].as_str()), ("code", "S256"));
    assert!(asked["scope"].split(' ').any(|scope| scope == "openid"), "{asked:?}");
    Away { cookie: sent.cookie.expect("a session"), asked }
}

async fn back(house: &House, away: &Away, code: &str, state: &str) -> Reply {
    let path = format!("/login/provider/callback?code={code}&state={state}");
    house.ask("GET", &path, HERE, &away.cookie, "").await
}

/// The whole way, with these claims beside the usual ones.
async fn come(house: &House, peer: &Peer, subject: &str, more: Value) -> Reply {
    let away = leave(house).await;
    let code = peer.grant(&away, peer.claims(&away, subject, &more));
    back(house, &away, &code, &away.asked["state"]).await
}

async fn who(house: &House, reply: &Reply) -> String {
    let cookie = reply.cookie.as_deref().unwrap_or_default();
    house.ask("GET", "/api/v1/session", HERE, cookie, "").await.text
}

const REFUSED: &str = "/login?problem=provider_refused";
const OUTSIDE: &str = "/login?problem=not_admitted&next=%2Fmix";
const ROLES: [(&str, &str); 2] = [("OIDC_ROLE_CLAIM", "groups"), ("OIDC_ROLES", "leads=manager,staff=viewer")];

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn somebody_new_gets_an_account_and_is_known_by_the_subject_from_then_on(pool: PgPool) {
    let peer = Peer::start().await;
    let house = House::with(&pool, &peer.settings(&ROLES));
    let page = house.ask("GET", "/login?next=%2Fmix", HERE, "", "").await.text;
    assert!(page.contains("Sign in with Lab &lt;ID") && page.contains("/login/provider?next=%2Fmix"), "{page}");
    let mail =
        json!({ "preferred_username": "ana", "groups": ["staff"], "email": "ana@example.org", "email_verified": true });
    let first = come(&house, &peer, "subject-1", mail).await;
    assert_eq!((first.status, first.to.as_str()), (StatusCode::SEE_OTHER, "/mix"), "{first:?}");
    let session = who(&house, &first).await;
    assert!(session.contains(r#""username":"ana""#) && session.contains("viewer"), "{session}");
    // Another name and another role at the provider: the same account here.
    let later = come(&house, &peer, "subject-1", json!({ "preferred_username": "anna", "groups": ["leads"] })).await;
    let session = who(&house, &later).await;
    assert!(session.contains(r#""username":"ana""#) && session.contains("manager"), "{session}");
    assert!(who(&house, &first).await.contains("not_authenticated"), "another role ends the sessions of before");
    // The mailbox is somebody else's now.
    let heir =
        json!({ "preferred_username": "eve", "groups": ["staff"], "email": "ana@example.org", "email_verified": true });
    assert_eq!(come(&house, &peer, "subject-2", heir).await.to, OUTSIDE);
    let told: Vec<String> =
        sqlx::query_scalar("select actor || ' ' || action from audit_log where action !~ '^session' order by id")
            .fetch_all(&pool)
            .await
            .expect("entries");
    assert_eq!(told, ["oidc user.create", "oidc user.set-role"]);
    let out = house.ask("POST", "/logout", HERE, later.cookie.as_deref().expect("a session"), "").await;
    assert_eq!(out.to, "/login");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn an_account_of_here_is_tied_by_its_verified_address_and_by_nothing_else(pool: PgPool) {
    let peer = Peer::start().await;
    let house = House::with(&pool, &peer.settings(&[("OIDC_DEFAULT_ROLE", "viewer")]));
    for name in ["boss", "gone"] {
        house.account(name, Role::Admin).await;
        let mail = format!("{name}@example.org");
        house.services.auth.set_mail(name, Some(&mail), "test").await.expect("set");
    }
    house.services.auth.set_active("gone", false, "test").await.expect("disabled");
    let (secret, _) = house.enrol(&house.sign_in("boss").await).await;
    assert_eq!(secret.len(), 20);
    for claims in [
        json!({ "preferred_username": "boss" }),
        json!({ "preferred_username": "boss", "email": "boss@example.org" }),
        json!({ "preferred_username": "boss", "email": "boss@example.org", "email_verified": false }),
        json!({ "preferred_username": "gone", "email": "gone@example.org", "email_verified": true }),
    ] {
        let reply = come(&house, &peer, "thief", claims.clone()).await;
        assert_eq!(reply.to, OUTSIDE, "{claims}");
        assert!(who(&house, &reply).await.contains("not_authenticated"), "{claims}");
    }
    let verified = json!({ "preferred_username": "x", "email": "Boss@Example.org", "email_verified": true });
    let tied = come(&house, &peer, "owner", verified).await;
    let session = who(&house, &tied).await;
    assert!(session.contains(r#""username":"boss""#) && session.contains("admin"), "its own role stays: {session}");
    let again = come(&house, &peer, "owner", json!({})).await;
    assert!(who(&house, &again).await.contains("boss"), "tied, it needs no address");
    house.services.auth.set_active("boss", false, "test").await.expect("disabled");
    assert_eq!(come(&house, &peer, "owner", json!({})).await.to, OUTSIDE, "disabled accounts stay out");
    let refusals: i64 = sqlx::query_scalar("select count(*) from audit_log where action = 'session.refused'")
        .fetch_one(&pool)
        .await
        .expect("a count");
    assert_eq!(refusals, 5);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn nobody_comes_in_without_a_role(pool: PgPool) {
    let peer = Peer::start().await;
    let by_claim = House::with(&pool, &peer.settings(&ROLES));
    for groups in [json!([]), json!(["cooks"]), json!("admin"), json!(null)] {
        let reply = come(&by_claim, &peer, "a", json!({ "preferred_username": "ana", "groups": groups })).await;
        assert_eq!(reply.to, OUTSIDE, "{groups}");
    }
    // Who has lost the role stays out, account or not.
    come(&by_claim, &peer, "b", json!({ "preferred_username": "ben", "groups": ["leads"] })).await;
    assert_eq!(come(&by_claim, &peer, "b", json!({ "groups": [] })).await.to, OUTSIDE);
    let none = House::with(&pool, &peer.settings(&[]));
    assert_eq!(come(&none, &peer, "c", json!({ "preferred_username": "cleo" })).await.to, OUTSIDE);
    assert!(who(&none, &come(&none, &peer, "b", json!({})).await).await.contains("ben"), "accounts that exist");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn answers_that_nobody_asked_for_or_that_come_twice_are_refused(pool: PgPool) {
    let peer = Peer::start().await;
    let house = House::with(&pool, &peer.settings(&[("OIDC_DEFAULT_ROLE", "viewer")]));
    let grant = |away: &Away| peer.grant(away, peer.claims(away, "a", &json!({ "preferred_username": "ana" })));

    let stranger = house.ask("GET", "/login/provider/callback?code=a&state=b", HERE, "", "").await;
    assert_eq!(stranger.to, REFUSED, "without a session");
    let away = leave(&house).await;
    assert_eq!(back(&house, &away, &grant(&away), "another").await.to, REFUSED, "another state");
    assert_eq!(back(&house, &away, &grant(&away), &away.asked["state"]).await.to, REFUSED, "after a wrong one");

    let (mine, theirs) = (leave(&house).await, leave(&house).await);
    let code = grant(&theirs);
    let crossed = back(&house, &mine, &code, &theirs.asked["state"]).await;
    assert_eq!(crossed.to, REFUSED, "an answer to somebody else's sign-in");
    let away = leave(&house).await;
    let injected = back(&house, &away, &code, &away.asked["state"]).await;
    assert!(injected.to.starts_with(REFUSED), "a code of another sign-in has another verifier: {injected:?}");

    let away = leave(&house).await;
    let code = grant(&away);
    assert_eq!(back(&house, &away, &code, &away.asked["state"]).await.to, "/mix");
    assert_eq!(back(&house, &away, &code, &away.asked["state"]).await.to, REFUSED, "the same answer again");
    let away = leave(&house).await;
    assert!(back(&house, &away, &code, &away.asked["state"]).await.to.starts_with(REFUSED), "a code that was used");

    let away = leave(&house).await;
    let path = format!("/login/provider/callback?error=access_denied&state={}", away.asked["state"]);
    let given_up = house.ask("GET", &path, HERE, &away.cookie, "").await;
    assert_eq!(given_up.to, format!("{REFUSED}&next=%2Fmix"));
    let page = house.ask("GET", &given_up.to, HERE, "", "").await;
    assert!(page.status == StatusCode::OK && page.text.contains("was not completed"), "{page:?}");
    let away = leave(&house).await;
    let state = &away.asked["state"];
    let path = format!("/login/provider/callback?code={}&state={state}&iss=https://evil.example", grant(&away));
    assert!(house.ask("GET", &path, HERE, &away.cookie, "").await.to.starts_with(REFUSED), "another issuer");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn tokens_that_are_not_for_this_sign_in_are_refused(pool: PgPool) {
    let peer = Peer::start().await;
    let house = House::with(&pool, &peer.settings(&[("OIDC_DEFAULT_ROLE", "viewer")]));
    let past = chrono::Utc::now().timestamp() - 3_600;
    for wrong in [
        json!({ "nonce": "another" }),
        json!({ "nonce": null }),
        json!({ "aud": "another" }),
        json!({ "aud": ["benchwatch", "another"] }),
        json!({ "iss": "https://evil.example" }),
        json!({ "exp": past }),
        json!({ "signed_with": "another secret that is long enough" }),
    ] {
        let mut claims = wrong.clone();
        claims["preferred_username"] = json!("ana");
        let reply = come(&house, &peer, "a", claims).await;
        assert!(reply.to.starts_with(REFUSED), "{wrong}: {reply:?}");
        assert!(who(&house, &reply).await.contains("not_authenticated"), "{wrong}");
    }
    let accounts: i64 = sqlx::query_scalar("select count(*) from users").fetch_one(&pool).await.expect("a count");
    assert_eq!(accounts, 0);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_dead_provider_stops_nothing_and_is_told_on_the_sign_in_page(pool: PgPool) {
    let settings = [
        ("OIDC_ISSUER", "http://127.0.0.1:9"),
        ("OIDC_CLIENT_ID", "benchwatch"),
        ("BENCHWATCH_PUBLIC_URL", "https://lab.example"),
    ];
    let house = House::with(&pool, &settings);
    house.account("ana", Role::Viewer).await;
    let sent = house.ask("GET", "/login/provider?next=%2Fmix", HERE, "", "").await;
    assert_eq!((sent.status, sent.to.as_str()), (StatusCode::SEE_OTHER, "/login?problem=provider_silent&next=%2Fmix"));
    let page = house.ask("GET", &sent.to, HERE, "", "").await;
    assert!(page.status == StatusCode::OK && page.text.contains("does not answer"), "{page:?}");
    house.sign_in("ana").await;
    let without = House::new(&pool).await;
    assert_eq!(without.ask("GET", "/login/provider", HERE, "", "").await.status, StatusCode::NOT_FOUND);
    assert!(!without.ask("GET", "/login", HERE, "", "").await.text.contains("/login/provider"));
}
