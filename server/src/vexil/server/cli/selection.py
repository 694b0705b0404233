"""Which resources a command is about, as said on the command line."""

from vexil.core.resource import Kind
from vexil.core.selector import Selector
from vexil.server.cli.usage import UsageError


def selector_of(pattern: str | None, kind: Kind | None, tag: str | None) -> Selector:
    """A key, or with a star at its end a prefix; `None` and `*` are everything. Raises UsageError."""
    if pattern is None or pattern == "*":
        return Selector(kind=kind, tag=tag)
    if "*" in pattern[:-1]:
        raise UsageError(f"{pattern!r} has a star elsewhere than at its end.", "Such as checkout.*")
    if pattern.endswith("*"):
        return Selector(kind=kind, prefix=pattern[:-1], tag=tag)
    return Selector(kind=kind, key=pattern, tag=tag)
