"""One server process: serving until it is told to stop."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version

import structlog

from vexil.server.collection import set_aside
from vexil.server.compose import RunningServer, running
from vexil.server.settings import ServerSettings, is_loopback
from vexil.server.transport.choice import transport_named
from vexil.server.transport.listener import Listener

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_log = structlog.get_logger(__name__)


async def serve(
    settings: ServerSettings, ready: Callable[[RunningServer], None], stop: asyncio.Event
) -> None:
    """Serves, once it answers calls `ready`, and drains when a signal comes or `stop` is set.

    A second signal does what signals do by default, which cuts the drain short. Raises VexilError for
    settings or a store that can't be used, and whatever one of the server's own tasks failed with.
    """
    async with running(settings) as server:
        set_aside()
        with _signals_set(stop):
            ready(server)
            await server.background.watch_over(stop)
        _log.info("draining", seconds=settings.drain_seconds)
    _log.info("stopped")


def announce(settings: ServerSettings, address: str) -> None:
    """The line that says that the server answers, and where; and one for each thing that was given up."""
    _log.info(
        "serving",
        address=address,
        health_address=settings.health_listen,
        store=settings.store,
        transport=transport_named(settings.transport, Listener.by(settings)),
        tls="mtls" if settings.client_ca_file else "tls" if settings.tls else "off",
        authentication="required" if settings.requires_authentication else "off",
        processes=settings.processes,
        version=version("vexil-server"),
    )
    if not is_loopback(settings.listen):
        if not settings.requires_authentication:
            _log.warning("everybody_may_change_everything", setting="insecure_no_authentication")
        if not settings.tls:
            _log.warning("everybody_on_the_way_reads_and_changes", setting="insecure")


@contextmanager
def _signals_set(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number in _STOP_SIGNALS:
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in _STOP_SIGNALS:
            loop.remove_signal_handler(number)
