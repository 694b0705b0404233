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
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::call::Peer;
use crate::contained::contained;
use crate::preface::expect_http2;
use crate::service::{Service, failed};
use crate::tls::Certificates;

/// How long a client may take for its handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// What a peer may do on a connection. Sizes are in bytes.
#[derive(Clone, Copy)]
pub struct Limits {
    pub streams: u32,
    pub header_list: u32,
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
    match certificates {
        None => {
            speak(
                stream,
                Peer {
                    address,
                    certificate: None,
                },
                service,
                limits,
                draining,
            )
            .await
        }
        Some(certificates) => {
            let acceptor = TlsAcceptor::from(certificates.current());
            let stream = timeout(HANDSHAKE, acceptor.accept(stream)).await??;
            let chain = stream.get_ref().1.peer_certificates();
            let certificate = chain.and_then(|chain| chain.first()).map(|first| first.to_vec());
            speak(stream, Peer { address, certificate }, service, limits, draining).await
        }
    }
}

async fn speak<S>(
    stream: S,
    peer: Peer,
    service: Arc<Service>,
    limits: Limits,
    mut draining: watch::Receiver<bool>,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let stream = expect_http2(stream).await?;
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
