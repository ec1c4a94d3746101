//! Server functions by subject. Each says who may call it, calls one port, and maps the error; nothing else.

pub mod accounts;
#[cfg(feature = "ssr")]
pub mod context;
pub mod deliveries;
pub mod metrics;
pub mod records;
pub mod session;
pub mod settings;
pub mod sync;
pub mod views;
