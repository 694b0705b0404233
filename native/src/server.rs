//! A listening server, as Python holds it.

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pyo3::exceptions::{PyOSError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::connection::{Limits, serve};
use crate::listener::listen;
use crate::service::{Method_, Service, Shape};
use crate::tls::Certificates;

/// One server: bound when it is made, serving while `run` runs.
#[pyclass(frozen, module = "vexil_native")]
pub struct Server {
    service: Arc<Service>,
    listener: Mutex<Option<TcpListener>>,
    certificates: Option<Arc<Certificates>>,
    limits: Limits,
    max_connections: usize,
    drain: watch::Sender<Option<Duration>>,
    connections: Arc<AtomicUsize>,
    port: u16,
}

#[pymethods]
impl Server {
    /// Listens on `address`. `methods` are `(path, shape, handler)`, shapes `direct`, `started` and
    /// `bidirectional`. `certificates` None is plain text; otherwise it is called for each new connection and
    /// answers the PEM texts of chain, key and (or None) client authorities, or None where nothing changed.
    /// Raises `OSError` for an address that can't be had, `ValueError` for certificates that can't be used.
    #[new]
    #[pyo3(signature = (
        address, methods, unknown, *, certificates, reuse_port, max_message_bytes,
        max_streams_per_connection, max_connections, max_header_bytes, handshake_timeout, keepalive_interval,
        keepalive_timeout,
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn new(
        py: Python<'_>,
        address: &str,
        methods: Vec<(String, String, Py<PyAny>)>,
        unknown: Py<PyAny>,
        certificates: Option<Py<PyAny>>,
        reuse_port: bool,
        max_message_bytes: usize,
        max_streams_per_connection: u32,
        max_connections: usize,
        max_header_bytes: u32,
        handshake_timeout: f64,
        keepalive_interval: f64,
        keepalive_timeout: f64,
    ) -> PyResult<Self> {
        let certificates = certificates
            .map(|renewed| Certificates::new(py, renewed).map(Arc::new))
            .transpose()
            .map_err(|error| PyValueError::new_err(error.to_string()))?;
        let methods = methods
            .into_iter()
            .map(|(path, shape, handler)| {
                Ok((
                    path,
                    Method_ {
                        shape: shape_named(&shape)?,
                        handler,
                    },
                ))
            })
            .collect::<PyResult<HashMap<_, _>>>()?;
        let listener = listen(address, reuse_port)?;
        Ok(Self {
            service: Arc::new(Service {
                methods,
                unknown,
                max_message_bytes,
            }),
            port: listener.local_addr()?.port(),
            listener: Mutex::new(Some(listener)),
            certificates,
            limits: Limits {
                streams: max_streams_per_connection,
                header_list: max_header_bytes,
                handshake_timeout: Duration::from_secs_f64(handshake_timeout),
                keepalive_interval: Duration::from_secs_f64(keepalive_interval),
                keepalive_timeout: Duration::from_secs_f64(keepalive_timeout),
            },
            max_connections,
            drain: watch::Sender::new(None),
            connections: Arc::new(AtomicUsize::new(0)),
        })
    }

    /// The port that was taken.
    #[getter]
    fn port(&self) -> u16 {
        self.port
    }

    /// Connections that are open.
    #[getter]
    fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Serves, in the calling thread, until `stop`. Once only.
    fn run(&self, py: Python<'_>) -> PyResult<()> {
        let listener = self
            .listener
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
            .ok_or_else(|| PyRuntimeError::new_err("a server runs once"))?;
        // The thread keeps its attachment to the interpreter: to make one for each call costs more than a call.
        py.detach(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(self.serve(listener))
        })
        .map_err(|error| PyOSError::new_err(error.to_string()))
    }

    /// Takes no more connections and lets those that are there finish; `run` returns after `grace` seconds at
    /// the latest.
    fn stop(&self, grace: f64) {
        let grace = Duration::from_secs_f64(grace.clamp(0.0, 86_400.0));
        self.drain.send_replace(Some(grace));
    }
}

impl Server {
    async fn serve(&self, listener: TcpListener) -> std::io::Result<()> {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let (goodbye, draining) = watch::channel(false);
        let mut drain = self.drain.subscribe();
        let mut connections = JoinSet::new();
        let grace = loop {
            let accepted = tokio::select! {
                biased;
                asked = drain.wait_for(Option::is_some) => {
                    break asked.ok().and_then(|grace| *grace).unwrap_or_default();
                }
                Some(_) = connections.join_next() => {
                    self.connections.store(connections.len(), Ordering::Relaxed);
                    continue;
                }
                accepted = listener.accept(), if connections.len() < self.max_connections => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let service = Arc::clone(&self.service);
                    let certificates = self.certificates.clone();
                    connections.spawn(serve(
                        stream,
                        peer,
                        certificates,
                        service,
                        self.limits,
                        draining.clone(),
                    ));
                    self.connections.store(connections.len(), Ordering::Relaxed);
                }
                // Out of file descriptors, most likely: others may end meanwhile.
                Err(_) => sleep(Duration::from_millis(20)).await,
            }
        };
        drop(listener);
        goodbye.send_replace(true);
        let _ = timeout(grace, async { while connections.join_next().await.is_some() {} }).await;
        connections.shutdown().await;
        Ok(())
    }
}

fn shape_named(name: &str) -> PyResult<Shape> {
    match name {
        "direct" => Ok(Shape::Direct),
        "started" => Ok(Shape::Started),
        "bidirectional" => Ok(Shape::Bidirectional),
        _ => Err(PyValueError::new_err(format!("{name:?} is no shape"))),
    }
}
