-- Secrets of second factors are sealed (server/src/auth/vault.rs): byte 1 is the version, bytes 2 to 9 name the key. A secret of
-- 20 bytes is one of before, which is sealed at the next start or use. The database knows the name of the one key that its
-- secrets are sealed with, so that processes with different keys notice each other.
create table sealing_key (
    single boolean primary key default true check (single),
    name   bytea not null,
    since  timestamptz not null default now()
);

-- What waited to be confirmed stood there as it was; whoever began begins again.
update users set totp_pending = null where totp_pending is not null;
