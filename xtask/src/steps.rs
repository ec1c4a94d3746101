//! A series of steps of which one may fail without stopping the others, and the summary at the
//! end. It knows nothing of what the steps do.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use crate::announce;
use crate::counts::Counts;

struct Row {
    name: String,
    took: Duration,
    counts: Option<Counts>,
    failed: bool,
}

/// The steps that have run so far.
#[derive(Default)]
pub struct Steps {
    rows: Vec<Row>,
}

impl Steps {
    /// Runs a check; a failure is printed and kept. Answers whether it passed.
    pub fn check(&mut self, name: &str, why: &str, work: impl FnOnce() -> Result<()>) -> bool {
        self.run(name, why, || work().map(|()| None))
    }

    /// Runs a suite of tests. It fails when a test failed and also when none ran.
    pub fn suite(&mut self, name: &str, why: &str, work: impl FnOnce() -> Result<Counts>) -> bool {
        self.run(name, why, || work().map(Some))
    }

    fn run(&mut self, name: &str, why: &str, work: impl FnOnce() -> Result<Option<Counts>>) -> bool {
        announce::step(name, why);
        let start = Instant::now();
        let outcome = work().and_then(|counts| match counts {
            Some(Counts { passed: 0, failed: 0 }) => Err(anyhow!("no test ran")),
            counts => Ok(counts),
        });
        let row = Row {
            name: name.to_owned(),
            took: start.elapsed(),
            failed: outcome.as_ref().map_or(true, |counts| counts.is_some_and(|counts| counts.failed > 0)),
            counts: outcome.as_ref().ok().copied().flatten(),
        };
        match &outcome {
            Ok(_) => announce::note(&format!("{} in {}", verdict(row.failed), announce::human(row.took))),
            Err(error) => eprintln!("FAILED {name}: {error:#}"),
        }
        let passed = !row.failed;
        self.rows.push(row);
        passed
    }

    /// All tests together. A failed step that names no failed test counts as one, so that the
    /// second number is zero exactly when everything is well.
    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        for row in &self.rows {
            let mut counts = row.counts.unwrap_or_default();
            if row.failed && counts.failed == 0 {
                counts.failed = 1;
            }
            total += counts;
        }
        total
    }

    /// Prints one line a step on standard error.
    pub fn print_summary(&self) {
        eprintln!("\nSummary");
        for row in &self.rows {
            let tests = row
                .counts
                .map_or_else(String::new, |counts| format!("  {} passed, {} failed", counts.passed, counts.failed));
            eprintln!("  {:<6} {:<22} {:>12}{tests}", verdict(row.failed), row.name, announce::human(row.took));
        }
    }

    /// Failure when any step failed.
    pub fn exit_code(&self) -> ExitCode {
        if self.rows.iter().any(|row| row.failed) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

fn verdict(failed: bool) -> &'static str {
    if failed { "FAILED" } else { "ok" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_without_a_failed_test_still_show_in_the_total() {
        let mut steps = Steps::default();
        assert!(steps.check("lint", "", || Ok(())));
        assert!(steps.suite("native", "", || Ok(Counts { passed: 5, failed: 0 })));
        assert_eq!(steps.total(), Counts { passed: 5, failed: 0 });
        assert!(!steps.suite("browser", "", || Ok(Counts { passed: 2, failed: 3 })));
        assert!(!steps.suite("empty", "", || Ok(Counts::default())));
        assert!(!steps.check("format", "", || Err(anyhow!("a line is too long"))));
        steps.check("site", "", || anyhow::bail!("the server did not build"));
        assert_eq!(steps.total(), Counts { passed: 7, failed: 6 });
    }
}
