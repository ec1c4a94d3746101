-- Who comes through the identity provider: an account is known by issuer and subject, which never change, and not by a
-- name or an address, which do.
create table identities (
    issuer    text not null,
    subject   text not null,
    user_id   bigint not null references users on delete cascade,
    linked_at timestamptz not null default now(),
    primary key (issuer, subject)
);
create index identities_user on identities (user_id);
