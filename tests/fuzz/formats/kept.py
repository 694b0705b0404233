"""Some commits as a store keeps them, and the lines that an audit export makes of them."""

import asyncio
import json
from collections.abc import Sequence

from tests.support.backend import backend
from vexil.core.resource import Commit, Revision
from vexil.server.audit.exporting import exported


async def _made() -> tuple[Sequence[Commit], Sequence[str]]:
    async with backend() as shop:
        await shop.set(a="one", b="two")
        await shop.set(a=None, b="three")
        commits = await shop.store.read("shop", Revision(0), 10)
        return commits, [json.dumps(line) async for line in exported(shop.store)]


KEPT, EXPORTED = asyncio.run(_made())
