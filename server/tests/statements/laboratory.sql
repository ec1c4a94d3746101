-- A laboratory of `lab.tests` tests up to `lab.now`, in UTC, as a synchronisation would have left it: work on weekdays,
-- a few customers with most of it, dates of samples and tests without a time, contradictions, gaps, hidden records.
select setseed(0.42);

insert into assays (id, title, label_abbr, raw_payload)
select i, 'Assay ' || i, (array['CN', 'MB', 'TP', 'HM', 'PS', 'RS', 'WA', 'MC', 'FM', 'VC', 'AC', 'PH', 'ID', 'MY', 'NT', 'LT'])[i], '{}'
from generate_series(1, 16) i;

insert into customers (id, name, aliases, date_created, created_local, raw_payload)
select i, 'Customer ' || i, jsonb_build_array('Customer ' || i), t, t at time zone 'UTC', '{}'
from generate_series(1, greatest(20, current_setting('lab.tests')::integer / 2500)) i,
    lateral (select date_trunc('day', current_setting('lab.now')::timestamptz - i * interval '4 days 7 hours') as t) x;

insert into orders (id, custom_formatted_id, customer_account_id, date_created, created_local, date_received, received_local,
    date_completed, completed_local, date_order_reported, reported_local, state, raw_payload)
select i, 'ORD-' || i, customer, made, made at time zone 'UTC', received, received at time zone 'UTC',
    done, done at time zone 'UTC', reported, reported at time zone 'UTC',
    case when reported is not null then 'REPORTED' when done is not null then 'COMPLETED'
        when i % 17 = 0 then 'ON HOLD' when i % 19 = 0 then 'CANCELLED' else 'IN PROGRESS' end,
    jsonb_build_object('pad', repeat(md5(i::text), 20))
from (
    select i, 1 + floor(power(random(), 2) * (select count(*) from customers))::integer as customer, made,
        made + interval '2 hours' * random() as received,
        case when ready < n.now and i % 97 > 0 then ready end as done, i % 5 > 0 as is_reported
    from (select current_setting('lab.now')::timestamptz as now, current_setting('lab.tests')::integer / 20 as orders,
            180 * power(current_setting('lab.tests')::double precision / 20000, 0.45) as days) n,
        lateral generate_series(1, n.orders) i,
        lateral (select n.now - (n.orders - i) * (n.days / n.orders) * interval '1 day' as raw) a,
        lateral (select date_trunc('day', raw) + (8 + extract(epoch from raw - date_trunc('day', raw)) / 9600) * interval '1 hour'
            - case extract(isodow from raw) when 7 then interval '2 days' when 6 then interval '1 day' else interval '0' end as made) b,
        lateral (select made + (20 + 80 * random()) * interval '1 hour' as ready) c
) o, lateral (select case when is_reported and done < current_setting('lab.now')::timestamptz then done + interval '90 minutes' end as reported) r;

insert into samples (id, sample_name, custom_formatted_id, metrc_id, order_id, customer_id, has_report, completed_date, completed_local,
    date_created, created_local, matrix_type, sample_type, state, raw_payload)
select i, 'Sample ' || i, 'S-' || i, case when i % 5 = 0 then '1A' || lpad(i::text, 22, '0') end, o.id, o.customer_account_id,
    o.date_order_reported is not null, o.date_completed, o.completed_local, d, d at time zone 'UTC',
    (array['Flower', 'Edible', 'Vape', 'Concentrate', 'Tincture', 'Topical', '', null])[1 + (o.id * 5 + o.id / 7 + i / 3 % 2) % 8],
    (array['Adult Use', 'Medical', 'R&D', null])[1 + o.id % 4], case when o.date_completed is null then 'IN PROGRESS' else 'COMPLETED' end,
    jsonb_build_object('pad', repeat(md5(i::text), 20))
from generate_series(1, current_setting('lab.tests')::integer / 4) i
join orders o on o.id = 1 + (i - 1) / 5, lateral (select date_trunc('day', o.date_created) as d) x;

insert into tests (id, sample_id, order_id, customer_id, batch_ids, assay_id, date_created, created_local, complete_date, completed_local,
    report_completed_date, reported_local, tat_hours, has_report, state, label_abbr, title, raw_payload)
select i, s.id, s.order_id, s.customer_id, array[1 + i / 24], 1 + (s.order_id * 3 + i) % 16, s.date_created, s.created_local, done, done at time zone 'UTC',
    reported, reported at time zone 'UTC', extract(epoch from reported - s.date_created) / 3600, reported is not null,
    case when reported is not null then 'REPORTED' when i % 43 = 0 then 'NOT REPORTABLE' when i % 41 = 0 then 'CANCELLED'
        when done is not null then 'COMPLETED' when i % 13 = 0 then 'ON HOLD' else 'IN PROGRESS' end,
    case when i % 101 > 0 then (select label_abbr from assays where id = 1 + (s.order_id * 3 + i) % 16) end, 'Test ' || i,
    jsonb_build_object('pad', repeat(md5(i::text), 26))
from generate_series(1, current_setting('lab.tests')::integer) i
join samples s on s.id = 1 + (i - 1) / 4
cross join lateral (select s.completed_local - random() * interval '18 hours' as done_local) x
cross join lateral (select case when i % 29 > 0 or i <= current_setting('lab.tests')::integer / 100 * 98 then done_local at time zone 'UTC' end as done) y
cross join lateral (select case when done + interval '6 hours' < current_setting('lab.now')::timestamptz and i % 43 > 0 and i % 41 > 0
    then case when i % 2003 = 0 then s.date_created - interval '3 hours' else done + random() * interval '6 hours' end end as reported) z;

insert into batches (id, assay_id, display_name, date_created, created_local, state, complete, sample_ids, test_ids, last_updated, raw_payload)
select b, min(t.assay_id), 'Batch ' || b, min(t.date_created) + interval '9 hours', min(t.created_local) + interval '9 hours',
    case when bool_and(t.complete_date is not null) then 'COMPLETED' else 'OPEN' end, bool_and(t.complete_date is not null),
    array_agg(distinct t.sample_id), array_agg(t.id), max(t.complete_date), jsonb_build_object('pad', repeat(md5(b::text), 20))
from (select 1 + id / 24 as b, * from tests) t group by b;

insert into state_changes (entity, entity_id, from_state, to_state, seen_at, changed_at)
select 'tests', t.id, c.old, c.new, c.at, c.at
from tests t, lateral (values
    ('NOT STARTED', 'IN PROGRESS', t.date_created + interval '10 hours'),
    ('IN PROGRESS', case when t.id % 23 = 0 then 'ON HOLD' when t.id % 31 = 0 then 'RERUN' else 'COMPLETED' end,
        t.date_created + interval '20 hours'),
    (case when t.id % 23 = 0 then 'ON HOLD' when t.id % 31 = 0 then 'RERUN' else 'COMPLETED' end, 'REPORTED', t.report_completed_date)
) as c (old, new, at)
where t.id > current_setting('lab.tests')::integer / 2 and c.at is not null;

insert into metrc_sample_statuses (metrc_id, metrc_status, metrc_date)
select metrc_id, (array['TestPassed', 'SubmittedForTesting', 'TestFailed'])[1 + id % 3], date_created + interval '2 days'
from samples where metrc_id is not null;

insert into banned_entities (entity_type, entity_id) values ('customer', 3), ('order', 500), ('order', 700), ('test', 4000), ('sample', 900);
update orders set deleted_at = now() where id % 1009 = 0;
select refresh_orders(array(select id from orders where deleted_at is not null));
