//! A defect in one call stays in that call.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

/// A future whose panics become an answer. What panicked is on standard error.
pub struct Contained<F, O> {
    future: Pin<Box<F>>,
    instead: fn() -> O,
}

/// Runs `future`, and answers with `instead` where it panics.
pub fn contained<F: Future>(future: F, instead: fn() -> F::Output) -> Contained<F, F::Output> {
    Contained {
        future: Box::pin(future),
        instead,
    }
}

impl<F: Future<Output = O>, O> Future for Contained<F, O> {
    type Output = O;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<O> {
        // What the future borrowed is dropped with it: nobody sees it half changed.
        let polled = catch_unwind(AssertUnwindSafe(|| self.future.as_mut().poll(context)));
        polled.unwrap_or_else(|_| Poll::Ready((self.instead)()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime")
            .block_on(future)
    }

    #[test]
    fn answers_as_the_future_does() {
        assert_eq!(run(contained(async { 1 }, || 2)), 1);
    }

    #[test]
    fn a_panic_is_an_answer() {
        assert_eq!(run(contained(async { panic!("on purpose") }, || 2)), 2);
    }
}
