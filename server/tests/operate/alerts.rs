//! Alerts on their way: from a failed run through a real mail server and a real webhook, and back to quiet.

use crate::peers::{mail_server, take, web_server};
use crate::program::call;
use chrono::{TimeDelta, Utc};
use server::alerts::Alerts;
use server::config::Config;
use sqlx::PgPool;

fn config(settings: &[(&str, &str)]) -> Config {
    let read = Config::from_lookup(&|name| {
        settings.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    });
    read.expect("good settings")
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn a_failed_run_is_told_once_told_again_after_the_pause_and_told_to_be_over(pool: PgPool) {
    let (smtp, mails) = mail_server().await;
    let (hook, posts) = web_server().await;
    let config = config(&[
        ("QBENCH_BASE_URL", "https://lab.qbench.net"),
        ("QBENCH_CLIENT_ID", "id"),
        ("QBENCH_CLIENT_SECRET", "secret"),
        ("BENCHWATCH_DISK_FREE_PERCENT", "0"),
        ("BENCHWATCH_SMTP_URL", &smtp),
        ("BENCHWATCH_MAIL_FROM", "benchwatch <bw@example.org>"),
        ("BENCHWATCH_ALERT_MAIL_TO", "mira@example.org, noa@example.org"),
        ("BENCHWATCH_ALERT_WEBHOOK_URL", &hook),
        ("BENCHWATCH_ALERT_REPEAT_HOURS", "1"),
    ]);
    let start = Utc::now();
    let alerts = Alerts::new(&config, pool.clone(), start).expect("channels");
    let look = async |minutes| alerts.look(start + TimeDelta::minutes(minutes)).await.expect("looked");
    look(0).await;
    assert!(take(&mails).is_empty() && take(&posts).is_empty(), "nothing is wrong");

    let failed = "insert into sync_runs (mode, state, trigger, finished_at, error_kind) values ('full', 'failed', 'x', now(), 'credentials')";
    sqlx::query(failed).execute(&pool).await.expect("inserted");
    look(1).await;
    let mail = take(&mails);
    assert_eq!(mail.len(), 1);
    assert!(mail[0].contains("Subject: [benchwatch] Alert: QBench refuses the credentials"), "{}", mail[0]);
    assert!(mail[0].contains("mira@example.org") && mail[0].contains("noa@example.org"), "{}", mail[0]);
    let post: serde_json::Value = serde_json::from_str(&take(&posts)[0]).expect("JSON");
    assert_eq!((&post["event"], &post["key"]), (&"raised".into(), &"credentials-refused".into()));
    look(2).await;
    assert!(take(&mails).is_empty() && take(&posts).is_empty(), "told once");
    look(62).await;
    let repeated: serde_json::Value = serde_json::from_str(&take(&posts)[0]).expect("JSON");
    assert_eq!((&repeated["event"], take(&mails).len()), (&"repeated".into(), 1));

    let better = "insert into sync_runs (mode, state, trigger, finished_at) values ('full', 'succeeded', 'x', now())";
    sqlx::query(better).execute(&pool).await.expect("inserted");
    look(63).await;
    assert!(take(&posts).is_empty(), "it must stay well for a while");
    look(65).await;
    let over: serde_json::Value = serde_json::from_str(&take(&posts)[0]).expect("JSON");
    assert_eq!((&over["event"], take(&mails).len()), (&"recovered".into(), 1));
    look(66).await;
    assert!(take(&mails).is_empty() && take(&posts).is_empty());
}

#[tokio::test]
async fn the_trial_reaches_every_channel_and_a_dead_one_is_named_without_its_secret() {
    let (smtp, mails) = mail_server().await;
    let (hook, posts) = web_server().await;
    let settings = [
        ("BENCHWATCH_SMTP_URL", smtp.as_str()),
        ("BENCHWATCH_MAIL_FROM", "bw@example.org"),
        ("BENCHWATCH_ALERT_MAIL_TO", "mira@example.org"),
        ("BENCHWATCH_ALERT_LANG", "es"),
    ];
    let good = call(&["alert", "test"], &[&settings[..], &[("BENCHWATCH_ALERT_SLACK_URL", &hook)]].concat()).await;
    assert_eq!((good.code, good.out.as_str()), (Some(0), "ok    mail\nok    slack\n"), "{}", good.err);
    assert_eq!(take(&mails).len(), 1);
    let slack: serde_json::Value = serde_json::from_str(&take(&posts)[0]).expect("JSON");
    assert!(slack["text"].as_str().is_some_and(|text| text.starts_with("*Prueba de las alertas*")), "{slack}");

    let dead = "http://127.0.0.1:1/hook/quiet-word";
    let bad = call(&["alert", "test"], &[&settings[..], &[("BENCHWATCH_ALERT_WEBHOOK_URL", dead)]].concat()).await;
    assert_eq!(bad.code, Some(1));
    assert!(bad.out.contains("ok    mail") && bad.out.contains("FAIL  webhook"), "{}", bad.out);
    assert!(!bad.out.contains("quiet-word") && !bad.err.contains("quiet-word"), "{} {}", bad.out, bad.err);
    assert_eq!(call(&["alert", "test"], &[]).await.code, Some(2), "no channel is set");
}
