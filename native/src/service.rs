//! From a request to the handler that answers it.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body::{Body as _, Frame};
use hyper::body::Incoming;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{timeout, timeout_at};
use tonic::codec::{CompressionEncoding, Streaming};
use tonic::{Code, Status};

use crate::call::{Call, Peer, deadline};
use crate::contained::contained;
use crate::framing::{messages, request_encoding};
use crate::outbound::{Messages, Next, Outbound, Shared};
use crate::python::{Answer, answer, unraisable};
use crate::responses;

const NOT_GRPC: &[u8] = b"this is a gRPC server: POST with content-type application/grpc\n";

/// What is read at most, in bytes, of a request that is refused.
const LEFT_OVER: usize = 64 * 1024;

/// For how long, at most, a refusal waits for what comes with the request.
const PATIENCE: Duration = Duration::from_millis(100);

/// The shape of a method, and with it that of its Python handler.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `handler(request, call)` answers at once: bytes, or a failure.
    Direct,
    /// `handler(request, call, outbound)` starts something that sends and ends.
    Started,
    /// `handler(call, outbound, inbound)` answers with a function that takes each request, and None at their end.
    Bidirectional,
}

pub struct Method_ {
    pub shape: Shape,
    pub handler: Py<PyAny>,
}

/// All that calls on any connection share.
pub struct Service {
    pub methods: HashMap<String, Method_>,
    /// `(path, call)`: the failure that answers a method that is not there.
    pub unknown: Py<PyAny>,
    pub max_message_bytes: usize,
}

impl Service {
    /// Answers one request.
    pub async fn call(self: Arc<Self>, request: Request<Incoming>, peer: Arc<Peer>) -> Response<Body> {
        if let Err(status) = is_grpc(&request) {
            let explained = match *request.method() {
                Method::HEAD => Body::Empty,
                _ => Body::Answer(Some(Bytes::from_static(NOT_GRPC)), None),
            };
            heard_out(request.into_body()).await;
            return responses::not_grpc(status, explained);
        }
        let (head, body) = request.into_parts();
        let (encoding, deadline) = match terms(&head.headers) {
            Ok(terms) => terms,
            Err(status) => return refused(responses::refused(&status, Body::Empty), body).await,
        };
        let call = Call {
            peer,
            headers: head.headers,
            deadline,
        };
        // With its query, if it has one: what is looked up is all that was asked for, to the letter.
        let path = head.uri.path_and_query().map_or("", |path| path.as_str());
        let Some(method) = self.methods.get(path) else {
            return refused(self.unknown(path, call), body).await;
        };
        let mut requests = messages(body, encoding, self.max_message_bytes);
        match method.shape {
            Shape::Direct => match only_message(&mut requests, deadline).await {
                Ok(request) => answered(&method.handler, &request, call),
                Err(status) => responses::refused(&status, Body::Empty),
            },
            Shape::Started => match only_message(&mut requests, deadline).await {
                Ok(request) => started(&method.handler, &request, call),
                Err(status) => responses::refused(&status, Body::Empty),
            },
            Shape::Bidirectional => conversing(&method.handler, requests, call),
        }
    }

    fn unknown(&self, path: &str, call: Call) -> Response<Body> {
        Python::attach(|py| {
            respond(
                py,
                self.unknown.bind(py),
                self.unknown.call1(py, (path, call)),
                None,
            )
        })
    }
}

/// The answer to a call in which something panicked.
pub fn failed() -> Response<Body> {
    let mut response = responses::with_body(Body::Empty);
    response.headers_mut().extend(responses::internal());
    response
}

