//! Waking those who wait for a history.
//!
//! Whoever adds to a history holds Python's interpreter: waking one task is enough of a delay for it. That task
//! wakes the others, in the runtime's own thread, where it costs least.

use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Waker};

use crate::history::History;

/// So many are woken before others have their turn: half a millisecond's work.
const AT_ONCE: usize = 256;

/// The task. It ends with its history.
pub struct Herald {
    history: Weak<History>,
    due: Vec<Waker>,
}

impl Herald {
    pub fn of(history: &Arc<History>) -> Self {
        Self {
            history: Arc::downgrade(history),
            due: Vec::new(),
        }
    }
}

impl Future for Herald {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.due.is_empty() {
            let Some(history) = self.history.upgrade() else {
                return Poll::Ready(());
            };
            self.due = history.called(context.waker());
        }
        if self.due.is_empty() {
            return Poll::Pending;
        }
        let rest = self.due.len().saturating_sub(AT_ONCE);
        self.due.drain(rest..).for_each(Waker::wake);
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
