//! Access tokens: the signed assertion, its exchange, and one token shared by all calls.

mod assertion;
mod tokens;

pub(crate) use tokens::{Token, Tokens};
