"""Where changes are felt: in their environments and in those that inherit from them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from immutables import Map

from vexil.core.change import Put
from vexil.core.resource import Environment, Kind, Resource, ResourceId
from vexil.core.validation.proposal import Proposal
from vexil.core.validation.references import refers


@dataclass(frozen=True, slots=True)
class Reached:
    """One resource that a change makes another one in an environment; `index` is the change that decides."""

    index: int
    environment: str
    kind: Kind
    key: str
    before: Resource | None
    after: Resource | None


def reached(proposal: Proposal, kinds: Sequence[Kind]) -> Iterator[Reached]:
    """Every place where changes of some kinds are felt; what a child hides by its own is not."""
    nearest: dict[tuple[str, Kind, str], int] = {}
    for index, change in enumerate(proposal.changes):
        if change.id.kind in kinds:
            for name in proposal.tree.subtree(change.id.environment):
                place = (name, change.id.kind, change.id.key)
                other = nearest.get(place)
                if other is None or _is_nearer(proposal, name, index, other):
                    nearest[place] = index
    for (name, kind, key), index in nearest.items():
        before = proposal.before(name, kind, key)
        found = proposal.effective(name, kind, key)
        after = None if found is None else found[1]
        if after is not before:
            yield Reached(index, name, kind, key, before, after)


def moved(proposal: Proposal) -> Iterator[tuple[int, str]]:
    """Environments that are new or inherit from others than they did, with the change that makes it so."""
    for index, change in enumerate(proposal.changes):
        if isinstance(change, Put) and isinstance(change.resource, Environment):
            old = proposal.snapshot.tree.environments.get(change.id.key)
            if change.resource.parent != (None if old is None else old.parent):
                yield from ((index, name) for name in proposal.tree.subtree(change.id.key))


def unchanged_referring(proposal: Proposal, names: Sequence[str]) -> Iterator[tuple[ResourceId, Resource]]:
    """What these environments themselves set, keep, and refer to others with. Looks at all that they set."""
    for name in names:
        for entry in proposal.snapshot.own.get(name, Map()).values():
            state = entry.state
            if refers(state.resource) and state.id not in proposal.index:
                yield state.id, state.resource


def _is_nearer(proposal: Proposal, name: str, index: int, other: int) -> bool:
    chain = proposal.tree.chain(name)
    return chain.index(proposal.changes[index].id.environment) < chain.index(
        proposal.changes[other].id.environment
    )
