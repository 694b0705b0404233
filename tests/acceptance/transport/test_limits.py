"""Limits, as callers see them on either transport."""

from collections.abc import AsyncIterator
from typing import Any

import grpc.aio
import pytest
from grpc_health.v1 import health_pb2_grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest

from tests.acceptance.transport.conftest import Connect, Serve
from tests.acceptance.transport.toy import (
    Toy,
    evaluate_request,
    get_request,
    read,
    stream_request,
    watch_request,
)
from vexil.client.rpc import AioConfigStub, to_vexil_error
from vexil.core.errors import Code, Reason, VexilError
from vexil.server.clock import Clock
from vexil.server.limits.gate import Gate
from vexil.server.limits.settings import LimitSettings


def gate(**settings: Any) -> Gate | None:
    return Gate.of(LimitSettings(**settings), Clock())


def health_stub(channel: Any) -> Any:
    return health_pb2_grpc.HealthStub(channel)


async def refusal(call: Any) -> VexilError:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call
    return to_vexil_error(refused.value)


async def test_caller_beyond_its_rate_is_told_when_to_come_back(
    serve: Serve, connect: Connect, toy: Toy
) -> None:
    server = await serve(toy, gate=gate(requests_per_address=0.01, burst_seconds=150))
    config = AioConfigStub(connect(server))
    await config.evaluate(evaluate_request())
    await config.evaluate(evaluate_request())
    error = await refusal(config.evaluate(evaluate_request()))
    assert (error.code, error.reason) == (Code.RESOURCE_EXHAUSTED, Reason.RATE_LIMITED)
    assert error.retry_after is not None
    assert 0 < error.retry_after < 51
    assert len(toy.calls) == 2


async def test_streams_and_their_requests_count(serve: Serve, connect: Connect, toy: Toy) -> None:
    server = await serve(toy, gate=gate(requests_per_address=0.01, burst_seconds=250))
    config = AioConfigStub(connect(server))
    stream = config.evaluate_stream()
    await stream.write(stream_request("1"))
    assert (await read(stream)).correlation_id == "1"
    await stream.write(stream_request("2"))
    assert (await read(stream)).correlation_id == "2"
    await stream.write(stream_request("3"))
    assert (await refusal(stream.read())).reason is Reason.RATE_LIMITED
    assert (await refusal(config.watch(watch_request()).read())).reason is Reason.RATE_LIMITED


async def test_streams_that_are_refused_while_they_write_hear_why(
    serve: Serve, connect: Connect, toy: Toy
) -> None:
    server = await serve(toy, gate=gate(requests_per_address=0.001, burst_seconds=1))
    config = AioConfigStub(connect(server))
    await config.evaluate(evaluate_request())

    async def requests() -> AsyncIterator[Any]:
        for number in range(10):
            yield stream_request(str(number))

    for _ in range(300):
        assert (await refusal(config.evaluate_stream(requests()).read())).reason is Reason.RATE_LIMITED


async def test_stream_that_writes_and_waits_hears_why_it_is_refused(
    serve: Serve, connect: Connect, toy: Toy
) -> None:
    server = await serve(toy, gate=gate(requests_per_address=0.001, burst_seconds=1))
    config = AioConfigStub(connect(server))
    await config.evaluate(evaluate_request())
    for _ in range(10):
        stream = config.evaluate_stream()
        await stream.write(stream_request("1"))
        assert (await refusal(stream.read())).reason is Reason.RATE_LIMITED


async def test_address_that_may_not_call_gets_nothing(serve: Serve, connect: Connect, toy: Toy) -> None:
    server = await serve(toy, gate=gate(allow_from="192.0.2.0/24"))
    channel = connect(server)
    config = AioConfigStub(channel)
    calls = [
        config.evaluate(evaluate_request()),
        config.get(get_request()),
        config.watch(watch_request()).read(),
        config.evaluate_stream().read(),
        health_stub(channel).Check(HealthCheckRequest()),
    ]
    for call in calls:
        assert (await refusal(call)).code is Code.PERMISSION_DENIED
    assert toy.calls == []


async def test_listed_address_behind_its_proxy_may_call(serve: Serve, connect: Connect, toy: Toy) -> None:
    server = await serve(toy, gate=gate(allow_from="192.0.2.0/24", trusted_proxies="127.0.0.0/8"))
    config = AioConfigStub(connect(server))
    forwarded = (("x-forwarded-for", "203.0.113.9, 192.0.2.7"),)
    assert (await config.evaluate(evaluate_request(), metadata=forwarded)).revision == 7
    forged = (("x-forwarded-for", "192.0.2.7, 203.0.113.9"),)
    error = await refusal(config.evaluate(evaluate_request(), metadata=forged))
    assert error.code is Code.PERMISSION_DENIED


async def test_spent_memory_turns_calls_away_but_answers_health(
    serve: Serve, connect: Connect, toy: Toy
) -> None:
    server = await serve(toy, gate=gate(memory_budget=1))
    channel = connect(server)
    error = await refusal(AioConfigStub(channel).evaluate(evaluate_request()))
    assert (error.code, error.retry_after) == (Code.RESOURCE_EXHAUSTED, 1.0)
    await health_stub(channel).Check(HealthCheckRequest())
