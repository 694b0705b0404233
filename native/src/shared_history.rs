//! Python's handle of a history.

use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;

use crate::framing::framed;
use crate::history::{History, Room};

/// A history that many streams are delivered from.
#[pyclass(frozen, module = "vexil_native")]
pub struct SharedHistory {
    pub history: Arc<History>,
}

#[pymethods]
impl SharedHistory {
    /// Complete and empty at a revision; `progress` is the message that says so. It keeps so many events, and
    /// bytes of them together; the newest whatever its size.
    #[new]
    fn new(head: i64, progress: &[u8], max_events: usize, max_bytes: usize) -> Self {
        let room = Room {
            events: max_events,
            bytes: max_bytes,
        };
        Self {
            history: History::new(head, framed(progress), room),
        }
    }

    /// Adds the newest revision: its messages, which followers get now, and its own progress message.
    /// `ValueError` where there are none.
    fn append(&self, revision: i64, messages: Vec<PyBackedBytes>, progress: &[u8]) -> PyResult<()> {
        if messages.is_empty() {
            return Err(PyValueError::new_err("an event has at least one message"));
        }
        let frames = messages.iter().map(|message| framed(message)).collect();
        self.history.append(revision, frames, framed(progress));
        Ok(())
    }

    /// Nothing is missing up to a revision either: who asks, or has heard nothing for long, is told.
    fn advance(&self, revision: i64, progress: &[u8]) {
        self.history.advance(revision, framed(progress));
    }

    /// Tells everybody how far the history is.
    fn announce(&self) {
        self.history.announce();
    }

    /// Hands every follower back to Python.
    fn end(&self) {
        self.history.end();
    }
}
