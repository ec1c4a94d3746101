//! Secrets of second factors as they stand in the table: sealed, with a key that the database does not hold.

use crate::sign_in::{HERE, House, PASSWORD, code};
use app::model::session::Role;
use axum::http::StatusCode;
use sqlx::PgPool;

const OTHER: &str = "another key, of another installation";

/// Everything about second factors that the table holds, as bytes.
async fn stored(pool: &PgPool) -> Vec<u8> {
    let sql = "select coalesce(totp_secret, '') || convert_to(coalesce(totp_pending::text, ''), 'UTF8') from users \
               where username = 'ana'";
    sqlx::query_scalar(sql).fetch_one(pool).await.expect("a row")
}

fn holds(table: &[u8], part: &[u8]) -> bool {
    table.windows(part.len()).any(|window| window == part)
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_table_holds_no_secret_of_a_second_factor_as_it_is(pool: PgPool) {
    let house = House::new(&pool).await;
    house.account("ana", Role::Viewer).await;
    let cookie = house.sign_in("ana").await;
    house.ask("POST", "/api/account/totp-begin", HERE, &cookie, "current=a+long+pass+phrase").await;
    let page = house.ask("GET", "/account", HERE, &cookie, "").await.text;
    let shown = |part: &str| part.split('>').nth(1).and_then(|rest| rest.split('<').next()).map(str::to_owned);
    let letters = page.split("data-secret").nth(1).and_then(shown).expect("the secret").replace(' ', "");
    let codes: Vec<String> = page.split("<li><code class=\"secret\"").skip(1).filter_map(shown).collect();
    let waiting = stored(&pool).await;
    assert!(holds(&waiting, b"sealed") && codes.len() == 10);
    assert!(!holds(&waiting, letters.as_bytes()) && codes.iter().all(|code| !holds(&waiting, code.as_bytes())));
    house.ask("POST", "/api/account/totp-cancel", HERE, &cookie, "").await;

    let (secret, _) = house.enrol(&cookie).await;
    let in_use = stored(&pool).await;
    assert!(in_use.len() > 60 && !holds(&in_use, &secret));
    let copy = "update users set totp_secret = (select totp_secret from users where username = 'ana') \
                where username = 'eve'";
    house.account("eve", Role::Viewer).await;
    sqlx::query(copy).execute(&pool).await.expect("copied");
    let waiting = house.first_step(HERE, "eve").await;
    let stolen = house.ask("POST", "/login/code", HERE, &waiting, &format!("code={}", code(&secret, 0))).await;
    assert_ne!(stolen.to, "/", "a secret put into another account's row opens nothing");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_secret_of_before_is_sealed_at_the_start_or_at_its_next_use(pool: PgPool) {
    let house = House::new(&pool).await;
    house.account("ana", Role::Viewer).await;
    let plain = *b"12345678901234567890";
    let put = async || {
        sqlx::query("update users set totp_secret = $1, totp_since = now(), totp_step = 0 where username = 'ana'")
            .bind(&plain[..])
            .execute(&pool)
            .await
            .expect("put")
    };
    put().await;
    house.services.auth.seal_secrets().await.expect("sealed");
    assert!(!holds(&stored(&pool).await, &plain), "at the start");
    put().await;
    let waiting = house.first_step(HERE, "ana").await;
    let done = house.ask("POST", "/login/code", HERE, &waiting, &format!("code={}", code(&plain, 0))).await;
    assert_eq!(done.to, "/", "it still opens");
    assert!(!holds(&stored(&pool).await, &plain), "at its use");
    let waiting = house.first_step(HERE, "ana").await;
    let done = house.ask("POST", "/login/code", HERE, &waiting, &format!("code={}", code(&plain, 1))).await;
    assert_eq!(done.to, "/", "sealed, it opens too");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn without_its_key_a_copy_says_what_to_do_and_begins_anew_when_told_to(pool: PgPool) {
    let home = House::new(&pool).await;
    home.account("ana", Role::Viewer).await;
    home.account("boss", Role::Admin).await;
    let (secret, codes) = home.enrol(&home.sign_in("ana").await).await;

    let away = House::with(&pool, &[("BENCHWATCH_SECRET_KEY", OTHER)]);
    let fault = away.services.auth.seal_secrets().await.expect_err("another key").to_string();
    assert!(fault.contains("BENCHWATCH_SECRET_KEY") && fault.contains("reset-totp --unreadable"), "{fault}");
    let waiting = away.first_step(HERE, "ana").await;
    let refused = away.ask("POST", "/login/code", HERE, &waiting, &format!("code={}", code(&secret, 0))).await;
    assert_eq!(refused.to, "/login/code?problem=no_key");
    let told = away.ask("GET", &refused.to, HERE, &waiting, "").await.text;
    assert!(told.contains("Use a recovery code"), "{told}");
    let body = format!(r#"{{"username": "ana", "password": "{PASSWORD}", "code": "{}"}}"#, code(&secret, 0));
    let program = away.ask("POST", "/api/auth/login", HERE, "", &body).await;
    assert_eq!(program.status, StatusCode::UNAUTHORIZED);
    assert!(program.text.contains("second_factor_unreadable"), "{}", program.text);
    let recovered = away.ask("POST", "/login/code", HERE, &waiting, &format!("code={}", codes[0])).await;
    assert_eq!(recovered.to, "/", "recovery codes need no key");
    let own = away.ask("GET", "/account", HERE, &recovered.cookie.expect("a session"), "").await.text;
    assert!(own.contains("lacks the key"), "{own}");

    // Nobody else can set one up meanwhile: the processes would not read each other's.
    let boss = away.sign_in("boss").await;
    let begun = away.ask("POST", "/api/account/totp-begin", HERE, &boss, "current=a+long+pass+phrase").await;
    assert_eq!(begun.status, StatusCode::CONFLICT);
    let page = away.ask("GET", "/admin", HERE, &boss, "").await.text;
    assert!(page.contains("Second factors that cannot be read: 1") && page.contains("second factor unreadable"));
    away.ask("POST", "/api/admin/reset-totp", HERE, &boss, "name=ana").await;
    assert!(!away.ask("GET", "/admin", HERE, &boss, "").await.text.contains("cannot be read"));
    away.enrol(&away.sign_in("ana").await).await;

    // Now the first process is the one with the wrong key.
    let boss = home.sign_in("boss").await;
    let begun = home.ask("POST", "/api/account/totp-begin", HERE, &boss, "current=a+long+pass+phrase").await;
    assert_eq!(begun.status, StatusCode::CONFLICT);
    let gone = home.services.auth.reset_unreadable("test", "test").await.expect("removed");
    assert_eq!(gone, ["ana"]);
    home.enrol(&home.sign_in("ana").await).await;
}
