"""The way into this package for servers, which need prometheus-client only where `metrics_listen` is set."""

from typing import TYPE_CHECKING

from vexil.core.errors import InvalidRequest, Violation
from vexil.server.metrics.sources import Sources

if TYPE_CHECKING:
    from vexil.server.metrics.endpoint import MetricsEndpoint


def open_metrics(address: str, sources: Sources) -> "MetricsEndpoint":
    """Answers Prometheus at this address. Raises as `MetricsEndpoint` does, and InvalidRequest without it."""
    try:
        from vexil.server.metrics.endpoint import MetricsEndpoint  # noqa: PLC0415 - imports an extra
    except ModuleNotFoundError as error:
        if error.name != "prometheus_client":
            raise
        missing = Violation("metrics_listen", "needs prometheus-client: pip install 'vexil-server[metrics]'")
        raise InvalidRequest.of([missing]) from error
    return MetricsEndpoint(address, sources)
