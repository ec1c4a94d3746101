//! What the person in front of the terminal reads while steps run: always on standard error,
//! so that standard output stays free for results. It must not know what the steps do.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Announces a step that is about to run, with the reason for it.
pub fn step(what: &str, why: &str) {
    eprintln!("==> {what}: {why}");
}

/// Reports something that is already in place and needs no work.
pub fn ready(what: &str, detail: &str) {
    eprintln!("  ok {what}: {detail}");
}

/// A remark that is neither a step nor a result.
pub fn note(text: &str) {
    eprintln!("     {text}");
}

/// Runs `work` as an announced step and says how long it took.
/// An error is wrapped with the name of the step.
pub fn timed<T>(what: &str, why: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    step(what, why);
    let start = Instant::now();
    let outcome = work();
    let took = human(start.elapsed());
    match outcome {
        Ok(value) => {
            eprintln!("     done in {took}");
            Ok(value)
        }
        Err(error) => Err(error).with_context(|| format!("step \"{what}\" failed after {took}")),
    }
}

/// A duration as people say it: `0.4 s`, `12 s`, `3 min 5 s`.
pub fn human(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds >= 60 {
        format!("{} min {} s", seconds / 60, seconds % 60)
    } else if seconds >= 10 {
        format!("{seconds} s")
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::human;
    use std::time::Duration;

    #[test]
    fn durations_read_like_speech() {
        assert_eq!(human(Duration::from_millis(340)), "0.3 s");
        assert_eq!(human(Duration::from_secs(12)), "12 s");
        assert_eq!(human(Duration::from_secs(185)), "3 min 5 s");
    }
}
