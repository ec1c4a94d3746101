//! Who may know whom, read from the sources: the rules of `docs/architecture.md`.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The files that hold one of these words, but for those below one of the folders.
fn elsewhere(words: &[&str], allowed: &[&str]) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 100, "the sources are read");
    let name = |path: &PathBuf| path.strip_prefix(&root).expect("below src").to_string_lossy().into_owned();
    let guilty = |path: &PathBuf| {
        let text = fs::read_to_string(path).expect("text");
        words.iter().any(|word| text.contains(word))
    };
    let here = |name: &String| name != "layers.rs" && !allowed.iter().any(|folder| name.starts_with(folder));
    files.iter().filter(|path| guilty(path)).map(name).filter(here).collect()
}

#[test]
fn sql_stands_only_below_db() {
    assert_eq!(elsewhere(&["sqlx::query", "QueryBuilder"], &["db/"]), Vec::<String>::new());
}

#[test]
fn http_is_spoken_by_the_web_the_channels_and_nobody_else() {
    assert_eq!(elsewhere(&["reqwest::"], &["channels/"]), Vec::<String>::new());
}

#[test]
fn leptos_is_known_only_below_http() {
    let words = ["leptos::", "leptos_axum::", "leptos_router::"];
    assert_eq!(elsewhere(&words, &["http/"]), Vec::<String>::new());
}

#[test]
fn nothing_below_knows_the_web_or_the_command_line() {
    let above = ["cli/", "http/", "services.rs", "main.rs", "lib.rs"];
    assert_eq!(elsewhere(&["crate::http", "crate::cli"], &above), Vec::<String>::new());
}
