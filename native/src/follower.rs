//! A stream that is delivered from a history.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::history::{Event, History, Step};

/// What a follower has.
pub enum Followed {
    Message(Bytes),
    /// It does not go on here: see `Step::Leave`. It was told of everything up to this revision.
    Left(i64),
}

/// A position in a history: what the subscriber was told of, by an event or by progress.
pub struct Follower {
    history: Arc<History>,
    position: i64,
    /// An event in several messages, and how many of them are delivered.
    begun: Option<(Arc<Event>, usize)>,
    interval: Duration,
    spoke: Instant,
    silence: Option<Pin<Box<Sleep>>>,
    place: Option<usize>,
}

impl Follower {
    /// Follows after a position. Silence lasts at most for the interval.
    pub fn new(history: Arc<History>, position: i64, interval: Duration) -> Self {
        Self {
            history,
            position,
            begun: None,
            interval,
            spoke: Instant::now(),
            silence: None,
            place: None,
        }
    }

    /// The next message, as soon as there is one; progress at once where it is `asked` for, which it then is
    /// no longer.
    pub fn poll(&mut self, context: &mut Context<'_>, asked: &mut bool) -> Poll<Followed> {
        if let Some((event, delivered)) = self.begun.take() {
            return Poll::Ready(Followed::Message(self.part(event, delivered)));
        }
        let mut step = self.step(*asked, context);
        if matches!(step, Step::Wait) && self.was_silent_for_too_long(context) {
            step = self.step(true, context);
        }
        match step {
            Step::Deliver(event) => Poll::Ready(Followed::Message(self.part(event, 0))),
            Step::Tell(revision, progress) => {
                *asked = false;
                self.told(revision);
                Poll::Ready(Followed::Message(progress))
            }
            Step::Wait => Poll::Pending,
            Step::Leave => Poll::Ready(Followed::Left(self.position)),
        }
    }

    fn step(&mut self, asked: bool, context: &Context<'_>) -> Step {
        self.history
            .next(self.position, asked, &mut self.place, context.waker())
    }

    fn part(&mut self, event: Arc<Event>, delivered: usize) -> Bytes {
        let frame = event.frames[delivered].clone();
        if delivered + 1 < event.frames.len() {
            self.begun = Some((event, delivered + 1));
        } else {
            self.told(event.revision);
        }
        frame
    }

    fn told(&mut self, revision: i64) {
        self.position = revision;
        self.spoke = Instant::now();
    }

