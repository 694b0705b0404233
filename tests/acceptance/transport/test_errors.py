"""What goes wrong reaches the client as a typed error, and nothing else of it does."""

import asyncio
import logging
from typing import Any

import grpc
import grpc.aio
import pytest
from google.rpc import error_details_pb2
from google.rpc.status_pb2 import Status
from structlog.testing import capture_logs

from tests.acceptance.transport.conftest import Connect, Serve
from tests.acceptance.transport.toy import Toy, defect, evaluate_request, read, stream_request, watch_request
from vexil.client.rpc import AioConfigStub, to_vexil_error
from vexil.core import errors
from vexil.core.errors import Reason, VexilError, Violation

CLASSES = [
    each
    for each in vars(errors).values()
    if isinstance(each, type) and issubclass(each, VexilError) and each is not VexilError
]


async def failure_of(call: Any) -> grpc.aio.AioRpcError:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call
    return raised.value


def raw(channel: Any, method: str) -> Any:
    """A unary call of bytes."""
    return channel.unary_unary(method)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
async def test_every_error_keeps_its_code_reason_and_details(
    serve: Serve, connect: Connect, toy: Toy, kind: type[VexilError]
) -> None:
    toy.failure = kind(
        "it is so",
        violations=[Violation("a.b", "is wrong")],
        metadata={"compact_revision": "3"},
        retry_after=2.5,
    )
    call = AioConfigStub(connect(await serve(toy))).evaluate(evaluate_request())
    failed = await failure_of(call)
    assert failed.code().value[0] == kind.code.value
    error = to_vexil_error(failed)
    assert type(error) is kind
    assert (error.message, error.reason, error.retry_after) == ("it is so", kind.default_reason, 2.5)
    assert error.metadata == {"compact_revision": "3"}
    assert [violation.field for violation in error.violations] == ["a.b"]


async def test_details_are_those_of_the_standard(serve: Serve, connect: Connect, toy: Toy) -> None:
    toy.failure = errors.NotFound("no such thing")
    failed = await failure_of(AioConfigStub(connect(await serve(toy))).evaluate(evaluate_request()))
    metadata = dict(failed.trailing_metadata())
    [detail] = Status.FromString(metadata["grpc-status-details-bin"]).details
    info = error_details_pb2.ErrorInfo()
    assert detail.Unpack(info)
    assert (info.domain, info.reason) == ("vexil", "CONFIGURATION_NOT_FOUND")
    assert metadata["x-request-id"]


@pytest.mark.parametrize("method", ["evaluate", "watch", "evaluate_stream"])
async def test_defect_shows_a_request_id_and_nothing_of_itself(
    serve: Serve, connect: Connect, toy: Toy, method: str
) -> None:
    toy.failure = defect()
    config = AioConfigStub(connect(await serve(toy)))
    with capture_logs() as logs:
        if method == "evaluate":
            failed = await failure_of(config.evaluate(evaluate_request()))
        elif method == "watch":
            failed = await failure_of(config.watch(watch_request()).read())
        else:
            stream = config.evaluate_stream()
            await stream.write(stream_request("a"))
            failed = await failure_of(stream.read())
    error = to_vexil_error(failed)
    assert error.reason is Reason.INTERNAL
    shown = f"{failed.details()}{failed.trailing_metadata()!r}"
    assert not any(secret in shown for secret in ("ZeroDivision", "hunter2", "toy"))
    [entry] = [log for log in logs if log["event"] == "call_failed"]
    assert entry["request_id"] == error.metadata["request_id"]
    assert isinstance(entry["exc_info"], ZeroDivisionError)


async def test_error_after_messages_ends_the_stream_with_it(serve: Serve, connect: Connect, toy: Toy) -> None:
    toy.messages, toy.failure = 2, errors.OutOfRange("compacted")
    call = AioConfigStub(connect(await serve(toy))).watch(watch_request())
    assert [(await read(call)).revision for _ in range(2)] == [1, 2]
    assert to_vexil_error(await failure_of(call.read())).reason is Reason.REVISION_COMPACTED


