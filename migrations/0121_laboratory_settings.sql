-- What an administrator sets about the laboratory stands in `settings` under keys that begin with `lab.`; every process is
-- told of a change.
create function tell_settings() returns trigger language plpgsql as $$
begin
    perform pg_notify('benchwatch_settings', '');
    return null;
end $$;
create trigger settings_told after insert or update or delete on settings
    for each statement execute function tell_settings();
