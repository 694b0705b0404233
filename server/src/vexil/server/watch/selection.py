"""What a subscriber watches, in the one form that equal wishes share."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Protocol

from vexil.core.resource import Deleted, Kind, ResourceChange, ResourceId, ResourceState
from vexil.core.selector import EVERYTHING, Selector
from vexil.core.view import View


class Before(Protocol):
    """An environment's effective state before a commit."""

    def state(self, kind: Kind, key: str) -> ResourceState | None:
        """The resource of that kind and key, or None."""
        ...


@dataclass(frozen=True)
class Selection:
    """Some resources of one environment: the union of `selectors`. Make it with `of`."""

    namespace: str
    environment: str
    selectors: tuple[Selector, ...]

    @classmethod
    def of(cls, namespace: str, environment: str, selectors: Iterable[Selector]) -> "Selection":
        """The selection; neither order nor repetition of selectors matters, and none selects everything."""
        distinct = set(selectors) or {EVERYTHING}
        if EVERYTHING in distinct:
            distinct = {EVERYTHING}
        return cls(namespace, environment, tuple(sorted(distinct, key=_spelled)))

    @cached_property
    def fingerprint(self) -> bytes:
        """Eight bytes that say which environment and selectors these are, the same in every process."""
        text = "\0".join([self.environment, *map(_spelled, self.selectors)])
        return blake2b(text.encode(), digest_size=8, person=b"vexil-selection").digest()

    def fits(self, state: ResourceState) -> bool:
        """Whether the resource is selected."""
        return any(selector.fits(state) for selector in self.selectors)

    def count(self, view: View) -> int | None:
        """How many resources of the view are selected; None where only a look at each of them tells."""
        return len(view) if self.selectors == (EVERYTHING,) else None

    def among(self, states: Sequence[ResourceState]) -> Sequence[ResourceState]:
        """Those of these resources that are selected."""
        return states if self.selectors == (EVERYTHING,) else [state for state in states if self.fits(state)]

    def candidates(self, view: View) -> Iterator[ResourceState]:
        """What may be selected of the environment's view; where keys are named, nobody else is looked at."""
        kinds = {selector.kind for selector in self.selectors}
        keys = {selector.key for selector in self.selectors if selector.key is not None}
        by_key = all(selector.key is not None for selector in self.selectors)
        for kind, entries in view.by_kind.items():
            if kind in kinds or None in kinds:
                found = (entries[key] for key in keys if key in entries) if by_key else entries.values()
                yield from (entry.state for entry in found)

    def changes(self, before: Before, changes: Sequence[ResourceChange]) -> tuple[ResourceChange, ...]:
        """What these effective changes of the state `before` mean for one who sees only what is selected.

        What is no longer selected, because it lost a tag, is gone; what never was, is not mentioned.
        """
        if self.selectors == (EVERYTHING,):
            return tuple(changes)
        seen: list[ResourceChange] = []
        for change in changes:
            if isinstance(change, ResourceState) and self.fits(change):
                seen.append(change)
                continue
            state = before.state(change.id.kind, change.id.key)
            if state is not None and self.fits(state):
                id = ResourceId(change.id.kind, self.environment, change.id.key)
                seen.append(Deleted(id, change.version, change.revision))
        return tuple(seen)


def _spelled(selector: Selector) -> str:
    """A selector in one spelling. Resume tokens depend on it: it never changes."""
    kind = 0 if selector.kind is None else int(selector.kind)
    texts = (selector.key, selector.prefix, selector.tag)
    return "\0".join([str(kind), *("-" if text is None else f"+{text}" for text in texts)])
