//! A laboratory of a million tests. Run with `--ignored`; the bounds are wide.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use qbench_sim::{Entity, LabConfig, SimConfig};

use crate::client::{Client, small};

/// Resident memory of this process in MiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("the line");
    let kib = line.split_whitespace().nth(1).expect("a number");
    kib.parse::<u64>().expect("a number") / 1024
}

#[tokio::test]
#[ignore = "takes a while and half a gigabyte"]
async fn a_million_tests_are_served_without_delay() {
    let started = Instant::now();
    let lab = LabConfig { tests: 1_000_000, ..LabConfig::default() };
    let client = Client::start(SimConfig { lab, ..small() }).await;
    println!("ready after {:?}, {} MiB", started.elapsed(), resident());
    assert!(started.elapsed() < Duration::from_secs(30));
    assert!(resident() < 3000);
    let pages = client.sim.lab().read(|lab| lab.count(Entity::Test)) / 50;
    let mut slowest = Duration::ZERO;
    for (path, page) in [
        ("test?page_size=50", 1),
        ("test?page_size=50", pages / 2),
        ("test?page_size=50&sort_by=id&sort_order=desc&include_raw_worksheet_data=true", pages - 1),
        ("test?page_size=50&sort_by=last_updated&sort_order=desc", 1),
        ("test?page_size=50&sort_by=last_updated&sort_order=desc", pages / 3),
        ("sample?page_size=50&sort_by=date_created&sort_order=desc", 7),
        ("order?page_size=50", 500),
        ("batch?page_size=50", 500),
        ("customer?page_size=50", 3),
    ] {
        let url = format!("{path}&page_num={page}");
        for round in 0..3 {
            let asked = Instant::now();
            let answer = client.get(&url).await;
            assert_eq!(answer.status, 200);
            println!("{:?} {} KB {url}", asked.elapsed(), answer.body.len() / 1024);
            if round > 0 {
                slowest = slowest.max(asked.elapsed());
            }
        }
    }
    let moved = Instant::now();
    client.sim.lab().write(|lab| lab.advance_to(lab.now() + TimeDelta::hours(6)));
    println!("six hours lived in {:?}", moved.elapsed());
    let asked = Instant::now();
    client.get("test?page_size=50&sort_by=last_updated&sort_order=desc").await;
    println!("{:?} by last_updated after that", asked.elapsed());
    println!("slowest page {slowest:?}, {} MiB", resident());
    assert!(slowest < Duration::from_millis(250), "{slowest:?}");
}
