-- Statements that the roll-up does not answer, by index alone.

-- Tests of an order and of a sample; each takes the place of a narrower one.
create index tests_of_order on tests (order_id) include (sample_id, report_completed_date, state) where not hidden;
drop index tests_order;
create index tests_of_sample on tests (sample_id) include (hidden);
drop index tests_sample;

-- Batches that are not complete: few of many.
create index batches_open on batches (coalesce(last_updated, date_created)) where not hidden and not coalesce(complete, false);
