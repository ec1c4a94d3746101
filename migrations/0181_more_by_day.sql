-- More figures by day, for more of the statements.
delete from rolled_days;
truncate day_rolls;
alter table day_rolls
    -- Of the tests created on the day, those completed or reported since, and those whose state is REPORTED.
    add column ended integer not null,
    add column as_reported integer not null,
    -- Tests that ended on the day: completed or reported, whichever was first.
    add column went integer not null,
    -- Of the tests created on the day that are reported: turnaround, and the hours between both instants, ascending.
    add column created_hours double precision[] not null,
    add column outcome_hours double precision[] not null,
    -- When the tests created on the day that are not reported were created, ascending.
    add column waiting timestamptz[] not null,
    -- When the last of the tests was created.
    add column newest timestamp;
alter table day_rolls drop constraint day_rolls_pkey, add primary key (dimension, day, key);
alter table day_rolls alter column created_hours set storage external, alter column outcome_hours set storage external;

-- The course of tests reported on a day. By source: `states`, the time in each state of the tests whose changes were seen;
-- `dates`, the time between the dates of the others; `visits`, each stay in a state that was left.
create table stage_rolls (
    day     date not null,
    source  text not null,
    -- The state, or the position of the step between two dates; empty for the whole of a test's time.
    stage   text not null,
    -- Hours from creation until the stage was entered, of all together.
    entered double precision not null,
    -- The time that each test or stay took, ascending, without those that took none.
    hours   double precision[] not null,
    primary key (day, source, stage)
);
alter table stage_rolls alter column hours set storage external;

drop function day_events(integer, text, text, timestamp, timestamp);
create function day_events(customer integer, wanted_label text, wanted_state text, since timestamp, upto timestamp)
returns table (kind text, customer_id integer, label text, state text, sample_id integer, test integer, batch_ids integer[],
    answered boolean, ended boolean, went boolean, hours double precision, outcome double precision, began timestamptz, created timestamp)
language sql stable parallel safe as $$
    select 's', s.customer_id, null::text, null::text, null::integer, null::integer, null::integer[],
        false, false, false, null::double precision, null::double precision, null::timestamptz, null::timestamp
    from visible_samples($1, null, null, null, null, null) s
    where $2 is null and $3 is null and s.created_local >= $4 and s.created_local < $5
    union all
    select 't', t.customer_id, key_of(t.label_abbr), coalesce(t.state, ''), t.sample_id, t.id, null,
        t.reported_local is not null, t.reported_local is not null or t.completed_local is not null, false,
        t.tat_hours, hours_between(t.date_created, t.report_completed_date), t.date_created, t.created_local
    from visible_tests($1, null, null, null, $2, $3) t
    where t.created_local >= $4 and t.created_local < $5
    union all
    select 'c', t.customer_id, key_of(t.label_abbr), coalesce(t.state, ''), t.sample_id, t.id, null,
        false, false, t.created_local is not null and (t.reported_local is null or t.reported_local >= t.completed_local),
        null, null, null, null
    from visible_tests($1, null, null, null, $2, $3) t
    where t.completed_local is not null and t.completed_local >= $4 and t.completed_local < $5
    union all
    select 'r', t.customer_id, key_of(t.label_abbr), coalesce(t.state, ''), t.sample_id, t.id, t.batch_ids,
        false, false, t.created_local is not null and (t.completed_local is null or t.completed_local > t.reported_local),
        t.tat_hours, null, null, null
    from visible_tests($1, null, null, null, $2, $3) t
    where t.reported_local is not null and t.reported_local >= $4 and t.reported_local < $5
$$;

