import asyncio
import json
from pathlib import Path

import grpc
import grpc.aio
import pytest

from tests.unit.client.scripted_server import ScriptedServer
from vexil.client.rpc import (
    AioConfigStub,
    ConfigStub,
    Endpoint,
    Tls,
    open_aio_channel,
    open_channel,
    to_vexil_error,
)
from vexil.client.rpc.channel import _RETRIED, _SERVICE_CONFIG
from vexil.client.rpc.stubs import ADMIN_SERVICE, CONFIG_SERVICE
from vexil.core.errors import (
    DeadlineExceeded,
    Internal,
    InvalidRequest,
    NotFound,
    OutOfRange,
    Reason,
    Unavailable,
    Unimplemented,
    VexilError,
    Violation,
)
from vexil.v1.config_service_pb2 import GetRequest
from vexil.v1.watch_pb2 import WatchRequest

ERRORS = [
    InvalidRequest.of([Violation("key", "is empty", Reason.CONSTRAINT_VIOLATION)]),
    NotFound("no such environment", reason=Reason.ENVIRONMENT_NOT_FOUND, metadata={"environment": "x"}),
    OutOfRange("compacted", reason=Reason.REVISION_COMPACTED, metadata={"compact_revision": "7"}),
    Unavailable("later", reason=Reason.STORE_UNAVAILABLE, retry_after=1.5),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.reason)
def test_error_of_the_server_arrives_whole(error: VexilError) -> None:
    with ScriptedServer() as server, open_channel(Endpoint(server.target)) as channel:
        call = ConfigStub(channel).watch(WatchRequest())
        server.accept().end(error)
        with pytest.raises(grpc.RpcError) as raised:
            list(call)
    assert_same(to_vexil_error(raised.value), error)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.reason)
async def test_error_of_the_server_arrives_whole_by_asyncio(error: VexilError) -> None:
    with ScriptedServer() as server:
        async with open_aio_channel(Endpoint(server.target)) as channel:
            reading = asyncio.ensure_future(AioConfigStub(channel).watch(WatchRequest()).read())
            (await asyncio.to_thread(server.accept)).end(error)
            with pytest.raises(grpc.RpcError) as raised:
                await reading
    assert_same(to_vexil_error(raised.value), error)


def assert_same(error: VexilError, expected: VexilError) -> None:
    assert type(error) is type(expected)
    assert (error.message, error.reason, error.violations, error.metadata, error.retry_after) == (
        expected.message,
        expected.reason,
        expected.violations,
        expected.metadata,
        expected.retry_after,
    )


def test_server_that_is_not_there_is_unavailable_and_named() -> None:
    with open_channel(Endpoint("127.0.0.1:1")) as channel, pytest.raises(grpc.RpcError) as raised:
        ConfigStub(channel).get(GetRequest(), timeout=10)
    error = to_vexil_error(raised.value, "127.0.0.1:1")
    assert type(error) is Unavailable
    assert error.message.startswith("cannot reach 127.0.0.1:1: Connection refused; ")
    assert error.metadata == {"target": "127.0.0.1:1"}


def test_call_that_the_server_does_not_know_is_unimplemented() -> None:
    with ScriptedServer() as server, open_channel(Endpoint(server.target)) as channel:
        with pytest.raises(grpc.RpcError) as raised:
            ConfigStub(channel).get(GetRequest(), timeout=10)
        assert type(to_vexil_error(raised.value)) is Unimplemented


@pytest.mark.parametrize(
    ("code", "expected"),
    [(grpc.StatusCode.CANCELLED, Unavailable), (grpc.StatusCode.UNKNOWN, Internal)],
)
def test_status_without_a_class_of_its_own_gets_the_nearest(
    code: grpc.StatusCode, expected: type[VexilError]
) -> None:
    error = grpc.aio.AioRpcError(code, grpc.aio.Metadata(), grpc.aio.Metadata(), details="KeyError: 'x'")
    translated = to_vexil_error(error)
    assert type(translated) is expected
    assert "KeyError" not in translated.message


def test_details_that_are_no_status_are_ignored() -> None:
    trailer = grpc.aio.Metadata(("grpc-status-details-bin", b"\xff\xff\xff"))
    error = grpc.aio.AioRpcError(grpc.StatusCode.NOT_FOUND, grpc.aio.Metadata(), trailer, details="gone")
    translated = to_vexil_error(error)
    assert type(translated) is NotFound
    assert translated.message == "gone"


def test_every_retried_call_exists_and_none_writes() -> None:
    known = {
        service.full_name: {method.name for method in service.methods}
        for service in (CONFIG_SERVICE, ADMIN_SERVICE)
    }
    writes = {"CreateNamespace", "Commit", "Rollback", "Import"}
    for service, methods in _RETRIED.items():
        assert set(methods) <= known[service] - writes
    assert json.loads(_SERVICE_CONFIG)["methodConfig"][0]["retryPolicy"]["maxAttempts"] == 3


@pytest.mark.parametrize(
    "target", ["http://host:7350", "https://host:7350/", "grpc://host:7350", "vexil://host:7350"]
)
def test_url_is_refused_with_what_is_meant(target: str) -> None:
    with pytest.raises(InvalidRequest, match="give host:port alone: 'host:7350'"):
        Endpoint(target)


def test_empty_target_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="target"):
        Endpoint("")


@pytest.mark.parametrize(
    ("target", "local"),
    [
        ("127.0.0.1:7350", True),
        ("127.1.2.3:1", True),
        ("localhost:7350", True),
        ("[::1]:7350", True),
        ("dns:///localhost:7350", True),
        ("unix:/run/vexil.sock", True),
        ("ipv4:127.0.0.1:7350", True),
        ("ipv6:[::1]:7350", True),
        ("ipv4:127.0.0.1:7350,10.0.0.1:7350", False),
        ("ipv6:[::1]:7350,[2001:db8::1]:7350", False),
        ("ipv4:127.0.0.1.example.com:7350", False),
        ("10.0.0.1:7350", False),
        ("localhost.example.com:7350", False),
        ("config.internal:7350", False),
    ],
)
def test_endpoint_knows_whether_it_is_local(target: str, local: bool) -> None:
    assert Endpoint(target).is_local is local


def test_token_over_plain_text_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="token"):
        Endpoint("config.internal:7350", token="secret")


@pytest.mark.parametrize("token", ["", "vxk_1\n", " vxk_1", "vxk 1", "vxk_\u00fc", "\ud800", "\x1b[31m"])
def test_token_that_can_not_be_sent_is_refused_and_not_shown(token: str) -> None:
    """Most are read from a file, with the end of its line: a clear error, not calls that fail for ever."""
    with pytest.raises(InvalidRequest, match="no token has") as raised:
        Endpoint(token=token)
    assert not token or token not in str(raised.value)


def test_half_of_a_client_certificate_is_refused() -> None:
    with pytest.raises(InvalidRequest, match=r"tls\.key_file"):
        Tls(certificate_file=Path("client.pem"))


def test_tls_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match=r"tls\.ca_file: .*missing\.pem: No such file"):
        open_channel(Endpoint(tls=Tls(ca_file=tmp_path / "missing.pem")))


def test_call_that_takes_too_long_says_so_in_plain_words() -> None:
    with ScriptedServer() as server, open_channel(Endpoint(server.target)) as channel:
        with pytest.raises(grpc.RpcError) as raised:
            list(ConfigStub(channel).watch(WatchRequest(), timeout=0.05))
        error = to_vexil_error(raised.value, server.target)
    assert isinstance(error, DeadlineExceeded)
    assert error.message == f"{server.target} did not answer in time"
