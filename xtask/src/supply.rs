//! What may come into the program, by `deny.toml`: the licences of every crate, where it is from, and crates that are kept
//! out. Advisories are `cargo deny`'s: their database is not on crates.io.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use spdx::{Expression, ParseMode};
use toml::Table;

use crate::cargo::Builder;
use crate::process;

/// The rules of `deny.toml` that are held here.
struct Rules {
    licences: BTreeSet<String>,
    registries: BTreeSet<String>,
    banned: BTreeSet<String>,
}

impl Rules {
    fn parse(text: &str) -> Result<Self> {
        let file: Table = text.parse().context("deny.toml is no TOML")?;
        let texts = |section: &str, list: &str| -> Result<BTreeSet<String>> {
            let list = file.get(section).and_then(|section| section.get(list)).and_then(toml::Value::as_array);
            let list = list.with_context(|| format!("deny.toml has no list for {section}"))?;
            let text = |value: &toml::Value| Some(value.as_str().or_else(|| value.get("crate")?.as_str())?.to_owned());
            Ok(list.iter().filter_map(text).collect())
        };
        Ok(Self {
            licences: texts("licenses", "allow")?,
            registries: texts("sources", "allow-registry")?,
            banned: texts("bans", "deny")?,
        })
    }

    /// What is wrong with a crate, if anything.
    fn fault(&self, name: &str, licence: Option<&str>, source: &str) -> Option<String> {
        if self.banned.contains(name) {
            return Some("is kept out".to_owned());
        }
        if !source.strip_prefix("registry+").is_some_and(|registry| self.registries.contains(registry)) {
            return Some(format!("comes from {source}"));
        }
        let Some(licence) = licence else { return Some("names no licence".to_owned()) };
        let Ok(expression) = Expression::parse_mode(licence, ParseMode::LAX) else {
            return Some(format!("has a licence that cannot be read: {licence}"));
        };
        let allowed = expression.evaluate(|wanted| {
            wanted.license.id().is_some_and(|id| wanted.addition.is_none() && self.licences.contains(id.name))
        });
        (!allowed).then(|| format!("is under {licence}"))
    }
}

/// Holds every crate of `Cargo.lock` to the rules.
///
/// # Errors
/// The crates that break them, each with the reason.
pub fn check(builder: &Builder) -> Result<()> {
    let text = fs::read_to_string(builder.workspace.root.join("deny.toml")).context("cannot read deny.toml")?;
    let rules = Rules::parse(&text)?;
    let mut command = builder.cargo("metadata");
    command.args(["--format-version", "1", "--locked"]);
    let metadata: Value = serde_json::from_str(&process::output(&mut command).context("cargo metadata failed")?)?;
    let crates = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let faults: Vec<String> = crates.iter().filter_map(|package| fault_of(&rules, package)).collect();
    if faults.is_empty() {
        return Ok(());
    }
    bail!("{}\n  remedy: take another crate, or allow it in deny.toml and say why", faults.join("\n"))
}

/// The fault of one crate of the metadata; those of this workspace have no source.
fn fault_of(rules: &Rules, package: &Value) -> Option<String> {
    let source = package["source"].as_str()?;
    let name = package["name"].as_str().unwrap_or_default();
    let why = rules.fault(name, package["license"].as_str(), source)?;
    Some(format!("{name} {} {why}", package["version"].as_str().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::Rules;

    const HOME: &str = "registry+https://github.com/rust-lang/crates.io-index";

    fn fault(name: &str, licence: Option<&str>, source: &str) -> Option<String> {
        Rules::parse(include_str!("../../deny.toml")).expect("rules").fault(name, licence, source)
    }

    #[test]
    fn one_allowed_licence_of_several_is_enough_and_each_that_is_demanded_must_be_allowed() {
        assert_eq!(fault("a", Some("MIT OR GPL-3.0"), HOME), None);
        assert_eq!(fault("a", Some("MIT/Apache-2.0"), HOME), None);
        assert_eq!(fault("a", Some("Apache-2.0 WITH LLVM-exception OR MIT"), HOME), None);
        assert_eq!(fault("a", Some("MIT AND GPL-3.0"), HOME).expect("a fault"), "is under MIT AND GPL-3.0");
        assert!(fault("a", None, HOME).is_some() && fault("a", Some("our own"), HOME).is_some());
    }

    #[test]
    fn other_sources_and_what_is_kept_out_are_refused() {
        assert!(fault("a", Some("MIT"), "git+https://example.org/a").is_some());
        assert!(fault("a", Some("MIT"), "registry+https://example.org/index").is_some());
        assert_eq!(fault("openssl-sys", Some("MIT"), HOME).expect("a fault"), "is kept out");
    }
}
