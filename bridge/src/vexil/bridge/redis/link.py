"""The way to a Redis that may be away: there is a connection, or there is none and nobody waits for one."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from vexil.bridge.logs import Event, log
from vexil.bridge.redis.protocol import Command, ProtocolError, Reply

TIMEOUT = 0.005
"""Seconds that a call may take, all told."""

_LONGEST_PAUSE = 5.0


class Wire(Protocol):
    """What `Connection` is to a link."""

    def call(self, commands: Sequence[Command], timeout: float) -> list[Reply]:
        """One reply for each command, all within `timeout` seconds; raises OSError and ProtocolError."""
        ...

    def close(self) -> None:
        """Closes it."""
        ...


Connect = Callable[[float], Wire]
"""Makes a connection which has proved that it answers within so many seconds."""


def in_a_thread(work: Callable[[], None]) -> None:
    """Runs it without waiting. The thread does not keep the process alive."""
    threading.Thread(target=work, name="vexil-cache-connect", daemon=True).start()


class Link:
    """At most one connection, made beside the callers; the first attempt begins at once.

    What fails, or is too slow once, costs the connection. A caller without one is told so at once, and has
    the next attempt made, beside it, once the time has come: right away after the first failure, later after
    pauses that grow to 5 seconds. Only an answered call makes them small again. So a Redis that is away
    costs one caller one time-out, not every caller. For any number of threads.
    """

    def __init__(
        self,
        connect: Connect,
        timeout: float = TIMEOUT,
        *,
        clock: Callable[[], float] = time.monotonic,
        run: Callable[[Callable[[], None]], None] = in_a_thread,
    ) -> None:
        self._connect = connect
        self._timeout = timeout
        self._clock = clock
        self._run = run
        self._using = threading.Lock()
        self._wire: Wire | None = None
        self._connecting = False
        self._failures = 0
        self._next_attempt = clock()
        self._closed = False
        with self._using:
            self._attempt()

    def call(self, *commands: Command) -> list[Reply] | None:
        """One reply for each command, or None where there is no answer in time. Raises nothing."""
        if not self._using.acquire(timeout=self._timeout):
            return None
        try:
            if self._wire is None:
                self._attempt()
                return None
            try:
                replies = self._wire.call(commands, self._timeout)
            except (OSError, ProtocolError) as error:
                self._wire.close()
                self._wire = None
                self._failed(error)
                return None
            self._failures = 0
            return replies
        finally:
            self._using.release()

    def close(self) -> None:
        """Closes the connection; later calls have no answer."""
        with self._using:
            self._closed = True
            if self._wire is not None:
                self._wire.close()
                self._wire = None

    def _attempt(self) -> None:
        if self._closed or self._connecting or self._clock() < self._next_attempt:
            return
        self._connecting = True
        try:
            self._run(self._make_wire)
        except RuntimeError as error:  # no more threads
            self._connecting = False
            self._failed(error)

    def _make_wire(self) -> None:
        made: Wire | None = None
        failure: Exception | None = None
        try:
            made = self._connect(self._timeout)
        # Whatever it is, it ends as a miss; a thread that dies of it would end all attempts.
        except Exception as error:  # noqa: BLE001
            failure = error
        with self._using:
            self._connecting = False
            if failure is not None:
                self._failed(failure)
            elif self._closed and made is not None:
                made.close()
            else:
                self._wire = made

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        if self._failures == 1:
            self._next_attempt = self._clock()
        else:
            pause = min(0.1 * 2.0 ** min(self._failures, 10), _LONGEST_PAUSE)
            self._next_attempt = self._clock() + random.uniform(0.5, 1.0) * pause  # noqa: S311 - jitter
        if self._failures == 2:
            log(Event.CACHE_AWAY, exception=type(error).__name__)
