"""One environment's effective state at one revision: what requests read and subscribers hold."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self, TypeVar

from immutables import Map

from vexil.core.evaluation import EMPTY_CONTEXT, ErrorCode, Evaluation, EvaluationContext, EvaluationReason
from vexil.core.evaluator import CompiledSegment, CompiledSetting, compile_segment, compile_setting
from vexil.core.maps import updated
from vexil.core.resource import Deleted, Kind, ResourceChange, ResourceState, Revision
from vexil.core.setting import Segment, Setting


@dataclass(frozen=True, slots=True, eq=False)
class PlainEntry:
    """A resource of a kind that is not compiled."""

    state: ResourceState


Entry = PlainEntry | CompiledSetting | CompiledSegment
"""A resource, ready for use. Two views that hold the same entry hold the same object."""

Entries = Map[str, Entry]
"""Entries of one kind by key."""

_EMPTY: Entries = Map()

T = TypeVar("T")

Derived = dict[Callable[[Entries], Any], Any]
"""What was made of the entries of one kind, by what made it."""


def compile_entry(state: ResourceState) -> Entry:
    """Prepares a resource for evaluation, once."""
    if isinstance(state.resource, Setting):
        return compile_setting(state)
    if isinstance(state.resource, Segment):
        return compile_segment(state)
    return PlainEntry(state)


class View:
    """The immutable effective state of one environment.

    Changing it makes a new view that shares everything else with the old one: the cost is that of the
    changes, not of the view. `settings` is the map of the SETTING kind, held apart for the hot path.
    """

    __slots__ = (
        "_derived",
        "_sorted",
        "by_kind",
        "environment",
        "namespace",
        "revision",
        "segments",
        "settings",
    )

    def __init__(
        self,
        namespace: str,
        environment: str,
        revision: Revision = Revision(0),
        by_kind: Mapping[Kind, Entries] = MappingProxyType({}),
        sorted_keys: Mapping[Kind, tuple[str, ...]] = MappingProxyType({}),
        derived: Mapping[Kind, Derived] = MappingProxyType({}),
    ) -> None:
        self.namespace = namespace
        self.environment = environment
        self.revision = revision
        self.by_kind = by_kind
        self.settings: Map[str, CompiledSetting] = by_kind.get(Kind.SETTING, _EMPTY)  # type: ignore[assignment]
        self.segments: Map[str, CompiledSegment] = by_kind.get(Kind.SEGMENT, _EMPTY)  # type: ignore[assignment]
        self._sorted = dict(sorted_keys)
        self._derived = dict(derived)

    @classmethod
    def of(
        cls, namespace: str, environment: str, revision: Revision, states: Iterable[ResourceState]
    ) -> Self:
        """A view with exactly these resources."""
        by_kind: dict[Kind, dict[str, Entry]] = {}
        for state in states:
            by_kind.setdefault(state.id.kind, {})[state.id.key] = compile_entry(state)
        maps = {kind: updated(_EMPTY, entries) for kind, entries in by_kind.items()}
        return cls(namespace, environment, revision, maps)

    def evaluate(self, key: str, context: EvaluationContext = EMPTY_CONTEXT) -> Evaluation:
        """What the context gets from the setting; a key that does not exist is an ERROR outcome."""
        try:
            setting = self.settings[key]
        except KeyError:
            return self.not_found(key)
        return setting.fixed or setting.evaluate(context, self)

    def not_found(self, key: str) -> Evaluation:
        """The outcome for a key that the environment does not have."""
        return Evaluation(
            key,
            None,
            None,
            None,
            EvaluationReason.ERROR,
            error_code=ErrorCode.FLAG_NOT_FOUND,
            error_message=f"environment {self.environment!r} has no setting {key!r}",
        )

    def get(self, kind: Kind, key: str) -> Entry | None:
        """The resource of that kind and key, or None."""
        entries = self.by_kind.get(kind)
        return None if entries is None else entries.get(key)

    def state(self, kind: Kind, key: str) -> ResourceState | None:
        """The state of the resource of that kind and key, or None."""
        entry = self.get(kind, key)
        return None if entry is None else entry.state

    def states(self) -> Iterator[ResourceState]:
        """Every resource, in no particular order."""
        for entries in self.by_kind.values():
            for entry in entries.values():
                yield entry.state

    def __len__(self) -> int:
        return sum(len(entries) for entries in self.by_kind.values())

    def sorted_keys(self, kind: Kind) -> tuple[str, ...]:
        """The keys of one kind by code point; sorted once, and kept while no key comes or goes."""
        keys = self._sorted.get(kind)
        if keys is None:
            keys = self._sorted[kind] = tuple(sorted(self.by_kind.get(kind, _EMPTY)))
        return keys

    def derived(self, kind: Kind, make: Callable[[Entries], T]) -> T:
        """What `make` makes of the entries of one kind: made once, and kept while none of them changes.

        It is what views with the same entries share, so it depends on nothing but these.
        """
        made = self._derived.setdefault(kind, {})
        found: T | None = made.get(make)
        if found is None:
            found = made[make] = make(self.by_kind.get(kind, _EMPTY))
        return found

    def apply(self, revision: Revision, changes: Iterable[ResourceChange]) -> "View":
        """This view after effective changes: those that no environment in between hides."""
        entries = (
            (change.id.kind, change.id.key, None if isinstance(change, Deleted) else compile_entry(change))
            for change in changes
        )
        return self.patch(revision, entries)

    def patch(self, revision: Revision, entries: Iterable[tuple[Kind, str, Entry | None]]) -> "View":
        """This view with entries replaced, or, where None stands, taken out."""
        by_kind = dict(self.by_kind)
        sorted_keys = dict(self._sorted)
        derived = dict(self._derived)
        for kind, key, entry in entries:
            current = by_kind.get(kind, _EMPTY)
            if (key in current) != (entry is not None):
                sorted_keys.pop(kind, None)
            derived.pop(kind, None)
            if entry is not None:
                by_kind[kind] = current.set(key, entry)
            elif key in current:
                by_kind[kind] = current.delete(key)
        return View(self.namespace, self.environment, revision, by_kind, sorted_keys, derived)

    def at(self, revision: Revision) -> "View":
        """The same state at a later revision that changed nothing here."""
        return View(self.namespace, self.environment, revision, self.by_kind, self._sorted, self._derived)
