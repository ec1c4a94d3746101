-- Invitations: a link with which somebody chooses the password of an account that does not exist yet. Only the hash of its
-- secret is kept. The account's mail address may come with it.
alter table users add column mail text;
create unique index users_mail on users (lower(mail));

create table invitations (
    id           bigserial primary key,
    token_hash   bytea not null unique,
    username     text not null,
    mail         text,
    role         text not null check (role in ('viewer', 'manager', 'admin')),
    -- Absent for the command line.
    created_by   bigint references users on delete cascade,
    created_at   timestamptz not null default now(),
    expires_at   timestamptz not null,
    withdrawn_at timestamptz,
    accepted_at  timestamptz
);

-- Those that still open: of an administrator in force, for a name that nobody has yet.
create view open_invitations as
select i.*, maker.username as made_by
from invitations i
left join users maker on maker.id = i.created_by
where i.accepted_at is null and i.withdrawn_at is null and i.expires_at > now()
  and (i.created_by is null or (maker.is_active and maker.role = 'admin'))
  and not exists (select from users taken where taken.username = i.username);
