"""Measurements that need a process of their own: `python -m loadtest.snapshot.child MEASURE STORE COUNT`."""

import asyncio
import gc
import json
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from loadtest.processes import resident_bytes
from loadtest.settings import ENVIRONMENT, NAMESPACE, plain_settings
from vexil.convert.resources import state_from_proto, state_to_proto
from vexil.core.resource import Revision
from vexil.core.view import View
from vexil.server.control.past import build_snapshot
from vexil.server.stores.sqlite import SqliteStore
from vexil.v1 import resource_pb2 as pb


def main() -> None:
    """Measures once, and prints a JSON array."""
    measure, path, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    server, sdk = partial(_server_state, path), partial(_sdk_state, count)
    measures: dict[str, Callable[[], Sequence[float]]] = {
        "cold-start": partial(_cold_start, path),
        "server-traced": partial(_traced, server, count),
        "server-resident": partial(_resident, server, count),
        "sdk-traced": partial(_traced, sdk, count),
        "sdk-resident": partial(_resident, sdk, count),
    }
    print(json.dumps(measures[measure]()))


def _cold_start(path: Path) -> Sequence[float]:
    """Seconds of reading, of building, and of processor time for both."""

    async def load() -> Sequence[float]:
        store = await SqliteStore.open(path)
        begin, cpu = time.perf_counter(), time.process_time()
        image = await store.load(NAMESPACE)
        loaded = time.perf_counter()
        build_snapshot(image)
        built, used = time.perf_counter(), time.process_time() - cpu
        await store.close()
        return loaded - begin, built - loaded, used

    return asyncio.run(load())


def _server_state(path: Path) -> object:
    async def load() -> object:
        store = await SqliteStore.open(path)
        image = await store.load(NAMESPACE)
        await store.close()
        return build_snapshot(image)

    return asyncio.run(load())


def _sdk_state(count: int) -> object:
    """A view of settings that came as messages, one after the other."""
    messages = (state_to_proto(state).SerializeToString() for state in plain_settings(count, 1))
    states = (state_from_proto(pb.ResourceState.FromString(message)) for message in messages)
    return View.of(NAMESPACE, ENVIRONMENT, Revision(1), states)


def _traced(build: Callable[[], object], count: int) -> Sequence[float]:
    """Bytes a setting that Python's allocator gave out and that are still in use."""
    tracemalloc.start()
    state = build()
    gc.collect()
    size = tracemalloc.get_traced_memory()[0]
    del state
    return (size / count,)


def _resident(build: Callable[[], object], count: int) -> Sequence[float]:
    """Bytes a setting by which the process grew, freed and fragmented memory included."""
    gc.collect()
    before = resident_bytes()
    state = build()
    gc.collect()
    size = resident_bytes() - before
    del state
    return (size / count,)


if __name__ == "__main__":
    main()
