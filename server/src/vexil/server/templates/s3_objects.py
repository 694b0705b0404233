"""Objects of S3 through boto3: one GET, blocking, with limits to its time and its size."""

import time
from dataclasses import dataclass
from typing import Any

import structlog

from vexil.core.errors import VexilError
from vexil.server.templates.refusals import missing, too_large, unavailable
from vexil.server.templates.template import MAX_BYTES

_CONNECT_SECONDS = 1.0
_READ_SECONDS = 2.0
_WHOLE_SECONDS = 4.0
"""A body that comes in drops is given up after so long."""

_CHUNK_BYTES = 1024
"""Small, since the time is looked at only when a chunk is complete."""

_MISSING = frozenset({"NoSuchKey", "NoSuchBucket", "404"})
_DENIED = frozenset({"AccessDenied", "403", "AllAccessDisabled"})
_CREDENTIALS = frozenset(
    {"ExpiredToken", "InvalidAccessKeyId", "InvalidToken", "RequestTimeTooSkewed", "SignatureDoesNotMatch"}
)
"""https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""

_log = structlog.get_logger(__name__)


class Denied(Exception):
    """S3 says no: also of an object that is not there, to who may not list the bucket."""


@dataclass(frozen=True, slots=True)
class FetchedObject:
    """An object's bytes. `version` is its version id, in a bucket that keeps versions, or its entity tag."""

    data: bytes
    etag: str
    version: str


class S3Objects:
    """Reads objects of any bucket that the server's credentials may read, from any thread.

    Credentials, region and proxies are found as boto3 does; `endpoint` is for what only speaks S3's protocol.
    """

    def __init__(self, endpoint: str | None = None) -> None:
        self._endpoint = endpoint
        self._client: Any = None

    def fetch(self, uri: str, known: str | None = None) -> FetchedObject | None:
        """The object of `s3://bucket/key`; None while its entity tag is the known one.

        Raises NotFound (TEMPLATE_NOT_FOUND), Unavailable (TEMPLATE_UNAVAILABLE), FailedPrecondition
        (INVALID_FLOW) for one that is too large, Denied.
        """
        client = self._opened(uri)
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - only there with the extra

        bucket, _, key = uri.removeprefix("s3://").partition("/")
        condition = {} if known is None else {"IfNoneMatch": known}
        try:
            answer = client.get_object(Bucket=bucket, Key=key, **condition)
            data = _body(answer, uri)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("304", "NotModified"):
                return None
            raise _refusal(error.response["Error"]["Code"], uri) from error
        except (BotoCoreError, OSError) as error:
            _log.debug("template_unanswered", template=uri, error=str(error))
            raise unavailable(uri, "S3 can't be reached, or does not answer in time") from error
        etag = str(answer["ETag"])
        version = str(answer.get("VersionId") or "null")
        return FetchedObject(data, etag, etag.strip('"') if version == "null" else version)

    def close(self) -> None:
        """Closes the connections."""
        if self._client is not None:
            self._client.close()

    def _opened(self, uri: str) -> Any:
        # Two threads may each make one: clients cost little, and nothing is lost with the other.
        if self._client is None:
            self._client = _client(self._endpoint, uri)
        return self._client


def _body(answer: Any, uri: str) -> bytes:
    """The object's bytes, of which no more are read than a template may have."""
    if answer["ContentLength"] > MAX_BYTES:
        answer["Body"].close()
        raise too_large(uri)
    until = time.monotonic() + _WHOLE_SECONDS
    data = bytearray()
    for chunk in answer["Body"].iter_chunks(_CHUNK_BYTES):
        data += chunk
        if time.monotonic() > until:
            answer["Body"].close()
            raise unavailable(uri, "S3 sends it too slowly")
    return bytes(data)


def _refusal(code: str, uri: str) -> VexilError | Denied:
    if code in _MISSING:
        return missing(uri, "S3 has no such object")
    if code in _DENIED:
        return Denied(code)
    if code in _CREDENTIALS:
        return unavailable(uri, "S3 does not accept the server's credentials")
    return unavailable(uri, f"S3 failed ({code})")


def _client(endpoint: str | None, uri: str) -> Any:
    try:
        import boto3  # noqa: PLC0415 - only there with the extra
        from botocore.config import Config  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415
    except ImportError as error:
        raise unavailable(uri, "that needs boto3: install vexil-server[aws]", passes=False) from error
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"total_max_attempts": 1},  # who asks tries again, and is answered by what is kept meanwhile
        s3={"addressing_style": "auto" if endpoint is None else "path"},
    )
    try:
        return boto3.Session().client("s3", endpoint_url=endpoint, config=config)
    except (BotoCoreError, ValueError) as error:
        _log.debug("templates_not_configured", error=str(error))
        raise unavailable(
            uri, "AWS is not configured: set AWS_REGION, and see that AWS_PROFILE names a profile that exists"
        ) from error
