"""What is to be written, in an order in which it can be, and what need not be."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vexil.core.change import Delete, Put
from vexil.core.connect import FlowConfiguration
from vexil.core.diff import same
from vexil.core.resource import Environment, Kind, ResourceId, ResourceState
from vexil.server.imports.connect.flows import SOURCE_VERSION
from vexil.server.imports.outcome import Mapped

Held = Mapping[ResourceId, ResourceState]
"""What a namespace holds."""


class Action(StrEnum):
    """What a write does. The values are what is shown."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Write:
    """One resource to write; `item` is where it comes from, empty for what others need."""

    change: Put | Delete
    item: str
    action: Action


@dataclass(frozen=True, slots=True)
class Schedule:
    """Writes in order: what is referred to first, older versions before newer ones, deletions last."""

    writes: Sequence[Write]
    unchanged: int

    @property
    def created(self) -> int:
        """Resources that are not there yet."""
        return self._count(Action.CREATE)

    @property
    def updated(self) -> int:
        """Further versions of resources that are there, or will be by then."""
        return self._count(Action.UPDATE)

    @property
    def deleted(self) -> int:
        """Resources that go."""
        return self._count(Action.DELETE)

    def _count(self, action: Action) -> int:
        return sum(write.action is action for write in self.writes)


def schedule(
    mapped: Sequence[Mapped], environments: Sequence[Put], held: Held, removed: Iterable[Write] = ()
) -> Schedule:
    """What of the mapped items is missing from what is held, and what is to be removed from it.

    A resource with several versions is written once for each, the current one last. One that a broken run
    left at an older version goes on from there; one whose newest state is there already is left alone.
    """
    first = [Write(put, "", Action.CREATE) for put in environments if put.id not in held]
    first += [Write(put, "", Action.CREATE) for put in _needed(mapped, held)]
    waves: list[list[Write]] = []
    unchanged = 0
    for id, history in _histories(mapped).items():
        state = held.get(id)
        missing = history[_done(history, state) :]
        unchanged += len(history) - len(missing)
        for wave, (put, item) in enumerate(missing):
            if wave == len(waves):
                waves.append([])
            action = Action.CREATE if state is None and wave == 0 else Action.UPDATE
            waves[wave].append(Write(put, item, action))
    return Schedule([*first, *(write for wave in waves for write in wave), *removed], unchanged)


def _histories(mapped: Sequence[Mapped]) -> dict[ResourceId, list[tuple[Put, str]]]:
    """Each resource's versions in the order of writing: ascending, but the current one last.

    Current is the newest active one, else the newest.
    """
    versions: dict[ResourceId, list[tuple[bool, int, Put, str]]] = {}
    for one in mapped:
        for put in one.puts:
            versions.setdefault(put.id, []).append((_is_active(put), one.version, put, one.item))
    histories = {}
    for id, found in sorted(versions.items()):
        current = max(found, key=lambda version: version[:2])
        older = sorted(
            (version for version in found if version is not current), key=lambda version: version[1]
        )
        histories[id] = [(put, item) for _, _, put, item in (*older, current)]
    return histories


def _is_active(put: Put) -> bool:
    return not isinstance(put.resource, FlowConfiguration) or put.resource.active


def _done(history: Sequence[tuple[Put, str]], state: ResourceState | None) -> int:
    """How many of the versions are there: all when the last one is, else up to the one that is held."""
    if state is None:
        return 0
    if same(history[-1][0].resource, state.resource):
        return len(history)
    labels = [_source_version(put.resource) for put, _ in history]
    held = _source_version(state.resource)
    at = labels.index(held) + 1 if held is not None and held in labels else 0
    # What was changed here since is put back as the tables have it.
    return min(at, len(history) - 1)


def _source_version(resource: object) -> str | None:
    return resource.metadata.get(SOURCE_VERSION) if isinstance(resource, FlowConfiguration) else None


def _needed(mapped: Sequence[Mapped], held: Held) -> Iterator[Put]:
    seen: set[ResourceId] = set()
    written = {put.id for one in mapped for put in one.puts}
    for put in (put for one in mapped for put in one.needs):
        if put.id in seen or put.id in written:
            continue
        seen.add(put.id)
        if not _has(held, put.id):
            yield put


def _has(held: Held, id: ResourceId) -> bool:
    """Whether the environment has it, its own or inherited."""
    seen: set[str] = set()
    environment: str | None = id.environment
    while environment is not None and environment not in seen:
        seen.add(environment)
        if id._replace(environment=environment) in held:
            return True
        state = held.get(ResourceId(Kind.ENVIRONMENT, "", environment))
        environment = state.resource.parent if state and isinstance(state.resource, Environment) else None
    return False