-- One day, or the part of it between two moments, counted from the records: of all, and by each key of the dimensions.
-- `chosen` names the dimensions: all, customer, label, state, matrix, type; batched (tests reported in a batch, or single);
-- batch (the id of each batch of a test that was reported).
create or replace function count_day(wanted_day date, since timestamp, upto timestamp, chosen text[], customer integer, wanted_label text, wanted_state text)
returns setof day_rolls language sql stable parallel safe as $$
    with events as materialized (
        select e.*, upper(btrim(e.state)) as class,
            case when e.kind <> 's' then key_of(s.matrix_type) end as matrix,
            case when e.kind <> 's' then key_of(s.sample_type) end as type,
            case when e.kind = 'r' then case when cardinality(e.batch_ids) > 0 then 'batched' else 'single' end end as batched,
            case when e.kind = 'r' then was_reworked(e.test) end as reworked
        from day_events($5, $6, $7, $2, $3) e
        -- The limit keeps this a look-up for each test: a day has few, the table of samples is large.
        left join lateral (
            select matrix_type, sample_type from samples where $4 && '{matrix,type}' and id = e.sample_id limit 1) s on true
    )
    select case when grouping(customer_id) = 0 then 'customer' when grouping(label) = 0 then 'label'
            when grouping(state) = 0 then 'state' when grouping(matrix) = 0 then 'matrix'
            when grouping(type) = 0 then 'type' when grouping(batched) = 0 then 'batched' else 'all' end,
        case when grouping(customer_id) = 0 then coalesce(customer_id::text, '') else coalesce(label, state, matrix, type, batched, '') end,
        $1, count(*) filter (where kind = 's')::integer, count(*) filter (where kind = 't')::integer,
        count(*) filter (where kind = 't' and answered)::integer,
        count(*) filter (where kind = 't' and class = 'ON HOLD')::integer,
        count(*) filter (where kind = 't' and class = 'NOT REPORTABLE')::integer,
        count(*) filter (where kind = 't' and class in ('CANCELLED', 'CLIENT CANCELLED'))::integer,
        count(*) filter (where kind = 'c')::integer, count(*) filter (where kind = 'r')::integer,
        count(reworked)::integer, count(*) filter (where reworked)::integer,
        coalesce(array_agg(hours order by hours) filter (where kind = 'r' and hours is not null), '{}'),
        case when grouping(label, state, matrix, type, batched) = 31 then
            coalesce(array_agg(distinct customer_id) filter (where kind in ('s', 't') and customer_id is not null), '{}') else '{}' end,
        count(*) filter (where ended)::integer, count(*) filter (where kind = 't' and class = 'REPORTED')::integer,
        count(*) filter (where went)::integer,
        coalesce(array_agg(hours order by hours) filter (where kind = 't' and hours is not null), '{}'),
        coalesce(array_agg(outcome order by outcome) filter (where outcome is not null), '{}'),
        coalesce(array_agg(began order by began) filter (where kind = 't' and not answered), '{}'),
        max(created)
    from events
    group by grouping sets ((), (customer_id), (label), (state), (matrix), (type), (batched))
    having case when grouping(customer_id) = 0 then 'customer' = any ($4)
        when grouping(label) = 0 then label is not null and 'label' = any ($4)
        when grouping(state) = 0 then state is not null and 'state' = any ($4)
        when grouping(matrix) = 0 then matrix is not null and 'matrix' = any ($4)
        when grouping(type) = 0 then type is not null and 'type' = any ($4)
        when grouping(batched) = 0 then batched is not null and 'batched' = any ($4)
        else 'all' = any ($4) and count(*) > 0 end
    union all
    select 'batch', b::text, $1, 0, 0, 0, 0, 0, 0, 0, count(*)::integer, 0, 0,
        coalesce(array_agg(hours order by hours) filter (where hours is not null), '{}'), '{}', 0, 0, 0, '{}', '{}', '{}', null
    from events cross join unnest(batch_ids) b
    where kind = 'r' and 'batch' = any ($4) group by b
$$;

