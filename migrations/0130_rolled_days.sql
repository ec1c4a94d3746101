-- Figures by day, kept ready. A day is clean while `rolled_days` names it; whatever writes a test or a sample takes its
-- days from there in the same statement, so that a figure is either read from the roll-up or counted from the records,
-- never from a roll-up that is behind. Days are made clean again by the synchronisation when a run has ended.

create table rolled_days (day date primary key);

create table day_rolls (
    -- all, customer, label; the key is empty, the customer's id (empty without one), the label (`unknown` without one).
    dimension text not null,
    key       text not null,
    day       date not null,
    -- Samples and tests created on the day, tests completed and reported on it. Samples have no label.
    samples   integer not null,
    tests     integer not null,
    completed integer not null,
    reported  integer not null,
    -- Turnaround in hours of the tests reported on the day that have a creation date, ascending.
    hours     double precision[] not null,
    -- The customers of the samples and tests created on the day, ascending; none by label.
    customers integer[] not null,
    primary key (dimension, key, day)
);
-- Durations do not compress.
alter table day_rolls alter column hours set storage external;
create index day_rolls_day on day_rolls (day);

-- What happened to visible samples and tests from one moment to another of the laboratory's clock, of a customer or a
-- label, or of all. Kinds: s and t for a sample and a test created, c completed, r reported.
create function day_events(customer integer, wanted text, since timestamp, upto timestamp)
returns table (kind text, customer_id integer, label text, hours double precision)
language sql stable parallel safe as $$
    select 's', s.customer_id, null::text, null::double precision
    from visible_samples($1, null, null, null, null, null) s
    where $2 is null and s.created_local >= $3 and s.created_local < $4
    union all
    select 't', t.customer_id, key_of(t.label_abbr), null from visible_tests($1, null, null, null, $2, null) t
    where t.created_local >= $3 and t.created_local < $4
    union all
    select 'c', t.customer_id, key_of(t.label_abbr), null from visible_tests($1, null, null, null, $2, null) t
    where t.completed_local is not null and t.completed_local >= $3 and t.completed_local < $4
    union all
    select 'r', t.customer_id, key_of(t.label_abbr), t.tat_hours from visible_tests($1, null, null, null, $2, null) t
    where t.reported_local is not null and t.reported_local >= $3 and t.reported_local < $4
$$;

-- The days from one moment to another on which anything happened: clean ones from the roll-up, others and the parts of a
-- day at either end counted anew. `wanted` is a key of the dimension, null for each of them.
create function day_figures(wanted_dimension text, wanted text, since timestamp, upto timestamp)
returns setof day_rolls language plpgsql stable parallel safe rows 100 as $$
#variable_conflict use_column
declare
    clean date[] := array(
        select r.day from rolled_days r
        where r.day >= since::date and r.day < upto::date and r.day::timestamp >= since order by 1);
    customer integer := case wanted_dimension when 'customer' then nullif(wanted, '')::integer end;
    label text := case wanted_dimension when 'label' then wanted end;
begin
    return query select r.* from day_rolls r
    where r.dimension = wanted_dimension and (wanted is null or r.key = wanted)
      and r.day >= since::date and r.day < upto::date and r.day = any (clean);
    return query select wanted_dimension,
        case wanted_dimension when 'all' then '' when 'customer' then coalesce(e.customer_id::text, '') else e.label end,
        d.day::date, count(*) filter (where e.kind = 's')::integer, count(*) filter (where e.kind = 't')::integer,
        count(*) filter (where e.kind = 'c')::integer, count(*) filter (where e.kind = 'r')::integer,
        coalesce(array_agg(e.hours order by e.hours) filter (where e.hours is not null), '{}'),
        coalesce(array_agg(distinct e.customer_id) filter (where e.kind in ('s', 't') and e.customer_id is not null
            and wanted_dimension <> 'label'), '{}')
    from generate_series(since::date, upto - interval '1 microsecond', '1 day') d (day)
    cross join lateral day_events(customer, label, greatest(d.day::timestamp, since), least(d.day::timestamp + interval '1 day', upto)) e
    where d.day::date <> all (clean)
      and (wanted_dimension <> 'label' or e.label is not null)
      and (wanted_dimension <> 'customer' or wanted is distinct from '' or e.customer_id is null)
    group by 2, 3;
