//! The database goes away under a running server, and comes back.

use crate::program::{Folder, Kept, call_with_input};
use rustix::process::{Pid, Signal, kill_process};
use std::path::Path;
use std::time::{Duration, Instant};

const PASSWORD: &str = "a password of nobody else";

/// The process number of the private PostgreSQL below this folder.
fn postgres(folder: &Path) -> Pid {
    let text = std::fs::read_to_string(folder.join("postgres/data/postmaster.pid")).expect("it runs");
    text.lines().next().and_then(|line| line.parse().ok()).and_then(Pid::from_raw).expect("a process")
}

/// Asks until the status is the wanted one; gives what else was answered on the way.
async fn until(server: &Kept, path: &str, cookie: &str, wanted: u16) -> Vec<u16> {
    let began = Instant::now();
    let mut others = Vec::new();
    loop {
        let answer = server.get(path, &[("cookie", cookie)]).await;
        if answer.status == wanted {
            return others;
        }
        assert!(began.elapsed() < Duration::from_secs(90), "{path} gave {}: {}", answer.status, answer.body);
        if others.last() != Some(&answer.status) {
            others.push(answer.status);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn pages_say_so_while_the_database_is_gone_and_go_on_when_it_is_back() {
    let folder = Folder::new();
    let settings = [("BENCHWATCH_DATA_DIR", &*folder.path().to_string_lossy())];
    let arguments = ["user", "create", "mira", "--role", "viewer", "--password-stdin"];
    let made = call_with_input(&arguments, &settings, PASSWORD).await;
    assert_eq!(made.code, Some(0), "{}", made.err);
    let server = Kept::serve(&settings).await;
    let cookie = server.sign_in("mira", PASSWORD).await;
    until(&server, "/", &cookie, 200).await;

    for signal in [Signal::KILL, Signal::QUIT] {
        // As when memory runs out, and as `pg_ctl stop -m immediate` does.
        kill_process(postgres(folder.path()), signal).expect("told");
        let seen = until(&server, "/health/ready", &cookie, 503).await;
        assert!(seen.iter().all(|status| *status == 200), "{seen:?}");
        let page = server.get("/customers", &[("cookie", &cookie)]).await;
        if page.status != 200 {
            assert_eq!(page.status, 503, "{}", page.body);
            assert!(page.body.contains("<h1>") && !page.body.contains("sqlx"), "{}", page.body);
        }
        assert_eq!(server.get("/health/live", &[]).await.status, 200, "the process itself is well");
        let others = until(&server, "/customers", &cookie, 200).await;
        assert!(others.iter().all(|status| *status == 503), "never anything but \"try again\": {others:?}");
        until(&server, "/health/ready", &cookie, 200).await;
    }
    server.stop().await;
}
