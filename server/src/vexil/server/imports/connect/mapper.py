"""From an item of one of the five tables to what became of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vexil.core.change import Put
from vexil.core.resource import KIND_OF, Resource, ResourceId
from vexil.server.imports.attributes import Attributes
from vexil.server.imports.connect import tables
from vexil.server.imports.connect.features import Feature, read_feature
from vexil.server.imports.connect.flows import read_flow
from vexil.server.imports.connect.logging import read_logging
from vexil.server.imports.connect.queues import read_queue
from vexil.server.imports.connect.routing import read_routing_rule
from vexil.server.imports.environments import EnvironmentNames
from vexil.server.imports.item import Broken, Item
from vexil.server.imports.outcome import Mapped, Outcome, Refused
from vexil.server.imports.problem import ImportProblem

_READERS: Mapping[str, Callable[[Attributes, list[str]], tuple[str, Resource]]] = {
    tables.FLOWS: read_flow,
    tables.QUEUES: read_queue,
    tables.ROUTING: read_routing_rule,
    tables.LOGGING: read_logging,
}


@dataclass(frozen=True, slots=True)
class ConnectMapper:
    """Maps items of the five tables.

    `environment` is where everything but flags goes: only flags say which environment they are of.
    `segment_attribute` is the context attribute that new segments look at.
    """

    environment: str
    names: EnvironmentNames = field(default_factory=EnvironmentNames)
    segment_attribute: str = "segment"

    def __call__(self, item: Item | Broken) -> Outcome:
        """What became of the item."""
        if isinstance(item, Broken):
            return Refused(item.place, (item.reason,))
        table = tables.table_of(item.attributes)
        if table is None:
            keys = ", ".join(key for key, *_ in tables.TABLES.values())
            return Refused(item.place, (f"has none of the keys {keys}",))
        name = _name(item, table)
        attributes = Attributes(item.attributes)
        notes: list[str] = []
        if table == tables.FEATURES:
            return self._feature(name, attributes)
        key, resource = _READERS[table](attributes, notes)
        if attributes.problems:
            return Refused(name, tuple(attributes.problems))
        put = Put(ResourceId(KIND_OF[type(resource)], self.environment, key), resource)
        version = item.attributes["version"] if table == tables.FLOWS else 0
        return Mapped(name, (put,), (*notes, *_left(attributes)), version)

    def _feature(self, name: str, attributes: Attributes) -> Outcome:
        feature: Feature | None = read_feature(attributes, self.segment_attribute)
        environment = ""
        try:
            environment = self.names[attributes.needed("environment")]
        except ImportProblem as problem:
            if not attributes.problems:
                attributes.refuse("environment", str(problem))
        if feature is None or attributes.problems:
            return Refused(name, tuple(attributes.problems))
        puts, needs = feature.in_environment(environment)
        return Mapped(name, puts, _left(attributes), needs=needs)


def _name(item: Item, table: str) -> str:
    """What the report calls the item: where it was read, and its key."""
    key = ", ".join(f"{name}={_shown(item.attributes.get(name))}" for name in tables.TABLES[table])
    return f"{item.place}: {key}"


def _shown(value: Any) -> str:
    text = str(value) if value is not None else "?"
    return text if len(text) <= 80 else f"{text[:79]}…"


def _left(attributes: Attributes) -> tuple[str, ...]:
    return tuple(f"{path}: is not known, and left out" for path in attributes.unknown)
