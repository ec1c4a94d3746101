-- What the figures are computed from: one definition of "which records", used by every statement below
-- server/src/db/metrics, and the indexes that their plans were measured with.
--
-- The functions are single selects and stable, so that the planner expands them in place: they cost nothing and
-- indexes stay usable. Their arguments are the filter: customer, order, accessioning type, matrix, label, state;
-- null means "any". They are also handy for reports of your own: select count(*) from visible_tests(7, null, null, null, null, null).

-- True when a text column answers to what a filter asks for; `unknown` also finds null and empty.
create function answers(value text, wanted text) returns boolean language sql immutable parallel safe as $$
    select wanted is null or value = wanted or (wanted = 'unknown' and coalesce(value, '') = '')
$$;

-- The key a record counts under in a distribution.
create function key_of(value text) returns text language sql immutable parallel safe as $$
    select coalesce(nullif(value, ''), 'unknown')
$$;

create function visible_tests(integer, integer, text, text, text, text) returns setof tests
language sql stable parallel safe as $$
    select t.* from tests t
    where not t.hidden
      and ($1 is null or t.customer_id = $1)
      and ($2 is null or t.order_id = $2)
      and ($3 is null and $4 is null or exists (
              select 1 from samples s
              where s.id = t.sample_id and answers(s.sample_type, $3) and answers(s.matrix_type, $4)))
      and answers(t.label_abbr, $5)
      and ($6 is null or t.state = $6)
$$;

create function visible_samples(integer, integer, text, text, text, text) returns setof samples
language sql stable parallel safe as $$
    select s.* from samples s
    where not s.hidden
      and ($1 is null or s.customer_id = $1)
      and ($2 is null or s.order_id = $2)
      and answers(s.sample_type, $3)
      and answers(s.matrix_type, $4)
      and ($5 is null or exists (
              select 1 from tests t where t.sample_id = s.id and not t.hidden and answers(t.label_abbr, $5)))
      and ($6 is null or s.state = $6)
$$;

create function visible_orders(integer, integer, text, text, text, text) returns setof orders
language sql stable parallel safe as $$
    select o.* from orders o
    where not o.hidden
      and ($1 is null or o.customer_account_id = $1)
      and ($2 is null or o.id = $2)
      and ($3 is null and $4 is null or exists (
              select 1 from samples s
              where s.order_id = o.id and not s.hidden and answers(s.sample_type, $3) and answers(s.matrix_type, $4)))
      and ($5 is null or exists (
              select 1 from tests t where t.order_id = o.id and not t.hidden and answers(t.label_abbr, $5)))
      and ($6 is null or o.state = $6)
$$;

-- True when a state ends the work, in any case and whatever blanks surround it. The list is upper-case.
create function is_final(state text, finals text[]) returns boolean language sql immutable parallel safe as $$
    select coalesce(upper(btrim(state)) = any (finals), false)
$$;

-- Open: neither completed nor reported, and in no final state.
create function open_orders(integer, integer, text, text, text, text, finals text[]) returns setof orders
language sql stable parallel safe as $$
    select o.* from visible_orders($1, $2, $3, $4, $5, $6) o
    where o.date_completed is null and o.date_order_reported is null and not is_final(o.state, finals)
$$;

-- Hours from one instant to another.
create function hours_between(timestamptz, timestamptz) returns double precision language sql immutable parallel safe as $$
    select extract(epoch from $2 - $1)::double precision / 3600
$$;
