"""What one commit did to a watched environment."""

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from rich.text import Text

from vexil.client.change import Change
from vexil.convert.resources import state_to_proto
from vexil.core.diff import describe
from vexil.server.cli.following import Followed
from vexil.server.cli.render.messages import document
from vexil.server.cli.render.resources import kind_name, summary
from vexil.server.cli.render.text import printable
from vexil.server.cli.render.times import clock

_PATHS = 3
"""Fields named where the summaries say nothing; the rest are counted."""


def step_lines(step: Followed, changes: Sequence[Change]) -> Iterator[Text]:
    """A line for the commit's first change, with time, revision, author and message; one for each other."""
    delta = step.message.delta
    when = clock(delta.committed_at.ToDatetime(UTC)) if delta.HasField("committed_at") else "-"
    head = f"{when}  revision {step.update.new.revision}  {printable(delta.author) or '-'}  "
    for position, change in enumerate(changes):
        line = Text(head if position == 0 else " " * len(head), style="dim")
        line.append(f"{kind_name(change.kind)} {printable(change.key)}: ", style="bold not dim")
        line.append(_what(change))
        if position == 0 and delta.message:
            line.append(f"  # {printable(delta.message)}", style="dim")
        yield line


def step_document(step: Followed, changes: Sequence[Change]) -> dict[str, Any]:
    """The commit as a JSON value: what `vexil.v1.Delta` says of it, and each change with before and after."""
    delta = document(step.message.delta)
    return {
        "revision": str(step.update.new.revision),
        **{name: delta[name] for name in ("committedAt", "author", "message") if name in delta},
        "changes": [_change_document(change) for change in changes],
    }


def _change_document(change: Change) -> dict[str, Any]:
    result: dict[str, Any] = {"kind": change.kind.name, "key": change.key}
    for name, state in (("before", change.before), ("after", change.after)):
        if state is not None:
            result[name] = document(state_to_proto(state))
    return result


def _what(change: Change) -> Text:
    before = None if change.before is None else change.before.resource
    after = None if change.after is None else change.after.resource
    if before is None:
        return Text.assemble("new, ", ("" if after is None else summary(after), "green"))
    if after is None:
        return Text.assemble((summary(before), "red"), " → deleted")
    old, new = summary(before), summary(after)
    if old != new:
        return Text.assemble((old, "red"), " → ", (new, "green"))
    paths = [difference.path for difference in describe(before, after)]
    if not paths:
        # The content is the same, but it is inherited from elsewhere now, or was written again.
        return Text(f"{new}, written again")
    rest = f" and {len(paths) - _PATHS} more" if len(paths) > _PATHS else ""
    return Text(f"{new}; changed: {', '.join(printable(path) for path in paths[:_PATHS])}{rest}")
