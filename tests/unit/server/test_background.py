"""The server's own tasks: what fails is noticed, what repeats goes on."""

import asyncio

import pytest
from structlog.testing import capture_logs

from vexil.core.errors import Unavailable
from vexil.server.background import Background


async def endless() -> None:
    await asyncio.Event().wait()


async def broken() -> None:
    raise ZeroDivisionError


async def test_watching_over_ends_when_it_is_told() -> None:
    background = Background()
    background.start(endless())
    stop = asyncio.Event()
    stop.set()
    await background.watch_over(stop)
    await background.stop()


async def test_task_that_fails_is_raised_at_once() -> None:
    background = Background()
    background.start(endless())
    background.start(broken())
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(background.watch_over(asyncio.Event()), 30)
    await background.stop()


async def test_repeated_action_survives_errors_that_were_foreseen_and_tells_the_first() -> None:
    background = Background()
    done = asyncio.Event()
    outcomes = iter(["not now", "not yet", None, "not now", None])

    async def action() -> None:
        outcome = next(outcomes, "")
        if outcome:
            raise Unavailable(outcome)
        if outcome == "":
            done.set()

    with capture_logs() as logs:
        background.every(0.001, action)
        await asyncio.wait_for(done.wait(), 30)
        await background.stop()
    assert [(each["event"], each.get("error"), each.get("failures")) for each in logs] == [
        ("task_failed", "not now", None),
        ("task_back", None, 2),
        ("task_failed", "not now", None),
        ("task_back", None, 1),
    ]


async def test_stop_ends_every_task() -> None:
    background = Background()
    started = asyncio.Event()
    left = asyncio.Event()

    async def task() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            left.set()

    background.start(task())
    await started.wait()
    await background.stop()
    assert left.is_set()
