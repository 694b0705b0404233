"""What S3, and the network before it, may answer instead of an object."""

import socket
import sys
from http.server import BaseHTTPRequestHandler

import pytest

from tests.acceptance.templates.conftest import Answer, ScriptedS3
from tests.support.clock import ManualClock
from vexil.core.errors import FailedPrecondition, NotFound, Reason, Unavailable, VexilError
from vexil.server.templates.s3_objects import Denied, S3Objects
from vexil.server.templates.s3_templates import S3Templates
from vexil.server.templates.template import MAX_BYTES

URI = "s3://flows/main.json"


def refusing(status: int, code: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = f"<Error><Code>{code}</Code><Message>driver words</Message></Error>".encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/xml")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def serving(body: bytes, etag: str = '"e1"', length: int | None = None) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("ETag", etag)
        handler.send_header("Connection", "close")
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def failure(objects: S3Objects) -> VexilError:
    with pytest.raises(VexilError) as raised:
        objects.fetch(URI)
    assert "driver words" not in raised.value.message
    return raised.value


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (503, "SlowDown"),
        (500, "InternalError"),
        (403, "ExpiredToken"),
        (403, "InvalidAccessKeyId"),
        (403, "SignatureDoesNotMatch"),
        (403, "RequestTimeTooSkewed"),
        (403, "InvalidObjectState"),
        (400, "SomethingNew"),
    ],
)
def test_refusal_is_unavailable(scripted: ScriptedS3, objects: S3Objects, status: int, code: str) -> None:
    scripted.answer = refusing(status, code)
    error = failure(objects)
    assert (type(error), error.reason) == (Unavailable, Reason.TEMPLATE_UNAVAILABLE)
    assert error.metadata == {"template": URI}
    assert len(scripted.requests) == 1


@pytest.mark.parametrize("code", ["NoSuchKey", "NoSuchBucket"])
def test_missing_is_not_found(scripted: ScriptedS3, objects: S3Objects, code: str) -> None:
    scripted.answer = refusing(404, code)
    assert isinstance(failure(objects), NotFound)


def test_no_permission_is_told_apart(scripted: ScriptedS3, objects: S3Objects) -> None:
    scripted.answer = refusing(403, "AccessDenied")
    with pytest.raises(Denied):
        objects.fetch(URI)


def test_too_large_object_is_not_downloaded(scripted: ScriptedS3, objects: S3Objects) -> None:
    """Its length says enough: no byte of it is sent here, and none is waited for."""
    scripted.answer = serving(b"", length=MAX_BYTES + 1)
    error = failure(objects)
    assert (type(error), error.reason) == (FailedPrecondition, Reason.INVALID_FLOW)


def test_body_that_ends_early_is_unavailable(scripted: ScriptedS3, objects: S3Objects) -> None:
    scripted.answer = serving(b"half", length=8)
    assert isinstance(failure(objects), Unavailable)


def test_connection_that_is_cut_is_unavailable(scripted: ScriptedS3, objects: S3Objects) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        handler.connection.shutdown(socket.SHUT_RDWR)

    scripted.answer = answer
    assert isinstance(failure(objects), Unavailable)


def test_server_that_says_nothing_is_given_up(scripted: ScriptedS3, objects: S3Objects) -> None:
    scripted.answer = lambda _handler: (scripted.release.wait(60), None)[1]
    error = failure(objects)
    assert (type(error), error.reason) == (Unavailable, Reason.TEMPLATE_UNAVAILABLE)


def test_body_that_comes_in_drops_is_given_up(scripted: ScriptedS3, objects: S3Objects) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("ETag", '"e1"')
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        try:
            while not scripted.release.wait(0.2):
                handler.wfile.write(b"x" * 64)
        except OSError:
            handler.close_connection = True

    scripted.answer = answer
    assert "slowly" in failure(objects).message


async def test_kept_template_is_served_when_nobody_listens_any_more(scripted: ScriptedS3) -> None:
    objects, clock = S3Objects(scripted.endpoint), ManualClock()
    templates = S3Templates(objects, clock.clock)
    scripted.answer = serving(b"one")
    first = await templates.read(URI)
    scripted.close()
    clock.advance(3600)
    assert await templates.read(URI) is first
    with pytest.raises(Unavailable):
        await templates.read("s3://flows/other.json")
    await templates.close()


def test_no_credentials_are_unavailable(
    scripted: ScriptedS3, objects: S3Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    error = failure(objects)
    assert (type(error), error.reason) == (Unavailable, Reason.TEMPLATE_UNAVAILABLE)
    assert scripted.requests == []


def test_profile_that_does_not_exist_is_unavailable(
    objects: S3Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert "AWS_PROFILE" in failure(objects).message


def test_without_boto3_the_extra_is_named(objects: S3Objects, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    error = failure(objects)
    assert "install vexil-server[aws]" in error.message
    assert error.retry_after is None
