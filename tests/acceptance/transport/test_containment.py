"""What a handler does, and whatever ends under it, the process lives and the client gets a status."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc
import grpc.aio
import pytest
from structlog.testing import capture_logs

from tests.acceptance.transport.conftest import Connect, Serve
from tests.acceptance.transport.toy import Toy, evaluate_request, get_request, stream_request, watch_request
from vexil.client.rpc import AioConfigStub, ConfigStub, Endpoint, open_channel, to_vexil_error
from vexil.core.errors import Reason
from vexil.server.transport.choice import open_transport
from vexil.server.transport.listener import Listener
from vexil.server.transport.port import Transport


class Rubbish(Toy):
    """Answers with what is no message; raises what is no Exception."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.answer = answer

    def _evaluate(self, request: Any, call: Any) -> Any:
        return self._given()

    async def _get(self, _request: Any, _call: Any) -> Any:
        return self._given()

    async def _watch(self, _request: Any, _call: Any) -> AsyncIterator[Any]:
        yield self._given()

    def _given(self) -> Any:
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


async def failure_of(config: AioConfigStub, method: str) -> grpc.aio.AioRpcError:
    calls: dict[str, Callable[[], Any]] = {
        "evaluate": lambda: config.evaluate(evaluate_request(), timeout=30),
        "get": lambda: config.get(get_request(), timeout=30),
        "watch": lambda: config.watch(watch_request(), timeout=30).read(),
    }
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await calls[method]()
    return raised.value


@pytest.mark.parametrize("method", ["evaluate", "get", "watch"])
@pytest.mark.parametrize("answer", [None, "text", 7, object()], ids=["none", "text", "number", "object"])
async def test_answer_that_is_no_message_is_a_defect(
    serve: Serve, connect: Connect, method: str, answer: Any
) -> None:
    if method == "watch" and answer is None:
        pytest.skip("a stream's handler suspends itself with it")
    config = AioConfigStub(connect(await serve(Rubbish(answer))))
    with capture_logs() as logs:
        failed = await failure_of(config, method)
    assert to_vexil_error(failed).reason is Reason.INTERNAL
    assert [log["event"] for log in logs] == ["call_failed"]


@pytest.mark.parametrize("method", ["evaluate", "get", "watch"])
@pytest.mark.parametrize("raised", [SystemExit(3), KeyboardInterrupt(), BaseException("odd")], ids=repr)
async def test_handler_that_would_end_the_process_ends_its_call(
    serve: Serve, connect: Connect, transport: str, method: str, raised: BaseException
) -> None:
    if transport == "grpc":
        pytest.skip("grpc.aio lets it end the event loop")
    toy = Rubbish(raised)
    config = AioConfigStub(connect(await serve(toy)))
    with capture_logs() as logs:
        failed = await failure_of(config, method)
        assert to_vexil_error(failed).reason is Reason.INTERNAL
    assert [log["event"] for log in logs] == ["call_failed"]
    toy.answer = b""
    await config.evaluate(evaluate_request(), timeout=30)


async def test_deadline_ends_a_call_whose_request_does_not_come(
    serve: Serve, connect: Connect, toy: Toy
) -> None:
    channel = connect(await serve(toy))
    call = channel.stream_unary("/vexil.v1.ConfigService/Evaluate")(timeout=0.3)
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call
    assert raised.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert toy.calls == []


async def test_caller_that_leaves_has_its_unary_call_cancelled(
    serve: Serve, connect: Connect, toy: Toy
) -> None:
    call = AioConfigStub(connect(await serve(toy))).get(get_request())
    waiting = asyncio.ensure_future(call)
    await asyncio.wait_for(toy.entered.wait(), 30)
    call.cancel()
    await asyncio.wait_for(toy.left.wait(), 30)
    await asyncio.gather(waiting, return_exceptions=True)


class Deaf(Toy):
    """Takes no request of a stream."""

    async def _evaluate_stream(self, _requests: Any, call: Any) -> AsyncIterator[Any]:
        try:
            self._enter(call)
            await self.release.wait()
            yield b""
        finally:
            self.left.set()


