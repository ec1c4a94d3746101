//! Views that are sent by themselves: set up, on time, with the figures of the page, through a real mail server and a real
//! webhook, and once.

use crate::factory::Factory;
use crate::peers::{mail_server, take, web_server};
use app::error::AppError;
use app::i18n::Lang;
use app::model::deliveries::{FileKind, NewDelivery, Outcome, Timing, Way};
use app::model::filter::Filter;
use app::model::session::{CurrentUser, Role};
use app::model::views::NewView;
use app::ports::Caller;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::UTC;
use serde_json::Value;
use server::config::Config;
use server::deliveries::Courier;
use server::services::Services;
use sqlx::PgPool;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

const SINCE: &str = "range=90d";

struct House {
    pool: PgPool,
    services: Arc<Services>,
    caller: Caller,
}

fn config(settings: &[(&str, &str)]) -> Config {
    let read = Config::from_lookup(&|name| {
        settings.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    });
    read.expect("good settings")
}

impl House {
    /// A laboratory with three tests, a manager, and a view of the overview.
    async fn new(pool: PgPool, settings: &[(&str, &str)]) -> Self {
        let base = [("BENCHWATCH_LAB_NAME", "Fernholt <Lab>"), ("BENCHWATCH_PUBLIC_URL", "https://lab.example.org")];
        let services = Services::new(config(&[&base[..], settings].concat()), pool.clone());
        let lab = Factory { pool: &pool, zone: UTC };
        let day = |days| (Utc::now() - TimeDelta::days(days)).format("%Y-%m-%d %H:%M").to_string();
        let (began, ended) = (day(3), day(1));
        lab.customer(1, Some(&began)).await;
        lab.order(1, 1, [Some(&began), None, None], None).await;
        lab.sample(1, 1, [Some(&began), None], [None, Some("Flor <b>"), None]).await;
        for id in 1..=3 {
            lab.test(id, 1, [Some(&began), (id < 3).then_some(&*ended)], None, Some("HM")).await;
        }
        let insert = "insert into users (username, password_hash, role) values ('mira', 'x', 'manager') returning id";
        let id = sqlx::query_scalar(insert).fetch_one(&pool).await.expect("an account");
        let user = CurrentUser { id, name: "mira".to_owned(), role: Role::Manager };
        let caller = Caller { user, session: None, address: IpAddr::V4(Ipv4Addr::LOCALHOST) };
        let view = NewView { name: "Métricas".into(), path: "/".into(), query: SINCE.into(), shared: false };
        services.ports.views.save(&view, &caller.user).await.expect("saved");
        Self { pool, services, caller }
    }

    fn courier(&self) -> Courier {
        self.services.courier().expect("a courier")
    }

    async fn view(&self) -> i64 {
        sqlx::query_scalar("select id from saved_views").fetch_one(&self.pool).await.expect("a view")
    }

    async fn set_up(&self, way: Way, recipients: &str) -> Result<(), AppError> {
        let timing = Timing { every: "daily".into(), at: "07:00".into(), ..Timing::default() };
        let (view, recipients) = (self.view().await, recipients.to_owned());
        let new = NewDelivery { view, timing, way, recipients, files: FileKind::Xlsx, lang: Lang::Es };
        self.services.ports.deliveries.save(&new, &self.caller).await
    }

    /// When the only delivery is next due.
    async fn next(&self) -> DateTime<Utc> {
        sqlx::query_scalar("select next_at from deliveries").fetch_one(&self.pool).await.expect("a moment")
    }

    async fn outcomes(&self) -> Vec<(Outcome, u32)> {
        let page = self.services.ports.deliveries.page(&self.caller.user).await.expect("the page");
        page.latest.iter().map(|sending| (sending.outcome, sending.attempts)).collect()
    }

    async fn actions(&self) -> Vec<(String, String)> {
        let sql = "select actor, action from audit_log where action like 'delivery%' order by id";
        sqlx::query_as(sql).fetch_all(&self.pool).await.expect("entries")
    }
}

