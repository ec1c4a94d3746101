-- Accounts, sessions, tokens and the audit log. `users` keeps the columns of the product this one replaces.

create table users (
    id              bigserial primary key,
    username        text not null unique,
    password_hash   text not null,
    is_active       boolean not null default true,
    failed_attempts integer not null default 0,
    locked_until    timestamptz,
    last_login_at   timestamptz,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    -- ours
    role            text not null default 'viewer' check (role in ('viewer', 'manager', 'admin'))
);

-- The cookie holds the id; here stands only its hash, so that a copy of the table opens no session.
create table sessions (
    id_hash    bytea primary key,
    user_id    bigint references users on delete cascade,
    data       jsonb not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index sessions_user on sessions (user_id);
create index sessions_expiry on sessions (expires_at);

create table api_tokens (
    id           bigserial primary key,
    token_hash   bytea not null unique,
    user_id      bigint not null references users on delete cascade,
    name         text not null,
    created_at   timestamptz not null default now(),
    expires_at   timestamptz,
    last_used_at timestamptz
);
create index api_tokens_user on api_tokens (user_id);

-- Append-only; each entry's hash covers its own content and the entry before it.
create table audit_log (
    id        bigserial primary key,
    at        timestamptz not null default now(),
    actor     text not null,
    action    text not null,
    subject   text not null default '',
    source    text not null default '',
    detail    jsonb not null default '{}',
    prev_hash bytea,
    hash      bytea not null
);

create function audit_hash(entry audit_log, previous bytea) returns bytea language sql immutable as $$
    select sha256(convert_to(concat_ws(E'\x1f', encode(coalesce(previous, ''::bytea), 'hex'), entry.id,
        extract(epoch from entry.at), entry.actor, entry.action, entry.subject, entry.source, entry.detail), 'UTF8'))
$$;

create function chain_audit() returns trigger language plpgsql as $$
begin
    -- One writer at a time, or two entries would follow the same one.
    perform pg_advisory_xact_lock(hashtext('audit_log'));
    new.prev_hash := (select hash from audit_log order by id desc limit 1);
    new.hash := audit_hash(new, new.prev_hash);
    return new;
end $$;
create trigger audit_chain before insert on audit_log for each row execute function chain_audit();

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is append-only';
end $$;
create trigger audit_fixed before update or delete on audit_log for each row execute function refuse_audit_change();
