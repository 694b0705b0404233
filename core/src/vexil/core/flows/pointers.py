"""JSON pointers (RFC 6901)."""

from collections.abc import Iterable

Place = tuple[str | int, ...]
"""The way to a value inside a document: names of members and indexes of elements, from the top."""


def pointer(place: Iterable[str | int]) -> str:
    """The pointer to a place: `/Actions/3/Parameters`; empty for the whole document."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in place)


def reading_order(place: Place) -> tuple[tuple[int, str], ...]:
    """A key that sorts places: elements by index, members by name, what is outside before what is inside."""
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in place)
