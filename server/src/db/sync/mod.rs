//! The state of the synchronisation: who may write, runs, progress, quarantine, watermarks, schedules.

mod certificates;
mod lease;
mod quarantine;
mod queue;
mod runs;
mod schedules;
mod settings;
mod slices;
mod states;
mod watermarks;

pub use certificates::{CertificateRow, certificates, store_certificate};
pub use lease::{Lease, LeaseState, acquire, beat, bound_idleness, fence, lease_state, release};
pub use quarantine::{
    Detention, QuarantineRow, due_for_retry, open_keys, open_quarantine, postpone, quarantine, quarantine_counts,
    release_keys, retry_all_now, waiting,
};
pub use queue::Calls;
pub use runs::{
    NewRun, QUEUE_CHANNEL, RunEnd, RunRow, SYNC_CHANNEL, cancel_wanted, claim_next, enqueue, finish, has_work,
    last_ended, mark_lost, notify, owner, request_cancel, resumable, run, running, runs, save_progress, set_error_kind,
    set_resumes, set_stamped_by, set_upper_bound,
};
pub use schedules::{ScheduleRow, save_schedule, schedules, set_queued};
pub use settings::{data_version, get_setting, next_data_version, put_setting};
pub use slices::{Slice, adopt_slices, drop_slices, drop_slices_of, save_slice, slices};
pub use states::{StateChange, save_state_changes};
pub use watermarks::{Checkpoint, Watermark, save_checkpoint, save_watermark, watermarks};
