//! What a connection says first.

use std::io::{Error, ErrorKind, Result};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf, copy, sink};

/// The client connection preface of HTTP/2 (RFC 9113, section 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// How requests of HTTP/1 begin.
const METHODS: [&[u8]; 7] = [
    b"GET ",
    b"POST ",
    b"HEAD ",
    b"PUT ",
    b"OPTIONS ",
    b"DELETE ",
    b"PATCH ",
];

const REFUSAL: &[u8] = b"HTTP/1.1 505 HTTP Version Not Supported\r\n\
content-type: text/plain\r\nconnection: close\r\ncontent-length: 34\r\n\r\n\
this is a gRPC server: use HTTP/2\n";

/// What is read at most, in bytes, of a request that has been refused.
const LEFT_OVER: u64 = 64 * 1024;

/// A connection whose first bytes were read already.
pub struct Prefaced<S> {
    stream: S,
    told: usize,
}

/// Reads the preface. Who speaks HTTP/1 is told what is wrong; whoever does not speak HTTP/2 gets an error
/// here.
pub async fn expect_http2<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) -> Result<Prefaced<S>> {
    let mut seen = [0; PREFACE.len()];
    let mut length = 0;
    while length < PREFACE.len() {
        let read = stream.read(&mut seen[length..]).await?;
        if read == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        length += read;
        let seen = &seen[..length];
        if seen == &PREFACE[..length] || METHODS.iter().any(|method| method.starts_with(seen)) {
            continue;
        }
        if METHODS.iter().any(|method| seen.starts_with(method)) {
            stream.write_all(REFUSAL).await?;
        }
        close(&mut stream).await?;
        return Err(Error::new(ErrorKind::InvalidData, "no HTTP/2"));
    }
    Ok(Prefaced { stream, told: 0 })
}

async fn close<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> Result<()> {
    stream.shutdown().await?;
    // To close while there is something to read would reset the connection, and with it what was just written.
    copy(&mut stream.take(LEFT_OVER), &mut sink()).await.map(drop)
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

/// Not vectored: h2 then writes messages of less than a kilobyte together, and not each by itself.
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(sent: &[u8]) -> (Result<()>, Vec<u8>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let (mut client, server) = tokio::io::duplex(1024);
            client.write_all(sent).await.expect("room");
            client.shutdown().await.expect("open");
            let outcome = expect_http2(server).await.map(drop);
            let mut answer = Vec::new();
            client.read_to_end(&mut answer).await.expect("an end");
            (outcome, answer)
        })
    }

    #[test]
    fn http2_is_expected() {
        assert!(heard(PREFACE).0.is_ok());
    }

    #[test]
    fn http1_is_told() {
        for request in [
            &b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"[..],
            b"POST /a HTTP/1.0\r\n\r\n",
        ] {
            let (outcome, answer) = heard(request);
            assert!(outcome.is_err());
            assert!(answer.starts_with(b"HTTP/1.1 505 "));
        }
    }

    #[test]
    fn anything_else_is_not_answered() {
        for noise in [
            &b""[..],
            b"G",
            b"PRI * HTTP/3.0",
            b"\x16\x03\x01",
            b"INVALID PREFACE\r\n\r\n",
        ] {
            let (outcome, answer) = heard(noise);
            assert!(outcome.is_err());
            assert!(answer.is_empty());
        }
    }
}
