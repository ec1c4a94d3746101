-- Seconds of work up to a moment of a day: those of all days before, and those of the day itself.
create function worked(before double precision, opens timestamp, seconds double precision, at timestamp)
returns double precision language sql immutable parallel safe as $$
    select before + least(greatest(extract(epoch from at - opens)::double precision, 0), seconds)
$$;

-- What turnaround is measured of, in one shape: tests from creation to report, samples from creation to completion, orders
-- from creation to report; every hour or the laboratory's working time. An end before its start is negative on either
-- clock, a missing start is null. Parameters after the clock are those of visible_tests.
create function timed_records(kind text, working boolean, integer, integer, text, text, text, text)
returns table (id integer, customer_id integer, sample_id integer, label text, ended_local timestamp, hours double precision)
language sql stable parallel safe as $$
    select t.id, t.customer_id, t.sample_id, t.label_abbr::text, t.reported_local,
        case when not working then t.tat_hours when t.report_completed_date < t.date_created then -1
            else (worked(b.before, b.opens, b.seconds, t.reported_local) - worked(a.before, a.opens, a.seconds, t.created_local)) / 3600 end
    from visible_tests($3, $4, $5, $6, $7, $8) t
    left join working_days a on working and a.day = t.created_local::date
    left join working_days b on working and b.day = t.reported_local::date
    where kind = 'tests' and t.reported_local is not null
    union all
    select s.id, s.customer_id, s.id, null, s.completed_local,
        case when not working then hours_between(s.date_created, s.completed_date)
            when s.completed_date < s.date_created then -1
            else (worked(b.before, b.opens, b.seconds, s.completed_local) - worked(a.before, a.opens, a.seconds, s.created_local)) / 3600 end
    from visible_samples($3, $4, $5, $6, $7, $8) s
    left join working_days a on working and a.day = s.created_local::date
    left join working_days b on working and b.day = s.completed_local::date
    where kind = 'samples' and s.completed_local is not null
    union all
    select o.id, o.customer_account_id, null, null, o.reported_local,
        case when not working then hours_between(o.date_created, o.date_order_reported)
            when o.date_order_reported < o.date_created then -1
            else (worked(b.before, b.opens, b.seconds, o.reported_local) - worked(a.before, a.opens, a.seconds, o.created_local)) / 3600 end
    from visible_orders($3, $4, $5, $6, $7, $8) o
    left join working_days a on working and a.day = o.created_local::date
    left join working_days b on working and b.day = o.reported_local::date
    where kind = 'orders' and o.reported_local is not null
$$;
