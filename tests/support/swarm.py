"""Thousands of Watch streams in a process: `python -m tests.support.swarm TARGET STREAMS CHANNELS`.

Streams come back as the SDK's do: after the pause that the server names and up to as much again, with the
token of their last message. Prints a JSON object, see `Report`, when every stream has had its first message,
and then one for each line on its standard input, which is a revision: when every stream has got that far.
"""

# ruff: noqa: T201
# It is a program: it prints its result.

import asyncio
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import grpc.aio

from tests.support.fleet import NAMESPACE, WATCH
from vexil.client.replica.backoff import Backoff, BackoffPolicy
from vexil.client.rpc import to_vexil_error
from vexil.v1.watch_pb2 import StreamEndReason, WatchRequest, WatchResponse


@dataclass
class Report:
    """What became of the streams so far.

    `seconds` since the start; `slowest` and `median` are those until a stream's first message. `ends` counts
    how streams ended: by the reason of their last message or error, or by their status. `messages` counts the
    kinds of messages. `wrong` are streams that missed a revision or had one twice, where every commit is one
    for all of them. `hints` are the pauses, in seconds, that streams were ended with.
    """

    seconds: float = 0.0
    median: float = 0.0
    slowest: float = 0.0
    ends: dict[str, int] = field(default_factory=dict)
    messages: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    hints: list[float] = field(default_factory=list)


class Swarm:
    """The process, seen from a test."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def opened(self) -> Report:
        """Waits until every stream has had its first message."""
        return self._report()

    def until(self, revision: int) -> Report:
        """Waits until every stream has everything up to this revision."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{revision}\n")
        self._process.stdin.flush()
        return self._report()

    def _report(self) -> Report:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the swarm ended with {self._process.wait()}")
        return Report(**json.loads(line))


@contextmanager
def swarm(target: str, streams: int, channels: int) -> Iterator[Swarm]:
    """So many streams over so many connections, until the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.swarm", target, str(streams), str(channels)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Swarm(process)
    finally:
        process.kill()
        process.communicate()


class _Crowd:
    """All streams, as far as they have to know of each other."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.firsts: list[float] = []
        self.ends: Counter[str] = Counter()
        self.messages: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.hints: list[float] = []
        self.moved = asyncio.Event()

    def report(self) -> Report:
        firsts = sorted(self.firsts)
        seconds = time.monotonic() - self.began
        median, slowest = firsts[len(firsts) // 2], firsts[-1]
        return Report(seconds, median, slowest, dict(self.ends), dict(self.messages), self.wrong, self.hints)


class _Stream:
    """One subscriber: streams one after the other, and the position between them."""

    def __init__(self, crowd: _Crowd, channel: Any) -> None:
        self._crowd = crowd
        self._call = channel.unary_stream(WATCH)
        self._backoff = Backoff(BackoffPolicy(), random.random)
        self._token = b""
        self._hint: float | None = None
        self.revision = 0

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        while True:
            self._hint = None
            try:
                await self._read()
            except grpc.aio.AioRpcError as error:
                refused = to_vexil_error(error)
                self._hint = refused.retry_after
                status = f"{error.code().name} {refused.reason}"
                self._crowd.ends[status] += 1
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise
                self._crowd.ends["CANCELLED"] += 1  # by grpc: the stream itself, not this task
            await asyncio.sleep(self._backoff.next(self._hint))

    async def _read(self) -> None:
        request = WatchRequest(namespace=NAMESPACE, environment="prod")
        if self._token:
            request.resume_token = self._token
        call = self._call(request.SerializeToString())
        async for data in call:
            self._take(WatchResponse.FromString(data))

    def _take(self, message: WatchResponse) -> None:
        crowd = self._crowd
        kind = message.WhichOneof("event") or ""
        crowd.messages[kind] += 1
        if kind == "end":
            self._hint = message.end.retry_after.ToTimedelta().total_seconds()
            crowd.hints.append(self._hint)
            crowd.ends[StreamEndReason.Name(message.end.reason).removeprefix("STREAM_END_REASON_")] += 1
            return
        if not self.revision and kind == "state_begin":
            crowd.firsts.append(time.monotonic() - crowd.began)
        self._backoff.reset()
        if not message.resume_token:
            return
        expected = self.revision + (kind == "delta")
        if self.revision and message.revision != expected:
            crowd.wrong.append(f"{kind} {message.revision} after {self.revision}")
        self._token, self.revision = message.resume_token, message.revision
        crowd.moved.set()


async def _main(target: str, streams: int, channels: int) -> None:
    # One connection each: channels of the same options would share one.
    options = [("grpc.use_local_subchannel_pool", 1), ("grpc.max_reconnect_backoff_ms", 1000)]
    open_channels = [grpc.aio.insecure_channel(target, options) for _ in range(channels)]
    crowd = _Crowd()
    all_streams = [_Stream(crowd, open_channels[number % channels]) for number in range(streams)]
    tasks = [asyncio.create_task(stream.run()) for stream in all_streams]
    await _all_at(crowd, all_streams, 1)
    print(json.dumps(asdict(crowd.report())), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        await _all_at(crowd, all_streams, int(line))
        print(json.dumps(asdict(crowd.report())), flush=True)
    for task in tasks:
        task.cancel()


async def _all_at(crowd: _Crowd, streams: list[_Stream], revision: int) -> None:
    behind = streams
    while behind := [stream for stream in behind if stream.revision < revision]:
        crowd.moved.clear()
        await crowd.moved.wait()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
