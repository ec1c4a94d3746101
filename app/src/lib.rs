//! Everything that the server and the browser share: wire types, server functions, pages, components, charts.
//! It names what it needs from the server in `ports` and knows neither the database nor the QBench client.

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!("`ssr` and `hydrate` are two builds: never enable both");

pub mod api;
pub mod charts;
pub mod components;
pub mod error;
#[cfg(feature = "ssr")]
pub mod exports;
pub mod format;
pub mod i18n;
pub mod live;
pub mod model;
pub mod pages;
mod parts;
#[cfg(feature = "ssr")]
pub mod ports;
mod shell;

pub use shell::App;
#[cfg(feature = "ssr")]
pub use shell::shell;
