-- Contradictions between a batch and its members that QBench was asked about and did not resolve. They are not asked
-- about again before one of the two rows has been written anew.
create table sync_contradictions (
    member    text not null check (member in ('tests', 'samples')),
    batch_id  integer not null,
    member_id integer not null,
    asked_at  timestamptz not null,
    primary key (member, batch_id, member_id)
);
