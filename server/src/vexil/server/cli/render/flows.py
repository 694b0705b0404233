"""Contact flows and what is wrong with them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from vexil.core.connect import (
    FlowConfiguration,
    TemplateInFile,
    TemplateInS3,
    TemplateLocation,
    TemplateResource,
)
from vexil.core.flows.language import FlowFinding
from vexil.core.resource import ResourceState
from vexil.server.cli.render.tables import table
from vexil.server.cli.render.text import printable
from vexil.v1 import connect_service_pb2 as connect_pb


@dataclass(frozen=True, slots=True)
class CheckedFlow:
    """A file and what was found in it."""

    name: str
    findings: Sequence[FlowFinding]

    @property
    def valid(self) -> bool:
        """Whether nothing that was found is an error."""
        return not any(finding.is_error for finding in self.findings)


def checked_lines(flow: CheckedFlow) -> Iterator[RenderableType]:
    """The verdict, then a line about each finding."""
    verdict = ("valid", "green") if flow.valid else ("invalid", "bold red")
    errors = sum(finding.is_error for finding in flow.findings)
    counts = [_counted(errors, "error"), _counted(len(flow.findings) - errors, "warning")]
    said = ", ".join(count for count in counts if count)
    yield Text.assemble((printable(flow.name), "bold"), ": ", verdict, f" ({said})" if said else "")
    yield from finding_lines(flow.findings)


def finding_lines(findings: Iterable[FlowFinding]) -> Iterator[Text]:
    """What was found, where, in which action, and what would be right."""
    for found in findings:
        yield _line(found.pointer, found.action_id, found.message, is_error=found.is_error)


def warning_lines(warnings: Iterable[connect_pb.FlowFinding]) -> Iterator[Text]:
    """The same for what an answer warns of."""
    for found in warnings:
        yield _line(found.pointer, found.action_id, found.message, is_error=False)


def flows_table(states: Iterable[ResourceState]) -> Table:
    """Flow configurations, one in a line."""
    return table(
        ("FLOW", "NAME", "ACTIVE", "TEMPLATE", "QUEUE", "ROUTING", "FROM", "VERSION"),
        (
            (
                printable(state.id.key),
                printable(flow.name),
                "yes" if flow.active else "no",
                printable(_location(flow.template)),
                printable(flow.queue_key or ""),
                printable(flow.routing_key or ""),
                state.id.environment,
                str(state.version),
            )
            for state in states
            if isinstance(flow := state.resource, FlowConfiguration)
        ),
    )


def _location(template: TemplateLocation | None) -> str:
    match template:
        case TemplateInS3(uri):
            return uri
        case TemplateInFile(path):
            return f"file:{path}"
        case TemplateResource(key):
            return f"template/{key}"
        case None:
            return ""


def _line(place: str, action_id: str, message: str, *, is_error: bool) -> Text:
    level = ("error", "red") if is_error else ("warning", "yellow")
    action = f" ({printable(action_id)})" if action_id else ""
    return Text.assemble("  ", level, f"  {printable(place) or 'the whole'}{action}: {printable(message)}")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}" if count else ""
