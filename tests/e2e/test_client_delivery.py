"""What both clients get from a real server when it is large, cut off, or asked for."""

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.robustness.proxy import Proxy, proxy
from tests.support.any_client import AnyClientFactory
from tests.support.server import PATIENCE, server_process
from tests.support.shop import Shop
from vexil.client import BackoffPolicy, Change, ClientState, Subscriber
from vexil.client.replica.events import Delta as DeltaEvent
from vexil.client.replica.events import Event, StateBegin, StateChunk
from vexil.client.rpc import watching
from vexil.core.errors import FailedPrecondition
from vexil.core.view import View
from vexil.v1.watch_pb2 import WatchResponse

QUICK = BackoffPolicy(floor=0.01, initial=0.05, maximum=0.2)

KEYS = [f"part_{n:03}" for n in range(300)]
"""With 20 KB each, a commit of all of them is beyond the 4 MB that gRPC receives unless told otherwise."""

See = Callable[[Event], None]


@pytest.fixture
def on_event(monkeypatch: pytest.MonkeyPatch) -> Callable[[See], None]:
    """Has every event that clients of this process receive looked at before it is applied."""

    def look(see: See) -> None:
        decode = watching._event

        def seen(response: WatchResponse) -> Event:
            event = decode(response)
            see(event)
            return event

        monkeypatch.setattr(watching, "_event", seen)

    return look


def write(shop: Shop, number: int) -> int:
    """Sets every key to the same 20 KB."""
    return shop.set(**dict.fromkeys(KEYS, f"{number:05}" * 4096))


def numbers(view: View) -> set[str]:
    """What the first and the last key hold, shortened; one where a commit is seen as a whole."""
    return {view.evaluate(KEYS[place].replace("_", ".")).value[:5] for place in (0, -1)}


@contextmanager
def cuttable(target: str) -> Iterator[tuple[str, Callable[[], None]]]:
    """A proxy to the server in a thread of its own: its address, and what cuts all connections."""
    ready: queue.Queue[tuple[asyncio.AbstractEventLoop, asyncio.Event, Proxy]] = queue.Queue()

    async def serve() -> None:
        async with proxy(target) as made:
            end = asyncio.Event()
            ready.put((asyncio.get_running_loop(), end, made))
            await end.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="proxy")
    thread.start()
    loop, end, made = ready.get(timeout=PATIENCE)
    try:
        yield made.address, lambda: asyncio.run_coroutine_threadsafe(_cut(made), loop).result(PATIENCE)
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()


async def _cut(made: Proxy) -> None:
    made.cut()


@contextmanager
def reading(view: Callable[[], View | None]) -> Iterator[list[set[str]]]:
    """A thread that reads without a pause; answers what it saw of commits that were not whole."""
    halves: list[set[str]] = []
    done = threading.Event()

    def read() -> None:
        while not done.wait(0.0005):
            seen = view()
            if seen is not None and (len(seen.settings) != len(KEYS) or len(numbers(seen)) != 1):
                halves.append(numbers(seen))

    thread = threading.Thread(target=read, name="reader")
    thread.start()
    try:
        yield halves
    finally:
        done.set()
        thread.join()


def test_commits_larger_than_a_message_are_never_seen_in_half(
    make: AnyClientFactory, shop: Shop, target: str, on_event: Callable[[See], None]
) -> None:
    parts: list[Event] = []
    on_event(lambda event: parts.append(event) if isinstance(event, DeltaEvent) and event.more else None)
    write(shop, 0)
    client = make(target, namespace=shop.name, environment="prod")
    client.connect(PATIENCE)
    with reading(lambda: client.reads.view) as halves:
        for number in range(1, 6):
            revision = write(shop, number)
            assert client.catch_up(PATIENCE) == revision
    assert halves == []
    assert len(parts) >= 5, "every commit came in parts"
    view = client.reads.view
    assert view is not None
    assert numbers(view) == {"00005"}


def test_commit_whose_delivery_is_cut_off_between_its_parts_arrives_whole(
    make: AnyClientFactory, shop: Shop, target: str, on_event: Callable[[See], None]
) -> None:
    begun: list[StateBegin] = []
    cuts: list[int] = []
    with cuttable(target) as (address, cut):

        def cut_between_parts(event: Event) -> None:
            if isinstance(event, StateBegin):
                begun.append(event)
            elif isinstance(event, DeltaEvent) and event.more and len(cuts) < 3:
                cuts.append(len(event.changes))
                cut()

        write(shop, 0)
        client = make(address, namespace=shop.name, environment="prod", backoff=QUICK)
        client.connect(PATIENCE)
        told: queue.Queue[Change] = queue.Queue()
        client.watch("part.000", told.put)
        on_event(cut_between_parts)
        with reading(lambda: client.reads.view) as halves:
            for number in range(1, 4):
                revision = write(shop, number)
                change = told.get(timeout=PATIENCE)
                assert (change.revision, change.new_value[:5]) == (revision, f"{number:05}")
        client.close()
    assert halves == []
    assert len(cuts) == 3
    assert begun == [], "the streams were resumed"


