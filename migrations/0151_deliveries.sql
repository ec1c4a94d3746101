-- Saved views that are sent by themselves, and each time that one was. A run is claimed before anything is computed and
-- marked before it is handed over, so that no process sends what another has sent, not even after a crash.
create table deliveries (
    id         bigserial primary key,
    view_id    bigint not null references saved_views on delete cascade,
    created_by bigint not null references users on delete cascade,
    cron       text not null,
    way        text not null check (way in ('mail', 'webhook', 'slack')),
    recipients text[] not null default '{}',
    files      text not null check (files in ('xlsx', 'csv')),
    lang       text not null check (lang in ('en', 'es')),
    enabled    boolean not null default true,
    -- The next time, and the zone that it was reckoned in.
    next_at    timestamptz,
    next_zone  text,
    created_at timestamptz not null default now()
);

create table delivery_runs (
    id          bigserial primary key,
    delivery_id bigint not null references deliveries on delete cascade,
    due_at      timestamptz not null,
    -- Absent for the schedule.
    asked_by    text,
    state       text not null default 'waiting' check (state in ('waiting', 'working', 'sent', 'failed', 'uncertain')),
    attempts    integer not null default 0,
    next_try    timestamptz not null,
    claimed_at  timestamptz,
    -- From here on it may have got through.
    handed_at   timestamptz,
    finished_at timestamptz,
    sent_to     text not null default '',
    error       text,
    unique (delivery_id, due_at)
);
create index delivery_runs_open on delivery_runs (next_try) where state in ('waiting', 'working');
create index delivery_runs_ended on delivery_runs (finished_at) where finished_at is not null;
