"""What delivery took, of each server beside the others."""

from collections.abc import Iterator, Mapping

from loadtest.results import Figure, percentiles
from loadtest.watch_fanout.delivery import Delivery

NAME = "watch fan-out"
_AIMS = {("vexil", "bare grpc.aio"): "≤ 1.15 ×", ("vexil native", "etcd"): "≤ 0.77 ×"}
"""Processor time of an event as a multiple of another server's; 0.77 is 1.3 times as many events a second."""


def costs(
    kind: str, streams: int, deliveries: Mapping[str, Delivery], alone: Mapping[str, float]
) -> Iterator[Figure]:
    """Yields processor time and waits of every server; `kind` says over how many connections.

    `alone` is the processor time, in µs, of a change that nobody watches.
    """
    yield from _cpu(f"{kind}, CPU", deliveries)
    for name, cpu in alone.items():
        yield Figure(NAME, f"{kind}, CPU", f"{name}, of that the commit", cpu / streams, "µs/event")
    for name, delivery in deliveries.items():
        yield Figure(NAME, f"{kind}, all have it", name, delivery.milliseconds, "ms")
    found = {name: dict(percentiles(delivery.arrivals())) for name, delivery in deliveries.items()}
    etcd = found.get("etcd")
    for name, values in found.items():
        for percentile in ("p50", "p99"):
            ratio = None if etcd is None or name == "etcd" else values[percentile] / etcd[percentile]
            aim = "< 1 ×" if (name, percentile) == ("vexil native", "p99") else ""
            case, value = f"{kind}, one has it", values[percentile]
            yield Figure(NAME, case, f"{name}, {percentile}", value, "ms", ratio, f"etcd's {percentile}", aim)
    for name, delivery in deliveries.items():
        busy = 100 * delivery.client_busy
        yield Figure(NAME, f"{kind}, client", f"of {name}", busy, "% of its core", aim="≤ 50 %")


def _cpu(case: str, deliveries: Mapping[str, Delivery]) -> Iterator[Figure]:
    for name, delivery in deliveries.items():
        compared = [
            (other, aim) for (subject, other), aim in _AIMS.items() if subject == name and other in deliveries
        ]
        for other, aim in compared:
            ratio = delivery.cpu / deliveries[other].cpu
            yield Figure(NAME, case, name, delivery.cpu, "µs/event", ratio, other, aim)
        if not compared:
            yield Figure(NAME, case, name, delivery.cpu, "µs/event")
