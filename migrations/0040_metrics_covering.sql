-- The two widest scans of the overview, answered from the index alone; they take the place of the narrower ones.
create index tests_created_wide on tests (created_local) include (customer_id, label_abbr, state) where not hidden;
create index tests_reported_wide on tests (reported_local) include (tat_hours, customer_id, label_abbr)
    where not hidden and reported_local is not null;
drop index tests_created;
drop index tests_reported;

-- For the lists of a filter: each distinct value is one step through its index.
create index tests_labels on tests (label_abbr) where not hidden;
create index tests_states on tests (state) where not hidden;
create index samples_matrices on samples (matrix_type) where not hidden;
create index samples_types on samples (sample_type) where not hidden;
create index samples_states on samples (state) where not hidden;
