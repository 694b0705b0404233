//! A gRPC server over HTTP/2 whose handlers are Python functions.
//!
//! Only transport is here: connections, TLS, framing, flow control, deadlines, cancellation, and the delivery
//! of messages that Python has encoded. What a call means is Python's business; see
//! `vexil.server.transport.native`.

use pyo3::prelude::*;

mod call;
mod connection;
mod contained;
mod follower;
mod framing;
mod herald;
mod history;
mod listener;
mod outbound;
mod preface;
mod python;
mod recollection;
mod responses;
mod server;
mod service;
mod shared_history;
mod tls;

/// A call allocates and frees some dozens of small things; glibc takes twice as long for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[pymodule]
fn vexil_native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<call::Call>()?;
    module.add_class::<outbound::Outbound>()?;
    module.add_class::<server::Server>()?;
    module.add_class::<service::Inbound>()?;
    module.add_class::<shared_history::SharedHistory>()?;
    Ok(())
}
