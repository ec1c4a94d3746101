-- Lists, record pages and search.

-- The form in which words are compared in a search: without accents and in lower case, whatever the database's locale.
create function search_form(value text) returns text language sql immutable parallel safe as $$
    select lower(translate(value,
        'ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿ',
        'AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyy'))
$$;

create index customers_search on customers using gin (search_form(name) gin_trgm_ops);
create index orders_search on orders using gin (search_form(custom_formatted_id) gin_trgm_ops);
create index samples_search on samples using gin (
    search_form(custom_formatted_id) gin_trgm_ops, search_form(sample_name) gin_trgm_ops, search_form(metrc_id) gin_trgm_ops);
create index batches_search on batches using gin (search_form(display_name) gin_trgm_ops);
-- Replaced by the ones above.
drop index orders_reference;
drop index samples_reference;
drop index customers_name;

-- Samples ready to report: every test that is not cancelled is completed or not reportable, there is at least one such
-- test, and the order is open. The arguments are the filter: customer, order, accessioning type, matrix, label of the
-- order; then the states that end an order.
create function ready_samples(integer, integer, text, text, text, finals text[]) returns setof samples
language sql stable parallel safe as $$
    select s.* from samples s
    where s.id in (
        select t.sample_id
        from open_orders($1, $2, $3, $4, $5, null, finals) o
        join visible_tests($1, $2, $3, $4, null, null) t on t.order_id = o.id
        where upper(btrim(coalesce(t.state, ''))) not in ('CANCELLED', 'CLIENT CANCELLED')
        group by t.sample_id
        having bool_and(upper(btrim(coalesce(t.state, ''))) in ('COMPLETED', 'NOT REPORTABLE')))
$$;