fn is_grpc(request: &Request<Incoming>) -> Result<(), StatusCode> {
    if request.method() != Method::POST {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .map_or(&b""[..], |kind| kind.as_bytes());
    match kind.strip_prefix(b"application/grpc") {
        Some([] | [b'+' | b';', ..]) => Ok(()),
        _ => Err(StatusCode::UNSUPPORTED_MEDIA_TYPE),
    }
}

/// What a call's headers say of how it goes on; the status that refuses it where they can't be met.
fn terms(headers: &HeaderMap) -> Result<(Option<CompressionEncoding>, Option<Instant>), Status> {
    if headers.get(header::TE).is_none_or(|te| te != "trailers") {
        return Err(Status::invalid_argument("gRPC needs the header te: trailers"));
    }
    Ok((request_encoding(headers)?, deadline(headers)?))
}

/// A refusal, after a first look at what comes with the request. A client that is refused while it writes may take
/// the failed write for the outcome, whatever was answered (grpc.aio does); of a conversation the end is not awaited.
async fn refused(response: Response<Body>, mut body: Incoming) -> Response<Body> {
    let first = poll_fn(|context| Pin::new(&mut body).poll_frame(context));
    let _ = timeout(PATIENCE, first).await;
    response
}

/// Reads what comes with a request that is refused. Of one that is no gRPC this comes before the answer: whether it
/// is malformed is the protocol's business first.
async fn heard_out(mut body: Incoming) {
    let mut left = LEFT_OVER;
    while let Some(Ok(frame)) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let length = frame.data_ref().map_or(0, Bytes::len);
        if length > left {
            return;
        }
        left -= length;
    }
}

async fn next_message(requests: &mut Streaming<Bytes>) -> Result<Option<Bytes>, Status> {
    requests.message().await.map_err(|status| match status.code() {
        // What tonic calls a message beyond the limit; all others call it as the specification does.
        Code::OutOfRange => Status::resource_exhausted(status.message()),
        _ => status,
    })
}

/// The message of a call that has one. A caller that takes longer than its own deadline is told so.
async fn only_message(requests: &mut Streaming<Bytes>, deadline: Option<Instant>) -> Result<Bytes, Status> {
    let message = read_only_message(requests);
    match deadline {
        None => message.await,
        Some(deadline) => timeout_at(deadline.into(), message)
            .await
            .unwrap_or_else(|_| Err(responses::too_late())),
    }
}

async fn read_only_message(requests: &mut Streaming<Bytes>) -> Result<Bytes, Status> {
    let Some(message) = next_message(requests).await? else {
        return Err(Status::internal("the request has no message"));
    };
    if next_message(requests).await?.is_some() {
        return Err(Status::internal("the request has more than one message"));
    }
    Ok(message)
}

fn answered(handler: &Py<PyAny>, request: &[u8], call: Call) -> Response<Body> {
    let request_id = call.headers.get(responses::REQUEST_ID).cloned();
    Python::attach(|py| {
        let result = handler.call1(py, (PyBytes::new(py, request), call));
        respond(py, handler.bind(py), result, request_id.as_ref())
    })
}

fn respond(
    py: Python<'_>,
    handler: &Bound<'_, PyAny>,
    result: PyResult<Py<PyAny>>,
    request_id: Option<&http::HeaderValue>,
) -> Response<Body> {
    match result.and_then(|result| answer(result.bind(py))) {
        Ok(Answer::Message(frame)) => {
            responses::with_body(Body::Answer(Some(frame), Some(responses::success(request_id))))
        }
        Ok(Answer::Failure(trailers)) => {
            let mut response = responses::with_body(Body::Empty);
            response.headers_mut().extend(trailers);
            response
        }
        Err(error) => {
            unraisable(py, error, handler);
            failed()
        }
    }
}

fn started(handler: &Py<PyAny>, request: &[u8], call: Call) -> Response<Body> {
    let deadline = call.deadline;
    let shared = Shared::new(call.headers.get(responses::REQUEST_ID).cloned());
    let messages = Messages::new(Arc::clone(&shared), deadline);
    Python::attach(|py| {
        let outbound = Outbound {
            shared: Arc::clone(&shared),
        };
        if let Err(error) = handler.call1(py, (PyBytes::new(py, request), call, outbound)) {
            unraisable(py, error, handler.bind(py));
            shared.end(responses::internal());
        }
    });
    responses::with_body(Body::Messages {
        messages: Box::new(messages),
        _receiving: None,
    })
}

