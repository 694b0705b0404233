//! gRPC's framing of messages (<https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>).
//!
//! Decoding, decompression and limits are tonic's. Encoding is five bytes before the message: flags and length.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use hyper::body::Incoming;
use tonic::codec::{CompressionEncoding, DecodeBuf, Decoder, Streaming};
use tonic::{Code, Status};

const PREFIX: usize = 5;

/// Takes messages as the bytes that they are.
pub struct Raw;

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, source: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(source.copy_to_bytes(source.remaining())))
    }
}

/// The messages of a request. At most `limit` bytes long; tonic says what it is that can't be read.
pub fn messages(body: Incoming, encoding: Option<CompressionEncoding>, limit: usize) -> Streaming<Bytes> {
    Streaming::new_request(Raw, body, encoding, Some(limit))
}

/// Which compression a request's messages may have. UNIMPLEMENTED for one that is not known here.
pub fn request_encoding(headers: &http::HeaderMap) -> Result<Option<CompressionEncoding>, Status> {
    match headers.get("grpc-encoding").map(http::HeaderValue::as_bytes) {
        None | Some(b"identity") => Ok(None),
        Some(b"gzip") => Ok(Some(CompressionEncoding::Gzip)),
        Some(other) => {
            let mut status = Status::new(
                Code::Unimplemented,
                format!(
                    "messages compressed with {:?} are not understood here",
                    String::from_utf8_lossy(other)
                ),
            );
            status.metadata_mut().insert(
                "grpc-accept-encoding",
                tonic::metadata::MetadataValue::from_static("identity,gzip"),
            );
            Err(status)
        }
    }
}

/// The message as it goes over the wire, uncompressed.
pub fn framed(message: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(PREFIX + message.len());
    frame.put_u8(0);
    frame.put_u32(u32::try_from(message.len()).expect("protobuf messages are below 2 GiB"));
    frame.put_slice(message);
    frame.freeze()
}
