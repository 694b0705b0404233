//! A call as handlers know it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::HeaderMap;
use http::header::AUTHORIZATION;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyTuple};
use tonic::Status;

use crate::recollection::Recollection;

/// Who is at the other end of a connection.
pub struct Peer {
    /// Such as `ipv4:127.0.0.1:51234`.
    pub address: String,
    /// The client's certificate, in DER, where it showed one.
    pub certificate: Option<Vec<u8>>,
    /// Of its callers.
    pub recollection: Recollection,
}

impl Peer {
    pub fn new(address: String, certificate: Option<Vec<u8>>) -> Self {
        let recollection = Recollection::default();
        Self {
            address,
            certificate,
            recollection,
        }
    }
}

/// What Python's `CallContext` asks of a transport.
#[pyclass(frozen, module = "vexil_native")]
pub struct Call {
    pub peer: Arc<Peer>,
    pub headers: HeaderMap,
    pub deadline: Option<Instant>,
}

#[pymethods]
impl Call {
    /// The client's certificate, in DER, or None.
    #[getter]
    fn certificate<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        let certificate = self.peer.certificate.as_deref()?;
        Some(PyBytes::new(py, certificate))
    }

    /// The peer's address, such as `ipv4:127.0.0.1:51234`.
    #[getter]
    fn peer(&self) -> &str {
        &self.peer.address
    }

    /// One text header; None where there is none, or it is no text.
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// All `authorization` headers; one that is no text is an empty one.
    #[getter]
    fn authorization<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let values = self.headers.get_all(AUTHORIZATION).iter();
        let texts: Vec<&str> = values.map(|value| value.to_str().unwrap_or_default()).collect();
        PyTuple::new(py, texts)
    }

    /// What `remember` was last given on this connection, if that was for a call with the same `authorization` headers.
    #[getter]
    fn remembered(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.peer
            .recollection
            .of(py, self.headers.get_all(AUTHORIZATION).iter())
    }

    /// Keeps something for the next call on this connection that shows the same.
    fn remember(&self, recognised: Py<PyAny>) {
        self.peer
            .recollection
            .keep(self.headers.get_all(AUTHORIZATION).iter(), recognised);
    }

    /// The call's text metadata, names in lower case; of a name that occurs several times, the last.
    #[getter]
    fn metadata<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let metadata = PyDict::new(py);
        for (name, value) in &self.headers {
            if !name.as_str().ends_with("-bin")
                && let Ok(text) = value.to_str()
            {
                metadata.set_item(name.as_str(), text)?;
            }
        }
        Ok(metadata)
    }

    /// Seconds until the deadline; None: there is none.
    #[getter]
    fn time_remaining(&self) -> Option<f64> {
        self.deadline
            .map(|deadline| deadline.saturating_duration_since(Instant::now()).as_secs_f64())
    }
}

/// The deadline that `grpc-timeout` sets: at most eight digits and a unit. INTERNAL for anything else, as other
/// servers answer it: the caller would wait for less than its call might take.
pub fn deadline(headers: &HeaderMap) -> Result<Option<Instant>, Status> {
    let Some(given) = headers.get("grpc-timeout") else {
        return Ok(None);
    };
    given
        .to_str()
        .ok()
        .and_then(timeout)
        .map(|timeout| Instant::now().checked_add(timeout))
        .ok_or_else(|| Status::internal("grpc-timeout is not at most eight digits and a unit"))
}

fn timeout(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let amount: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(amount * 3600),
        "M" => Duration::from_secs(amount * 60),
        "S" => Duration::from_secs(amount),
        "m" => Duration::from_millis(amount),
        "u" => Duration::from_micros(amount),
        "n" => Duration::from_nanos(amount),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_a_number_and_a_unit() {
        assert_eq!(timeout("5S"), Some(Duration::from_secs(5)));
        assert_eq!(timeout("99999999H"), Some(Duration::from_secs(99_999_999 * 3600)));
        assert_eq!(timeout("0n"), Some(Duration::ZERO));
    }

    #[test]
    fn anything_else_is_no_timeout() {
        for text in ["", "S", "5", "5s", "-5S", "123456789S", "5 S"] {
            assert_eq!(timeout(text), None, "{text}");
        }
    }

    #[test]
    fn a_broken_timeout_is_refused() {
        let mut headers = HeaderMap::new();
        assert!(matches!(deadline(&headers), Ok(None)));
        headers.insert("grpc-timeout", http::HeaderValue::from_static("soon"));
        assert!(deadline(&headers).is_err());
    }
}
