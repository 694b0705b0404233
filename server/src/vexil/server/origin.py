"""Where the request under way came from, for whatever is committed on its behalf."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from vexil.core.audit.origin import NOWHERE, Origin

_current: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)


def current_origin() -> Origin:
    """That of the request that this task answers; empty where it answers none."""
    return _current.get()


@contextmanager
def answering(origin: Origin) -> Iterator[None]:
    """Commits made inside came from there, whichever way leads to them: no handler can forget to say so."""
    token = _current.set(origin)
    try:
        yield
    finally:
        _current.reset(token)
