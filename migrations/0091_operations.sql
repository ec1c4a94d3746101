-- What operating needs: why a run failed in one word, and which alerts are open.

-- credentials, unreachable, limited, refused, database, other; null for runs that did not fail.
alter table sync_runs add column error_kind text;
create index sync_runs_finished on sync_runs (finished_at);
create index sync_quarantine_first_seen on sync_quarantine (first_seen) where resolved_at is null;

create table alerts (
    -- What is wrong, such as sync-failed; one row each, reused when it comes again.
    key         text primary key,
    severity    text not null check (severity in ('warning', 'critical')),
    detail      text not null,
    since       timestamptz not null,
    last_seen   timestamptz not null,
    -- Null while it is open.
    resolved_at timestamptz,
    -- Per channel, when it was last told: {"mail": "2026-…", "webhook": …}.
    told        jsonb not null default '{}'
);