end $$;

-- Makes days clean.
create function roll_days(chosen date[]) returns void language plpgsql as $$
begin
    perform lock_lims_writes();
    delete from day_rolls where day = any (chosen);
    insert into day_rolls
    select case when grouping(e.customer_id) = 0 then 'customer' when grouping(e.label) = 0 then 'label' else 'all' end,
        case when grouping(e.customer_id) = 0 then coalesce(e.customer_id::text, '') when grouping(e.label) = 0 then e.label else '' end,
        d.day, count(*) filter (where e.kind = 's'), count(*) filter (where e.kind = 't'),
        count(*) filter (where e.kind = 'c'), count(*) filter (where e.kind = 'r'),
        coalesce(array_agg(e.hours order by e.hours) filter (where e.hours is not null), '{}'),
        coalesce(case when grouping(e.label) = 1 then array_agg(distinct e.customer_id)
            filter (where e.kind in ('s', 't') and e.customer_id is not null) end, '{}')
    from unnest(chosen) d (day)
    cross join lateral day_events(null, null, d.day::timestamp, d.day::timestamp + interval '1 day') e
    group by grouping sets ((d.day), (d.day, e.customer_id), (d.day, e.label))
    having grouping(e.label) = 1 or e.label is not null;
    insert into rolled_days select distinct unnest(chosen) on conflict do nothing;
end $$;

-- The days of the last five years of data that are not clean, the newest first.
create function unrolled_days(most integer) returns date[] language sql stable as $$
    with ends as (
        select least((select min(created_local) from tests where not hidden), (select min(created_local) from samples where not hidden)) as oldest,
            greatest((select max(created_local) from tests where not hidden), (select max(created_local) from samples where not hidden),
                (select max(reported_local) from tests where not hidden and reported_local is not null)) as newest
    )
    select array(
        select d::date from ends, generate_series(greatest(oldest, newest - interval '1826 days')::date, newest, '1 day') d
        where not exists (select from rolled_days r where r.day = d::date) order by d desc limit most)
$$;

-- Takes the days of written records from the clean ones.
create function tests_written() returns trigger language plpgsql as $$
begin
    perform lock_lims_writes();
    if not exists (select from rolled_days) then
        return null;
    end if;
    if tg_op <> 'INSERT' then
        delete from rolled_days where day in (
            select d from old_rows r, lateral (values (r.created_local::date), (r.completed_local::date), (r.reported_local::date)) x (d));
    end if;
    if tg_op <> 'DELETE' then
        delete from rolled_days where day in (
            select d from new_rows r, lateral (values (r.created_local::date), (r.completed_local::date), (r.reported_local::date)) x (d));
    end if;
    return null;
end $$;

create function samples_written() returns trigger language plpgsql as $$
begin
    perform lock_lims_writes();
    if not exists (select from rolled_days) then
        return null;
    end if;
    if tg_op <> 'INSERT' then
        delete from rolled_days where day in (select created_local::date from old_rows);
    end if;
    if tg_op <> 'DELETE' then
        delete from rolled_days where day in (select created_local::date from new_rows);
    end if;
    return null;
end $$;

create function records_truncated() returns trigger language plpgsql as $$
begin
    delete from rolled_days;
    return null;
end $$;

do $$
declare tab text;
begin
    foreach tab in array array['tests', 'samples'] loop
        execute format('create trigger rolled_insert after insert on %1$I referencing new table as new_rows
            for each statement execute function %1$s_written()', tab);
        execute format('create trigger rolled_update after update on %1$I referencing old table as old_rows new table as new_rows
            for each statement execute function %1$s_written()', tab);
        execute format('create trigger rolled_delete after delete on %1$I referencing old table as old_rows
            for each statement execute function %1$s_written()', tab);
        execute format('create trigger rolled_truncate after truncate on %1$I
            for each statement execute function records_truncated()', tab);
    end loop;
end $$;

-- The past is counted anew.
create view past.rolled_days as select * from public.rolled_days where false;

-- What the roll-up and the statements beside it need to read by index alone.
create index tests_completed on tests (completed_local) include (customer_id, label_abbr, state)
    where not hidden and completed_local is not null;
create index tests_open on tests (date_created) include (state, label_abbr, customer_id)
    where not hidden and reported_local is null and completed_local is null;