def test_state_whose_delivery_is_cut_off_between_its_chunks_arrives_whole(
    make: AnyClientFactory, shop: Shop, target: str, on_event: Callable[[See], None]
) -> None:
    chunks: list[int] = []
    with cuttable(target) as (address, cut):

        def cut_between_chunks(event: Event) -> None:
            if isinstance(event, StateChunk):
                chunks.append(len(event.states))
                if len(chunks) in (1, 3):
                    cut()

        write(shop, 7)
        on_event(cut_between_chunks)
        client = make(address, namespace=shop.name, environment="prod", backoff=QUICK)
        with reading(lambda: client.reads.view) as halves:
            client.start()
            assert client.wait_ready(PATIENCE)
        client.close()
    assert halves == []
    assert sum(chunks) > len(KEYS)


def test_commits_that_were_missed_come_together_and_are_told_one_by_one(
    make: AnyClientFactory, shop: Shop, target: str, tmp_path: Path, on_event: Callable[[See], None]
) -> None:
    shop.set(n=0)
    earlier = make(target, namespace=shop.name, environment="prod", cache_path=tmp_path / "cache")
    earlier.connect(PATIENCE)
    earlier.close()
    revisions = [shop.set(n=n) for n in range(1, 200)]
    alone: list[Event] = []
    on_event(lambda event: alone.append(event) if isinstance(event, StateBegin | DeltaEvent) else None)
    client = make(target, namespace=shop.name, environment="prod", cache_path=tmp_path / "cache")
    told: queue.Queue[Change] = queue.Queue()
    client.watch("n", told.put)
    client.start()
    changes = [told.get(timeout=PATIENCE) for _ in range(200)][1:]
    assert [change.revision for change in changes] == revisions
    assert [change.new_value for change in changes] == list(range(1, 200))
    assert len(alone) < 100


def test_reads_after_catching_up_have_what_another_process_committed(
    make: AnyClientFactory, tmp_path: Path
) -> None:
    store = tmp_path / "vexil.db"
    with server_process(store) as written, server_process(store) as watched, Shop(written.target) as shop:
        shop.create()
        shop.set(n=0)
        client = make(watched.target, namespace="shop", environment="prod")
        for n in range(1, 20):
            revision = shop.set(n=n)
            assert client.catch_up(PATIENCE) >= revision
            assert client.reads.get("n") == n
            assert client.reads.state is ClientState.READY


def test_catching_up_counts_what_is_not_selected_too(make: AnyClientFactory, shop: Shop, target: str) -> None:
    client = make(target, namespace=shop.name, environment="prod")
    client.connect(PATIENCE)
    other = shop.set("base", hidden=1)
    shop.set("prod", hidden=2)
    newest = shop.set("base", hidden=3)
    assert other < newest
    assert client.catch_up(PATIENCE) == newest
    assert client.reads.get("hidden") == 2


def test_catching_up_with_a_restarted_server_goes_on(make: AnyClientFactory, tmp_path: Path) -> None:
    store = tmp_path / "vexil.db"
    with server_process(store) as first:
        target = first.target
        with Shop(target) as shop:
            shop.create()
            shop.set(a=1)
        client = make(target, namespace="shop", environment="prod", backoff=QUICK)
        client.connect(PATIENCE)
        first.kill()
    with server_process(store, listen=target) as second:
        second.wait_for("serving")
        with Shop(target) as shop:
            revision = shop.set(a=2)
        assert client.catch_up(PATIENCE) == revision
        assert client.reads.get("a") == 2


def test_refused_revision_is_said_and_its_end_is_reported(
    make: AnyClientFactory, shop: Shop, target: str
) -> None:
    def refuse_large(view: View) -> None:
        if view.evaluate("a").value > 10:
            raise ValueError("a is too large")

    shop.set(a=1)
    me = Subscriber("checkout", "pod-7")
    client = make(target, namespace=shop.name, environment="prod", subscriber=me, accept=refuse_large)
    client.connect(PATIENCE)
    refused = shop.set(a=11)
    with pytest.raises(FailedPrecondition, match=f"revision {refused} was refused here"):
        client.catch_up(PATIENCE)
    shop.until_subscriber("pod-7", lambda status: status.rejection.revision == refused)
    healed = shop.set(a=2)
    assert client.catch_up(PATIENCE) == healed
    status = shop.until_subscriber("pod-7", lambda status: status.applied_revision == healed)
    assert not status.HasField("rejection")
