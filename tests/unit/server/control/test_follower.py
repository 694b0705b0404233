"""Following the log, and leaving off."""

import asyncio

import pytest

from tests.support.backend import backend
from vexil.server.control.follower import Follower


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
