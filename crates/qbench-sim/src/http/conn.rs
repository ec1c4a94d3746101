//! Connections that can break: cut in the middle of an answer, or reset.
//!
//! Knows bytes only. A handler arms the break through the connection's handle.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Value of the budget while nothing is to be cut.
const UNLIMITED: i64 = i64::MIN;

/// Lets a handler break the connection that it answers on.
#[derive(Debug, Clone)]
pub(crate) struct ConnHandle(Arc<Control>);

#[derive(Debug)]
struct Control {
    reset: AtomicBool,
    /// Body bytes that may still be sent once the head is out.
    body_budget: AtomicI64,
    head_sent: AtomicBool,
}

impl ConnHandle {
    fn new() -> Self {
        Self(Arc::new(Control {
            reset: AtomicBool::new(false),
            body_budget: AtomicI64::new(UNLIMITED),
            head_sent: AtomicBool::new(false),
        }))
    }

    /// The next write resets the connection.
    pub(crate) fn reset(&self) {
        self.0.reset.store(true, Ordering::SeqCst);
    }

    /// The next answer ends after this many bytes of its body.
    pub(crate) fn cut_after(&self, body_bytes: usize) {
        self.0.head_sent.store(false, Ordering::SeqCst);
        let budget = i64::try_from(body_bytes).unwrap_or(i64::MAX);
        self.0.body_budget.store(budget, Ordering::SeqCst);
    }

    /// How many bytes of `buffer` may be written; `None` when the connection must break.
    fn allowance(&self, buffer: &[u8]) -> Option<usize> {
        let budget = self.0.body_budget.load(Ordering::SeqCst);
        if budget == UNLIMITED {
            return Some(buffer.len());
        }
        let left = usize::try_from(budget).unwrap_or(0);
        if self.0.head_sent.load(Ordering::SeqCst) {
            return (left > 0).then(|| left.min(buffer.len()));
        }
        let head = buffer.windows(4).position(|window| window == b"\r\n\r\n");
        match head {
            Some(at) => Some((at + 4 + left).min(buffer.len())),
            None => Some(buffer.len()),
        }
    }

    fn wrote(&self, buffer: &[u8], count: usize) {
        if self.0.body_budget.load(Ordering::SeqCst) == UNLIMITED {
            return;
        }
        let mut body = count;
        if !self.0.head_sent.load(Ordering::SeqCst) {
            let written = &buffer[..count];
            let Some(at) = written.windows(4).position(|window| window == b"\r\n\r\n") else {
                return;
            };
            self.0.head_sent.store(true, Ordering::SeqCst);
            body = count - (at + 4);
        }
        let body = i64::try_from(body).unwrap_or(i64::MAX);
        self.0.body_budget.fetch_sub(body, Ordering::SeqCst);
    }
}

/// Accepts connections that can be broken on purpose.
#[derive(Debug)]
pub(crate) struct BreakableListener(pub(crate) TcpListener);

impl Listener for BreakableListener {
    type Io = BreakableIo;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            match self.0.accept().await {
                Ok((stream, addr)) => {
                    // Small answers must not wait for the delayed acknowledgement of the last.
                    let _ = stream.set_nodelay(true);
                    let handle = ConnHandle::new();
                    return (BreakableIo { stream, handle }, addr);
                }
                Err(error) => {
                    tracing::warn!(%error, "sim.accept failed");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, BreakableListener>> for ConnHandle {
    fn connect_info(stream: IncomingStream<'_, BreakableListener>) -> Self {
        stream.io().handle.clone()
    }
}

/// A TCP stream with a handle for breaking it.
#[derive(Debug)]
pub(crate) struct BreakableIo {
    stream: TcpStream,
    handle: ConnHandle,
}

impl AsyncRead for BreakableIo {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for BreakableIo {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        if self.handle.0.reset.load(Ordering::SeqCst) {
            // Closing with zero linger sends RST instead of FIN.
            let _ = self.stream.set_zero_linger();
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        let Some(allowed) = self.handle.allowance(buffer) else {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        };
        let written = Pin::new(&mut self.stream).poll_write(cx, &buffer[..allowed]);
        if let Poll::Ready(Ok(count)) = written {
            self.handle.wrote(buffer, count);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
