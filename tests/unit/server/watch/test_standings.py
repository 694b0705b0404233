"""Streams that have to be allowed for as long as they are open."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.backend import NAMESPACE, Backend, put
from vexil.core.access.service_key import KeySecret, ServiceKey
from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.change import Put
from vexil.core.errors import AccessDenied, Unauthenticated, VexilError
from vexil.core.resource import Kind, Namespace, ResourceId, Revision
from vexil.server.control.committer import Proposal
from vexil.server.watch.selection import Selection
from vexil.server.watch.service import FromNow, FromRevision, FromState, Start
from vexil.server.watch.subscription import Wishes
from vexil.v1 import watch_pb2

SELECTION = Selection.of(NAMESPACE, "prod", [])


class Caller:
    """Somebody who is allowed until something is put in `error`; counts how often that was asked."""

    def __init__(self, until: datetime | None = None) -> None:
        self.error: VexilError | None = None
        self.until = until
        self.asked = 0

    def check(self) -> datetime | None:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return self.until


def stream(shop: Backend, caller: Caller, start: Start | None = None) -> AsyncGenerator[bytes | None, Any]:
    return shop.watch.subscribe(SELECTION, start or FromNow(), Wishes(), standing=caller)


async def event(messages: AsyncGenerator[bytes | None, Any]) -> watch_pb2.WatchResponse:
    message = await anext(messages)
    assert message is not None
    return watch_pb2.WatchResponse.FromString(message)


async def permissions_change(shop: Backend, name: str) -> None:
    """Makes a key of that name: what that means for a stream is up to its caller here."""
    secret = KeySecret("0" * 64, shop.time.clock.now())
    changes: list[Put] = [Put(ResourceId(Kind.SERVICE_KEY, "", name), ServiceKey((secret,)))]
    if SYSTEM_NAMESPACE not in shop.directory.names():
        changes.insert(0, Put(ResourceId(Kind.NAMESPACE, "", SYSTEM_NAMESPACE), Namespace()))
    await shop.committer.commit(Proposal(namespace=SYSTEM_NAMESPACE, changes=changes, by_access_service=True))


async def ended_by(messages: AsyncGenerator[bytes | None, Any]) -> tuple[int, VexilError]:
    """The reason that the next message gives, which is the last, and the error after it."""
    last = await event(messages)
    with pytest.raises(VexilError) as error:
        await anext(messages)
    return last.end.reason, error.value


async def test_a_stream_that_waits_ends_when_permissions_change(shop: Backend) -> None:
    caller = Caller()
    messages = stream(shop, caller)
    assert (await event(messages)).WhichOneof("event") == "progress"
    waiting = asyncio.ensure_future(ended_by(messages))
    await asyncio.sleep(0)
    caller.error = AccessDenied("no more")
    await permissions_change(shop, "a")
    await shop.standings.check()
    assert await waiting == (watch_pb2.STREAM_END_REASON_GRANT_CHANGED, caller.error)


@pytest.mark.parametrize("start", [FromState(), FromRevision(Revision(1))])
async def test_a_stream_that_is_behind_tells_no_more(shop: Backend, start: Start) -> None:
    for number in range(300):
        await shop.commit(put(f"key-{number}", "x" * 10_000))
    caller = Caller()
    messages = stream(shop, caller, start)
    await event(messages)
    caller.error = Unauthenticated("no more")
    await permissions_change(shop, "a")
    await shop.standings.check()
    assert await ended_by(messages) == (watch_pb2.STREAM_END_REASON_CREDENTIAL_EXPIRED, caller.error)


async def test_a_stream_is_asked_about_when_its_time_has_come(shop: Backend) -> None:
    end = shop.time.clock.now() + timedelta(seconds=30)
    callers = [Caller(end), Caller(end + timedelta(seconds=30)), Caller()]
    streams = [stream(shop, caller) for caller in callers]
    for messages in streams:
        await event(messages)
    await shop.standings.check()
    assert [caller.asked for caller in callers] == [1, 1, 1]
    callers[0].error = Unauthenticated("over")
    shop.time.advance(30)
    await shop.standings.check()
    assert [caller.asked for caller in callers] == [2, 1, 1]
    assert (await ended_by(streams[0]))[1] is callers[0].error
    callers[1].until = None
    shop.time.advance(30)
    await shop.standings.check()
    await shop.standings.check()
    assert [caller.asked for caller in callers] == [2, 2, 1]


async def test_what_was_lost_before_the_stream_began_is_found_then(shop: Backend) -> None:
    caller = Caller()
    caller.error = AccessDenied("no more")
    with pytest.raises(AccessDenied):
        await anext(stream(shop, caller))


async def test_streams_that_have_ended_are_forgotten(shop: Backend) -> None:
    caller = Caller()
    messages = stream(shop, caller)
    await event(messages)
    await messages.aclose()
    await permissions_change(shop, "a")
    await shop.standings.check()
    assert caller.asked == 1


async def test_very_many_streams_are_looked_at_in_slices(shop: Backend) -> None:
    callers = [Caller() for _ in range(450)]
    streams = [stream(shop, caller) for caller in callers]
    for messages in streams:
        await event(messages)
    await permissions_change(shop, "a")
    checking = asyncio.ensure_future(shop.standings.check())
    await asyncio.sleep(0)
    assert sum(caller.asked for caller in callers) == 450 + 200
    await streams[-1].aclose()
    await checking
    assert [caller.asked for caller in callers] == [2] * 450
