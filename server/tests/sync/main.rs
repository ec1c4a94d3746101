//! The synchronisation against the simulator over real HTTP, into a real PostgreSQL.

mod bare;
mod bench;
mod control;
mod drift;
mod full;
mod hostile;
mod incremental;
mod killed;
mod lease;
mod verify;
mod weather;
