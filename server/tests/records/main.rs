//! Lists, record pages and search against a real PostgreSQL, with small hand-made data for each rule.

mod counts;
mod invitations;
mod lab;
mod last_filter;
mod pages;
mod paging;
mod provider;
mod roles;
mod sealed;
mod search;
mod share;
mod sign_in;
mod visibility;
mod web;
