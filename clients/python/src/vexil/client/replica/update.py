"""The step from one state of an environment to the next that readers see."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vexil.client.change import Change
from vexil.core.resource import Kind
from vexil.core.view import View

Place = tuple[Kind, str]
"""Kind and key: where a resource is inside its environment."""


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """`new` took the place of `old`; None: there was none.

    `places` are all that may differ; None: anything may, since a full state came.
    """

    old: View | None
    new: View
    places: frozenset[Place] | None

    @property
    def is_empty(self) -> bool:
        """Whether only the revision moved."""
        return self.places is not None and not self.places

    def changes(self, wanted: Callable[[Kind, str], bool] = lambda _kind, _key: True) -> Iterator[Change]:
        """What differs, by kind and key, where it is wanted; worked out as it is read."""
        places = self._everything() if self.places is None else self.places
        for kind, key in sorted(place for place in places if wanted(*place)):
            change = Change.between(kind, key, self.old, self.new)
            if change is not None:
                yield change

    def _everything(self) -> set[Place]:
        views = (self.new,) if self.old is None else (self.old, self.new)
        return {(kind, key) for view in views for kind, entries in view.by_kind.items() for key in entries}
