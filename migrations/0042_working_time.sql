-- The laboratory's working time: hours by weekday, holidays, and a table of days that durations are looked up in.
-- A duration on this clock is worked(end) - worked(begin); `before` is the working time of all days before.

create table working_hours (
    weekday integer primary key check (weekday between 1 and 7), -- Monday is 1
    opens   time not null,
    closes  time not null check (closes > opens)
);
insert into working_hours select d, '08:00', '17:00' from generate_series(1, 5) d;

create table holidays (
    day  date primary key,
    name text not null default ''
);

create table working_days (
    day     date primary key,
    opens   timestamp not null,
    -- Seconds of work on that day, and on all days before it.
    seconds double precision not null,
    before  double precision not null
);

-- Writes the days anew. A day's length is taken between instants, so that a day on which clocks change has its true one.
create function rebuild_working_days() returns void language plpgsql as $$
declare zone text := coalesce((select value #>> '{}' from settings where key = 'time_zone'), 'UTC');
begin
    delete from working_days;
    insert into working_days
    select day, opens, seconds, coalesce(sum(seconds) over (order by day rows between unbounded preceding and 1 preceding), 0)
    from (
        select d::date as day, d + coalesce(w.opens, '00:00') as opens,
            case when w.weekday is null or h.day is not null then 0
                else extract(epoch from ((d + w.closes) at time zone zone) - ((d + w.opens) at time zone zone)) end as seconds
        from generate_series('2010-01-01'::timestamp, '2045-12-31', '1 day') d
        left join working_hours w on w.weekday = extract(isodow from d)
        left join holidays h on h.day = d::date
    ) days;
end $$;
select rebuild_working_days();

create function working_time_changed() returns trigger language plpgsql as $$
begin
    perform rebuild_working_days();
    return null;
end $$;
create trigger working_hours_changed after insert or update or delete on working_hours
    for each statement execute function working_time_changed();
create trigger holidays_changed after insert or update or delete on holidays
    for each statement execute function working_time_changed();
create function zone_changed() returns trigger language plpgsql as $$
begin
    if new.key = 'time_zone' then
        perform rebuild_working_days();
    end if;
    return null;
end $$;
create trigger zone_of_working_time after insert or update on settings for each row execute function zone_changed();
