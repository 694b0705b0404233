//! Heads and trailers of responses.

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Code, Status};

/// Where a caller's own id of its request is, and where it gets it back.
pub const REQUEST_ID: &str = "x-request-id";

const GRPC: HeaderValue = HeaderValue::from_static("application/grpc");

/// The response around a body of messages and trailers.
pub fn with_body<B>(body: B) -> Response<B> {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, GRPC);
    response
}

/// A refusal before any handler was found: trailers only.
pub fn refused<B>(status: &Status, body: B) -> Response<B> {
    let mut response = with_body(body);
    response.headers_mut().extend(trailers(status));
    response
}

/// An answer to what is no gRPC at all, such as a browser's request.
pub fn not_grpc<B>(status: StatusCode, body: B) -> Response<B> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

/// The trailers of a call that went well; the caller's request id goes back to it.
pub fn success(request_id: Option<&HeaderValue>) -> HeaderMap {
    let mut trailers = HeaderMap::with_capacity(2);
    trailers.insert(Status::GRPC_STATUS, HeaderValue::from_static("0"));
    if let Some(id) = request_id {
        trailers.insert(REQUEST_ID, id.clone());
    }
    trailers
}

/// The trailers of a failure that Python describes; `details` is an encoded `google.rpc.Status`.
pub fn failure(code: i32, message: &str, details: &[u8], request_id: &str) -> HeaderMap {
    let mut metadata = MetadataMap::new();
    if let Ok(id) = MetadataValue::try_from(request_id) {
        metadata.insert(REQUEST_ID, id);
    }
    trailers(&Status::with_details_and_metadata(
        Code::from_i32(code),
        message,
        bytes::Bytes::copy_from_slice(details),
        metadata,
    ))
}

/// A status as trailers.
pub fn trailers(status: &Status) -> HeaderMap {
    let mut trailers = HeaderMap::with_capacity(4);
    if status.add_header(&mut trailers).is_err() {
        // Text that can't be a header: the code alone says enough.
        trailers.clear();
        trailers.insert(Status::GRPC_STATUS, HeaderValue::from(status.code() as i32));
    }
    trailers
}

/// The end of a call whose deadline has passed.
pub fn too_late() -> Status {
    Status::deadline_exceeded("the call's deadline passed")
}

/// A defect on this side of the wire; what it was is on standard error.
pub fn internal() -> HeaderMap {
    trailers(&Status::internal("the server failed"))
}
