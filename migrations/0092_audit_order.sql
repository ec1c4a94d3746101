-- Entries are numbered in the order of the chain. The number of a column's default is drawn before the trigger waits for
-- its turn, so that two writers at the same moment could leave the chain in another order than the numbers, and an intact
-- log looked changed.
create or replace function chain_audit() returns trigger language plpgsql as $$
begin
    -- One writer at a time, or two entries would follow the same one.
    perform pg_advisory_xact_lock(hashtext('audit_log'));
    new.id := nextval('audit_log_id_seq');
    new.prev_hash := (select hash from audit_log order by id desc limit 1);
    new.hash := audit_hash(new, new.prev_hash);
    return new;
end $$;

-- Emptying the table is a change too.
create trigger audit_kept before truncate on audit_log for each statement execute function refuse_audit_change();
