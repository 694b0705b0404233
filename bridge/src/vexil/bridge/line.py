"""The one channel of a sandbox, and when it is time for another."""

import threading
import time
from collections.abc import Callable

import grpc

from vexil.bridge.settings import Settings

_OPTIONS = (
    # Second attempts are made here, where the budget is known.
    ("grpc.enable_retries", 0),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 400),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    ("grpc.max_receive_message_length", 16 * 1024 * 1024),
    ("grpc.primary_user_agent", "vexil-bridge"),
    # A new channel shall be a new connection.
    ("grpc.use_local_subchannel_pool", 1),
)
_QUIET = 20.0
"""Seconds without an answer, after which a connection may have died unnoticed: a sandbox is frozen between
invocations, and what stands between it and the server forgets connections."""


def open_channel(settings: Settings) -> grpc.Channel:
    """A channel to the server. It connects with the first call."""
    options = [*_OPTIONS]
    if settings.server_name:
        options.append(("grpc.ssl_target_name_override", settings.server_name))
    if settings.plaintext:
        return grpc.insecure_channel(settings.server, options)
    credentials = grpc.ssl_channel_credentials(
        settings.authorities, settings.certificate_key, settings.certificate
    )
    return grpc.secure_channel(settings.server, credentials, options)


class Line:
    """A channel that is replaced when nothing comes through it. For any number of threads.

    `hopeful` until a call finds the server unwell: then it is worth less waiting. `clock` is the time of day:
    it goes on while a sandbox is frozen.
    """

    def __init__(self, open_one: Callable[[], grpc.Channel], clock: Callable[[], float] = time.time) -> None:
        self._open = open_one
        self._clock = clock
        self._answered = 0.0
        self._silent = False
        self.hopeful = True
        self._retired: grpc.Channel | None = None
        self._changing = threading.Lock()
        self.channel = open_one()

    def first(self) -> grpc.Channel:
        """The channel for a first attempt: a new one where the last call has heard nothing at all."""
        with self._changing:
            if self._silent:
                self._renew()
            return self.channel

    def second(self) -> grpc.Channel:
        """The channel for a second attempt: a new one where the first has been quiet for long before."""
        with self._changing:
            if self._answered and self._clock() - self._answered > _QUIET:
                self._renew()
            return self.channel

    def heard(self) -> None:
        """An answer came, also one that says no."""
        self._silent = False
        self.hopeful = True
        self._answered = self._clock()

    def failed(self, *, silent: bool) -> None:
        """The server was unwell; silent: nothing at all came of it."""
        self.hopeful = False
        self._silent = silent

    def close(self) -> None:
        """Closes it."""
        self.channel.close()
        if self._retired is not None:
            self._retired.close()

    def _renew(self) -> None:
        """The old one stays until the next is retired: an attempt may be under way in it."""
        if self._retired is not None:
            self._retired.close()
        self._retired, self.channel = self.channel, self._open()
        self._silent = False
        self._answered = 0.0
