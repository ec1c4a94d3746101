//! What modes, states and records are called on the pages about the synchronisation.

use crate::components::Tone;
use crate::i18n::Lang;
use crate::model::sync::{EntityProgress, RunState, SyncMode, SyncRun};

/// A mode's name.
pub(super) const fn mode_name(mode: SyncMode, lang: Lang) -> &'static str {
    match mode {
        SyncMode::Full => lang.mode_full(),
        SyncMode::Incremental => lang.mode_incremental(),
        SyncMode::Window => lang.mode_window(),
        SyncMode::Verify => lang.mode_verify(),
    }
}

/// What a run of a mode reads.
pub(super) const fn mode_what(mode: SyncMode, lang: Lang) -> &'static str {
    match mode {
        SyncMode::Full => lang.mode_full_what(),
        SyncMode::Incremental => lang.mode_incremental_what(),
        SyncMode::Window => lang.mode_window_what(),
        SyncMode::Verify => lang.mode_verify_what(),
    }
}

/// The plural of an entity's name; one that is not known stays as it is.
pub(super) fn entity_name(entity: &str, lang: Lang) -> String {
    let known = match entity {
        "customers" => lang.customers(),
        "orders" => lang.orders(),
        "samples" => lang.samples(),
        "tests" => lang.tests(),
        "batches" => lang.batches(),
        "assays" => lang.assays(),
        other => other,
    };
    known.to_owned()
}

/// How a run stands, in a word and a tone.
pub(super) fn result(run: &SyncRun, lang: Lang) -> (Tone, String) {
    let aside = sum(run, |entity| entity.quarantined);
    match run.state {
        RunState::Queued => (Tone::Neutral, lang.run_queued().to_owned()),
        RunState::Running => (Tone::Neutral, lang.run_running().to_owned()),
        RunState::Succeeded if aside > 0 => (Tone::Warn, lang.run_set_aside(&crate::format::count(aside, lang))),
        RunState::Succeeded => (Tone::Good, lang.run_succeeded().to_owned()),
        RunState::Failed => (Tone::Late, lang.run_failed().to_owned()),
        RunState::Cancelled => (Tone::Warn, lang.run_cancelled().to_owned()),
        RunState::Lost => (Tone::Warn, lang.run_lost().to_owned()),
    }
}

/// A count over all entities of a run.
pub(super) fn sum(run: &SyncRun, of: fn(&EntityProgress) -> u64) -> u64 {
    run.entities.iter().map(of).sum()
}

/// The share of pages that a run has read; nothing while their number is not known.
pub(super) fn share(run: &SyncRun) -> Option<f64> {
    let (done, total) = pages(run)?;
    (total > 0).then(|| f64::from(done.min(total)) / f64::from(total))
}

/// Pages read and expected.
pub(super) fn pages(run: &SyncRun) -> Option<(u32, u32)> {
    let total: Option<u32> = run.entities.iter().map(expected).sum();
    Some((run.entities.iter().map(|entity| entity.pages_done).sum(), total?))
}

/// The pages of an entity, once known.
pub(super) fn expected(entity: &EntityProgress) -> Option<u32> {
    if entity.done { Some(entity.pages_done) } else { entity.pages_total.map(|total| total.max(entity.pages_done)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_waits_until_every_entity_knows_its_pages() {
        let entity =
            |done, pages_done, pages_total| EntityProgress { done, pages_done, pages_total, ..Default::default() };
        let run = |entities| SyncRun {
            id: 1,
            mode: SyncMode::Full,
            state: RunState::Running,
            trigger: String::new(),
            started_at: chrono::NaiveDateTime::default(),
            finished_at: None,
            seconds: 1.0,
            requests: 0,
            retries: 0,
            entities,
            remaining_seconds: None,
            rows_per_second: None,
            notes: Vec::new(),
        };
        assert_eq!(share(&run(vec![entity(true, 3, Some(9)), entity(false, 1, Some(3))])), Some(4.0 / 6.0));
        assert_eq!(share(&run(vec![entity(true, 3, None), entity(false, 1, None)])), None);
        assert_eq!(share(&run(Vec::new())), None);
    }
}
