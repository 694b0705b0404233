//! What a connection says first.

use std::io::{Error, ErrorKind, Result};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::timeout;

/// The client connection preface of HTTP/2 (RFC 9113, section 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// How long a client may take for it.
const PATIENCE: Duration = Duration::from_secs(10);

const REFUSAL: &[u8] = b"HTTP/1.1 505 HTTP Version Not Supported\r\n\
content-type: text/plain\r\nconnection: close\r\ncontent-length: 34\r\n\r\n\
this is a gRPC server: use HTTP/2\n";

/// A connection whose first bytes were read already.
pub struct Prefaced<S> {
    stream: S,
    told: usize,
}

/// Reads the preface. Who speaks something else, such as HTTP/1.1, is told so where it can be, and gets an
/// error here.
pub async fn expect_http2<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) -> Result<Prefaced<S>> {
    let mut seen = [0; PREFACE.len()];
    let mut length = 0;
    while length < PREFACE.len() {
        let read = timeout(PATIENCE, stream.read(&mut seen[length..])).await??;
        if read == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        length += read;
        if seen[..length] != PREFACE[..length] {
            if seen[..length].iter().all(u8::is_ascii_graphic) || seen.contains(&b' ') {
                let _ = stream.write_all(REFUSAL).await;
                let _ = stream.shutdown().await;
            }
            return Err(Error::new(ErrorKind::InvalidData, "no HTTP/2"));
        }
    }
    Ok(Prefaced { stream, told: 0 })
}

impl<S: AsyncRead + Unpin> AsyncRead for Prefaced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        if self.told < PREFACE.len() {
            let rest = &PREFACE[self.told..];
            let length = rest.len().min(buffer.remaining());
            buffer.put_slice(&rest[..length]);
            self.told += length;
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Prefaced<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &[u8]) -> Poll<Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, buffer)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[std::io::IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
