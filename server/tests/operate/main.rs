//! Operating benchwatch: the real program, real databases, real peers.

mod backup;
mod program;