@pytest.mark.parametrize("path", ["/vexil.v1.ConfigService/Nothing", "/vexil.v1.Nothing/Get", "/x/y"])
async def test_unknown_method_is_unimplemented_and_says_which(
    serve: Serve, connect: Connect, toy: Toy, path: str
) -> None:
    error = to_vexil_error(await failure_of(raw(connect(await serve(toy)), path)(b"")))
    assert error.reason is Reason.UNIMPLEMENTED
    assert path in error.message


@pytest.mark.parametrize(
    "data",
    [
        evaluate_request().SerializeToString()[:-3],
        b"\x0a\x02\xff\xfe",
        b"\xff" * 40,
    ],
    ids=["truncated", "invalid-utf8", "garbage"],
)
@pytest.mark.parametrize("method", ["Evaluate", "Watch", "EvaluateStream"])
async def test_request_that_cannot_be_read_is_invalid(
    serve: Serve, connect: Connect, toy: Toy, method: str, data: bytes
) -> None:
    channel = connect(await serve(toy))
    path = f"/vexil.v1.ConfigService/{method}"
    if method == "Evaluate":
        failed = await failure_of(channel.unary_unary(path)(data))
    elif method == "Watch":
        failed = await failure_of(channel.unary_stream(path)(data).read())
    else:
        call = channel.stream_stream(path)()
        await call.write(data)
        failed = await failure_of(call.read())
    error = to_vexil_error(failed)
    assert (type(error), error.reason) == (errors.InvalidRequest, Reason.INVALID_REQUEST)
    assert toy.calls == []


async def test_every_field_beyond_the_contract_is_named(serve: Serve, connect: Connect, toy: Toy) -> None:
    request = evaluate_request(namespace="Shop!", key="", expected_type=99)
    failed = await failure_of(AioConfigStub(connect(await serve(toy))).evaluate(request))
    fields = {violation.field for violation in to_vexil_error(failed).violations}
    assert fields == {"namespace", "key", "expected_type"}
    assert toy.calls == []


async def test_message_beyond_the_limit_is_refused(serve: Serve, connect: Connect, toy: Toy) -> None:
    channel = connect(await serve(toy, max_message_bytes=10_000))
    failed = await failure_of(raw(channel, "/vexil.v1.ConfigService/Evaluate")(b"x" * 20_000))
    error = to_vexil_error(failed)
    assert (type(error), error.reason) == (errors.LimitExceeded, Reason.LIMIT_EXCEEDED)
    assert (await AioConfigStub(channel).evaluate(evaluate_request())).revision == 7


async def test_more_violations_than_fit_into_trailers_are_cut(
    serve: Serve, connect: Connect, toy: Toy
) -> None:
    toy.failure = errors.InvalidRequest.of(
        [Violation(f"changes[{i}].put.setting.value", "is not what it should be") for i in range(5000)]
    )
    failed = await failure_of(AioConfigStub(connect(await serve(toy))).evaluate(evaluate_request()))
    error = to_vexil_error(failed)
    assert error.reason is Reason.INVALID_REQUEST
    assert error.violations[0].field == "changes[0].put.setting.value"


async def test_client_that_leaves_is_no_defect(
    serve: Serve, connect: Connect, toy: Toy, caplog: pytest.LogCaptureFixture
) -> None:
    toy.messages = 100_000
    server = await serve(toy)
    with capture_logs() as logs, caplog.at_level(logging.WARNING):
        for _ in range(10):
            channel = connect(server)
            call = AioConfigStub(channel).watch(watch_request())
            await call.read()
            await channel.close()
            await asyncio.wait_for(toy.left.wait(), 30)
            toy.left.clear()
    assert [log for log in logs if log["log_level"] != "info"] == []
    assert caplog.records == []
