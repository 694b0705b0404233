"""Differences between resources, as lines of what manifests would say."""

from collections.abc import Iterable, Iterator
from difflib import unified_diff
from typing import Any

from rich.text import Text

from vexil.convert.resources import id_to_proto, state_to_proto
from vexil.core.diff import ResourceDiff
from vexil.core.resource import Resource, ResourceId
from vexil.server.cli.render.contents import content_lines
from vexil.server.cli.render.messages import document
from vexil.server.cli.render.resources import name_of

_CONTEXT = 3
"""Unchanged lines shown around a change."""

_STYLES = {"+": "green", "-": "red", "~": "yellow"}


def diff_lines(differences: Iterable[ResourceDiff]) -> Iterator[Text]:
    """Each resource with the lines that differ."""
    for difference in differences:
        before = None if difference.before is None else difference.before.resource
        after = None if difference.after is None else difference.after.resource
        yield from resource_lines(difference.id, before, after)


def resource_lines(id: ResourceId, before: Resource | None, after: Resource | None) -> Iterator[Text]:
    """`+` a resource that comes, `-` one that goes, `~` one that changes; then its lines."""
    sign = "+" if before is None else "-" if after is None else "~"
    yield Text(f"{sign} {name_of(id)}", style=f"bold {_STYLES[sign]}")
    old = [] if before is None else content_lines(before)
    new = [] if after is None else content_lines(after)
    changed = unified_diff(old, new, n=_CONTEXT, lineterm="")
    for line in changed:
        if not line.startswith(("---", "+++", "@@")):
            yield Text(f"    {line}", style=_STYLES.get(line[:1], "dim"))


def diff_document(difference: ResourceDiff) -> dict[str, Any]:
    """The difference as `vexil.v1.ResourceDiff` in JSON."""
    result: dict[str, Any] = {"id": document(id_to_proto(difference.id))}
    for name, state in (("before", difference.before), ("after", difference.after)):
        if state is not None:
            result[name] = document(state_to_proto(state))
    return result
