"""Compression and metadata."""

from typing import Any

import grpc
import grpc.aio
import pytest

from tests.acceptance.transport.conftest import Connect, Serve
from tests.acceptance.transport.toy import (
    Toy,
    evaluate_request,
    get_request,
    read,
    stream_request,
    watch_request,
)
from vexil.client.rpc import AioConfigStub


@pytest.mark.parametrize("compression", [grpc.Compression.Gzip, grpc.Compression.NoCompression])
async def test_compressed_requests_are_understood(
    serve: Serve, connect: Connect, toy: Toy, compression: grpc.Compression
) -> None:
    config = AioConfigStub(connect(await serve(toy)))
    long = "k" * 250
    answer = await config.evaluate(evaluate_request(key=long), compression=compression)
    assert answer.evaluation.key == long
    toy.messages = 3
    watching = config.watch(watch_request(), compression=compression)
    assert [(await read(watching)).revision for _ in range(3)] == [1, 2, 3]
    watching.cancel()
    talking = config.evaluate_stream(compression=compression)
    for id in ("a" * 100, "b" * 100):
        await talking.write(stream_request(id))
        assert (await read(talking)).correlation_id == id
    talking.cancel()


async def test_deflate_is_refused_or_understood(
    serve: Serve, connect: Connect, toy: Toy, transport: str
) -> None:
    """The compiled transport has gzip alone, and says so."""
    config = AioConfigStub(connect(await serve(toy)))
    call = config.evaluate(evaluate_request(key="k" * 250), compression=grpc.Compression.Deflate)
    if transport == "grpc":
        assert (await call).revision == 7
        return
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call
    assert raised.value.code() is grpc.StatusCode.UNIMPLEMENTED
    assert "deflate" in (raised.value.details() or "")


async def test_bomb_is_no_larger_than_a_message_may_be(serve: Serve, connect: Connect, toy: Toy) -> None:
    channel = connect(await serve(toy, max_message_bytes=100_000))
    evaluate = channel.unary_unary("/vexil.v1.ConfigService/Evaluate")
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await evaluate(bytes(50_000_000), compression=grpc.Compression.Gzip)
    assert raised.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert toy.calls == []


async def test_binary_metadata_is_no_text_and_no_trouble(serve: Serve, connect: Connect, toy: Toy) -> None:
    config = AioConfigStub(connect(await serve(toy)))
    metadata = (("trace-bin", bytes(range(256))), ("x-tenant", "blue"))
    await config.evaluate(evaluate_request(), metadata=metadata)
    [call] = toy.calls
    assert call.metadata["x-tenant"] == "blue"
    assert not any(isinstance(value, bytes) for value in call.metadata.values())


@pytest.mark.parametrize("method", ["evaluate", "get", "watch", "evaluate_stream"])
async def test_request_id_comes_back_from_every_shape_of_call(
    serve: Serve, connect: Connect, toy: Toy, method: str
) -> None:
    config = AioConfigStub(connect(await serve(toy)))
    toy.release.set()
    toy.ended.set()
    metadata = (("x-request-id", "r-1"),)
    requests: dict[str, list[Any]] = {
        "evaluate": [evaluate_request()],
        "get": [get_request()],
        "watch": [watch_request()],
        "evaluate_stream": [],
    }
    call = getattr(config, method)(*requests[method], metadata=metadata)
    if method == "evaluate_stream":
        await call.done_writing()
    if method in {"watch", "evaluate_stream"}:
        while await call.read() is not grpc.aio.EOF:
            pass
    trailers = await call.trailing_metadata()
    initial = await call.initial_metadata()
    assert "r-1" in {dict(trailers).get("x-request-id"), dict(initial).get("x-request-id")}
