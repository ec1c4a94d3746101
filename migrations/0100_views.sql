-- Views that people save, and links that show one view to people without an account. A view is an address of ours; a
-- link holds a copy of it, so that changing or deleting the view changes nothing about a link that was given out.

create table saved_views (
    id         bigserial primary key,
    owner_id   bigint not null references users on delete cascade,
    name       text not null,
    path       text not null,
    query      text not null default '',
    shared     boolean not null default false,
    position   integer not null default 0,
    created_at timestamptz not null default now()
);
create index saved_views_owner on saved_views (owner_id, position);

-- The view that an account is led to after signing in.
create table home_views (
    user_id bigint primary key references users on delete cascade,
    view_id bigint not null references saved_views on delete cascade
);

-- Only the hash of a link's secret is kept: a copy of the table opens nothing.
create table share_links (
    id             bigserial primary key,
    token_hash     bytea not null unique,
    name           text not null,
    path           text not null,
    query          text not null default '',
    filters_fixed  boolean not null,
    password_hash  text,
    expires_at     timestamptz,
    revoked_at     timestamptz,
    views          bigint not null default 0,
    last_viewed_at timestamptz,
    created_by     bigint not null references users on delete cascade,
    created_at     timestamptz not null default now()
);
