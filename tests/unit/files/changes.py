"""Strategies for changes that files can ask for."""

from hypothesis import strategies as st

from tests.support import strategies as some
from vexil.core.change import Put
from vexil.core.resource import Kind
from vexil.core.validation import check_put

_TWO_PARTS = (Kind.ROUTING_RULE, Kind.LOGGING_CONFIGURATION)


@st.composite
def puts(draw: st.DrawFn, kind: Kind | None = None) -> Put:
    """Changes that validation accepts."""
    id = draw(some.resource_ids(kind))
    if id.kind in _TWO_PARTS:
        id = id._replace(key=f"main/{id.key}")
    return Put(id, draw(some.resources(id.kind)))


def is_valid(put: Put) -> bool:
    """Whether validation accepts the change by itself."""
    return not list(check_put(put.id, put.resource))
