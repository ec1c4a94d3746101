//! How many tests passed and failed, read from what the test runners print or write.
//! It knows three runners: cargo, node and Playwright.

use std::ops::AddAssign;

use serde_json::Value;

/// Tests that ran, by outcome. Ignored ones are in neither number.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Ran and passed.
    pub passed: u64,
    /// Ran and failed.
    pub failed: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// One line of `cargo test`: `test result: ok. 3 passed; 0 failed; 0 ignored; …`.
pub fn from_cargo_line(line: &str) -> Option<Counts> {
    let result = line.strip_prefix("test result: ")?;
    Some(Counts { passed: number_before(result, " passed")?, failed: number_before(result, " failed")? })
}

fn number_before(text: &str, word: &str) -> Option<u64> {
    let (before, _) = text.split_once(word)?;
    before.rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// One line of the summary of `node --test`: `# pass 3` or `ℹ fail 0`.
pub fn from_node_line(line: &str) -> Option<Counts> {
    let rest = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "))?;
    let (word, number) = rest.split_once(' ')?;
    let number = number.trim().parse().ok()?;
    match word {
        "pass" => Some(Counts { passed: number, failed: 0 }),
        "fail" => Some(Counts { passed: 0, failed: number }),
        _ => None,
    }
}

/// Playwright's JSON report. A test that passed only on a second try counts as failed.
/// An error outside all tests (a spec that does not load) counts as one failure.
pub fn from_playwright(report: &Value) -> Option<Counts> {
    let stats = report.get("stats")?;
    let number = |name: &str| stats.get(name).and_then(Value::as_u64);
    let outside = report.get("errors").and_then(Value::as_array).map_or(0, |errors| u64::from(!errors.is_empty()));
    Some(Counts {
        passed: number("expected")?,
        failed: number("unexpected")? + number("flaky").unwrap_or_default() + outside,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cargo_results_are_read_and_other_lines_are_not() {
        let line = "test result: FAILED. 41 passed; 2 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.02s";
        assert_eq!(from_cargo_line(line), Some(Counts { passed: 41, failed: 2 }));
        assert_eq!(from_cargo_line("test metrics::tests::a_day ... ok"), None);
        assert_eq!(from_cargo_line("running 3 tests"), None);
    }

    #[test]
    fn node_summaries_of_both_reporters_are_read() {
        assert_eq!(from_node_line("# pass 7"), Some(Counts { passed: 7, failed: 0 }));
        assert_eq!(from_node_line("ℹ fail 2"), Some(Counts { passed: 0, failed: 2 }));
        assert_eq!(from_node_line("# duration_ms 12.5"), None);
        assert_eq!(from_node_line("# Subtest: pass 1"), None);
    }

    #[test]
    fn flaky_browser_tests_and_broken_specs_are_failures() {
        let report = json!({"stats": {"expected": 9, "unexpected": 1, "flaky": 1, "skipped": 4}, "errors": []});
        assert_eq!(from_playwright(&report), Some(Counts { passed: 9, failed: 2 }));
        let broken = json!({"stats": {"expected": 0, "unexpected": 0, "flaky": 0}, "errors": [{"message": "x"}]});
        assert_eq!(from_playwright(&broken), Some(Counts { passed: 0, failed: 1 }));
        assert_eq!(from_playwright(&json!({})), None);
    }
}
