"""The order in which changes can be made in several commits: what is referred to before what refers to it."""

from collections.abc import Iterator, Sequence

from vexil.core.resource import Environment, Kind, Resource
from vexil.core.validation.references import references_of
from vexil.server.cli.places import Written

_Place = tuple[Kind, str]


def references_first(changes: Sequence[Written]) -> list[Written]:
    """The same changes, each after those that it refers to, and otherwise in their order.

    A reference means the key in every environment, which may be more than it has to; where that goes round
    in a circle, the order is as it comes.
    """
    by_place: dict[_Place, list[int]] = {}
    for index, written in enumerate(changes):
        by_place.setdefault((written.change.id.kind, written.change.id.key), []).append(index)

    def referred(index: int) -> Iterator[int]:
        for place in _references(changes[index].change.resource):
            yield from by_place.get(place, ())

    ordered: list[Written] = []
    seen = [False] * len(changes)
    for start in range(len(changes)):
        if seen[start]:
            continue
        seen[start] = True
        # The way from `start` to where the walk is, each with what is left to visit from there.
        way = [(start, referred(start))]
        while way:
            index, rest = way[-1]
            following = next((other for other in rest if not seen[other]), None)
            if following is None:
                ordered.append(changes[index])
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
