"""Errors that end a stream of requests are told when its client pauses."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

_FIRST = 1.0
"""Seconds that a client has for its first request."""

_PAUSE = 0.1
"""So many seconds without a request are a pause."""

_LONGEST = 2.0
"""Who writes without a pause is told after so many seconds."""


async def heard_out(next_request: Callable[[], Awaitable[object]], *, first: bool) -> None:
    """Takes what a client still sends and leaves it unread, until it pauses or has ended.

    `next_request` answers None at the end; `first`: there was none before. An error that meets a client in
    the middle of a write is lost to many: the write fails, since the call has ended, and that is then the
    outcome (grpc.aio calls it INTERNAL).
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(_LONGEST):
            patience = _FIRST if first else _PAUSE
            while await asyncio.wait_for(next_request(), patience) is not None:
                patience = _PAUSE
