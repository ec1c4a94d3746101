-- The laboratory as it was at a moment: views of the same names as the tables, in a schema of their own. A connection
-- with `search_path = past, public` and `benchwatch.as_of = <moment>` computes every figure as of then: records created
-- later do not exist, dates that lie later are not set yet, and states are those of the observed changes. A state whose
-- change was not observed is unknown when the record ended later.
create schema past;

create function past.moment() returns timestamptz language sql stable parallel safe as $$
    select current_setting('benchwatch.as_of')::timestamptz
$$;

-- The state before the first change after the moment; without one, the present state, unless the record ended later.
create function past.state_at(kind text, record integer, present text, ended timestamptz) returns text
language sql stable parallel safe as $$
    select (coalesce(
        (select array[h.from_state] from public.state_changes h
         where h.entity = kind and h.entity_id = record and coalesce(h.changed_at, h.seen_at) > past.moment()
         order by h.seen_at, h.id limit 1),
        array[case when ended > past.moment() then null else present end]))[1]
$$;

-- The columns of a table or view in their order; null when there is none.
create function past.columns_of(relation text) returns text[] language sql stable as $$
    select array_agg(attname::text order by attnum) from pg_attribute
    where attrelid = to_regclass(relation) and attnum > 0 and not attisdropped
$$;

-- Writes the views anew; to be called when a table has got another column.
create function past.rebuild() returns void language plpgsql as $$
declare
    tab text;
    columns text;
begin
    -- One process at a time, and only what has changed.
    perform pg_advisory_xact_lock(7211005);
    foreach tab in array array['customers', 'orders', 'samples', 'tests', 'batches'] loop
        continue when past.columns_of('public.' || tab) = past.columns_of('past.' || tab);
        select string_agg(
            case
                when a.attname = 'hidden' then '(t.hidden or coalesce(t.date_created > past.moment(), false)) as hidden'
                when a.attname = 'state' and tab in ('orders', 'samples', 'tests') then format(
                    'past.state_at(%L, t.id, t.state, %s)::%s as state', tab,
                    case tab when 'orders' then 'coalesce(t.date_completed, t.date_order_reported)'
                        when 'samples' then 't.completed_date' else 'coalesce(t.complete_date, t.report_completed_date)' end,
                    format_type(a.atttypid, a.atttypmod))
                when a.attname in ('report_completed_date', 'tat_hours') or (tab = 'tests' and a.attname = 'reported_local')
                    then format('case when t.report_completed_date <= past.moment() then t.%1$I end as %1$I', a.attname)
                when tab = 'tests' and a.attname in ('complete_date', 'completed_local')
                    then format('case when t.complete_date <= past.moment() then t.%1$I end as %1$I', a.attname)
                when tab = 'samples' and a.attname in ('completed_date', 'completed_local')
                    then format('case when t.completed_date <= past.moment() then t.%1$I end as %1$I', a.attname)
                when tab = 'orders' and a.attname in ('date_completed', 'completed_local')
                    then format('case when t.date_completed <= past.moment() then t.%1$I end as %1$I', a.attname)
                when tab = 'orders' and a.attname in ('date_order_reported', 'reported_local')
                    then format('case when t.date_order_reported <= past.moment() then t.%1$I end as %1$I', a.attname)
                else format('t.%I', a.attname)
            end, ', ' order by a.attnum)
        into columns
        from pg_attribute a
        where a.attrelid = ('public.' || tab)::regclass and a.attnum > 0 and not a.attisdropped;
        execute format('drop view if exists past.%I', tab);
        execute format('create view past.%I as select %s from public.%I t', tab, columns, tab);
    end loop;
end $$;
select past.rebuild();

create view past.state_changes as
select * from public.state_changes where coalesce(changed_at, seen_at) <= past.moment();
