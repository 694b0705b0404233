"""Where in a message a problem is, and whose fault it is."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from vexil.core.errors import DataLoss, InvalidRequest, Unimplemented, Violation

T = TypeVar("T")


class NotUnderstood(InvalidRequest):
    """A choice that this release does not know, such as a kind of a newer one."""


def invalid(description: str, field: str = "") -> InvalidRequest:
    """The error for one field; without `field` it is about the message itself."""
    return _of(InvalidRequest, [Violation(field, description)])


def unknown(description: str, field: str = "") -> InvalidRequest:
    """The error for a choice that is not known here; what is not known may look as if it were missing."""
    return _of(NotUnderstood, [Violation(field, description)])


def prefixed(error: InvalidRequest, path: str) -> InvalidRequest:
    """The same error as seen from the message around it, in which `path` is the one at fault."""
    moved = [Violation(_join(path, each.field), each.description, each.reason) for each in error.violations]
    return _of(type(error), moved)


@contextmanager
def within(path: str) -> Iterator[None]:
    """Prefixes every InvalidRequest of the block, as in `within("changes[3]")`."""
    try:
        yield
    except InvalidRequest as error:
        raise prefixed(error, path) from None


def each(read: Callable[[Any], T], items: Iterable[Any]) -> tuple[T, ...]:
    """`read` of each item; a failure's path starts with `[index]`."""
    results: list[T] = []
    for item in items:
        try:
            results.append(read(item))
        except InvalidRequest as error:
            raise prefixed(error, f"[{len(results)}]") from None
    return tuple(results)


def at_key(key: str) -> str:
    """The path of a map's entry, `["key"]`, quoted as in JSON."""
    return f"[{json.dumps(key, ensure_ascii=False)}]"


def written_by_server(read: Callable[[Any], T]) -> Callable[[Any], T]:
    """For messages that a server wrote, into a store or to a client: faults in them are not the caller's.

    What is not understood becomes Unimplemented, since a newer release wrote it; anything else DataLoss.
    """

    @wraps(read)
    def reader(message: Any) -> T:
        try:
            return read(message)
        except NotUnderstood as error:
            text = f"{error.message}; a newer release may have written it"
            raise Unimplemented(text, violations=error.violations) from None
        except InvalidRequest as error:
            raise DataLoss(error.message, violations=error.violations) from None

    return reader


def _of(kind: type[InvalidRequest], violations: list[Violation]) -> InvalidRequest:
    if violations[0].field:
        return kind.of(violations)
    return kind(violations[0].description, violations=violations)


def _join(path: str, field: str) -> str:
    return f"{path}.{field}" if field and not field.startswith("[") else f"{path}{field}"
