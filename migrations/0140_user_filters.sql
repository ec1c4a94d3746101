-- The filter that an account used last, as a URL query: what a dashboard opened without any shows. No row means the
-- default one.
create table user_filters (
    user_id  bigint primary key references users on delete cascade,
    query    text not null,
    saved_at timestamptz not null default now()
);