/// The words of a mail: soft line ends of quoted-printable undone, and its coded letters.
fn words(mail: &str) -> String {
    let joined = mail.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match (first, hex) {
            (b'=', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_view_is_sent_once_at_its_time_in_the_language_of_its_readers_with_the_figures_of_the_page(pool: PgPool) {
    let (smtp, mails) = mail_server().await;
    let house =
        House::new(pool, &[("BENCHWATCH_SMTP_URL", &smtp), ("BENCHWATCH_MAIL_FROM", "benchwatch <bw@example.org>")])
            .await;
    house.set_up(Way::Mail, "mira@example.org, Noa <noa@example.org>").await.expect("set up");
    let (first, second) = (house.courier(), house.courier());
    let due = house.next().await;
    first.round(due - TimeDelta::minutes(1)).await.expect("a round");
    assert!(take(&mails).is_empty(), "before its time");
    let (one, other) = tokio::join!(first.round(due), second.round(due));
    one.and(other).expect("rounds");
    first.round(due + TimeDelta::hours(1)).await.expect("a round");
    let mail = take(&mails);
    assert_eq!(mail.len(), 1, "two processes send one mail");
    let mail = words(&mail[0]);
    for part in ["mira@example.org", "noa@example.org", "Message-ID: <delivery-"] {
        assert!(mail.contains(part), "{part}: {mail}");
    }
    let filter = Filter::parse(SINCE).expect("a filter");
    let page = house.services.ports.metrics.overview(&filter).await.expect("the page");
    let (lang, tiles) = (Lang::Es, &page.tiles);
    assert_eq!((tiles.tests.value, tiles.reported.value), (Some(3.0), Some(2.0)));
    let told = format!("{}: 3", lang.tests_received());
    assert!(mail.contains(&told), "{told}: {mail}");
    let median = app::format::hours_or_dash(tiles.tat_median.value);
    assert!(mail.contains(&format!("{}: {median}", lang.tat_median())), "{median}: {mail}");
    assert!(mail.contains("https://lab.example.org/?range=90d"), "the link: {mail}");
    assert!(mail.contains("Fernholt &lt;Lab&gt;"), "nothing of the laboratory is markup: {mail}");
    assert!(mail.contains("=\"overview_") && mail.contains(".xlsx\""), "{mail}");
    let next = house.next().await;
    assert_eq!(next - due, TimeDelta::days(1));
    assert_eq!(house.outcomes().await, [(Outcome::Sent, 1)]);
    assert_eq!(
        house.actions().await,
        [("mira", "delivery.create"), ("schedule", "delivery.send")].map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn what_did_not_get_through_is_tried_again_later_and_given_up_in_the_end(pool: PgPool) {
    let dead = "http://127.0.0.1:1/hook/quiet-word";
    let house = House::new(pool, &[("BENCHWATCH_DELIVERY_WEBHOOK_URL", dead)]).await;
    house.set_up(Way::Webhook, "").await.expect("set up");
    let (courier, due) = (house.courier(), house.next().await);
    let round = async |minutes| courier.round(due + TimeDelta::minutes(minutes)).await.expect("a round");
    for (minute, outcome, attempts) in [
        (0, Outcome::Waiting, 1),
        (0, Outcome::Waiting, 1),
        (1, Outcome::Waiting, 2),
        (3, Outcome::Waiting, 2),
        (6, Outcome::Waiting, 3),
        (26, Outcome::Waiting, 4),
        (86, Outcome::Failed, 5),
        (600, Outcome::Failed, 5),
    ] {
        round(minute).await;
        assert_eq!(house.outcomes().await, [(outcome, attempts)], "minute {minute}");
    }
    let page = house.services.ports.deliveries.page(&house.caller.user).await.expect("the page");
    let why = page.all[0].last.as_ref().and_then(|last| last.error.clone()).expect("a reason");
    assert!(!why.contains("quiet-word"), "{why}");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn after_a_crash_nothing_is_sent_twice_and_nothing_is_lost_that_was_not_handed_over(pool: PgPool) {
    let (hook, posts) = web_server().await;
    let house = House::new(pool, &[("BENCHWATCH_DELIVERY_WEBHOOK_URL", &hook)]).await;
    house.set_up(Way::Webhook, "").await.expect("set up");
    let (courier, due) = (house.courier(), house.next().await);
    // A process that died after it had begun to hand over, and one that died before.
    let crashed = "insert into delivery_runs (delivery_id, due_at, next_try, state, attempts, claimed_at, handed_at)
         select id, $1 - make_interval(mins => $2), $1, 'working', 1, $1, case when $3 then $1 end from deliveries";
    for (minutes, handed) in [(1, true), (2, false)] {
        sqlx::query(crashed).bind(due).bind(minutes).bind(handed).execute(&house.pool).await.expect("a run");
    }
    sqlx::query("update deliveries set enabled = false").execute(&house.pool).await.expect("quiet");
    courier.round(due + TimeDelta::minutes(9)).await.expect("a round");
    assert!(take(&posts).is_empty(), "they may still be alive");
    courier.round(due + TimeDelta::minutes(11)).await.expect("a round");
    assert_eq!(take(&posts).len(), 1);
    assert_eq!(house.outcomes().await, [(Outcome::Sent, 2), (Outcome::Uncertain, 1)]);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn one_is_sent_now_on_request_paused_and_deleted_and_programs_get_the_figures_in_parts(pool: PgPool) {
    let (hook, posts) = web_server().await;
    let house = House::new(pool, &[("BENCHWATCH_DELIVERY_WEBHOOK_URL", &hook)]).await;
    house.set_up(Way::Webhook, "").await.expect("set up");
    let port = &house.services.ports.deliveries;
    let id = port.page(&house.caller.user).await.expect("the page").all[0].id;
    let courier = house.courier();
    port.send_now(id, &house.caller).await.expect("asked");
    port.send_now(id, &house.caller).await.expect("one is on its way already");
    courier.round(Utc::now()).await.expect("a round");
    let sent = take(&posts);
    assert_eq!(sent.len(), 1);
    let post: Value = serde_json::from_str(&sent[0]).expect("JSON");
    assert_eq!((&post["event"], &post["view"]), (&"delivery".into(), &"Métricas".into()));
    let figure = |name: &str| {
        let all = post["figures"].as_array().into_iter().flatten();
        all.filter(|one| one["name"] == name).map(|one| one["value"].clone()).next()
    };
    assert_eq!(figure(Lang::Es.tests_received()), Some("3".into()));
    let tables: Vec<_> =
        post["tables"].as_array().into_iter().flatten().filter_map(|one| one["name"].as_str()).collect();
    assert!(tables.contains(&"overview-volume") && tables.contains(&"overview-customers"), "{tables:?}");

    port.pause(id, true, &house.caller).await.expect("paused");
    courier.round(Utc::now() + TimeDelta::days(2)).await.expect("a round");
    assert!(take(&posts).is_empty(), "paused");
    port.pause(id, false, &house.caller).await.expect("goes on");
    courier.round(Utc::now() + TimeDelta::days(2)).await.expect("a round");
    assert!(take(&posts).is_empty(), "what was missed meanwhile is not sent");
    courier.round(Utc::now() + TimeDelta::days(4)).await.expect("a round");
    assert_eq!(take(&posts).len(), 1);

    sqlx::query("update users set role = 'viewer'").execute(&house.pool).await.expect("a lesser role");
    courier.round(Utc::now() + TimeDelta::days(8)).await.expect("a round");
    assert!(take(&posts).is_empty(), "its maker is no manager any more");
    port.delete(id, &house.caller).await.expect("deleted");
    assert_eq!(port.delete(id, &house.caller).await, Err(AppError::NotFound));
    let actions: Vec<String> = house.actions().await.into_iter().map(|(_, action)| action).collect();
    let expected =
        ["create", "ask", "send", "pause", "resume", "send", "delete"].map(|word| format!("delivery.{word}"));
    assert_eq!(actions, expected);
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn only_what_the_server_is_set_up_for_can_be_chosen_and_addresses_bring_no_headers(pool: PgPool) {
    let (smtp, mails) = mail_server().await;
    let house = House::new(pool, &[("BENCHWATCH_SMTP_URL", &smtp), ("BENCHWATCH_MAIL_FROM", "bw@example.org")]).await;
    let field = |refused: Result<(), AppError>| match refused {
        Err(AppError::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(field(house.set_up(Way::Webhook, "").await), "way");
    for bad in ["", "mira", "mira@example.org\r\nBcc: eve@example.org"] {
        assert_eq!(field(house.set_up(Way::Mail, bad).await), "recipients", "{bad:?}");
    }
    let viewer = CurrentUser { role: Role::Viewer, ..house.caller.user.clone() };
    assert_eq!(house.services.ports.deliveries.page(&viewer).await, Err(AppError::Forbidden));
    assert!(take(&mails).is_empty());
}
