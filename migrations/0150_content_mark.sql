-- One mark for everything that figures and records are made from. Whatever writes any of it leaves another mark in the same
-- transaction, so that two readers who find the same mark have seen the same content: also over a restored backup, since
-- a mark is never given twice.
create table content_mark (
    single boolean primary key default true check (single),
    mark   uuid not null
);
insert into content_mark (mark) values (gen_random_uuid());

create function content_changed() returns trigger language plpgsql as $$
begin
    -- The synchronisation reads most pages without anything new in them.
    case tg_op
        when 'INSERT' then
            if not exists (select from new_rows) then return null; end if;
        when 'TRUNCATE' then null;
        else
            if not exists (select from old_rows) then return null; end if;
    end case;
    -- All writers in one order: first this lock, then the row of the mark.
    perform lock_lims_writes();
    update content_mark set mark = gen_random_uuid();
    return null;
end $$;

do $$
declare tab text;
begin
    foreach tab in array array['customers', 'assays', 'orders', 'samples', 'batches', 'tests', 'metrc_sample_statuses',
            'banned_entities', 'state_changes', 'working_days'] loop
        execute format('create trigger content_insert after insert on %I referencing new table as new_rows
            for each statement execute function content_changed()', tab);
        execute format('create trigger content_update after update on %I referencing old table as old_rows
            for each statement execute function content_changed()', tab);
        execute format('create trigger content_delete after delete on %I referencing old table as old_rows
            for each statement execute function content_changed()', tab);
        execute format('create trigger content_truncate after truncate on %I
            for each statement execute function content_changed()', tab);
    end loop;
end $$;
