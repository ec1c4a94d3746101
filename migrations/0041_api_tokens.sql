-- Tokens that people make for programs, beside those that a sign-in through the interface hands out.
-- `scope` says what a token may do of what its account may do; `hint` is the beginning of the token, so that its owner
-- can tell which one it is.
alter table api_tokens
    add column kind  text not null default 'login' check (kind in ('login', 'personal')),
    add column scope text not null default 'control' check (scope in ('read', 'control')),
    add column hint  text not null default '';
