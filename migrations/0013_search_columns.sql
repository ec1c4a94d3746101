-- The forms that a search compares, stored: computing them while searching costs more than all the rest of it.

alter table customers add column search_name text generated always as (search_form(name)) stored;
alter table orders add column search_number text generated always as (search_form(custom_formatted_id)) stored;
alter table samples
    add column search_number text generated always as (search_form(custom_formatted_id)) stored,
    add column search_name text generated always as (search_form(sample_name)) stored,
    add column search_tag text generated always as (search_form(metrc_id)) stored;
alter table batches add column search_name text generated always as (search_form(display_name)) stored;

drop index customers_search, orders_search, samples_search, batches_search;
create index customers_search on customers using gin (search_name gin_trgm_ops);
create index orders_search on orders using gin (search_number gin_trgm_ops);
create index samples_search on samples using gin (
    search_number gin_trgm_ops, search_name gin_trgm_ops, search_tag gin_trgm_ops);
create index batches_search on batches using gin (search_name gin_trgm_ops);
