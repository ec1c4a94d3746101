-- Views for Metabase, Power BI, Grafana and the like. Their names and columns are a promise: columns are added at the
-- end and never renamed or taken away, whatever happens to the tables below. Hidden records are not in them. Times are
-- the laboratory's wall clock.

create schema bi;
comment on schema bi is 'Stable views for business intelligence tools';

create view bi.customers as
select c.id as customer_id, c.name as customer, c.created_local as created_at
from customers c where not c.hidden;

create view bi.orders as
select o.id as order_id, o.custom_formatted_id as order_number, o.customer_account_id as customer_id,
    c.name as customer, o.state, o.created_local as created_at, o.received_local as received_at,
    o.completed_local as completed_at, o.reported_local as reported_at, o.sample_count, o.test_count,
    (extract(epoch from o.date_completed - o.date_created) / 3600)::double precision as hours_to_completion,
    (extract(epoch from o.date_order_reported - o.date_created) / 3600)::double precision as hours_to_report
from orders o left join customers c on c.id = o.customer_account_id where not o.hidden;

create view bi.samples as
select s.id as sample_id, s.custom_formatted_id as sample_number, s.sample_name, s.metrc_id, s.order_id, s.customer_id,
    c.name as customer, s.matrix_type, s.sample_type, s.state, s.created_local as created_at,
    s.completed_local as completed_at, s.test_count, s.sample_weight, s.has_report
from samples s left join customers c on c.id = s.customer_id where not s.hidden;

create view bi.tests as
select t.id as test_id, t.sample_id, t.order_id, t.customer_id, c.name as customer, t.assay_id, t.label_abbr as label,
    t.title, t.state, s.matrix_type, t.created_local as created_at, t.completed_local as completed_at,
    t.reported_local as reported_at, t.tat_hours as turnaround_hours, t.has_report
from tests t left join samples s on s.id = t.sample_id left join customers c on c.id = t.customer_id
where not t.hidden;

create view bi.batches as
select b.id as batch_id, b.display_name as batch, b.assay_id, b.state, b.complete, b.created_local as created_at,
    cardinality(b.sample_ids) as sample_count, cardinality(b.test_ids) as test_count
from batches b where not b.hidden;

create view bi.freshness as
select entity, as_of, (extract(epoch from now() - as_of) / 60)::double precision as age_minutes from sync_watermarks;

comment on view bi.customers is 'One row a customer account';
comment on view bi.orders is 'One row an order';
comment on view bi.samples is 'One row a sample';
comment on view bi.tests is 'One row a test';
comment on view bi.batches is 'One row a batch';
comment on view bi.freshness is 'Up to when the copy of each kind of record is complete';
comment on column bi.orders.hours_to_completion is 'Hours from creation to completion; empty while it is not completed';
comment on column bi.orders.hours_to_report is 'Hours from creation to the report; empty while there is none';
comment on column bi.tests.turnaround_hours is
    'Hours from creation to the report; negative when QBench''s dates contradict each other, empty without a report';
comment on column bi.tests.label is 'The abbreviation of the assay''s label, such as HM or PEST';
comment on column bi.freshness.as_of is 'An instant of QBench''s clock, with its zone';
comment on column bi.freshness.age_minutes is 'Minutes since then';

-- The role that may read them and nothing else. Where the owner of the database may not make roles, the
-- administrator makes it and calls this again.
create function bi.grant_reader() returns void language plpgsql as $$
begin
    begin
        if not exists (select from pg_roles where rolname = 'benchwatch_reader') then
            create role benchwatch_reader nologin;
        end if;
    exception when others then
        raise notice 'the role benchwatch_reader could not be made: %', sqlerrm;
    end;
    if exists (select from pg_roles where rolname = 'benchwatch_reader') then
        grant usage on schema bi to benchwatch_reader;
        grant select on all tables in schema bi to benchwatch_reader;
        alter default privileges in schema bi grant select on tables to benchwatch_reader;
    end if;
end $$;
comment on function bi.grant_reader() is 'Lets the role benchwatch_reader read the views of this schema';
revoke execute on function bi.grant_reader() from public;
select bi.grant_reader();
