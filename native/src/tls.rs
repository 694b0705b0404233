//! TLS and mTLS. Python reads the files, says what is wrong with them, and notices when they change.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::python::unraisable;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// PEM texts: a chain, its key, and the authorities for client certificates, which clients then need.
type Pems = (Vec<u8>, Vec<u8>, Option<Vec<u8>>);

/// The certificates for the next connection.
pub struct Certificates {
    /// Python: new PEM texts, or None while those from before are still right.
    renewed: Py<PyAny>,
    config: Mutex<Arc<ServerConfig>>,
}

impl Certificates {
    /// Asks for the first ones. Errors are Python's, or say what rustls finds wrong.
    pub fn new(py: Python<'_>, renewed: Py<PyAny>) -> Result<Self, Failure> {
        let pems: Pems = renewed.call0(py)?.extract(py)?;
        let config = Mutex::new(configured(&pems)?);
        Ok(Self { renewed, config })
    }

    /// The configuration for a connection that was just opened.
    pub fn current(&self) -> Arc<ServerConfig> {
        let pems: Option<Pems> = Python::attach(|py| {
            self.renewed
                .call0(py)
                .and_then(|pems| pems.extract(py))
                .unwrap_or_else(|error| {
                    unraisable(py, error, self.renewed.bind(py));
                    None
                })
        });
        let mut config = self.config.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(renewed) = pems.and_then(|pems| configured(&pems).ok()) {
            *config = renewed;
        }
        Arc::clone(&config)
    }
}

fn configured((chain, key, client_ca): &Pems) -> Result<Arc<ServerConfig>, Failure> {
    let chain = CertificateDer::pem_slice_iter(chain).collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_slice(key)?;
    let builder = match client_ca {
        None => ServerConfig::builder().with_no_client_auth(),
        Some(authorities) => {
            let mut roots = RootCertStore::empty();
            for certificate in CertificateDer::pem_slice_iter(authorities) {
                roots.add(certificate?)?;
            }
            let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build()?;
            ServerConfig::builder().with_client_cert_verifier(verifier)
        }
    };
    let mut config = builder.with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(Arc::new(config))
}
