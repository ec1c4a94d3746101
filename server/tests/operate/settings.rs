//! Settings that administrators change: each takes effect in a running server, in every process, and is on record.

use crate::program::{Answer, Kept, address, call_with_input};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::Duration;

const PASSWORD: &str = "a long pass phrase";

/// A server with an administrator who is signed in.
struct House {
    server: Kept,
    cookie: String,
}

impl House {
    async fn new(pool: &PgPool, settings: &[(&str, &str)]) -> Self {
        let url = address(pool);
        let base = [("DATABASE_URL", url.as_str())];
        let made = call_with_input(
            &["user", "create", "boss", "--role", "admin", "--password-stdin"],
            &base,
            &format!("{PASSWORD}\n"),
        )
        .await;
        assert_eq!(made.code, Some(0), "{}", made.err);
        let server = Kept::serve(&[&base[..], settings].concat()).await;
        let cookie = server.sign_in("boss", PASSWORD).await;
        Self { server, cookie }
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.server.get(path, &[("cookie", &self.cookie)]).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        serde_json::from_str(&answer.body).expect("JSON")
    }

    async fn patch(&self, change: &Value) -> Answer {
        let headers = [("cookie", self.cookie.as_str()), ("content-type", "application/json")];
        self.server.ask("PATCH", "/api/v1/settings", &headers, &change.to_string()).await
    }

    async fn set(&self, change: Value) -> Value {
        let answer = self.patch(&change).await;
        assert_eq!(answer.status, 200, "{change}: {}", answer.body);
        serde_json::from_str(&answer.body).expect("JSON")
    }

    async fn form(&self, path: &str, body: &str) -> Answer {
        let kind = "application/x-www-form-urlencoded";
        self.server.ask("POST", path, &[("cookie", &self.cookie), ("content-type", kind)], body).await
    }
}

