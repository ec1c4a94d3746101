-- The course of each record from its beginning to its end, for the kinds whose turnaround is measured: the moments that the
-- record itself tells, in the order in which they should follow each other. The last one is the end and always there.
-- Parameters after the kind are those of visible_tests.
create function staged_records(kind text, integer, integer, text, text, text, text)
returns table (id integer, ended_local timestamp, moments timestamptz[])
language sql stable parallel safe as $$
    select t.id, t.reported_local, array[t.date_created, t.start_date, t.complete_date, t.report_completed_date]
    from visible_tests($2, $3, $4, $5, $6, $7) t where kind = 'tests' and t.reported_local is not null
    union all
    select s.id, s.completed_local, array[s.date_created, s.start_date, s.completed_date]
    from visible_samples($2, $3, $4, $5, $6, $7) s where kind = 'samples' and s.completed_local is not null
    union all
    select o.id, o.reported_local, array[o.date_created, o.date_received, o.date_completed, o.date_order_reported]
    from visible_orders($2, $3, $4, $5, $6, $7) o where kind = 'orders' and o.reported_local is not null
$$;
