//! Makes the calls that it reads, a JSON object a line, and prints what comes back; see ../../caller.py.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::{Buf, BufMut, Bytes};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, stdin};
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic::{Request, Status};

type Failure = Box<dyn std::error::Error>;

/// Takes messages as the bytes that they are.
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Raw;
    type Decoder = Raw;

    fn encoder(&mut self) -> Raw {
        Raw
    }

    fn decoder(&mut self) -> Raw {
        Raw
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(message);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}

async fn perform(channel: &Channel, wanted: &Value) -> Result<(), Status> {
    let path = wanted["path"]
        .as_str()
        .expect("a path")
        .parse()
        .expect("a path");
    let requests: Vec<Bytes> = wanted["requests"]
        .as_array()
        .expect("requests")
        .iter()
        .map(|request| {
            BASE64
                .decode(request.as_str().expect("text"))
                .expect("base64")
                .into()
        })
        .collect();
    let mut client = Grpc::new(channel.clone());
    client
        .ready()
        .await
        .map_err(|error| Status::unavailable(error.to_string()))?;
    let requests = Request::new(tokio_stream::iter(requests));
    let mut answers = client.streaming(requests, path, Raw).await?.into_inner();
    let mut left = wanted["take"].as_i64().expect("a number");
    while left != 0
        && let Some(message) = answers.message().await?
    {
        println!("{}", json!({"message": BASE64.encode(message)}));
        left -= 1;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().collect();
    let scheme = if arguments.len() > 2 { "https" } else { "http" };
    let mut endpoint = Endpoint::from_shared(format!("{scheme}://{}", arguments[1]))?;
    if let Some(authorities) = arguments.get(2) {
        let authorities = Certificate::from_pem(std::fs::read(authorities)?);
        endpoint = endpoint.tls_config(ClientTlsConfig::new().ca_certificate(authorities))?;
    }
    let channel = endpoint.connect_lazy();
    let mut lines = BufReader::new(stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let ended = perform(&channel, &serde_json::from_str(&line)?).await;
        let status = ended.err().unwrap_or_else(|| Status::ok(""));
        println!(
            "{}",
            json!({"code": status.code() as i32, "details": BASE64.encode(status.details())})
        );
    }
    Ok(())
}
