"""Strategies for histories of a namespace: commits that a server would have taken, one after another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.unit.core.making import CHANGED_AT
from vexil.core.change import Change, Delete, Put
from vexil.core.draft import draft
from vexil.core.errors import VexilError
from vexil.core.resource import Commit, Environment, Kind, ResourceId
from vexil.core.setting import Segment, Setting
from vexil.core.snapshot import Snapshot
from vexil.core.validation import validate
from vexil.core.value import Value

ENVIRONMENTS = ("base", "prod", "qa", "dev")
KEYS = ("a", "b", "c")


@dataclass(frozen=True)
class Intent:
    """A wish that becomes changes where it makes sense: write or delete something in an environment."""

    kind: Kind
    environment: str
    key: str
    number: int
    parent: str | None
    deletes: bool


INTENTS = st.builds(
    Intent,
    kind=st.sampled_from([Kind.ENVIRONMENT, Kind.ENVIRONMENT, Kind.SETTING, Kind.SETTING, Kind.SEGMENT]),
    environment=st.sampled_from(ENVIRONMENTS),
    key=st.sampled_from(KEYS),
    number=st.integers(0, 3),
    parent=st.none() | st.sampled_from(ENVIRONMENTS),
    deletes=st.sampled_from([False, False, True]),
)
HISTORIES: SearchStrategy[list[list[Intent]]] = st.lists(
    st.lists(INTENTS, min_size=1, max_size=6), min_size=1, max_size=10
)
"""Wishes for one commit after another."""


class NoSchemas:
    """A schema checker for histories that have no definitions."""

    def check_schema(self, schema: str) -> str | None:
        """Nothing is wrong with it."""
        return None

    def check_value(self, schema: str, value: object) -> Sequence[str]:
        """Nothing is wrong with it."""
        return ()


def first_commit() -> Commit:
    """Environments `base` ← `prod` ← `dev` and `base` ← `qa`, with settings in all but `qa`."""
    parents = {"base": None, "prod": "base", "qa": "base", "dev": "prod"}
    changes: list[Change] = [
        Put(ResourceId(Kind.ENVIRONMENT, "", name), Environment(parent)) for name, parent in parents.items()
    ]
    for name, key in (("base", "a"), ("base", "b"), ("prod", "b"), ("dev", "c")):
        changes.append(Put(ResourceId(Kind.SETTING, name, key), Setting(value=Value.of_string(name))))
    return draft(Snapshot.empty("shop"), changes, now=CHANGED_AT)


def next_commit(snapshot: Snapshot, intents: Sequence[Intent]) -> Commit | None:
    """The commit that comes of these wishes, less those that a server would refuse; None for nothing."""
    accepted: dict[ResourceId, Change] = {}
    for intent in intents:
        wider = accepted | {change.id: change for change in _changes(snapshot, intent)}
        if is_accepted(snapshot, list(wider.values())):
            accepted = wider
    return draft(snapshot, list(accepted.values()), now=CHANGED_AT) if accepted else None


def is_accepted(snapshot: Snapshot, changes: Sequence[Change]) -> bool:
    """Whether a server would take the changes."""
    try:
        validate(snapshot, changes, NoSchemas())
    except VexilError:
        return False
    return True


def _changes(snapshot: Snapshot, intent: Intent) -> Iterator[Change]:
    name = intent.environment
    if intent.kind is Kind.ENVIRONMENT:
        id = ResourceId(Kind.ENVIRONMENT, "", name)
        if not intent.deletes:
            yield Put(id, Environment(intent.parent, description=str(intent.number)))
        elif snapshot.get(id) is not None:
            for kind, key in snapshot.own.get(name, ()):
                yield Delete(ResourceId(kind, name, key))
            yield Delete(id)
        return
    id = ResourceId(intent.kind, name, intent.key)
    if intent.deletes:
        if snapshot.get(id) is not None:
            yield Delete(id)
    elif intent.kind is Kind.SETTING:
        yield Put(id, Setting(value=Value.of_int(intent.number)))
    else:
        yield Put(id, Segment(included=(str(intent.number),)))
