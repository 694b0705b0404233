"""Following the log, and leaving off."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from tests.support.backend import NAMESPACE, backend
from vexil.core.resource import Revision
from vexil.server.control.follower import Follower
from vexil.server.stores.hints import Hint
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.port import Head


@pytest.mark.parametrize("turns", range(12))
async def test_follower_ends_even_when_a_hint_comes_as_it_is_cancelled(turns: int) -> None:
    """`asyncio.wait_for` of Python 3.11 drops a cancellation that meets what it waits for."""
    async with backend() as shop:
        follower = Follower(shop.store, shop.directory, interval=60)
        following = asyncio.create_task(follower.run())
        for _ in range(50):
            await asyncio.sleep(0)
        follower._hint.add(None)
        for _ in range(turns):
            await asyncio.sleep(0)
        following.cancel()
        done, _ = await asyncio.wait([following], timeout=5)
        following.cancel()
        assert done


class Chatty(MemoryStore):
    """A store that hints at the same namespace all the time."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0
        self.enough = asyncio.Event()

    async def heads(self) -> Sequence[Head]:
        self.looks += 1
        if self.looks == 5:
            self.enough.set()
        return await super().heads()

    async def hints(self) -> AsyncIterator[Hint]:
        while True:
            yield {NAMESPACE: Revision(1)}
            await asyncio.sleep(0)


async def test_everything_is_looked_at_however_many_hints_name_something() -> None:
    store = Chatty()
    async with backend(store) as shop:
        following = asyncio.create_task(Follower(store, shop.directory, interval=0.01).run())
        await asyncio.wait_for(store.enough.wait(), 30)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
