"""Long work in the event loop, in slices between which everybody else goes on: tasks, and threads."""

import asyncio
import time
from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")

_NAP = 1e-6
"""Seconds; what really passes is some 60 microseconds, the system's granularity."""


def let_threads_go_on() -> None:
    """Lets a thread that waits for the interpreter have it; called after half a millisecond's work or more.

    Turns of the event loop do not. In each of them it lets go of the interpreter, but only for microseconds:
    a thread on another core is not awake by then, and its switch interval begins anew. Beside turns of 0.1 to
    0.3 ms one after the other, a thread waited for 8 to 12 ms in the median and 150 ms at worst; with naps in
    between, 0.2 ms.
    """
    time.sleep(_NAP)


async def give_way() -> None:
    """Lets threads and the loop's other tasks go on."""
    let_threads_go_on()
    await asyncio.sleep(0)


async def in_pieces(work: Generator[None, None, T], at_once: int) -> T:
    """What the work returns. Others go on whenever so many of its pieces are done; each ends with a yield."""
    while True:
        try:
            for _ in range(at_once):
                next(work)
        except StopIteration as end:
            result: T = end.value
            return result
        await give_way()
