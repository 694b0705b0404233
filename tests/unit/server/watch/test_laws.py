"""The law of Watch: whatever is committed and whoever reads how slowly, state plus deltas is the view."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.backend import NAMESPACE, Backend, backend, delete, put, setting
from tests.support.watcher import Watcher, held_of, watch
from vexil.core.change import Change, Put
from vexil.core.resource import Environment, Kind, ResourceId, Revision
from vexil.core.selector import Selector
from vexil.server.stores.memory import MemoryStore
from vexil.server.watch.hub import HubLimits
from vexil.server.watch.service import FromState, FromToken

ENVIRONMENTS = ("base", "prod", "qa")
SELECTIONS: Sequence[tuple[Selector, ...]] = (
    (),
    (Selector(key="a"),),
    (Selector(prefix="b"), Selector(tag="ui")),
    (Selector(tag="ui"),),
    (Selector(kind=Kind.SEGMENT),),
)


@dataclass(frozen=True)
class Write:
    environment: str
    key: str
    value: str | None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Move:
    """Puts `prod` under another parent."""

    parent: str


@dataclass(frozen=True)
class Read:
    """Lets one subscriber take that many messages, as far as there are any."""

    subscriber: int
    messages: int


@dataclass(frozen=True)
class Return:
    """Lets one subscriber go and come back with its token, here or in the other process."""

    subscriber: int
    elsewhere: bool


@dataclass(frozen=True)
class Compact:
    """Forgets that much of the history."""

    share: float


writes = st.builds(
    Write,
    st.sampled_from(ENVIRONMENTS),
    st.sampled_from(["a", "b", "b.c"]),
    st.sampled_from(["x", "y", None]),
    st.sampled_from([(), ("ui",)]),
)
subscribers = st.integers(0, len(SELECTIONS) * 2 - 1)
steps = st.lists(
    st.one_of(
        st.lists(writes, min_size=1, max_size=4),
        st.builds(Move, st.sampled_from(["base", "qa"])),
        st.builds(Read, subscribers, st.integers(1, 4)),
        st.builds(Return, subscribers, st.booleans()),
        st.builds(Compact, st.floats(0, 1)),
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(steps, st.integers(1, 6))
def test_state_and_deltas_make_the_view(script: list[object], kept: int) -> None:
    asyncio.run(play(script, HubLimits(max_events=kept)))


async def play(script: list[object], limits: HubLimits) -> None:
    store = MemoryStore()
    async with backend(store, limits=limits) as one, backend(store, limits=limits, create=False) as other:
        watchers = [
            watch(process, *selectors, start=FromState(), resync=True, batch=process is other)
            for selectors in SELECTIONS
            for process in (one, other)
        ]
        homes = [process for _ in SELECTIONS for process in (one, other)]
        for watcher in watchers:
            await watcher.until(1)
        for step in script:
            await take(step, one, other, watchers, homes)
        await other.directory.refresh()
        head = one.view().revision
        for i, watcher in enumerate(watchers):
            await watcher.until(head)
            selectors = SELECTIONS[i // 2]
            assert watcher.held == held_of(one.view(), *selectors), (selectors, watcher.events)


async def take(
    step: object, one: Backend, other: Backend, watchers: list[Watcher], homes: list[Backend]
) -> None:
    match step:
        case list():
            if changes := possible(one, step):
                await one.commit(*changes)
        case Move(parent):
            prod = ResourceId(Kind.ENVIRONMENT, "", "prod")
            await one.commit(Put(prod, Environment(parent=parent)))
        case Read(subscriber, messages):
            await other.directory.refresh()
            for _ in range(messages):
                if watchers[subscriber].revision < homes[subscriber].view().revision:
                    await watchers[subscriber].next()
        case Return(subscriber, elsewhere):
            await come_back(subscriber, other if elsewhere else one, watchers, homes)
        case Compact(share):
            await store_of(one).compact(NAMESPACE, Revision(int(one.view().revision * share)))


async def come_back(subscriber: int, to: Backend, watchers: list[Watcher], homes: list[Backend]) -> None:
    old = watchers[subscriber]
    await old.close()
    new = watch(
        to, *SELECTIONS[subscriber // 2], start=FromToken(old.token), resync=True, batch=bool(subscriber % 2)
    )
    new.held, new.revision, new.token = old.held, old.revision, old.token
    watchers[subscriber], homes[subscriber] = new, to


def possible(shop: Backend, wanted: Sequence[Write]) -> list[Change]:
    """The writes as changes: of each resource the last, and no deletion of what is not there."""
    snapshot = shop.directory.snapshot(NAMESPACE)
    last = {setting(write.key, write.environment): write for write in wanted}
    return [
        delete(write.key, write.environment)
        if write.value is None
        else put(write.key, write.value, write.environment, write.tags)
        for id, write in last.items()
        if write.value is not None or snapshot.get(id) is not None
    ]


def store_of(shop: Backend) -> MemoryStore:
    assert isinstance(shop.store, MemoryStore)
    return shop.store
