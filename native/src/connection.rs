//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::call::Peer;
use crate::contained::contained;
use crate::preface::{Prefaced, expect_http2};
use crate::service::{Service, failed};
use crate::tls::Certificates;

/// What a peer may do on a connection. Sizes are in bytes.
#[derive(Clone, Copy)]
pub struct Limits {
    pub streams: u32,
    pub header_list: u32,
    /// Until it has said, all in all, that it speaks TLS, where that is asked for, and HTTP/2.
    pub handshake_timeout: Duration,
    pub keepalive_interval: Duration,
    pub keepalive_timeout: Duration,
}

/// Serves a connection until the peer leaves, breaks the protocol, or `draining` says that all must end.
pub async fn serve(
    stream: TcpStream,
    address: SocketAddr,
    certificates: Option<Arc<Certificates>>,
    service: Arc<Service>,
    limits: Limits,
    draining: watch::Receiver<bool>,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let address = shown(address);
    let shake_hands = Instant::now() + limits.handshake_timeout;
    match certificates {
        None => {
            let stream = timeout_at(shake_hands, expect_http2(stream)).await??;
            let peer = Peer::new(address, None);
            speak(stream, peer, service, limits, draining).await
        }
        Some(certificates) => {
            let (stream, certificate) = timeout_at(shake_hands, secured(stream, &certificates)).await??;
            let peer = Peer::new(address, certificate);
            speak(stream, peer, service, limits, draining).await
        }
    }
}

/// The connection inside TLS, and the client's certificate.
async fn secured(
    stream: TcpStream,
    certificates: &Certificates,
) -> io::Result<(Prefaced<TlsStream<TcpStream>>, Option<Vec<u8>>)> {
    let stream = TlsAcceptor::from(certificates.current()).accept(stream).await?;
    let session = stream.get_ref().1;
    let certificate = session
        .peer_certificates()
        .and_then(|chain| chain.first())
        .map(|first| first.to_vec());
    if session.alpn_protocol() != Some(b"h2") {
        // HTTP/2 over TLS is agreed on by ALPN (RFC 9113, section 3.2).
        return Err(io::Error::new(io::ErrorKind::InvalidData, "no h2 by ALPN"));
    }
    Ok((expect_http2(stream).await?, certificate))
}

async fn speak<S>(
    stream: Prefaced<S>,
    peer: Peer,
    service: Arc<Service>,
    limits: Limits,
    mut draining: watch::Receiver<bool>,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let peer = Arc::new(peer);
    let answer = service_fn(move |request| {
        let (service, peer) = (Arc::clone(&service), Arc::clone(&peer));
        async move { Ok::<_, Infallible>(contained(service.call(request, peer), failed).await) }
    });
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(limits.header_list)
        .keep_alive_interval(limits.keepalive_interval)
        .keep_alive_timeout(limits.keepalive_timeout)
        .serve_connection(TokioIo::new(stream), answer);
    tokio::pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => ended.map_err(io::Error::other),
        () = told(&mut draining) => {
            connection.as_mut().graceful_shutdown();
            connection.await.map_err(io::Error::other)
        }
    }
}

async fn told(draining: &mut watch::Receiver<bool>) {
    // Without a sender nobody can ask any more: the server is gone, and with it this task.
    let _ = draining.wait_for(|draining| *draining).await.map(drop);
}

/// An address as gRPC writes it: `ipv4:127.0.0.1:51234`, `ipv6:[::1]:51234`.
fn shown(address: SocketAddr) -> String {
    match address {
        SocketAddr::V4(address) => format!("ipv4:{address}"),
        SocketAddr::V6(address) => format!("ipv6:{address}"),
    }
}
