-- The synchronisation: its runs, its progress, what it could not store, what it saw change.

-- lz4 costs a fraction of the default method's CPU, which would be the greater part of a full sync. Servers built
-- without it keep the default.
do $$
declare each record;
begin
    for each in
        select * from (values ('customers', 'raw_payload'), ('assays', 'raw_payload'), ('orders', 'raw_payload'),
            ('samples', 'raw_payload'), ('batches', 'raw_payload'), ('tests', 'raw_payload'),
            ('tests', 'worksheet_raw')) as t (name, col)
    loop
        execute format('alter table %I alter column %I set compression lz4', each.name, each.col);
    end loop;
exception when others then
    raise notice 'lz4 is not available: %', sqlerrm;
end $$;

-- Why deleted_at was set: the change feed said so, or a walk over everything did not find it.
alter table customers add column deleted_reason text;
alter table assays add column deleted_reason text;
alter table orders add column deleted_reason text;
alter table samples add column deleted_reason text;
alter table batches add column deleted_reason text;
alter table tests add column deleted_reason text;

-- Hash of the record without its worksheet: answers that carry only the named cells are compared by it.
alter table tests add column base_hash bytea;
alter table batches add column base_hash bytea;

-- Grows with every commit that changed LIMS rows. Caches and pages compare it.
create sequence data_version;

-- Who may write. The epoch grows with every take-over; each transaction of a run holds this row while it is still
-- its own, so that a process that slept through a take-over can write nothing.
create table sync_lease (
    name          text primary key,
    epoch         bigint not null default 0,
    owner         text,
    backend_pid   integer,
    backend_start timestamptz,
    acquired_at   timestamptz,
    heartbeat_at  timestamptz
);
insert into sync_lease (name) values ('lims');

create table sync_runs (
    id               bigint generated always as identity primary key,
    mode             text not null check (mode in ('full', 'incremental', 'window', 'verify')),
    state            text not null default 'queued'
                     check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'lost')),
    trigger          text not null,
    -- days, entities, confirm_deletions, sweep …; the mode decides what it reads.
    options          jsonb not null default '{}',
    queued_at        timestamptz not null default now(),
    started_at       timestamptz,
    finished_at      timestamptz,
    epoch            bigint,
    owner            text,
    -- QBench's clock when the first answer came: what the copy is complete up to once the run has succeeded.
    upper_bound      timestamptz,
    -- The lost run whose landed slices this one need not read again.
    resumes          bigint references sync_runs (id),
    cancel_requested boolean not null default false,
    requests         bigint not null default 0,
    retries          bigint not null default 0,
    -- Per entity: pages, seen, inserted, updated, unchanged, deleted, quarantined.
    entities         jsonb not null default '[]',
    -- What went wrong, what was done, what the operator can do: [{"about": …, "text": …}].
    notes            jsonb not null default '[]',
    error            text
);
create index on sync_runs (state) where state in ('queued', 'running');
create unique index sync_runs_waiting on sync_runs (mode, options) where state = 'queued';

-- One row a transaction: which pages it landed and which ids were on them. The unit of resumption.
create table sync_slices (
    run_id    bigint not null references sync_runs (id) on delete cascade,
    entity    text not null,
    slice     integer not null,
    pages     integer[] not null,
    ids       integer[] not null,
    -- total_count as the newest of the pages told it.
    total     bigint,
    landed_at timestamptz not null default clock_timestamp(),
    primary key (run_id, entity, slice)
);

-- The old product's table. A row is written when an entity has ended, well or badly.
create table sync_checkpoints (
    entity         text primary key,
    last_synced_at timestamptz,
    last_cursor    integer,
    last_id        integer,
    status         text,
    message        text,
    updated_at     timestamptz not null default now(),
    failed         boolean not null default false
);

-- Up to when each entity is known to be complete, from successes only, and where the change feed goes on.
create table sync_watermarks (
    entity       text primary key,
    as_of        timestamptz not null,
    -- By the clock that stamps last_updated, which need not be the one in the Date header.
    feed_since   timestamptz,
    run_id       bigint,
    succeeded_at timestamptz not null default now()
);

create table sync_quarantine (
    id          bigint generated always as identity primary key,
    entity      text not null,
    entity_id   bigint,
    -- The id as text, or a hash of the record when it has none.
    key         text not null,
    reason      text not null,
    -- JSON text as received; text and not jsonb because it may be what jsonb refuses.
    raw         text,
    -- True when the record was stored without the fields that cannot be used.
    stored      boolean not null,
    first_seen  timestamptz not null default now(),
    last_seen   timestamptz not null default now(),
    attempts    integer not null default 1,
    retry_at    timestamptz,
    resolved_at timestamptz,
    run_id      bigint,
    unique (entity, key)
);
create index on sync_quarantine (entity) where resolved_at is null;

-- Each observed change of state. A record's first sight is no change.
create table state_changes (
    id          bigint generated always as identity primary key,
    entity      text not null,
    entity_id   integer not null,
    from_state  text,
    to_state    text,
    -- The change happened after this …
    seen_after  timestamptz,
    -- … and before this.
    seen_at     timestamptz not null,
    -- last_updated of the record in its new state: QBench's own time of the change, or of a later one.
    changed_at  timestamptz,
    run_id      bigint
);
create index on state_changes (entity, entity_id, seen_at);
create index on state_changes (seen_at);

-- What a verification proved.
create table sync_certificates (
    id         bigint generated always as identity primary key,
    run_id     bigint not null,
    issued_at  timestamptz not null default now(),
    as_of      timestamptz not null,
    -- Per entity: source count, copy count, hash over all (id, content hash), differences found and healed.
    entities   jsonb not null,
    -- True when the copy equals the source after healing.
    equal      boolean not null
);

create table sync_schedules (
    id           integer generated always as identity primary key,
    name         text not null unique,
    mode         text not null check (mode in ('full', 'incremental', 'window', 'verify')),
    options      jsonb not null default '{}',
    -- Minute, hour, day of month, month, day of week; laboratory time.
    cron         text not null,
    enabled      boolean not null default true,
    -- No run is started between these, laboratory time; may span midnight.
    quiet_from   time,
    quiet_to     time,
    -- Percent of the request budget that its runs may use.
    budget_share integer not null default 100 check (budget_share between 1 and 100),
    last_queued  timestamptz,
    updated_at   timestamptz not null default now(),
    updated_by   text
);
insert into sync_schedules (name, mode, cron) values ('incremental', 'incremental', '*/5 * * * *');
insert into sync_schedules (name, mode, cron, budget_share) values ('nightly-verify', 'verify', '30 2 * * *', 50);

-- Everything that writes LIMS rows or bans waits its turn here: lineage and visibility are read from other tables,
-- and two writers that do not see each other would leave a child with neither.
create function lock_lims_writes() returns void language sql as $$
    select pg_advisory_xact_lock(7211004)
$$;

create or replace function apply_ban() returns trigger language plpgsql as $$
declare
    kind text := coalesce(new.entity_type, old.entity_type);
    ids integer[] := array[coalesce(new.entity_id, old.entity_id)];
begin
    perform lock_lims_writes();
    case kind
        when 'customer' then perform refresh_customers(ids);
        when 'order' then perform refresh_orders(ids);
        when 'sample' then perform refresh_samples(ids);
        when 'test' then perform refresh_tests(ids);
        when 'batch' then perform refresh_batches(ids);
    end case;
    return null;
end $$;