    fn was_silent_for_too_long(&mut self, context: &mut Context<'_>) -> bool {
        let due = self.spoke + self.interval;
        let silence = self.silence.get_or_insert_with(|| Box::pin(sleep_until(due)));
        while silence.as_mut().poll(context).is_ready() {
            // It ran since before the last message: that is cheaper than a change for each.
            if due <= Instant::now() {
                return true;
            }
            silence.as_mut().reset(due);
        }
        false
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.history.leave(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::task::JoinHandle;
    use tokio::time::advance;

    use super::*;
    use crate::history::Room;

    const LONG: Duration = Duration::from_secs(3600);

    fn frame(text: &str) -> Bytes {
        Bytes::copy_from_slice(text.as_bytes())
    }

    /// A history from revision 10 on, with room for three events of one byte.
    fn history() -> Arc<History> {
        History::new(
            10,
            frame("progress 10"),
            Room {
                events: 3,
                bytes: 1000,
            },
        )
    }

    fn append(history: &History, revision: i64, messages: &[&str]) {
        let frames = messages.iter().map(|message| frame(message)).collect();
        history.append(revision, frames, frame(&format!("progress {revision}")));
    }

    fn follow(history: &Arc<History>, position: i64) -> Follower {
        Follower::new(Arc::clone(history), position, LONG)
    }

    fn text(followed: Followed) -> String {
        match followed {
            Followed::Message(message) => String::from_utf8(message.to_vec()).expect("text"),
            Followed::Left(position) => format!("left at {position}"),
        }
    }

    async fn next(follower: &mut Follower) -> String {
        text(poll_fn(|context| follower.poll(context, &mut false)).await)
    }

    /// What it has by now; empty: nothing.
    async fn now(follower: &mut Follower, asked: &mut bool) -> String {
        poll_fn(|context| {
            Poll::Ready(match follower.poll(context, asked) {
                Poll::Ready(message) => text(message),
                Poll::Pending => String::new(),
            })
        })
        .await
    }

    /// Reads one message, in a task of its own.
    fn reading(mut follower: Follower) -> JoinHandle<(Follower, String)> {
        tokio::spawn(async move {
            let message = next(&mut follower).await;
            (follower, message)
        })
    }

    #[tokio::test(start_paused = true)]
    async fn each_gets_what_comes_after_its_position() {
        let history = history();
        append(&history, 11, &["a"]);
        append(&history, 13, &["b"]);
        let (mut first, mut second) = (follow(&history, 10), follow(&history, 12));
        assert_eq!(next(&mut first).await, "a");
        assert_eq!(next(&mut first).await, "b");
        assert_eq!(next(&mut second).await, "b");
        assert_eq!(now(&mut first, &mut false).await, "");
        assert_eq!(now(&mut second, &mut false).await, "");
    }

    #[tokio::test(start_paused = true)]
    async fn an_event_begun_is_finished_whatever_happens() {
        let history = history();
        append(&history, 11, &["a1", "a2", "a3"]);
        let mut follower = follow(&history, 10);
        assert_eq!(next(&mut follower).await, "a1");
        for revision in 12..20 {
            append(&history, revision, &["b"]);
        }
        history.end();
        assert_eq!(next(&mut follower).await, "a2");
        assert_eq!(next(&mut follower).await, "a3");
        assert_eq!(next(&mut follower).await, "left at 11");
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_too_slow_leaves_with_what_it_was_told() {
        let history = history();
        let mut follower = follow(&history, 10);
        append(&history, 11, &["a"]);
        assert_eq!(next(&mut follower).await, "a");
        for revision in 12..=14 {
            append(&history, revision, &["b"]);
        }
        assert_eq!(next(&mut follower).await, "b");
        for revision in 15..=18 {
            append(&history, revision, &["c"]);
        }
        assert_eq!(next(&mut follower).await, "left at 12");
    }

    #[tokio::test(start_paused = true)]
    async fn the_newest_event_is_kept_whatever_its_size() {
        let history = history();
        let mut follower = follow(&history, 10);
        append(&history, 11, &["x".repeat(2000).as_str()]);
        assert_eq!(next(&mut follower).await.len(), 2000);
        append(&history, 12, &["y"]);
        assert_eq!(next(&mut follower).await, "y");
        assert_eq!(next(&mut follow(&history, 10)).await, "left at 10");
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_from_before_the_history_leaves_at_once() {
        assert_eq!(next(&mut follow(&history(), 9)).await, "left at 9");
    }

    #[tokio::test(start_paused = true)]
    async fn announced_progress_is_told_to_all_who_have_not_heard_of_it() {
        let history = history();
        let (mut behind, mut ahead) = (follow(&history, 10), follow(&history, 12));
        history.advance(12, frame("progress 12"));
        assert_eq!(now(&mut behind, &mut false).await, "");
        history.announce();
        assert_eq!(next(&mut behind).await, "progress 12");
        assert_eq!(now(&mut behind, &mut false).await, "");
        assert_eq!(now(&mut ahead, &mut false).await, "");
    }

    #[tokio::test(start_paused = true)]
    async fn progress_comes_after_the_events_that_it_covers() {
        let history = history();
        append(&history, 11, &["a"]);
        history.advance(12, frame("progress 12"));
        history.announce();
        let (mut follower, mut asked) = (follow(&history, 10), true);
        assert_eq!(now(&mut follower, &mut asked).await, "a");
        assert!(asked);
        assert_eq!(now(&mut follower, &mut asked).await, "progress 12");
        assert!(!asked);
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_is_told_of_the_newest_revision_again_and_again() {
        let history = history();
        let mut follower = follow(&history, 10);
        assert_eq!(now(&mut follower, &mut true).await, "progress 10");
        assert_eq!(now(&mut follower, &mut true).await, "progress 10");
        history.advance(11, frame("progress 11"));
        assert_eq!(now(&mut follower, &mut true).await, "progress 11");
    }

    #[tokio::test(start_paused = true)]
    async fn silence_lasts_for_the_interval_since_the_last_message() {
        let history = history();
        let mut follower = Follower::new(Arc::clone(&history), 10, Duration::from_secs(30));
        assert_eq!(now(&mut follower, &mut false).await, "");
        advance(Duration::from_secs(20)).await;
        append(&history, 11, &["a"]);
        assert_eq!(next(&mut follower).await, "a");
        assert_eq!(now(&mut follower, &mut false).await, "");
        advance(Duration::from_secs(20)).await;
        assert_eq!(now(&mut follower, &mut false).await, "");
        advance(Duration::from_secs(10)).await;
        assert_eq!(now(&mut follower, &mut false).await, "progress 11");
        assert_eq!(now(&mut follower, &mut false).await, "");
        // With nothing else to do, time goes on by itself.
        assert_eq!(next(&mut follower).await, "progress 11");
    }

    #[tokio::test(start_paused = true)]
    async fn all_who_wait_are_woken_however_many_and_however_often() {
        let history = history();
        let mut waiting: Vec<_> = (0..1000).map(|_| reading(follow(&history, 10))).collect();
        for revision in 11..=13 {
            // All of them wait, and so does their herald.
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            append(&history, revision, &["a"]);
            let mut again = Vec::new();
            for task in waiting {
                let (follower, message) = task.await.expect("no panic");
                assert_eq!(message, "a");
                again.push(reading(follower));
            }
            waiting = again;
        }
        history.end();
        for task in waiting {
            assert_eq!(task.await.expect("no panic").1, "left at 13");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_added_by_another_thread_wakes_too() {
        let history = history();
        let waiting: Vec<_> = (0..10).map(|_| reading(follow(&history, 10))).collect();
        tokio::task::yield_now().await;
        let adding = Arc::clone(&history);
        tokio::task::spawn_blocking(move || append(&adding, 11, &["a"]))
            .await
            .expect("no panic");
        for task in waiting {
            assert_eq!(task.await.expect("no panic").1, "a");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn news_for_which_nobody_waited_leave_the_herald_awake_for_the_next() {
        let history = history();
        let leaving = reading(follow(&history, 10));
        tokio::task::yield_now().await;
        leaving.abort();
        assert!(leaving.await.is_err());
        append(&history, 11, &["a"]);
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        let coming = reading(follow(&history, 11));
        tokio::task::yield_now().await;
        append(&history, 12, &["b"]);
        // Sooner than by its silence, after which it looks by itself.
        let told = tokio::time::timeout(LONG / 2, coming).await.expect("in time");
        assert_eq!(told.expect("no panic").1, "b");
    }

    #[tokio::test(start_paused = true)]
    async fn the_herald_ends_with_its_history() {
        let history = history();
        let follower = follow(&history, 10);
        let task = reading(follower);
        tokio::task::yield_now().await;
        task.abort();
        assert!(task.await.is_err());
        let tasks = tokio::runtime::Handle::current().metrics();
        assert_eq!(tasks.num_alive_tasks(), 1);
        drop(history);
        tokio::task::yield_now().await;
        assert_eq!(tasks.num_alive_tasks(), 0);
    }
}
