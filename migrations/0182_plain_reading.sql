-- Figures by day are read by the statement that asks for them, which fetches the columns that it needs; only the days that
-- are not clean, and the parts of a day at either end, are counted by a function of their own.
create function counted_figures(wanted_dimension text, wanted text, since timestamp, upto timestamp)
returns setof day_rolls language plpgsql stable parallel safe rows 100 as $$
#variable_conflict use_column
declare
    customer integer := case wanted_dimension when 'customer' then nullif(wanted, '')::integer end;
    label text := case wanted_dimension when 'label' then wanted end;
    state text := case wanted_dimension when 'state' then wanted end;
    dirty timestamp[] := array(
        select d from generate_series(since::date, upto - interval '1 microsecond', '1 day') d
        where not (d::date < upto::date and d::timestamp >= since and d::date in (select r.day from rolled_days r)));
begin
    -- Even the plan of the count takes longer than most of what is read.
    if cardinality(dirty) > 0 then
        return query select c.*
        from unnest(dirty) d (day)
        cross join lateral count_day(d.day::date, greatest(d.day, since), least(d.day + interval '1 day', upto),
            array[wanted_dimension], customer, label, state) c
        where wanted is null or c.key = wanted;
    end if;
end $$;

drop function day_figures(text, text, timestamp, timestamp);
create function day_figures(text, text, since timestamp, upto timestamp) returns setof day_rolls
language sql stable parallel safe as $$
    select r.* from day_rolls r
    where r.dimension = $1 and ($2 is null or r.key = $2) and r.day >= $3::date and r.day < $4::date
      and r.day::timestamp >= $3 and r.day in (select c.day from rolled_days c)
    union all
    select * from counted_figures($1, $2, $3, $4)
$$;