/// Python's way to say that it wants more requests after it said that it wants none.
#[pyclass(frozen, module = "vexil_native")]
pub struct Inbound {
    wanted: Arc<Notify>,
}

#[pymethods]
impl Inbound {
    fn resume(&self) {
        self.wanted.notify_one();
    }
}

fn conversing(handler: &Py<PyAny>, requests: Streaming<Bytes>, call: Call) -> Response<Body> {
    let deadline = call.deadline;
    let shared = Shared::new(call.headers.get(responses::REQUEST_ID).cloned());
    let messages = Messages::new(Arc::clone(&shared), deadline);
    let wanted = Arc::new(Notify::new());
    let receiver = Python::attach(|py| {
        let outbound = Outbound {
            shared: Arc::clone(&shared),
        };
        let inbound = Inbound {
            wanted: Arc::clone(&wanted),
        };
        handler
            .call1(py, (call, outbound, inbound))
            .map_err(|error| unraisable(py, error, handler.bind(py)))
            .ok()
    });
    let receiving = match receiver {
        None => {
            shared.end(responses::internal());
            None
        }
        Some(receiver) => Some(Receiving(tokio::spawn(async move {
            let failure = || Some(responses::internal());
            if let Some(trailers) = contained(received(requests, receiver, wanted), failure).await {
                shared.end(trailers);
            }
        }))),
    };
    responses::with_body(Body::Messages {
        messages: Box::new(messages),
        _receiving: receiving,
    })
}

/// Hands requests to Python until their end; trailers where the call has to end before.
async fn received(
    mut requests: Streaming<Bytes>,
    receiver: Py<PyAny>,
    wanted: Arc<Notify>,
) -> Option<HeaderMap> {
    loop {
        let message = match next_message(&mut requests).await {
            Ok(message) => message,
            Err(status) => return Some(responses::trailers(&status)),
        };
        let last = message.is_none();
        let more = Python::attach(|py| {
            let request = message.map(|message| PyBytes::new(py, &message));
            receiver
                .call1(py, (request,))
                .and_then(|more| more.extract::<bool>(py))
                .map_err(|error| unraisable(py, error, receiver.bind(py)))
        });
        match more {
            Err(()) => return Some(responses::internal()),
            Ok(_) if last => return None,
            Ok(true) => {}
            Ok(false) => wanted.notified().await,
        }
    }
}

/// The task that takes a call's requests. It ends with the call: nobody would ask it for more.
pub struct Receiving(JoinHandle<()>);

impl Drop for Receiving {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What goes back to the caller.
pub enum Body {
    /// Nothing but the head.
    Empty,
    /// One message and trailers.
    Answer(Option<Bytes>, Option<HeaderMap>),
    /// Messages as they come, and in a conversation also requests.
    Messages {
        messages: Box<Messages>,
        _receiving: Option<Receiving>,
    },
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match self.get_mut() {
            Self::Empty => Poll::Ready(None),
            Self::Answer(message, trailers) => Poll::Ready(
                message
                    .take()
                    .map(Frame::data)
                    .or_else(|| trailers.take().map(Frame::trailers))
                    .map(Ok),
            ),
            Self::Messages { messages, .. } if messages.ended() => Poll::Ready(None),
            Self::Messages { messages, .. } => messages.poll(context).map(|next| {
                Some(Ok(match next {
                    Next::Message(message) => Frame::data(message),
                    Next::Trailers(trailers) => Frame::trailers(trailers),
                }))
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Answer(message, trailers) => message.is_none() && trailers.is_none(),
            Self::Messages { messages, .. } => messages.ended(),
        }
    }
}
