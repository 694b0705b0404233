"""Following: looks come quickly while something happens, and go on whatever fails."""

import asyncio

from vexil.core.errors import Unavailable
from vexil.server.stores.dynamodb.follower import Follower


async def test_follower_looks_until_it_is_closed_and_tells_of_failures() -> None:
    looks, failures = 0, 0
    enough = asyncio.Event()

    async def look() -> bool:
        nonlocal looks
        looks += 1
        if looks == 2:
            raise Unavailable("gone")
        if looks > 5:
            enough.set()
        return looks == 4

    def failed() -> None:
        nonlocal failures
        failures += 1

    follower = Follower(look, failed, 0.0, 0.001)
    follower.start()
    follower.start()
    await asyncio.wait_for(enough.wait(), 30)
    await follower.close()
    seen = looks
    await asyncio.sleep(0)
    assert looks == seen
    assert failures == 1


async def test_hurry_ends_a_long_pause() -> None:
    looked: asyncio.Queue[None] = asyncio.Queue()

    async def look() -> bool:
        looked.put_nowait(None)
        raise Unavailable("gone")

    follower = Follower(look, lambda: None, 0.0, 3600.0)
    follower.start()
    await asyncio.wait_for(looked.get(), 30)
    follower.hurry()
    await asyncio.wait_for(looked.get(), 30)
    await follower.close()
