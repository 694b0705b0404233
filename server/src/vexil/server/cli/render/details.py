"""One resource with everything about it."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from vexil.core.resource import ResourceState
from vexil.server.cli.render.contents import content_lines
from vexil.server.cli.render.resources import kind_name
from vexil.server.cli.render.tables import pairs
from vexil.server.cli.render.text import printable
from vexil.server.cli.render.times import moment


def details(state: ResourceState) -> Iterator[RenderableType]:
    """What it is and where it comes from, then its content as a manifest writes it."""
    rows = [(kind_name(state.id.kind), printable(state.id.key))]
    if state.id.environment:
        rows.append(("from", printable(state.id.environment)))
    rows.append(("version", f"{state.version}, of revision {state.revision}"))
    rows.append(("changed", moment(state.changed_at)))
    yield pairs(rows)
    for line in content_lines(state.resource):
        yield Text(line)
