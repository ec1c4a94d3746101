-- Comparing names as people type them, and the newest row of tests without a scan.

-- Lower case, without the accents of Latin letters, without blanks at the ends.
create function folded(value text) returns text language sql immutable parallel safe as $$
    -- Accents go first, capital ones too: in a database of the C locale lower() knows ASCII letters only.
    select lower(translate(btrim(value),
        'áàâäãåāéèêëēíìîïīóòôöõøōúùûüūñçýÿ'
        'ÁÀÂÄÃÅĀÉÈÊËĒÍÌÎÏĪÓÒÔÖÕØŌÚÙÛÜŪÑÇÝŸ',
        'aaaaaaaeeeeeiiiiiooooooouuuuuncyy'
        'aaaaaaaeeeeeiiiiiooooooouuuuuncyy'))
$$;

create index tests_fetched on tests (fetched_at);