/// A test that took 60 hours from Monday, 3 in the morning of UTC, and an order that is on hold.
async fn fill(pool: &PgPool) {
    sqlx::raw_sql(
        "insert into customers (id, name, raw_payload) values (1, 'Fernholt', '{}');
         insert into orders (id, customer_account_id, date_created, created_local, state, raw_payload) values
             (10, 1, '2026-11-09 03:00Z', '2026-11-09 03:00', 'ON HOLD', '{}');
         insert into samples (id, order_id, customer_id, date_created, created_local, raw_payload) values
             (20, 10, 1, '2026-11-09 03:00Z', '2026-11-09 03:00', '{}');
         insert into tests (id, sample_id, order_id, customer_id, date_created, created_local, report_completed_date,
             reported_local, tat_hours, state, raw_payload) values
             (30, 20, 10, 1, '2026-11-09 03:00Z', '2026-11-09 03:00', '2026-11-11 15:00Z', '2026-11-11 15:00', 60,
             'COMPLETED', '{}');",
    )
    .execute(pool)
    .await
    .expect("filled");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn each_setting_changes_what_a_running_server_answers(pool: PgPool) {
    fill(&pool).await;
    let house = House::new(&pool, &[]).await;
    let within = async || house.get("/api/v1/metrics/summary").await["kpis"]["reports_within_sla"].clone();
    assert_eq!(within().await, json!(0), "60 hours are beyond the target of 48");
    house.set(json!({ "sla_hours": 72 })).await;
    assert_eq!(within().await, json!(1));
    assert_eq!(house.get("/api/v1/metrics/summary?sla_hours=48").await["kpis"]["reports_within_sla"], json!(0));

    let overdue = async || {
        house.get("/api/v1/analytics/orders/overdue?min_days_overdue=5").await["kpis"]["total_overdue"].clone()
    };
    assert_eq!(overdue().await, json!(1));
    house.set(json!({ "final_states": ["reported", "On Hold"] })).await;
    assert_eq!(overdue().await, json!(0), "an order on hold is done now");

    let worked =
        async || house.get("/api/v1/metrics/tests/turnaround-profile?clock=working").await["average_hours"].as_f64();
    let before = worked().await.expect("hours");
    assert!((before - 25.0).abs() < 0.01, "9 + 9 + 7 hours: {before}");
    let days: Vec<Value> = (1..=7).map(|day| json!({ "weekday": day, "opens": "00:00", "closes": "12:00" })).collect();
    house.set(json!({ "working_hours": days })).await;
    let longer = worked().await.expect("hours");
    assert!((longer - 33.0).abs() < 0.01, "9 + 12 + 12 hours: {longer}");
    house.set(json!({ "holidays": [{ "day": "2026-11-10", "name": "Founders" }] })).await;
    let fewer = worked().await.expect("hours");
    assert!((fewer - 21.0).abs() < 0.01, "without Tuesday: {fewer}");

    let page = house.server.get("/login", &[("accept-language", "en")]).await.body;
    assert!(page.contains("lang=\"en\""));
    house.set(json!({ "language": "es" })).await;
    let page = house.server.get("/login", &[("accept-language", "en")]).await.body;
    assert!(page.contains("lang=\"es\"") && page.contains("Usuario"));
    let page = house.server.get("/login", &[("cookie", "lang=en")]).await.body;
    assert!(page.contains("lang=\"en\""), "a choice of one's own comes first");

    house.set(json!({ "name": "Fernholt Laboratories" })).await;
    assert_eq!(house.get("/api/v1/settings").await["name"], json!("Fernholt Laboratories"));
    let told: Vec<(Value,)> =
        sqlx::query_as("select detail from audit_log where action = 'settings.change' and actor = 'boss' order by id")
            .fetch_all(&pool)
            .await
            .expect("entries");
    assert_eq!(told.len(), 6, "{told:?}");
    assert_eq!(told[0].0, json!({ "sla_hours": { "old": 48.0, "new": 72.0 } }));
    assert_eq!(told[4].0["language"], json!({ "old": null, "new": "es" }));
    house.server.stop().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn another_zone_moves_the_days_of_the_whole_copy_in_every_process(pool: PgPool) {
    fill(&pool).await;
    let house = House::new(&pool, &[]).await;
    let url = address(&pool);
    let other = Kept::serve(&[("DATABASE_URL", url.as_str())]).await;
    house.set(json!({ "time_zone": "America/Denver" })).await;
    for server in [&house.server, &other] {
        for round in 0.. {
            let answer = server.get("/api/v1/settings", &[("cookie", &house.cookie)]).await;
            let settings: Value = serde_json::from_str(&answer.body).expect("JSON");
            if settings["time_zone"] == json!("America/Denver") && settings["coming_time_zone"].is_null() {
                break;
            }
            assert!(round < 300, "{settings}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let path = "/api/v1/metrics/summary?date_from=2026-11-08&date_to=2026-11-08";
        let answer = server.get(path, &[("cookie", &house.cookie)]).await;
        let summary: Value = serde_json::from_str(&answer.body).expect("JSON");
        assert_eq!(summary["kpis"]["total_tests"], json!(1), "created on Sunday, 8 in the evening");
    }
    let local: String =
        sqlx::query_scalar("select created_local::text from tests").fetch_one(&pool).await.expect("a row");
    assert_eq!(local, "2026-11-08 20:00:00");
    let wrong = house.patch(&json!({ "time_zone": "Mars/Olympus" })).await;
    assert_eq!(wrong.status, 422, "{}", wrong.body);
    other.stop().await;
    house.server.stop().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn what_the_environment_sets_wins_and_the_page_says_so(pool: PgPool) {
    let house = House::new(&pool, &[("BENCHWATCH_TIME_ZONE", "America/Bogota"), ("BENCHWATCH_LAB_NAME", "Ours")]).await;
    let settings = house.get("/api/v1/settings").await;
    assert_eq!((&settings["name"], &settings["time_zone"]), (&json!("Ours"), &json!("America/Bogota")));
    assert_eq!(settings["held"][1]["variable"], json!("BENCHWATCH_TIME_ZONE"));
    assert_eq!(house.patch(&json!({ "time_zone": "UTC" })).await.status, 422);
    assert_eq!(house.patch(&json!({ "name": "Theirs" })).await.status, 422);
    let page = house.server.get("/admin/settings", &[("cookie", &house.cookie)]).await.body;
    assert!(page.contains("Set by BENCHWATCH_TIME_ZONE of the environment."));
    house.server.stop().await;
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn the_forms_of_the_page_work_without_scripts_and_refuse_what_is_hostile(pool: PgPool) {
    let house = House::new(&pool, &[]).await;
    let lab = "name=Fernholt&time_zone=UTC&language=browser&sla_days=3&final_states=REPORTED%0D%0ACOMPLETED";
    let done = house.form("/api/settings/laboratory", lab).await;
    assert!(matches!(done.status, 200 | 302), "{}: {}", done.status, done.body);
    let week = "opens[1]=07%3A00&closes[1]=15%3A30&opens[2]=&closes[2]=&opens%5B6%5D=09%3A00&closes%5B6%5D=12%3A00";
    let done = house.form("/api/settings/hours", week).await;
    assert!(matches!(done.status, 200 | 302), "{}: {}", done.status, done.body);
    let done = house.form("/api/settings/add-holidays", "lines=2026-12-25+Christmas%0D%0A2027-01-01+New+Year").await;
    assert!(matches!(done.status, 200 | 302), "{}: {}", done.status, done.body);
    let done = house.form("/api/settings/remove-holidays", "days[d2026-12-25]=1").await;
    assert!(matches!(done.status, 200 | 302), "{}: {}", done.status, done.body);
    let settings = house.get("/api/v1/settings").await;
    assert_eq!(settings["sla_hours"], json!(72.0));
    assert_eq!(settings["final_states"], json!(["REPORTED", "COMPLETED"]));
    assert_eq!(settings["working_hours"][0], json!({ "weekday": 1, "opens": "07:00", "closes": "15:30" }));
    assert_eq!(settings["working_hours"][1]["weekday"], json!(6));
    assert_eq!(settings["holidays"], json!([{ "day": "2027-01-01", "name": "New Year" }]));
    for (path, body) in [
        ("/api/settings/laboratory", "sla_days=NaN"),
        ("/api/settings/laboratory", "sla_days=1e9"),
        ("/api/settings/laboratory", "name=a%00b"),
        ("/api/settings/laboratory", "time_zone=..%2F..%2Fetc%2Fpasswd"),
        ("/api/settings/hours", "opens[1]=25%3A00&closes[1]=26%3A00"),
        ("/api/settings/hours", "opens[1]=&closes[1]="),
        ("/api/settings/add-holidays", "lines=yesterday"),
        ("/api/settings/add-holidays", "lines=9999-12-31"),
        ("/api/settings/remove-holidays", "days[x]=1"),
    ] {
        let answer = house.form(path, body).await;
        assert_eq!(answer.status, 422, "{path} {body}: {}", answer.body);
    }
    for change in [
        json!({ "sla_hours": "NaN" }),
        json!({ "sla_hours": 0 }),
        json!({ "final_states": "REPORTED" }),
        json!({ "final_states": [7] }),
        json!({ "working_hours": [{ "weekday": 300, "opens": "08:00", "closes": "17:00" }] }),
        json!({ "working_hours": [{ "weekday": 1, "opens": "08:00" }] }),
        json!({ "holidays": [{ "day": "2026-02-30" }] }),
        json!({ "language": "de" }),
    ] {
        let answer = house.patch(&change).await;
        assert_eq!(answer.status, 422, "{change}: {}", answer.body);
    }
    assert_eq!(house.get("/api/v1/settings").await, settings, "nothing of it was stored");
    house.server.stop().await;
}
