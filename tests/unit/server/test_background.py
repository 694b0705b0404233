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


async def test_repeated_action_survives_an_error_that_was_foreseen() -> None:
    background = Background()
    done = asyncio.Event()
    calls = 0

    async def action() -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise Unavailable("not now")
        done.set()

    with capture_logs() as logs:
        background.every(0.001, action)
        await asyncio.wait_for(done.wait(), 30)
        await background.stop()
    assert logs[0]["event"] == "task_failed"


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
