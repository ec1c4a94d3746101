//! All SQL. It knows rows and instants, and nothing of HTTP, pages or QBench.

pub mod metrics;
