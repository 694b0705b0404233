//! The recent past of one selection, encoded: what subscribers are positions in.
//!
//! Python decides what is in it, and catches up those who are too far behind; here it is delivered.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use bytes::Bytes;
use slab::Slab;

use crate::herald::Herald;

/// How many events, and bytes of them together, a history keeps. The newest is kept whatever its size.
#[derive(Clone, Copy)]
pub struct Room {
    pub events: usize,
    pub bytes: usize,
}

/// One revision's messages, of which there is at least one.
pub struct Event {
    pub revision: i64,
    pub frames: Vec<Bytes>,
}

impl Event {
    fn size(&self) -> usize {
        self.frames.iter().map(Bytes::len).sum()
    }
}

/// What a follower has to do next.
pub enum Step {
    /// To deliver an event, which says all up to its revision.
    Deliver(Arc<Event>),
    /// To say that nothing is missing up to a revision.
    Tell(i64, Bytes),
    /// To wait.
    Wait,
    /// To go back to where it came from: the history does not reach back to its position, or has ended.
    Leave,
}

struct Recent {
    events: VecDeque<Arc<Event>>,
    bytes: usize,
    room: Room,
    /// Events are complete above this revision and up to `head`.
    floor: i64,
    head: i64,
    /// The message that says that nothing is missing up to `head`.
    progress: Bytes,
    /// Everybody is told so who is below this revision.
    announced: i64,
    ended: bool,
    waiting: Slab<Option<Waker>>,
    /// Whether those who wait have to be woken; the herald does that.
    news: bool,
    herald: Option<Waker>,
    has_herald: bool,
}

pub struct History {
    recent: Mutex<Recent>,
}

impl History {
    /// Complete and empty at a revision; `progress` is the message that says so.
    pub fn new(head: i64, progress: Bytes, room: Room) -> Arc<Self> {
        Arc::new(Self {
            recent: Mutex::new(Recent {
                events: VecDeque::new(),
                bytes: 0,
                room,
                floor: head,
                head,
                progress,
                announced: head,
                ended: false,
                waiting: Slab::new(),
                news: false,
                herald: None,
                has_herald: false,
            }),
        })
    }

    /// Adds the newest revision: its messages, which followers get now, and its own progress message.
    pub fn append(&self, revision: i64, frames: Vec<Bytes>, progress: Bytes) {
        let event = Arc::new(Event { revision, frames });
        let mut forgotten = Vec::new();
        let mut recent = self.lock();
        recent.bytes += event.size();
        recent.events.push_back(event);
        recent.head = revision;
        recent.progress = progress;
        while recent.events.len() > recent.room.events.max(1)
            || (recent.bytes > recent.room.bytes && recent.events.len() > 1)
        {
            if let Some(oldest) = recent.events.pop_front() {
                recent.bytes -= oldest.size();
                recent.floor = oldest.revision;
                forgotten.push(oldest);
            }
        }
        Self::call(recent);
    }

    /// Nothing is missing up to a revision either: who asks, or has heard nothing for long, is told.
    pub fn advance(&self, revision: i64, progress: Bytes) {
        let mut recent = self.lock();
        recent.head = revision;
        recent.progress = progress;
    }

    /// Tells everybody how far the history is.
    pub fn announce(&self) {
        let mut recent = self.lock();
        recent.announced = recent.head;
        Self::call(recent);
    }

    /// Has every follower leave.
    pub fn end(&self) {
        let mut recent = self.lock();
        recent.ended = true;
        Self::call(recent);
    }

    /// What one does who was told of everything up to a position; `asked`: and wants to hear that again.
    ///
    /// Who waits is woken by the next news, through `waker`; `place` is where it waits.
    pub fn next(
        self: &Arc<Self>,
        position: i64,
        asked: bool,
        place: &mut Option<usize>,
        waker: &Waker,
    ) -> Step {
        let mut recent = self.lock();
        if recent.ended || position < recent.floor {
            return Step::Leave;
        }
        if let Some(event) = recent.after(position) {
            return Step::Deliver(Arc::clone(event));
        }
        if position < recent.announced || asked {
            return Step::Tell(recent.head, recent.progress.clone());
        }
        let place = *place.get_or_insert_with(|| recent.waiting.insert(None));
        let before = recent.waiting[place].replace(waker.clone());
        let is_first = !std::mem::replace(&mut recent.has_herald, true);
        drop(recent);
        drop(before);
        if is_first {
            tokio::spawn(Herald::of(self));
        }
        Step::Wait
    }

    /// Gives up a place.
    pub fn leave(&self, place: usize) {
        let waker = self.lock().waiting.remove(place);
        drop(waker);
    }

    /// Those who have to be woken now; where there are none, the herald is woken when there is news.
    pub fn called(&self, herald: &Waker) -> Vec<Waker> {
        let mut recent = self.lock();
        let mut due = Vec::new();
        if std::mem::take(&mut recent.news) {
            due.extend(recent.waiting.iter_mut().filter_map(|(_, waker)| waker.take()));
        }
        if due.is_empty() {
            // Also after news for which nobody waited.
            recent.herald = Some(herald.clone());
        }
        due
    }

    fn lock(&self) -> MutexGuard<'_, Recent> {
        // A panic while this was held left nothing half done: what can panic comes before what changes.
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has everybody woken who waits. Python's thread wakes only the herald: it holds the interpreter.
    fn call(mut recent: MutexGuard<'_, Recent>) {
        recent.news = true;
        let herald = recent.herald.take();
        drop(recent);
        if let Some(herald) = herald {
            herald.wake();
        }
    }
}

impl Recent {
    /// The first event above a position that is not below the floor.
    fn after(&self, position: i64) -> Option<&Arc<Event>> {
        if self.events.back()?.revision <= position {
            return None;
        }
        let found = self.events.partition_point(|event| event.revision <= position);
        self.events.get(found)
    }
}

impl Drop for History {
    fn drop(&mut self) {
        let recent = self.recent.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(herald) = recent.herald.take() {
            herald.wake();
        }
    }
}
