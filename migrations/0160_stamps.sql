-- What a run knew of the clock that stamps records before it read the first one: the greatest last_updated by then.
-- Changes that came after a record was read are stamped with this or later, whatever the pace of that clock.
alter table sync_runs add column stamped_by timestamptz;

-- Which records the copy knows to have changed since: whether an answer of the change feed is whole.
create index orders_last_updated on orders (last_updated) where deleted_at is null;
create index samples_last_updated on samples (last_updated) where deleted_at is null;
create index tests_last_updated on tests (last_updated) where deleted_at is null;
