"""One change of one resource, as watchers are told it."""

from dataclasses import dataclass
from typing import Any

from vexil.core.evaluation import EMPTY_CONTEXT
from vexil.core.resource import Kind, ResourceState, Revision
from vexil.core.view import View


@dataclass(frozen=True, slots=True)
class Change:
    """How a resource differs between two states of the environment that the client held one after the other.

    `before` and `after` are None where the resource is not there. For a setting, `old_value` and `new_value`
    are what it gives in the empty context: a plain setting's value, a flag's default variant; None where that
    is nothing. `revision` is the one that the client reached. A full state that replaces the client's own is
    told as its differences, so nothing is told twice and nothing is left out.
    """

    kind: Kind
    key: str
    revision: Revision
    before: ResourceState | None
    after: ResourceState | None
    old_value: Any = None
    new_value: Any = None

    @classmethod
    def between(cls, kind: Kind, key: str, old: View | None, new: View) -> "Change | None":
        """The change of one resource from one view to the next; None when it is the same in both."""
        before, after = _state(kind, key, old), _state(kind, key, new)
        if before == after:
            return None
        return cls(kind, key, new.revision, before, after, _value(kind, key, old), _value(kind, key, new))


def _state(kind: Kind, key: str, view: View | None) -> ResourceState | None:
    if view is None:
        return None
    entry = view.get(kind, key)
    return None if entry is None else entry.state


def _value(kind: Kind, key: str, view: View | None) -> Any:
    if kind is not Kind.SETTING or view is None or key not in view.settings:
        return None
    return view.evaluate(key, EMPTY_CONTEXT).value
