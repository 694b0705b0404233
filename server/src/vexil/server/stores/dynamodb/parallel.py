"""Doing the same to many things, some at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

From = TypeVar("From")
To = TypeVar("To")

First = TypeVar("First")
Second = TypeVar("Second")

AT_ONCE = 8
"""Fewer than a connection has threads, so that nobody else has to wait for all of them."""


async def each(function: Callable[[From], Awaitable[To]], inputs: Iterable[From]) -> list[To]:
    """The results, in the order of the inputs. The first error ends everything, and is raised."""
    pending = list(enumerate(inputs))
    results: dict[int, To] = {}

    async def work() -> None:
        while pending:
            place, value = pending.pop(0)
            results[place] = await function(value)

    tasks = [asyncio.create_task(work()) for _ in range(min(AT_ONCE, len(pending)))]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return [results[place] for place in range(len(results))]


async def both(first: Awaitable[First], second: Awaitable[Second]) -> tuple[First, Second]:
    """The results of two that wait side by side. The first error ends both, and is raised."""
    tasks = asyncio.ensure_future(first), asyncio.ensure_future(second)
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
