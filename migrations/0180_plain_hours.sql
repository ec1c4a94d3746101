-- Hours from one instant to another; date_part counts in binary, extract in decimal digits and several times as long.
create or replace function hours_between(timestamptz, timestamptz) returns double precision language sql immutable parallel safe as $$
    select date_part('epoch', $2 - $1) / 3600
$$;

create or replace function worked(before double precision, opens timestamp, seconds double precision, at timestamp)
returns double precision language sql immutable parallel safe as $$
    select before + least(greatest(date_part('epoch', at - opens), 0), seconds)
$$;

-- What the statements that the roll-up does not answer need to read by index alone; each takes the place of a narrower one.
create index tests_created_wide on tests (created_local)
    include (customer_id, label_abbr, state, sample_id, date_created, report_completed_date, reported_local, completed_local, tat_hours)
    where not hidden;
drop index tests_created_all;
create index tests_reported_wide on tests (reported_local)
    include (tat_hours, customer_id, label_abbr, state, sample_id, date_created, report_completed_date, created_local, completed_local)
    where not hidden and reported_local is not null;
drop index tests_reported_all;
create index tests_completed_wide on tests (completed_local)
    include (customer_id, label_abbr, state, sample_id, created_local, reported_local)
    where not hidden and completed_local is not null;
drop index tests_completed;

-- The samples of a matrix or a type, for filters; also those that are hidden.
create index samples_of_matrix on samples (matrix_type) include (id, sample_type, hidden);
drop index samples_matrices;
create index samples_of_type on samples (sample_type) include (id, matrix_type, hidden);
drop index samples_types;

create index samples_created_wide on samples (created_local)
    include (id, order_id, customer_id, matrix_type, sample_type, state, has_report, completed_date) where not hidden;
drop index samples_created;
create index samples_completed_wide on samples (completed_local) include (date_created, completed_date, matrix_type) where not hidden;
drop index samples_completed;
create index samples_of_order on samples (order_id) include (id, hidden);
drop index samples_order;
