//! What a handler in Python sends: messages of its own, or a history that they are taken from.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use pyo3::prelude::*;
use tokio::task::JoinHandle;
use tokio::time::sleep_until;

use crate::follower::{Followed, Follower};
use crate::framing::framed;
use crate::python::unraisable;
use crate::responses;
use crate::shared_history::SharedHistory;

/// Messages that wait for the reader at most; who sends more is asked to wait.
const ROOM: usize = 8;

#[derive(Default)]
struct State {
    queue: VecDeque<Bytes>,
    trailers: Option<HeaderMap>,
    follower: Option<Follower>,
    asked: bool,
    full: bool,
    reader: Option<Waker>,
    listener: Option<Py<PyAny>>,
}

pub struct Shared {
    state: Mutex<State>,
    request_id: Option<HeaderValue>,
}

impl Shared {
    pub fn new(request_id: Option<HeaderValue>) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State::default()),
            request_id,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while this was held left nothing half done: every change here is a single step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let result = change(&mut state);
        let reader = state.reader.take();
        drop(state);
        if let Some(reader) = reader {
            reader.wake();
        }
        result
    }

    /// Ends the stream, unless it has ended.
    pub fn end(&self, trailers: HeaderMap) {
        self.change(|state| {
            state.trailers.get_or_insert(trailers);
        });
    }

    /// Ends the stream because its deadline passed, unless it has ended: what was not delivered by now would come
    /// too late.
    fn expire(&self) {
        let late = self.change(|state| {
            let late = state.trailers.is_none();
            if late {
                state.queue.clear();
                state.follower = None;
                state.trailers = Some(responses::trailers(&responses::too_late()));
            }
            late
        });
        if late {
            self.tell("closed", 0);
        }
    }

    /// Tells Python something. Never called with the lock held: Python may hold the interpreter and want it.
    fn tell(&self, event: &str, position: i64) {
        Python::try_attach(|py| {
            let listener = self
                .lock()
                .listener
                .as_ref()
                .map(|listener| listener.clone_ref(py));
            if let Some(listener) = listener
                && let Err(error) = listener.call1(py, (event, position))
            {
                unraisable(py, error, listener.bind(py));
            }
        });
    }
}

/// A handler's way to its caller. Methods may be called from any thread, and never block.
#[pyclass(frozen, module = "vexil_native")]
pub struct Outbound {
    pub shared: Arc<Shared>,
}

#[pymethods]
impl Outbound {
    /// Who is called, in the transport's thread, with `(event, position)`:
    ///
    /// `ready`: there is room again after `send` said that there is none. `left`: the history that was followed
    /// ended, or no longer reaches back to the position, up to which everything was told. `closed`: the caller
    /// is gone, or its deadline passed; nothing is called after that.
    fn listen(&self, listener: Py<PyAny>) {
        self.shared.lock().listener = Some(listener);
    }

    /// Sends a message; whether there is room for another one.
    fn send(&self, message: &[u8]) -> bool {
        let frame = framed(message);
        self.shared.change(|state| {
            state.queue.push_back(frame);
            state.full = state.queue.len() >= ROOM;
            !state.full
        })
    }

    /// Sends from a history, after what was sent before. The subscriber was told of everything up to
    /// `position`; silence lasts at most `interval` seconds.
    fn follow(&self, history: &SharedHistory, position: i64, interval: f64) {
        let interval = Duration::from_secs_f64(interval.clamp(0.001, 86_400.0));
        let follower = Follower::new(Arc::clone(&history.history), position, interval);
        self.shared.change(|state| state.follower = Some(follower));
    }

    /// Has progress told as soon as everything is delivered that there is; or, where no history is followed,
    /// once one is.
    fn ask(&self) {
        self.shared.change(|state| state.asked = true);
    }

    /// Ends the stream well, after all that was sent.
    fn finish(&self) {
        self.shared
            .end(responses::success(self.shared.request_id.as_ref()));
    }

    /// Ends the stream with a status; `details` is an encoded `google.rpc.Status`.
    fn fail(&self, code: i32, message: &str, details: &[u8], request_id: &str) {
        self.shared
            .end(responses::failure(code, message, details, request_id));
    }
}

/// The reading end: what the connection takes messages from when its window has room.
pub struct Messages {
    shared: Arc<Shared>,
    /// Ends the stream at its deadline, also while the caller takes nothing and nobody asks here.
    expiry: Option<JoinHandle<()>>,
    ended: bool,
}

/// What a stream has next.
pub enum Next {
    Message(Bytes),
    Trailers(HeaderMap),
}

impl Messages {
    pub fn new(shared: Arc<Shared>, deadline: Option<Instant>) -> Self {
        let expiring = Arc::clone(&shared);
        let expiry = deadline.map(|deadline| {
            tokio::spawn(async move {
                sleep_until(deadline.into()).await;
                expiring.expire();
            })
        });
        Self {
            shared,
            expiry,
            ended: false,
        }
    }

    pub fn ended(&self) -> bool {
        self.ended
    }

    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<Next> {
        loop {
            let mut state = self.shared.lock();
            if let Some(frame) = state.queue.pop_front() {
                let room = state.full && state.queue.len() <= ROOM / 2;
                state.full &= !room;
                drop(state);
                if room {
                    self.shared.tell("ready", 0);
                }
                return Poll::Ready(Next::Message(frame));
            }
            if let Some(trailers) = state.trailers.take() {
                self.ended = true;
                return Poll::Ready(Next::Trailers(trailers));
            }
            match &mut state.reader {
                Some(reader) if reader.will_wake(context.waker()) => {}
                reader => *reader = Some(context.waker().clone()),
            }
            let State { follower, asked, .. } = &mut *state;
            if let Some(Poll::Ready(followed)) = follower.as_mut().map(|it| it.poll(context, asked)) {
                match followed {
                    Followed::Message(frame) => return Poll::Ready(Next::Message(frame)),
                    Followed::Left(position) => {
                        *follower = None;
                        drop(state);
                        self.shared.tell("left", position);
                        continue;
                    }
                }
            }
            return Poll::Pending;
        }
    }
}

impl Drop for Messages {
    fn drop(&mut self) {
        if let Some(expiry) = &self.expiry {
            expiry.abort();
        }
        if !self.ended {
            self.shared.tell("closed", 0);
        }
        // The listener holds the handler, which holds this: a circle that Python's collector can't see.
        let listener = self.shared.lock().listener.take();
        if listener.is_some() {
            Python::try_attach(|_| drop(listener));
        }
    }
}
