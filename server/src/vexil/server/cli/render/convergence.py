"""Who has applied a revision, as tables."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from vexil.convert.resources import id_from_proto
from vexil.convert.wellknown import read_duration, read_time
from vexil.server.cli.render.tables import Cell, table
from vexil.server.cli.render.text import printable
from vexil.server.cli.render.times import clock, moment, span
from vexil.v1 import admin_service_pb2 as admin_pb

_UNKNOWN = "-"


def convergence_lines(response: admin_pb.GetConvergenceResponse, place: str) -> Iterator[RenderableType]:
    """A line about the revision, a table of the services, and one of those who have not applied it."""
    when = ""
    if response.HasField("committed_at"):
        when = f", committed {moment(read_time(response.committed_at))}"
    state = Text("converged", "green") if response.converged else Text("not converged", "yellow")
    yield Text.assemble(f"Revision {response.revision} of {place}{when}: ", state, ".")
    yield ""
    yield table(
        ("SERVICE", "APPLIED", "LAGGING", "REJECTED", "P50", "P99", "MAX"),
        map(_service_row, response.services),
    )
    behind = [status for status in response.subscribers if status.lag]
    if behind:
        yield ""
        yield table(
            ("BEHIND", "INSTANCE", "VERSION", "ZONE", "APPLIED", "LAG", "STREAM", "LAST SEEN", "REFUSED"),
            (_subscriber_row(status) for status in behind),
        )


def _service_row(service: admin_pb.ServiceConvergence) -> list[Cell]:
    return [
        printable(service.service),
        str(service.applied),
        Text(str(service.lagging), "yellow" if service.lagging else ""),
        Text(str(service.rejected), "red" if service.rejected else ""),
        *(
            span(read_duration(getattr(service, field))) if service.HasField(field) else _UNKNOWN
            for field in ("publish_to_applied_p50", "publish_to_applied_p99", "publish_to_applied_max")
        ),
    ]


def _subscriber_row(status: admin_pb.SubscriberStatus) -> list[Cell]:
    who = status.subscriber
    return [
        printable(who.service),
        printable(who.instance),
        printable(who.version) or _UNKNOWN,
        printable(who.zone) or _UNKNOWN,
        str(status.applied_revision) if status.applied_revision else "nothing",
        str(status.lag),
        "open" if status.connected else "none",
        clock(read_time(status.seen_at)),
        Text(_refusal(status), "red") if status.HasField("rejection") else "",
    ]


def _refusal(status: admin_pb.SubscriberStatus) -> str:
    rejection = status.rejection
    blamed = f"{id_from_proto(rejection.resource)}: " if rejection.HasField("resource") else ""
    return printable(f"revision {rejection.revision}: {blamed}{rejection.reason}")