async def test_caller_that_leaves_a_conversation_leaves_nothing(
    serve: Serve, connect: Connect, transport: str
) -> None:
    """Also where it has sent far more than was taken."""
    if transport == "grpc":
        pytest.skip("grpc.aio reads a request when the handler asks for it")
    gc.collect()  # what other tests left to be collected is none of this one's
    toy = Deaf()
    call = AioConfigStub(connect(await serve(toy))).evaluate_stream()
    for i in range(200):
        await call.write(stream_request(str(i)))
    await asyncio.wait_for(toy.entered.wait(), 30)
    call.cancel()
    await asyncio.wait_for(toy.left.wait(), 30)
    async with asyncio.timeout(30):
        while any(type(each).__name__ == "Requests" for each in gc.get_objects()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_busy_event_loop_is_not_flooded_with_requests(transport: Any) -> None:
    if transport == "grpc":
        pytest.skip("grpc.aio reads a request when the handler asks for it")
    from vexil.server.transport.native.handlers import Requests  # noqa: PLC0415 - it may not be installed

    resumed: list[bool] = []

    class Inbound:
        def resume(self) -> None:
            resumed.append(True)

    method = next(each for each in Toy().methods() if each.path.endswith("EvaluateStream"))
    requests = Requests(method, None, Inbound(), asyncio.get_running_loop())  # type: ignore[arg-type]
    data = stream_request("a").SerializeToString()
    wanted = [requests.receive(data) for _ in range(16)]
    assert wanted == [True] * 15 + [False]
    messages = requests.messages()
    for _ in range(9):
        await anext(messages)
    assert resumed == [True]
    assert requests.receive(data)


async def test_server_that_is_stopped_twice_has_stopped(serve: Serve, connect: Connect, toy: Toy) -> None:
    server = await serve(toy)
    await AioConfigStub(connect(server)).evaluate(evaluate_request())
    await asyncio.gather(server.stop(toy.end_streams, 1), server.stop(toy.end_streams, 1))
    await server.stop(toy.end_streams, 1)


async def test_server_that_never_started_can_be_stopped(transport: Any, toy: Toy) -> None:
    server = open_transport(transport, Listener(address="127.0.0.1:0"), toy.methods())
    await server.stop(toy.end_streams, 0.0)


class LoopThatEnds:
    """A server in an event loop of its own thread, which ends without the server's being stopped."""

    def __init__(self, transport: Any) -> None:
        self.ready = threading.Event()
        self.entered = threading.Event()
        self.server: Transport
        self._transport = transport
        self._end: Callable[[], object]
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._thread.start()
        self.ready.wait()

    def end(self) -> None:
        """Ends the loop, and with it what runs there."""
        self._end()
        self._thread.join()

    async def _run(self) -> None:
        loop, over, toy = asyncio.get_running_loop(), asyncio.Event(), Toy()
        self._end = lambda: loop.call_soon_threadsafe(over.set)
        self.server = open_transport(self._transport, Listener(address="127.0.0.1:0"), toy.methods())
        await self.server.start()
        self.ready.set()
        await toy.entered.wait()
        self.entered.set()
        await over.wait()


def test_event_loop_that_ends_under_a_call_is_told_to_its_caller(transport: Any) -> None:
    if transport == "grpc":
        pytest.skip("grpc.aio lives in the event loop, and ends with it")
    ends = LoopThatEnds(transport)
    with open_channel(Endpoint(f"127.0.0.1:{ends.server.port}")) as channel:
        config = ConfigStub(channel)
        under_way: Any = config.get.future(get_request(), timeout=30)
        ends.entered.wait(30)
        ends.end()
        assert under_way.exception(30).code() is grpc.StatusCode.UNAVAILABLE
        with pytest.raises(grpc.RpcError) as raised:
            config.get(get_request(), timeout=30)
        assert raised.value.code() is grpc.StatusCode.UNAVAILABLE
        # What needs no event loop is answered to the last.
        assert config.evaluate(evaluate_request(), timeout=30).revision == 7
    asyncio.run(ends.server.stop(lambda: None, 0.0))
