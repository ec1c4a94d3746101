//! The one budget of requests that a tenant grants: how many per minute and how many at once.
//!
//! QBench's defaults are 300 requests per 60 s and 10 at once, per tenant and configurable there.
//! [`Gate`] hands out tickets; [`Throttle`] reads what the server says about its own count.

mod gate;
mod pace;
mod throttle;

pub(crate) use gate::{Gate, GateUsage, Ticket};
pub(crate) use throttle::{Refusal, Throttle, read_refusal};