-- The time that each record which ended from one moment to another spent in each stage, and in all (without a stage): by
-- the observed changes of its state where there are any, else by its own dates. `entered`: hours from its beginning until
-- it first came there. Parameters after the kind are those of visible_tests.
create function stage_times(kind text, integer, integer, text, text, text, text, since timestamp, upto timestamp)
returns table (id integer, day date, observed boolean, stage text, entered double precision, hours double precision)
language sql stable parallel safe as $$
    with done as materialized (
        select r.id, r.ended_local::date as day, r.moments, r.moments[1] as began, r.moments[cardinality(r.moments)] as ended
        from staged_records($1, $2, $3, $4, $5, $6, $7) r
        where ($8 is null or r.ended_local >= $8) and ($9 is null or r.ended_local < $9)
          and r.moments[1] <= r.moments[cardinality(r.moments)]
    ), changes as materialized (
        select d.id, d.day, d.began, d.ended, h.from_state, h.to_state, h.at,
            lag(h.at) over way as before, lead(h.id) over way is null as last
        from done d
        -- The offset keeps this a look-up for each record.
        cross join lateral (
            select c.id, c.from_state, c.to_state, c.seen_at, coalesce(c.changed_at, c.seen_at) as at
            from state_changes c where c.entity = $1 and c.entity_id = d.id offset 0) h
        window way as (partition by d.id order by h.seen_at, h.id)
    ), stays as (
        select c.id, c.day, true as observed, coalesce(nullif(c.from_state, ''), 'UNKNOWN') as stage,
            coalesce(c.before, c.began) as since, c.at as until, c.began, c.ended from changes c
        union all
        select c.id, c.day, true, coalesce(nullif(c.to_state, ''), 'UNKNOWN'), c.at, c.ended, c.began, c.ended
        from changes c where c.last
        union all
        select d.id, d.day, false, step::text,
            greatest(moments[1], case when step > 1 then moments[2] end, case when step > 2 then moments[3] end),
            greatest(moments[1], moments[2], case when step > 1 then moments[3] end, case when step > 2 then moments[4] end),
            d.began, d.ended
        from done d cross join (values (1), (2), (3)) steps (step)
        where step < cardinality(moments) and not exists (select from changes c where c.id = d.id)
    )
    select s.id, s.day, s.observed, s.stage, case when grouping(s.stage) = 0 then min(hours_between(s.began, greatest(s.since, s.began))) end,
        sum(greatest(hours_between(greatest(s.since, s.began), least(s.until, s.ended)), 0))
    from stays s group by grouping sets ((s.id, s.day, s.observed, s.stage), (s.id, s.day, s.observed))
$$;

-- The stages of the tests reported on one day, or on the part of it between two moments, counted from the records.
create function count_stages(since timestamp, upto timestamp) returns setof stage_rolls
language sql stable parallel safe as $$
    select day, case when observed then 'states' else 'dates' end, coalesce(stage, ''), coalesce(sum(entered), 0), array_agg(hours order by hours)
    from stage_times('tests', null, null, null, null, null, null, $1, $2)
    where stage is null or hours > 0 group by day, observed, stage
    union all
    select day, 'visits', state, 0, array_agg(hours order by hours)
    from (
        select t.reported_local::date as day, coalesce(nullif(h.from_state, ''), 'UNKNOWN') as state,
            hours_between(coalesce(lag(h.at) over (partition by t.id order by h.seen_at, h.id), t.date_created), h.at) as hours
        from visible_tests(null, null, null, null, null, null) t
        cross join lateral (
            select c.id, c.from_state, c.seen_at, coalesce(c.changed_at, c.seen_at) as at
            from state_changes c where c.entity = 'tests' and c.entity_id = t.id offset 0) h
        where t.reported_local is not null and t.reported_local >= $1 and t.reported_local < $2
    ) stays
    where hours >= 0 group by day, state
$$;

-- The same of the days from one moment to another: clean ones from the roll-up, others and the parts of a day at either end
-- counted anew.
create function stage_figures(since timestamp, upto timestamp) returns setof stage_rolls
language plpgsql stable parallel safe rows 500 as $$
#variable_conflict use_column
declare
    clean date[] := array(
        select r.day from rolled_days r
        where r.day >= since::date and r.day < upto::date and r.day::timestamp >= since order by 1);
    dirty timestamp;
begin
    return query select r.* from stage_rolls r where r.day >= since::date and r.day < upto::date and r.day = any (clean);
    -- Each with its own plan: one for any day is many times as slow.
    for dirty in
        select d from generate_series(since::date, upto - interval '1 microsecond', '1 day') d where d::date <> all (clean)
    loop
        return query select * from count_stages(greatest(dirty, since), least(dirty + interval '1 day', upto));
    end loop;
end $$;

create or replace function roll_days(chosen date[]) returns void language plpgsql as $$
declare
    wanted date;
begin
    perform lock_lims_writes();
    delete from day_rolls where day = any (chosen);
    insert into day_rolls select c.* from unnest(chosen) d (day)
    cross join lateral count_day(d.day, d.day::timestamp, d.day::timestamp + interval '1 day',
        '{all,customer,label,state,matrix,type,batched,batch}', null, null, null) c;
    delete from stage_rolls where day = any (chosen);
    foreach wanted in array chosen loop
        insert into stage_rolls select * from count_stages(wanted::timestamp, wanted::timestamp + interval '1 day');
    end loop;
    insert into rolled_days select distinct unnest(chosen) on conflict do nothing;
end $$;
