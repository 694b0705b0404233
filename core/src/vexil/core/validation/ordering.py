"""The order in which changes can be made in several commits: what is referred to before what refers to it."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from vexil.core.change import Put
from vexil.core.resource import Environment, Kind, Resource, ResourceState
from vexil.core.validation.references import references_of

T = TypeVar("T")
_Place = tuple[Kind, str]


def references_first(items: Sequence[T], content: Callable[[T], Put | ResourceState]) -> list[T]:
    """The same items, each after those that it refers to, and otherwise in their order.

    A reference means the key in every environment, which may be more than it has to; where that goes round
    in a circle, the order is as it comes.
    """
    by_place: dict[_Place, list[int]] = {}
    contents = [content(item) for item in items]
    for index, named in enumerate(contents):
        by_place.setdefault((named.id.kind, named.id.key), []).append(index)

    def referred(index: int) -> Iterator[int]:
        for place in _references(contents[index].resource):
            yield from by_place.get(place, ())

    ordered: list[T] = []
    seen = [False] * len(items)
    for start in range(len(items)):
        if seen[start]:
            continue
        seen[start] = True
        # The way from `start` to where the walk is, each with what is left to visit from there.
        way = [(start, referred(start))]
        while way:
            index, rest = way[-1]
            following = next((other for other in rest if not seen[other]), None)
            if following is None:
                ordered.append(items[index])
                way.pop()
            else:
                seen[following] = True
                way.append((following, referred(following)))
    return ordered


def _references(resource: Resource) -> Iterator[_Place]:
    if isinstance(resource, Environment) and resource.parent is not None:
        yield Kind.ENVIRONMENT, resource.parent
    for reference in references_of(resource):
        yield reference.kind, reference.key
