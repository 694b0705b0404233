"""Where Prometheus asks: one page, served on threads of its own."""

import asyncio
import threading
from collections.abc import Iterable

import structlog
from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from vexil.core.errors import FailedPrecondition, Reason, Violation
from vexil.server.metrics.gauges import gauges
from vexil.server.metrics.page import PageServer
from vexil.server.metrics.sources import Sources

_PATIENCE = 5.0
"""Seconds that a busy event loop has for an answer; Prometheus itself waits for ten."""

_log = structlog.get_logger(__name__)


class _Gauges(Collector):
    """Reads the numbers on the event loop, where they may be read, whichever thread asks."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._loop = asyncio.get_running_loop()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        reading = asyncio.run_coroutine_threadsafe(self._read(), self._loop)
        return reading.result(_PATIENCE)

    async def _read(self) -> list[GaugeMetricFamily]:
        return list(gauges(self._sources))

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing: the loop that makes this could not answer itself."""
        return ()


def _page(registry: CollectorRegistry, accept: str) -> tuple[bytes, str]:
    encode, type_ = choose_encoder(accept)
    return encode(registry), type_


class MetricsEndpoint:
    """Answers `GET /metrics`, in plain text and to anybody. Made on the event loop of the server.

    Raises FailedPrecondition (INVALID_REQUEST) when the address can't be listened on.
    """

    def __init__(self, address: str, sources: Sources) -> None:
        host, _, port = address.rpartition(":")
        registry = CollectorRegistry()
        registry.register(_Gauges(sources))
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)
        try:
            self._server = PageServer((host.strip("[]"), int(port)), lambda accept: _page(registry, accept))
        except OSError as error:
            why = f"cannot listen on {address}: {error.strerror}"
            raise FailedPrecondition(
                f"metrics_listen: {why}",
                reason=Reason.INVALID_REQUEST,
                violations=[Violation("metrics_listen", why)],
            ) from error
        self._thread = threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True)
        self._thread.start()
        self.port = self._server.port
        _log.info("metrics", address=f"{host}:{self.port}")

    async def close(self) -> None:
        """Stops answering."""
        await asyncio.to_thread(self._stop)

    def _stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
