-- Figures by day, kept ready. A day is clean while `rolled_days` names it; whatever writes a test or a sample takes its
-- days from there in the same statement, so that a figure is either read from the roll-up or counted from the records,
-- never from a roll-up that is behind. Days are made clean again by the synchronisation when a run has ended.

create table rolled_days (day date primary key);

create table day_rolls (
    -- all, customer, label, state, matrix, type. The key is empty, the customer's id (empty without one), the label, the
    -- state as stored (empty without one), the sample's matrix or accessioning type; `unknown` where there is none.
    dimension      text not null,
    key            text not null,
    day            date not null,
    -- Samples created on the day; only by customer and of all.
    samples        integer not null,
    -- Tests created on the day; of these, those reported since, on hold, not reportable and cancelled now.
    tests          integer not null,
    answered       integer not null,
    held           integer not null,
    not_reportable integer not null,
    cancelled      integer not null,
    -- Tests completed on the day.
    completed      integer not null,
    -- Tests reported on the day; of these, those with an observed change of state, and those that were done again.
    reported       integer not null,
    observed       integer not null,
    reworked       integer not null,
    -- Turnaround in hours of the tests reported on the day that have a creation date, ascending.
    hours          double precision[] not null,
    -- The customers of the samples and tests created on the day, ascending; only by customer and of all.
    customers      integer[] not null,
    primary key (dimension, key, day)
);
-- Durations do not compress.
alter table day_rolls alter column hours set storage external;
create index day_rolls_day on day_rolls (day);

-- Whether a test has an observed change of state (not null), and whether it was in a state of rework.
create function was_reworked(test integer) returns boolean language sql stable parallel safe as $$
    select bool_or(upper(btrim(h.to_state)) in ('RERUN', 'RE-PREP') or upper(btrim(h.from_state)) in ('RERUN', 'RE-PREP'))
    from state_changes h where h.entity = 'tests' and h.entity_id = test
$$;

-- What happened to visible samples and tests from one moment to another of the laboratory's clock, of a customer, a label
-- or a state, or of all. Kinds: s and t for a sample and a test created, c completed, r reported.
create function day_events(customer integer, wanted_label text, wanted_state text, since timestamp, upto timestamp)
returns table (kind text, customer_id integer, label text, state text, sample_id integer, test integer, answered boolean, hours double precision)
language sql stable parallel safe as $$
    select 's', s.customer_id, null::text, null::text, null::integer, null::integer, false, null::double precision
    from visible_samples($1, null, null, null, null, null) s
    where $2 is null and $3 is null and s.created_local >= $4 and s.created_local < $5
    union all
    select 't', t.customer_id, key_of(t.label_abbr), coalesce(t.state, ''), t.sample_id, t.id, t.reported_local is not null, null
    from visible_tests($1, null, null, null, $2, $3) t
    where t.created_local >= $4 and t.created_local < $5
    union all
    select 'c', t.customer_id, key_of(t.label_abbr), coalesce(t.state, ''), t.sample_id, t.id, false, null
    from visible_tests($1, null, null, null, $2, $3) t
    where t.completed_local is not null and t.completed_local >= $4 and t.completed_local < $5
    union all
    select 'r', t.customer_id, key_of(t.label_abbr), coalesce(t.state, ''), t.sample_id, t.id, false, t.tat_hours
    from visible_tests($1, null, null, null, $2, $3) t
    where t.reported_local is not null and t.reported_local >= $4 and t.reported_local < $5
$$;

-- One day, or the part of it between two moments, counted from the records: of all, and by each key of the dimensions.
-- `chosen` names the dimensions.
create function count_day(wanted_day date, since timestamp, upto timestamp, chosen text[], customer integer, wanted_label text, wanted_state text)
returns setof day_rolls language sql stable parallel safe as $$
    with events as (
        select e.kind, e.customer_id, e.label, e.state, e.answered, e.hours, upper(btrim(e.state)) as class,
            case when e.kind <> 's' then key_of(s.matrix_type) end as matrix,
            case when e.kind <> 's' then key_of(s.sample_type) end as type,
            case when e.kind = 'r' then was_reworked(e.test) end as reworked
        from day_events($5, $6, $7, $2, $3) e
        -- The limit keeps this a look-up for each test: a day has few, the table of samples is large.
        left join lateral (
            select matrix_type, sample_type from samples where $4 && '{matrix,type}' and id = e.sample_id limit 1) s on true
    )
    select case when grouping(customer_id) = 0 then 'customer' when grouping(label) = 0 then 'label'
            when grouping(state) = 0 then 'state' when grouping(matrix) = 0 then 'matrix'
            when grouping(type) = 0 then 'type' else 'all' end,
        case when grouping(customer_id) = 0 then coalesce(customer_id::text, '') else coalesce(label, state, matrix, type, '') end,
        $1, count(*) filter (where kind = 's')::integer, count(*) filter (where kind = 't')::integer,
        count(*) filter (where kind = 't' and answered)::integer,
        count(*) filter (where kind = 't' and class = 'ON HOLD')::integer,
        count(*) filter (where kind = 't' and class = 'NOT REPORTABLE')::integer,
        count(*) filter (where kind = 't' and class in ('CANCELLED', 'CLIENT CANCELLED'))::integer,
        count(*) filter (where kind = 'c')::integer, count(*) filter (where kind = 'r')::integer,
        count(reworked)::integer, count(*) filter (where reworked)::integer,
        coalesce(array_agg(hours order by hours) filter (where hours is not null), '{}'),
        case when grouping(label, state, matrix, type) = 15 then
            coalesce(array_agg(distinct customer_id) filter (where kind in ('s', 't') and customer_id is not null), '{}') else '{}' end
    from events
    group by grouping sets ((), (customer_id), (label), (state), (matrix), (type))
    having case when grouping(customer_id) = 0 then 'customer' = any ($4)
        when grouping(label) = 0 then label is not null and 'label' = any ($4)
        when grouping(state) = 0 then state is not null and 'state' = any ($4)
        when grouping(matrix) = 0 then matrix is not null and 'matrix' = any ($4)
        when grouping(type) = 0 then type is not null and 'type' = any ($4)
        else 'all' = any ($4) and count(*) > 0 end
