//! The recent past of one selection, encoded: what subscribers are positions in.
//!
//! Python decides what is in it; here it is delivered. Events are complete above `floor`.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use pyo3::prelude::*;
use slab::Slab;
use tokio::time::{Instant, Sleep, sleep};

use crate::framing::framed;

/// One revision's messages, and the one that says that nothing up to it is missing.
struct Event {
    revision: i64,
    frames: Vec<Bytes>,
}

struct Recent {
    events: VecDeque<Event>,
    floor: i64,
    /// The newest revision of which everybody is told, matching or not, and the message that does.
    announced: i64,
    progress: Bytes,
    ended: bool,
    /// Those who wait for something new.
    waiting: Slab<Option<Waker>>,
    delivered: u64,
}

pub struct History {
    recent: Mutex<Recent>,
}

impl History {
    fn lock(&self) -> MutexGuard<'_, Recent> {
        // A panic while this was held left nothing half done: every change here is a single step.
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes everybody who waits; a step of its own, so that those who wake find the lock free.
    fn wake(mut recent: MutexGuard<'_, Recent>) {
        let woken: Vec<Waker> = recent
            .waiting
            .iter_mut()
            .filter_map(|(_, waker)| waker.take())
            .collect();
        drop(recent);
        for waker in woken {
            waker.wake();
        }
    }
}

/// Python's handle of a history that many streams are delivered from.
#[pyclass(frozen, module = "vexil_native")]
pub struct SharedHistory {
    pub history: Arc<History>,
}

#[pymethods]
impl SharedHistory {
    /// Complete and empty at a revision; `progress` is the message that says so.
    #[new]
    fn new(floor: i64, progress: &[u8]) -> Self {
        let recent = Recent {
            events: VecDeque::new(),
            floor,
            announced: floor,
            progress: framed(progress),
            ended: false,
            waiting: Slab::new(),
            delivered: 0,
        };
        Self {
            history: Arc::new(History {
                recent: Mutex::new(recent),
            }),
        }
    }

    /// Adds the newest revision: its messages, which followers get now, and its own progress message.
    fn append(&self, revision: i64, messages: Vec<Vec<u8>>, progress: &[u8]) {
        let frames = messages.iter().map(|message| framed(message)).collect();
        let progress = framed(progress);
        let mut recent = self.history.lock();
        recent.events.push_back(Event { revision, frames });
        recent.announced = revision;
        recent.progress = progress;
        History::wake(recent);
    }

    /// Puts older revisions, oldest first, before those that are there.
    fn prepend(&self, floor: i64, events: Vec<(i64, Vec<Vec<u8>>)>) {
        let mut recent = self.history.lock();
        for (revision, messages) in events.into_iter().rev() {
            let frames = messages.iter().map(|message| framed(message)).collect();
            recent.events.push_front(Event { revision, frames });
        }
        recent.floor = floor;
    }

    /// Forgets events up to and with `floor`: who is below it has to be caught up.
    fn trim(&self, floor: i64) {
        let mut recent = self.history.lock();
        while recent.events.front().is_some_and(|event| event.revision <= floor) {
            recent.events.pop_front();
        }
        recent.floor = floor;
    }

    /// Tells everybody that nothing is missing up to a revision that had nothing for them.
    fn announce(&self, revision: i64, progress: &[u8]) {
        let progress = framed(progress);
        let mut recent = self.history.lock();
        recent.announced = revision;
        recent.progress = progress;
        History::wake(recent);
    }

    /// Goes on at a revision, without what led there: everybody below it has to be caught up.
    fn restart(&self, revision: i64, progress: &[u8]) {
        let progress = framed(progress);
        let mut recent = self.history.lock();
        recent.events.clear();
        recent.floor = revision;
        recent.announced = revision;
        recent.progress = progress;
        History::wake(recent);
    }

    /// Hands every follower back to Python, which says why.
    fn end(&self) {
        let mut recent = self.history.lock();
        recent.ended = true;
        History::wake(recent);
    }

    /// Messages delivered to all followers so far.
    #[getter]
    fn delivered(&self) -> u64 {
        self.history.lock().delivered
    }
}

/// Why a follower needs Python again; the position is what it has all of.
pub enum Handover {
    /// The history no longer reaches back to the position.
    Behind(i64),
    /// The history ended.
    Ended(i64),
}

/// A stream that is delivered from a history: a position, and how far into a revision's messages it is.
pub struct Follower {
    history: Arc<History>,
    position: i64,
    part: usize,
    told: i64,
    asked: bool,
    interval: Duration,
    silence: Pin<Box<Sleep>>,
    place: Option<usize>,
}

impl Follower {
    /// Follows after `position`, which the subscriber was told by its last message if `told` says so too.
    pub fn new(history: Arc<History>, position: i64, told: i64, interval: Duration) -> Self {
        let silence = Box::pin(sleep(interval));
        Self {
            history,
            position,
            part: 0,
            told,
            asked: false,
            interval,
            silence,
            place: None,
        }
    }

    /// Has progress told even though nothing changed.
    pub fn ask(&mut self) {
        self.asked = true;
    }

    /// The next message, as soon as there is one.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Bytes, Handover>> {
        let history = Arc::clone(&self.history);
        let mut recent = history.lock();
        if let Some(frame) = self.next(&mut recent) {
            drop(recent);
            self.spoke();
            return Poll::Ready(Ok(frame));
        }
        if self.position < recent.floor {
            return Poll::Ready(Err(Handover::Behind(self.position)));
        }
        if recent.ended {
            return Poll::Ready(Err(Handover::Ended(self.position)));
        }
        // What nobody has selected needs no delivery.
        self.position = self.position.max(recent.announced);
        let overdue = self.silence.as_mut().poll(context).is_ready();
        // A subscriber may have been told more than was announced: then there is nothing to add yet.
        if recent.announced > self.told || ((self.asked || overdue) && recent.announced == self.told) {
            self.told = recent.announced;
            self.asked = false;
            let frame = recent.progress.clone();
            recent.delivered += 1;
            drop(recent);
            self.spoke();
            return Poll::Ready(Ok(frame));
        }
        self.wait(&mut recent, context);
        Poll::Pending
    }

    fn next(&mut self, recent: &mut Recent) -> Option<Bytes> {
        if self.position < recent.floor {
            return None;
        }
        if recent.events.back()?.revision <= self.position {
            return None;
        }
        let found = recent
            .events
            .partition_point(|event| event.revision <= self.position);
        let event = &recent.events[found];
        let frame = event.frames[self.part].clone();
        self.part += 1;
        if self.part == event.frames.len() {
            self.part = 0;
            self.position = event.revision;
            self.told = event.revision;
        }
        recent.delivered += 1;
        Some(frame)
    }

    fn spoke(&mut self) {
        self.silence.as_mut().reset(Instant::now() + self.interval);
    }

    fn wait(&mut self, recent: &mut Recent, context: &mut Context<'_>) {
        let place = *self.place.get_or_insert_with(|| recent.waiting.insert(None));
        match &mut recent.waiting[place] {
            Some(waker) if waker.will_wake(context.waker()) => {}
            waker => *waker = Some(context.waker().clone()),
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.history.lock().waiting.remove(place);
        }
    }
}
