//! What Python last made of the credentials on a connection.

use std::mem;
use std::sync::{Mutex, PoisonError};

use http::HeaderValue;
use http::header::ValueIter;
use pyo3::prelude::*;

/// The answer to one set of headers. Most connections only ever carry one: to recognise that one costs less than to
/// hand it to Python, which would look it up among all that are known.
#[derive(Default)]
pub struct Recollection(Mutex<Option<(Headers, Py<PyAny>)>>);

impl Recollection {
    /// The answer to exactly these headers, if it was the last one that was kept.
    pub fn of(&self, py: Python<'_>, headers: ValueIter<'_, HeaderValue>) -> Option<Py<PyAny>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, answer) = kept.as_ref()?;
        known.are(headers).then(|| answer.clone_ref(py))
    }

    pub fn keep(&self, headers: ValueIter<'_, HeaderValue>, answer: Py<PyAny>) {
        let kept = Some((Headers::copied(headers), answer));
        let old = mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), kept);
        // After the lock is free: what ends with it may run Python code, and let other threads of Python go on.
        drop(old);
    }
}

/// A copy: the originals share a buffer with all that came with them.
struct Headers(Box<[Box<[u8]>]>);

impl Headers {
    fn copied(headers: ValueIter<'_, HeaderValue>) -> Self {
        Self(headers.map(|header| header.as_bytes().into()).collect())
    }

    fn are(&self, mut headers: ValueIter<'_, HeaderValue>) -> bool {
        self.0.iter().all(|known| {
            headers
                .next()
                .is_some_and(|header| equal(known, header.as_bytes()))
        }) && headers.next().is_none()
    }
}

/// Whether they are, in a time that tells nothing but their lengths: several callers may share a connection.
fn equal(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .fold(0, |differing, (left, right)| differing | (left ^ right))
            == 0
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::AUTHORIZATION;

    use super::*;

    fn shown(values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn headers_are_themselves_and_no_others() {
        let sets: [&[&str]; 9] = [
            &[],
            &[""],
            &["", ""],
            &["Bearer a"],
            &["Bearer b"],
            &["Bearer ab"],
            &["bearer a"],
            &["Bearer a", "Bearer b"],
            &["Bearer b", "Bearer a"],
        ];
        for (first, one) in sets.iter().enumerate() {
            let known = shown(one);
            let known = Headers::copied(known.get_all(AUTHORIZATION).iter());
            for (second, other) in sets.iter().enumerate() {
                let given = shown(other);
                let same = known.are(given.get_all(AUTHORIZATION).iter());
                assert_eq!(same, first == second, "{one:?} and {other:?}");
            }
        }
    }
}
