-- The end of a session is told to every process at once, whoever ends it and how, so that open pages notice.
create function tell_session_end() returns trigger language plpgsql as $$
begin
    perform pg_notify('benchwatch_sessions', encode(old.id_hash, 'hex'));
    return null;
end $$;
create trigger session_end_told after delete on sessions for each row execute function tell_session_end();
