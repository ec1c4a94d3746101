//! Checks of the sources that run nothing of them: formatting, clippy, and what the browser's
//! program depends on.

use anyhow::{Context, Result, bail};

use crate::cargo::{BROWSER, Builder, Profile};
use crate::process;
use crate::provision::node;
use crate::provision::promtool;
use crate::provision::rust::{self, TARGET};
use crate::steps::Steps;
use crate::supply;

/// Crates that must never reach the browser.
const SERVER_ONLY: [&str; 4] = ["sqlx", "tokio", "reqwest", "axum"];

/// Formats all crates.
///
/// # Errors
/// When rustfmt is missing or a source does not parse.
pub fn format(builder: &Builder) -> Result<()> {
    rust::provide_components(&builder.workspace, &builder.toolchain)?;
    process::run(builder.cargo("fmt").arg("--all"), "correct what rustfmt reports above")
}

/// All checks; each runs whatever the others say.
pub fn lint(builder: &Builder, steps: &mut Steps) {
    steps.check("formatting", "cargo fmt --check", || formatting(builder));
    steps.check("clippy, native", "warnings are errors", || clippy_native(builder));
    steps.check("clippy, browser", "warnings are errors", || clippy_browser(builder));
    steps.check("clippy, xtask", "warnings are errors", || clippy_xtask(builder));
    steps.check("browser dependencies", "nothing of the server may be in them", || browser_dependencies(builder));
    steps.check("crates", "licences and sources, by deny.toml", || supply::check(builder));
    steps.check("alert rules", "promtool, with the rules' own tests", || alert_rules(builder));
    steps.check("browser tests' types", "the TypeScript compiler", || browser_test_types(builder));
}

/// Prometheus' checker over the rules: that they can be read, and that each is heard when it should be and only then.
fn alert_rules(builder: &Builder) -> Result<()> {
    let promtool = promtool::provide(&builder.workspace)?;
    let folder = builder.workspace.root.join("deploy/prometheus");
    let remedy = "correct what promtool reports above";
    process::run(process::command(&promtool, &folder).args(["check", "rules", "alerts.yml"]), remedy)?;
    process::run(process::command(&promtool, &folder).args(["test", "rules", "alerts.test.yml"]), remedy)
}

/// `cargo fmt --check`.
fn formatting(builder: &Builder) -> Result<()> {
    process::run(builder.cargo("fmt").args(["--all", "--check"]), "cargo xtask fmt")
}

/// Clippy over the native package set, tests and examples included.
fn clippy_native(builder: &Builder) -> Result<()> {
    process::run(
        builder
            .native("clippy", Profile::Dev)
            .args(["--all-targets", "--quiet", "--", "-D", "warnings"])
            .args(builder.clippy_mark()),
        "correct what clippy reports above",
    )
}

/// Clippy over the browser's program, `app` included.
fn clippy_browser(builder: &Builder) -> Result<()> {
    process::run(
        builder.cargo("clippy").args(BROWSER).args(["--quiet", "--", "-D", "warnings"]).args(builder.clippy_mark()),
        "correct what clippy reports above",
    )
}

/// Clippy over this program.
fn clippy_xtask(builder: &Builder) -> Result<()> {
    process::run(
        builder
            .cargo("clippy")
            .args(["-p", "xtask", "--all-targets", "--quiet", "--", "-D", "warnings"])
            .args(builder.clippy_mark()),
        "correct what clippy reports above",
    )
}

/// Looks through the dependency tree of the browser's program.
fn browser_dependencies(builder: &Builder) -> Result<()> {
    let mut tree = builder.cargo("tree");
    tree.args(["-p", "frontend", "--target", TARGET, "--edges", "normal", "--prefix", "none"]);
    let text = process::output(&mut tree).context("cargo tree failed\n  remedy: run `cargo tree -p frontend`")?;
    let found = server_only(&text);
    if found.is_empty() {
        return Ok(());
    }
    bail!(
        "the browser's program depends on {}\n  remedy: make the dependency optional behind the feature `ssr` of `app`",
        found.join(", ")
    )
}

/// The TypeScript compiler over the browser tests.
fn browser_test_types(builder: &Builder) -> Result<()> {
    let folder = builder.workspace.root.join("end2end");
    node::provide()?;
    node::install(&builder.workspace, &folder)?;
    process::run(
        process::command("npx", &folder).args(["--no-install", "tsc", "--noEmit"]),
        "correct what tsc reports above",
    )
}

/// The crates of a dependency list that belong to the server.
fn server_only(tree: &str) -> Vec<&str> {
    let mut found: Vec<&str> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| {
            SERVER_ONLY
                .iter()
                .any(|banned| name.strip_prefix(banned).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::server_only;

    #[test]
    fn crates_of_the_server_are_found_and_similar_names_are_not() {
        let tree = "frontend v0.1.0 (/x/frontend)\nleptos v0.8.23\naxum v0.8.9\nsqlx-core v0.9.0\naxum v0.8.9 (*)\ntokiolike v1.0.0\n";
        assert_eq!(server_only(tree), ["axum", "sqlx-core"]);
        assert!(server_only("leptos v0.8.23\nserde v1.0.0\n").is_empty());
    }
}
