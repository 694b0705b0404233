//! Between this crate and Python handlers.

use bytes::Bytes;
use http::HeaderMap;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use crate::framing::framed;
use crate::responses;

/// What a handler answers: a message, or `(code, message, details, request id)`.
pub enum Answer {
    Message(Bytes),
    Failure(HeaderMap),
}

/// Reads a handler's answer. A `TypeError` for anything else than an answer.
pub fn answer(value: &Bound<'_, PyAny>) -> PyResult<Answer> {
    if let Ok(message) = value.cast::<PyBytes>() {
        return Ok(Answer::Message(framed(message.as_bytes())));
    }
    let failure = value
        .cast::<PyTuple>()
        .map_err(|_| PyTypeError::new_err("no answer"))?;
    let (code, message, details, request_id): (i32, String, Vec<u8>, String) = failure.extract()?;
    Ok(Answer::Failure(responses::failure(
        code,
        &message,
        &details,
        &request_id,
    )))
}

/// Says on standard error what a callback raised: there is nobody whom it could be raised to.
pub fn unraisable(py: Python<'_>, error: PyErr, place: &Bound<'_, PyAny>) {
    error.write_unraisable(py, Some(place));
}
