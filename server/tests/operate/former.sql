-- The tables that `benchwatch import` reads, as the former product makes them, with a small laboratory in them.
create table customers (id int4 primary key, name varchar(255) not null, aliases jsonb not null default '[]',
    date_created timestamp, raw_payload jsonb not null, fetched_at timestamptz not null default now());
create table orders (id int4 primary key, custom_formatted_id varchar(255), customer_account_id int4 not null references customers,
    date_created timestamp, date_completed timestamp, date_order_reported timestamp, date_received timestamp,
    sample_count int4, test_count int4, state varchar(64), raw_payload jsonb not null, fetched_at timestamptz not null default now());
create table samples (id int4 primary key, sample_name varchar(255), custom_formatted_id varchar(255), metrc_id varchar(255),
    order_id int4 not null references orders, has_report boolean not null, batch_ids int4[] not null, completed_date timestamp,
    date_created timestamp, start_date timestamp, matrix_type varchar(255), sample_type varchar(255), state varchar(64),
    test_count int4, sample_weight numeric(18, 2), raw_payload jsonb not null, fetched_at timestamptz not null default now());
create table batches (id int4 primary key, assay_id int4, display_name varchar(255), date_created timestamp,
    date_prepared timestamp, last_updated timestamp, sample_ids int4[] not null, test_ids int4[] not null,
    raw_payload jsonb not null, fetched_at timestamptz not null default now());
create table tests (id int4 primary key, sample_id int4 not null references samples, batch_ids int4[] not null,
    date_created timestamp, state varchar(64), has_report boolean not null, report_completed_date timestamp,
    label_abbr varchar(64), title varchar(255), worksheet_raw jsonb, raw_payload jsonb not null,
    fetched_at timestamptz not null default now());
create table metrc_sample_statuses (id serial primary key, metrc_id varchar(255) not null, metrc_status varchar(128),
    metrc_date timestamptz, created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
    unique (metrc_id, metrc_date));
create table users (id serial primary key, username varchar(150) unique not null, password_hash varchar(255) not null,
    is_active boolean not null default true, failed_attempts int4 not null default 0, locked_until timestamptz,
    last_login_at timestamptz, created_at timestamptz not null default now(), updated_at timestamptz not null default now());
create table banned_entities (id serial primary key, entity_type varchar(32) not null, entity_id int4 not null, reason text,
    created_at timestamptz not null default now(), unique (entity_type, entity_id));
create table sync_checkpoints (entity varchar(64) primary key, last_synced_at timestamp, last_cursor int4, last_id int4,
    status varchar(32), message text, updated_at timestamptz not null, failed boolean not null);

insert into customers (id, name, aliases, raw_payload) values
    (1, 'Green Leaf', '["Green Leaf", "GL", "Leaf Green"]', '{"id": 1, "customer_name": "Green Leaf", "date_created": "11/02/2026 08:00 AM"}'),
    (2, 'Amber Farms', '["Amber Farms"]', '{"id": 2, "customer_name": "Amber Farms"}'),
    (3, 'No JSON of QBench', '[]', '[]');
insert into orders (id, customer_account_id, state, raw_payload) values
    (10, 1, 'COMPLETED', '{"id": 10, "customer_account_id": 1, "state": "COMPLETED", "date_created": "11/03/2026 09:30 AM"}'),
    (11, 2, 'CREATED', '{"id": 11, "customer_account_id": 2, "state": "CREATED", "date_created": "11/04/2026 10:00 AM"}');
insert into samples (id, order_id, has_report, batch_ids, raw_payload) values
    (20, 10, true, '{}', '{"id": 20, "order_id": 10, "sample_name": "Flower", "leaf_id": "1A4000001"}');
insert into batches (id, sample_ids, test_ids, raw_payload) values
    (40, '{20}', '{30}', '{"id": 40, "display_name": "B-40", "sample_ids": [20], "test_ids": [30]}');
insert into tests (id, sample_id, batch_ids, has_report, raw_payload)
    select n, 20, '{}', false, jsonb_build_object('id', n, 'sample_id', 20, 'state', 'COMPLETED') from generate_series(30, 2530) n;
insert into metrc_sample_statuses (metrc_id, metrc_status, metrc_date) values
    ('1A4000001', 'TestPassed', '2026-11-05 10:00+00'), ('1A4000002', null, null);
-- Cost 4; the password is "an old password of mira".
insert into users (username, password_hash, is_active) values
    ('mira', '$2b$04$LwoK030hE74G6RiDs9zwZOfNs3F1IK9I/TEsCniwtdKFmzBfIH1nC', true), ('odd', 'plain', true), ('gone', '$2b$04$LwoK030hE74G6RiDs9zwZOfNs3F1IK9I/TEsCniwtdKFmzBfIH1nC', false), ('here', '$2b$04$LwoK030hE74G6RiDs9zwZOfNs3F1IK9I/TEsCniwtdKFmzBfIH1nC', true);
insert into banned_entities (entity_type, entity_id, reason) values ('order', 11, 'a trial');
