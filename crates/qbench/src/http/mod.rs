//! One HTTP exchange: send, read the whole body within limits, say what came. Repeats nothing.

mod reply;
mod transport;

pub(crate) use reply::Reply;
pub(crate) use transport::Transport;
