"""The numbers, by the names that docs/operate.md lists.

Names follow https://prometheus.io/docs/practices/naming: base units, and the unit at the end.
"""

from collections.abc import Iterable, Mapping

from prometheus_client.core import GaugeMetricFamily

from vexil.server.metrics.sources import Sources
from vexil.server.stores.gaps import Copied


def gauges(sources: Sources) -> Iterable[GaugeMetricFamily]:
    """All of them as they are now; from the event loop, without waiting."""
    directory = sources.directory
    yield _gauge("vexil_ready", "1 once every namespace is loaded.", directory.ready)
    yield _gauge(
        "vexil_store_available",
        "1 if the last look into the store succeeded.",
        directory.ready and directory.failure is None,
    )
    if directory.age is not None:
        yield _gauge(
            "vexil_snapshot_age_seconds",
            "Seconds since the store last confirmed that nothing is missing here.",
            directory.age,
        )
    if directory.ready:
        served = {name: directory.snapshot(name).revision for name in directory.names()}
        yield _by_namespace("vexil_revision", "Revision that is served.", served)
        if isinstance(sources.store, Copied):
            yield from _gaps(sources.store, served)
    if sources.hints is not None:
        yield _gauge("vexil_hints_connected", "1 while Redis answers.", sources.hints.connected)
    if sources.announcer is not None and (lag := sources.announcer.lag) is not None:
        yield _gauge("vexil_announcements_waiting", "Commits that are still to be announced.", lag.waiting)
        yield _gauge("vexil_announcements_lag_seconds", "Age of the oldest of them.", lag.seconds)


def _gaps(store: Copied, names: Iterable[str]) -> Iterable[GaugeMetricFamily]:
    gaps = store.gaps
    # Of namespaces of which nothing can be shown yet, too.
    missing = dict.fromkeys(names, 0.0) | {name: float(gap.revisions) for name, gap in gaps.items()}
    waited = dict.fromkeys(missing, 0.0) | {name: gap.seconds for name, gap in gaps.items()}
    yield _by_namespace(
        "vexil_region_missing_revisions",
        "Revisions that are known to exist and are not shown, since the first of them has not arrived.",
        missing,
    )
    yield _by_namespace(
        "vexil_region_gap_seconds", "Seconds that the first missing revision has been waited for.", waited
    )


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=float(value))


def _by_namespace(name: str, text: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=["namespace"])
    for namespace, value in values.items():
        family.add_metric([namespace], float(value))
    return family
