"""Opens and closes streams, tens of thousands of them, and looks at what the server's memory does.

    python -m tests.robustness.soak --streams 50000

Streams end in turn by the client's cancellation and by their deadline, and now and then all connections are
cut. Memory is the server process's resident set. It counts as flat when the last quarter's median is at most
5 % and 4 MiB above the second quarter's; the first quarter is for caches and pools to fill.
"""

# ruff: noqa: T201
# It is a program: it prints its result.

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import grpc.aio

from tests.robustness.cluster import open_channel
from tests.robustness.proxy import Proxy, proxy
from tests.robustness.watcher import NAMESPACE, Wish
from tests.support.server import server_process
from vexil.client.rpc import AioAdminStub, AioConfigStub
from vexil.v1 import admin_service_pb2, watch_pb2

_CHANNELS = 8
_AT_ONCE = 64
_BATCH = 512
_MIB = 1024 * 1024
_PLOT = Path(".cache/soak.svg")


def main() -> int:
    """The exit code: 1 where memory grew."""
    parser = argparse.ArgumentParser(prog="tests.robustness.soak", description=__doc__)
    parser.add_argument("--streams", type=int, default=50_000, help="how many; default: 50000")
    parser.add_argument(
        "--out", type=Path, default=Path(".cache/soak.svg"), help="the plot; default: .cache/soak.svg"
    )
    wanted = parser.parse_args()
    with server_process() as server:
        samples, served = asyncio.run(_soak(server.target, server.pid, wanted.streams))
    wanted.out.parent.mkdir(parents=True, exist_ok=True)
    wanted.out.write_text(_plot(samples, wanted.streams))
    quarter = len(samples) // 4
    before, after = median(samples[quarter : 2 * quarter]), median(samples[-quarter:])
    flat = after <= before * 1.05 + 4 * _MIB
    print(
        f"{wanted.streams} streams, {served} of them served: {before / _MIB:.1f} MiB in the second quarter, "
        f"{after / _MIB:.1f} MiB in the last: {'flat' if flat else 'GROWING'}; {wanted.out}"
    )
    return 0 if flat and served > wanted.streams // 2 else 1


async def _soak(target: str, pid: int, streams: int) -> tuple[list[int], int]:
    """The server's memory in bytes, before and after each batch, and how many streams were served."""
    async with open_channel(target) as channel:
        request = admin_service_pb2.CreateNamespaceRequest(namespace=NAMESPACE)
        request.environments["prod"].description = "watched"
        await AioAdminStub(channel).create_namespace(request, wait_for_ready=True)
    samples, served = [_resident(pid)], 0
    batch = min(_BATCH, streams // 8)
    async with proxy(target) as between:
        channels = [open_channel(between.address) for _ in range(_CHANNELS)]
        for first in range(0, streams, batch):
            served += await _batch(between, channels, range(first, min(first + batch, streams)))
            samples.append(_resident(pid))
        for channel in channels:
            await channel.close()
    return samples, served


async def _batch(between: Proxy, channels: Sequence[grpc.aio.Channel], numbers: range) -> int:
    room = asyncio.Semaphore(_AT_ONCE)

    async def one(number: int) -> bool:
        async with room:
            return await _stream(between, channels[number % len(channels)], number)

    return sum(await asyncio.gather(*map(one, numbers)))


async def _stream(between: Proxy, channel: grpc.aio.Channel, number: int) -> bool:
    """One stream, from its opening to its end; whether anything came."""
    served = False
    by_deadline = number % 3 == 1
    timeout = 0.05 if by_deadline else 30.0
    call = AioConfigStub(channel).watch(Wish("prod").request(b""), timeout=timeout, wait_for_ready=True)
    try:
        served = isinstance(await call.read(), watch_pb2.WatchResponse)
        if by_deadline:
            while await call.read() is not grpc.aio.EOF:
                pass
        elif number % 3 == 2 and number % _AT_ONCE == 2:
            between.cut()
    except grpc.aio.AioRpcError:
        # Its deadline, or a cut connection: that is what it is here for.
        return served
    finally:
        call.cancel()
    return served


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _plot(samples: Sequence[int], streams: int) -> str:
    """The curve of memory as an SVG document."""
    width, height, top = 720, 320, max(samples) * 1.1
    step = width / max(len(samples) - 1, 1)
    points = " ".join(f"{i * step:.1f},{height - height * s / top:.1f}" for i, s in enumerate(samples))
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='-10 -30 {width + 20} {height + 60}'>"
        f"<text x='0' y='-10'>resident memory of the server, 0 to {top / _MIB:.0f} MiB</text>"
        f"<rect width='{width}' height='{height}' fill='#fbfcfd' stroke='#d9e0e6'/>"
        f"<polyline points='{points}' fill='none' stroke='#1b6ca8' stroke-width='2'/>"
        f"<text x='0' y='{height + 20}'>0 to {streams} streams opened and closed</text></svg>\n"
    )


if __name__ == "__main__":
    sys.exit(main())