$$;

-- The days from one moment to another on which anything happened: clean ones from the roll-up, others and the parts of a
-- day at either end counted anew. `wanted` is a key of all, customer, label or state; null for each key.
create function day_figures(wanted_dimension text, wanted text, since timestamp, upto timestamp)
returns setof day_rolls language plpgsql stable parallel safe rows 100 as $$
#variable_conflict use_column
declare
    clean date[] := array(
        select r.day from rolled_days r
        where r.day >= since::date and r.day < upto::date and r.day::timestamp >= since order by 1);
    customer integer := case wanted_dimension when 'customer' then nullif(wanted, '')::integer end;
    label text := case wanted_dimension when 'label' then wanted end;
    state text := case wanted_dimension when 'state' then wanted end;
begin
    return query select r.* from day_rolls r
    where r.dimension = wanted_dimension and (wanted is null or r.key = wanted)
      and r.day >= since::date and r.day < upto::date and r.day = any (clean);
    return query select c.*
    from generate_series(since::date, upto - interval '1 microsecond', '1 day') d (day)
    cross join lateral count_day(d.day::date, greatest(d.day::timestamp, since), least(d.day::timestamp + interval '1 day', upto),
        array[wanted_dimension], customer, label, state) c
    where d.day::date <> all (clean) and (wanted is null or c.key = wanted);
end $$;

-- Makes days clean.
create function roll_days(chosen date[]) returns void language plpgsql as $$
begin
    perform lock_lims_writes();
    delete from day_rolls where day = any (chosen);
    insert into day_rolls select c.* from unnest(chosen) d (day)
    cross join lateral count_day(d.day, d.day::timestamp, d.day::timestamp + interval '1 day',
        '{all,customer,label,state,matrix,type}', null, null, null) c;
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

-- The days of tests follow the kind of their sample, also where the sample comes or goes after them.
create function sample_kinds_written() returns trigger language plpgsql as $$
declare changed integer[];
begin
    if not exists (select from rolled_days) then
        return null;
    end if;
    case tg_op
        when 'INSERT' then changed := array(select id from new_rows);
        when 'DELETE' then changed := array(select id from old_rows);
        else changed := array(
            select n.id from new_rows n left join old_rows o on o.id = n.id
            where o.id is null or (o.matrix_type, o.sample_type) is distinct from (n.matrix_type, n.sample_type));
    end case;
    delete from rolled_days where day in (
        select d from tests t, lateral (values (t.created_local::date), (t.completed_local::date), (t.reported_local::date)) x (d)
        where t.sample_id = any (changed));
    return null;
end $$;

create function state_changes_written() returns trigger language plpgsql as $$
begin
    -- Retention writes here outside a synchronisation.
    perform lock_lims_writes();
    if not exists (select from rolled_days) then
        return null;
    end if;
    if tg_op <> 'INSERT' then
        delete from rolled_days where day in (
            select t.reported_local::date from old_rows h join tests t on t.id = h.entity_id where h.entity = 'tests');
    end if;
    if tg_op <> 'DELETE' then
        delete from rolled_days where day in (
            select t.reported_local::date from new_rows h join tests t on t.id = h.entity_id where h.entity = 'tests');
    end if;
    return null;
end $$;

create function records_truncated() returns trigger language plpgsql as $$
begin
    delete from rolled_days;
    return null;
end $$;

do $$
declare
    tab text;
    func text;
begin
    for tab, func in values ('tests', 'tests_written'), ('samples', 'samples_written'), ('samples', 'sample_kinds_written'),
        ('state_changes', 'state_changes_written') loop
        execute format('create trigger %2$s_insert after insert on %1$I referencing new table as new_rows
            for each statement execute function %2$I()', tab, func);
        execute format('create trigger %2$s_update after update on %1$I referencing old table as old_rows new table as new_rows
            for each statement execute function %2$I()', tab, func);
        execute format('create trigger %2$s_delete after delete on %1$I referencing old table as old_rows
            for each statement execute function %2$I()', tab, func);
    end loop;
    foreach tab in array array['tests', 'samples', 'state_changes'] loop
        execute format('create trigger rolled_truncate after truncate on %1$I
            for each statement execute function records_truncated()', tab);
    end loop;
end $$;

-- The past is counted anew.
create view past.rolled_days as select * from public.rolled_days where false;

-- What the roll-up and the statements beside it need to read by index alone.
create index tests_created_all on tests (created_local) include (customer_id, label_abbr, state, reported_local, sample_id) where not hidden;
drop index tests_created_wide;
create index tests_reported_all on tests (reported_local) include (tat_hours, customer_id, label_abbr, state, sample_id, date_created)
    where not hidden and reported_local is not null;
drop index tests_reported_wide;
create index tests_completed on tests (completed_local) include (customer_id, label_abbr, state)
    where not hidden and completed_local is not null;
create index tests_open on tests (date_created) include (state, label_abbr, customer_id)
    where not hidden and reported_local is null and completed_local is null;
