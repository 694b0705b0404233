"""A process of watchers and writers: `python -m tests.robustness.process ORDERS.json`; SIGTERM ends it.

Writers bring to an end what they have begun. Nothing else is promised: it may be stopped, or killed, at any
time, and what it has recorded by then is in its file.
"""

import asyncio
import random
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.robustness.orders import Orders
from tests.robustness.recorder import Recorder, load
from tests.robustness.records import Ended, Received, Record
from tests.robustness.watcher import Bookmark, Watcher, watching
from tests.robustness.writer import Writer


async def follow(orders: Orders) -> None:
    """Does as it is told, until SIGTERM."""
    enough = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, enough.set)
    recorder = Recorder(Path(orders.record))
    saved = bookmarks(record for path in orders.saved for record in load(Path(path)))

    def dice(name: str) -> random.Random:
        """Each has dice of its own, so that what one does not depend on when the others throw theirs."""
        return random.Random(f"{orders.seed} {name} {orders.life}")

    watchers = [
        Watcher(
            name,
            wish,
            orders.places,
            recorder,
            dice(name),
            life=orders.life,
            saved=saved.get(name, Bookmark()),
        )
        for name, wish in orders.watchers.items()
    ]
    writers = [Writer(name, orders.places, recorder, dice(name), orders.life) for name in orders.writers]
    async with watching(watchers), asyncio.TaskGroup() as group:
        for writer in writers:
            group.create_task(writer.run(enough))
        await enough.wait()
    recorder.close()


def bookmarks(records: Iterable[Record]) -> dict[str, Bookmark]:
    """The last token of each watcher; none for one whose last was refused as too old."""
    found: dict[str, Bookmark] = {}
    for record in records:
        if isinstance(record, Received) and record.token:
            found[record.watcher] = Bookmark(record.revision, bytes.fromhex(record.token))
        elif isinstance(record, Ended) and record.reason == "REVISION_COMPACTED":
            found.pop(record.watcher, None)
    return found


if __name__ == "__main__":
    asyncio.run(follow(Orders.load(Path(sys.argv[1]))))
