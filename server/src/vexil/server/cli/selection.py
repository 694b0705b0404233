"""Which resources a command is about, as said on the command line."""

from vexil.core.resource import Kind
from vexil.core.selector import Selector


def selector_of(pattern: str | None, kind: Kind | None, tag: str | None) -> Selector:
    """A key, or with a star at its end a prefix; `None` and `*` are everything."""
    if pattern is None or pattern == "*":
        return Selector(kind=kind, tag=tag)
    if pattern.endswith("*"):
        return Selector(kind=kind, prefix=pattern[:-1], tag=tag)
    return Selector(kind=kind, key=pattern, tag=tag)
