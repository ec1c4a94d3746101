-- The copy of the LIMS. Tables and columns keep the names of the product this one replaces, so that existing
-- SQL and BI reports go on working; what is new stands below a "-- ours" line.
--
-- * No foreign keys between LIMS tables: a record whose parent is not here yet must still be storable.
-- * LIMS times are instants. QBench prints some fields as plain dates; those are midnight UTC in the
--   timestamptz columns. The *_local columns hold the laboratory's wall clock: an instant shifted into the
--   laboratory's zone, a plain date as midnight of that very date. Days, weeks and bounds use *_local.
-- * `hidden` is the one answer to "may this be shown": true when the record or anything above it is banned or
--   deleted upstream. It and the lineage (order_id, customer_id) are kept by the functions at the end.

create extension if not exists pg_trgm;

create table customers (
    id            integer primary key,
    name          text not null,
    aliases       jsonb not null default '[]',
    date_created  timestamptz,
    raw_payload   jsonb not null,
    fetched_at    timestamptz not null default now(),
    -- ours
    created_local timestamp,
    last_updated  timestamptz,
    payload_hash  bytea,
    deleted_at    timestamptz,
    hidden        boolean not null default false
);

create table assays (
    id            integer primary key,
    title         text,
    label_abbr    text,
    method        text,
    category      text,
    date_created  timestamptz,
    last_updated  timestamptz,
    raw_payload   jsonb not null,
    fetched_at    timestamptz not null default now(),
    payload_hash  bytea,
    deleted_at    timestamptz
);

create table orders (
    id                  integer primary key,
    custom_formatted_id text,
    customer_account_id integer,
    date_created        timestamptz,
    date_completed      timestamptz,
    date_order_reported timestamptz,
    date_received       timestamptz,
    sample_count        integer,
    test_count          integer,
    state               text,
    raw_payload         jsonb not null,
    fetched_at          timestamptz not null default now(),
    -- ours
    date_required       timestamptz,
    created_local       timestamp,
    received_local      timestamp,
    completed_local     timestamp,
    reported_local      timestamp,
    last_updated        timestamptz,
    payload_hash        bytea,
    deleted_at          timestamptz,
    hidden              boolean not null default false
);

create table samples (
    id                  integer primary key,
    sample_name         text,
    custom_formatted_id text,
    metrc_id            text,
    order_id            integer,
    has_report          boolean not null default false,
    batch_ids           integer[] not null default '{}',
    completed_date      timestamptz,
    date_created        timestamptz,
    start_date          timestamptz,
    matrix_type         text,
    sample_type         text,
    state               text,
    test_count          integer,
    sample_weight       numeric(18, 2),
    raw_payload         jsonb not null,
    fetched_at          timestamptz not null default now(),
    -- ours
    created_local       timestamp,
    completed_local     timestamp,
    last_updated        timestamptz,
    payload_hash        bytea,
    deleted_at          timestamptz,
    customer_id         integer,
    hidden              boolean not null default false
);

create table batches (
    id            integer primary key,
    assay_id      integer,
    display_name  text,
    date_created  timestamptz,
    date_prepared timestamptz,
    last_updated  timestamptz,
    sample_ids    integer[] not null default '{}',
    test_ids      integer[] not null default '{}',
    raw_payload   jsonb not null,
    fetched_at    timestamptz not null default now(),
    -- ours
    state         text,
    complete      boolean,
    created_local timestamp,
    payload_hash  bytea,
    deleted_at    timestamptz,
    hidden        boolean not null default false
);

create table tests (
    id                    integer primary key,
    sample_id             integer,
    batch_ids             integer[] not null default '{}',
    date_created          timestamptz,
    state                 text,
    has_report            boolean not null default false,
    report_completed_date timestamptz,
    label_abbr            text,
    title                 text,
    worksheet_raw         jsonb,
    raw_payload           jsonb not null,
    fetched_at            timestamptz not null default now(),
    -- ours
    assay_id              integer,
    start_date            timestamptz,
    complete_date         timestamptz,
    created_local         timestamp,
    completed_local       timestamp,
    reported_local        timestamp,
    -- Turnaround in hours, report_completed_date minus date_created; negative when the dates contradict each other.
    tat_hours             double precision,
    last_updated          timestamptz,
    payload_hash          bytea,
    deleted_at            timestamptz,
    order_id              integer,
    customer_id           integer,
    hidden                boolean not null default false
);

-- Filled by something outside this product.
create table metrc_sample_statuses (
    id           serial primary key,
    metrc_id     text not null,
    metrc_status text,
    metrc_date   timestamptz,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    unique (metrc_id, metrc_date)
);
create index on metrc_sample_statuses (metrc_id);

create table banned_entities (
    id          serial primary key,
    entity_type text not null check (entity_type in ('customer', 'order', 'sample', 'batch', 'test')),
    entity_id   integer not null,
    reason      text,
    created_at  timestamptz not null default now(),
    created_by  text,
    unique (entity_type, entity_id)
);

