-- Wrong tries at a secret, shared by every process: by source (`account` is empty), and by source and account. There is no
-- row by account alone, so that nobody can keep the owner of an account out from elsewhere. A name is stored as its hash:
-- people type passwords into the wrong field.
create table sign_in_tries (
    source   text not null,
    account  bytea not null default ''::bytea,
    failures integer not null,
    last_at  timestamptz not null,
    primary key (source, account)
);
create index sign_in_tries_age on sign_in_tries (last_at);

-- The second factor (RFC 6238). `totp_step` is the last 30-second step whose code was taken: a code counts once.
-- `totp_pending` holds what has been shown and not confirmed yet: {"secret": base32, "codes": […], "at": seconds}.
alter table users
    add column totp_secret  bytea,
    add column totp_since   timestamptz,
    add column totp_step    bigint not null default 0,
    add column totp_pending jsonb;

create table recovery_codes (
    user_id bigint not null references users on delete cascade,
    hash    bytea not null,
    used_at timestamptz,
    primary key (user_id, hash)
);