create index orders_customer on orders (customer_account_id);
create index orders_created on orders (created_local) where not hidden;
create index orders_completed on orders (completed_local) where not hidden;
create index orders_reported on orders (reported_local) where not hidden;
create index orders_open on orders (date_created) where not hidden and date_completed is null and date_order_reported is null;
create index orders_reference on orders using gin (custom_formatted_id gin_trgm_ops);
create index samples_order on samples (order_id);
create index samples_customer on samples (customer_id);
create index samples_created on samples (created_local) where not hidden;
create index samples_completed on samples (completed_local) where not hidden;
create index samples_metrc on samples (metrc_id) where metrc_id is not null;
create index samples_reference on samples using gin (custom_formatted_id gin_trgm_ops, sample_name gin_trgm_ops, metrc_id gin_trgm_ops);
create index tests_sample on tests (sample_id);
create index tests_order on tests (order_id);
create index tests_customer on tests (customer_id);
create index tests_created on tests (created_local) include (state, label_abbr) where not hidden;
create index tests_reported on tests (reported_local) include (tat_hours) where not hidden and reported_local is not null;
create index tests_unreported on tests (date_created) where not hidden and reported_local is null;
create index tests_batches on tests using gin (batch_ids);
create index batches_created on batches (created_local) where not hidden;
create index customers_name on customers using gin (name gin_trgm_ops);

-- Carries customer ids and visibility down from the given customers, orders or samples, and reads the ban list
-- anew for them. Rows that are already right are not written.

create function refresh_customers(ids integer[]) returns void language plpgsql as $$
declare changed integer[];
begin
    with fresh as (
        select c.id, c.deleted_at is not null
            or exists (select 1 from banned_entities b where b.entity_type = 'customer' and b.entity_id = c.id) as hidden
        from customers c where c.id = any (ids)
    )
    update customers c set hidden = f.hidden from fresh f where c.id = f.id and c.hidden <> f.hidden;
    select array_agg(o.id) into changed from orders o where o.customer_account_id = any (ids);
    if changed is not null then
        perform refresh_orders(changed);
    end if;
end $$;

create function refresh_orders(ids integer[]) returns void language plpgsql as $$
declare changed integer[];
begin
    with fresh as (
        select o.id, o.deleted_at is not null or coalesce(c.hidden, false)
            or exists (select 1 from banned_entities b where b.entity_type = 'order' and b.entity_id = o.id) as hidden
        from orders o left join customers c on c.id = o.customer_account_id where o.id = any (ids)
    )
    update orders o set hidden = f.hidden from fresh f where o.id = f.id and o.hidden <> f.hidden;
    select array_agg(s.id) into changed
    from samples s join orders o on o.id = s.order_id
    where o.id = any (ids)
      and (s.customer_id is distinct from o.customer_account_id
           or s.hidden <> (s.deleted_at is not null or o.hidden
              or exists (select 1 from banned_entities b where b.entity_type = 'sample' and b.entity_id = s.id)));
    if changed is not null then
        perform refresh_samples(changed);
    end if;
end $$;

create function refresh_samples(ids integer[]) returns void language plpgsql as $$
declare changed integer[];
begin
    with fresh as (
        select s.id, o.customer_account_id as customer_id, s.deleted_at is not null or coalesce(o.hidden, false)
            or exists (select 1 from banned_entities b where b.entity_type = 'sample' and b.entity_id = s.id) as hidden
        from samples s left join orders o on o.id = s.order_id where s.id = any (ids)
    )
    update samples s set customer_id = f.customer_id, hidden = f.hidden from fresh f
    where s.id = f.id and (s.customer_id, s.hidden) is distinct from (f.customer_id, f.hidden);
    select array_agg(t.id) into changed
    from tests t join samples s on s.id = t.sample_id
    where s.id = any (ids)
      and ((t.order_id, t.customer_id) is distinct from (s.order_id, s.customer_id)
           or t.hidden <> (t.deleted_at is not null or s.hidden
              or exists (select 1 from banned_entities b where b.entity_type = 'test' and b.entity_id = t.id)));
    if changed is not null then
        perform refresh_tests(changed);
    end if;
end $$;

create function refresh_tests(ids integer[]) returns void language sql as $$
    with fresh as (
        select t.id, s.order_id, s.customer_id, t.deleted_at is not null or coalesce(s.hidden, false)
            or exists (select 1 from banned_entities b where b.entity_type = 'test' and b.entity_id = t.id) as hidden
        from tests t left join samples s on s.id = t.sample_id where t.id = any (ids)
    )
    update tests t set order_id = f.order_id, customer_id = f.customer_id, hidden = f.hidden from fresh f
    where t.id = f.id and (t.order_id, t.customer_id, t.hidden) is distinct from (f.order_id, f.customer_id, f.hidden)
$$;

create function refresh_batches(ids integer[]) returns void language sql as $$
    with fresh as (
        select x.id, x.deleted_at is not null
            or exists (select 1 from banned_entities b where b.entity_type = 'batch' and b.entity_id = x.id) as hidden
        from batches x where x.id = any (ids)
    )
    update batches x set hidden = f.hidden from fresh f where x.id = f.id and x.hidden <> f.hidden
$$;

-- A ban takes effect in the transaction that writes it, whoever writes it.
create function apply_ban() returns trigger language plpgsql as $$
declare
    kind text := coalesce(new.entity_type, old.entity_type);
    ids integer[] := array[coalesce(new.entity_id, old.entity_id)];
begin
    case kind
        when 'customer' then perform refresh_customers(ids);
        when 'order' then perform refresh_orders(ids);
        when 'sample' then perform refresh_samples(ids);
        when 'test' then perform refresh_tests(ids);
        when 'batch' then perform refresh_batches(ids);
    end case;
    return null;
end $$;
create trigger ban_applies after insert or delete on banned_entities for each row execute function apply_ban();

-- What every process needs to agree on, for instance the zone the *_local columns were written in.
create table settings (
    key        text primary key,
    value      jsonb not null,
    updated_at timestamptz not null default now(),
    updated_by text
);
