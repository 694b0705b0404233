"""Checks of what refers to what, in each environment that a change reaches.

A commit can break references in three ways, and each is looked for where it can happen, and only there:

- what a changed resource refers to is missing, or leads back to it: walked from the resource;
- what others refer to goes away: everything in the environments concerned is looked through, but only when
  a commit takes away a segment, or variants of a flag, which plain settings do not have;
- an environment is new or gets another parent: everything in it and below is walked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vexil.core.change import Delete
from vexil.core.errors import Reason
from vexil.core.resource import Kind, Resource, ResourceId
from vexil.core.setting import Setting
from vexil.core.validation.circles import Node, offending_way
from vexil.core.validation.findings import Finding
from vexil.core.validation.limits import MAX_CHAIN
from vexil.core.validation.proposal import Proposal
from vexil.core.validation.reach import Reached, moved, reached, unchanged_referring
from vexil.core.validation.references import REFERRING, Reference, references_of


@dataclass(frozen=True, slots=True)
class _Loss:
    """What an environment loses by a change: a segment, or variants of a flag."""

    index: int
    variants: frozenset[str]


_Losses = Mapping[Node, Mapping[str, _Loss]]
"""By kind and key, then by environment."""


def check_references(proposal: Proposal) -> Iterator[Finding]:
    """Everything that would dangle or go round in a circle; what is so in several environments, once."""
    seen: set[tuple[str, str]] = set()
    for finding in _check(proposal):
        mark = (finding.field, finding.metadata.get("cycle") or finding.metadata.get("reference", ""))
        if mark not in seen:
            seen.add(mark)
            yield finding


def _check(proposal: Proposal) -> Iterator[Finding]:
    places = list(reached(proposal, REFERRING))
    for place in places:
        if place.after is not None:
            node = (place.kind, place.key)
            yield from _check_outgoing(proposal, place.index, place.environment, node, place.after)
    if losses := _losses(places):
        yield from _check_losses(proposal, losses)
    for index, name in moved(proposal):
        for id, resource in unchanged_referring(proposal, proposal.tree.chain(name)):
            if _is_effective(proposal, name, id, resource):
                yield from _check_outgoing(proposal, index, name, (id.kind, id.key), resource)


def _check_outgoing(
    proposal: Proposal, index: int, environment: str, node: Node, resource: Resource
) -> Iterator[Finding]:
    references = references_of(resource)
    for reference in references:
        missing = _missing(proposal, environment, reference)
        if missing is not None:
            field = _field(proposal, index, reference)
            subject = f"{_name(node)}: " if field.endswith(("parent", "delete")) else ""
            metadata = {"reference": reference.key}
            yield Finding(field, f"{subject}{missing}", Reason.DANGLING_REFERENCE, metadata)
    way = offending_way(proposal, environment, node) if references else None
    if way is not None:
        shown = " → ".join(key for _, key in way)
        first = next(reference for reference in references if (reference.kind, reference.key) == way[1])
        field = _field(proposal, index, first)
        if way[-1] == node:
            circle = f"{_name(node)} leads back to itself in environment {environment!r}: {shown}"
            yield Finding(field, circle, Reason.CIRCULAR_DEPENDENCY, {"cycle": shown})
        else:
            long = f"{_name(node)} leads through more than {MAX_CHAIN} others in {environment!r}: {shown}"
            yield Finding(field, long, metadata={"reference": way[1][1]})


def _missing(proposal: Proposal, environment: str, reference: Reference) -> str | None:
    """What is not there of what a reference needs, for people."""
    found = proposal.effective(environment, reference.kind, reference.key)
    if found is None:
        return f"environment {environment!r} has no {_name((reference.kind, reference.key))}"
    if not isinstance(found[1], Setting):
        return None
    lacking = [name for name in reference.variants if name not in found[1].variants]
    if not lacking:
        return None
    known = ", ".join(found[1].variants) or "none"
    name = _name((reference.kind, reference.key))
    return f"{name} has no variant {', '.join(lacking)} in environment {environment!r}; variants: {known}"


def _losses(places: Sequence[Reached]) -> _Losses:
    losses: dict[Node, dict[str, _Loss]] = {}
    for place in places:
        before = place.before.variants.keys() if isinstance(place.before, Setting) else set()
        after = place.after.variants.keys() if isinstance(place.after, Setting) else set()
        variants = frozenset(before - after)
        lost_segment = place.kind is Kind.SEGMENT and place.before is not None and place.after is None
        if variants or lost_segment:
            losses.setdefault((place.kind, place.key), {})[place.environment] = _Loss(place.index, variants)
    return losses


def _check_losses(proposal: Proposal, losses: _Losses) -> Iterator[Finding]:
    concerned = {name for by_environment in losses.values() for name in by_environment}
    chains = dict.fromkeys(ancestor for name in sorted(concerned) for ancestor in proposal.tree.chain(name))
    for id, resource in unchanged_referring(proposal, list(chains)):
        for reference in references_of(resource):
            for name, loss in losses.get((reference.kind, reference.key), {}).items():
                needed = [variant for variant in reference.variants if variant in loss.variants]
                is_needed = needed or reference.kind is Kind.SEGMENT
                if is_needed and _is_effective(proposal, name, id, resource):
                    needs = f"{_name((id.kind, id.key))} in environment {name!r} needs it"
                    if needed:
                        needs += f" to have the variant {', '.join(needed)}"
                    field = _field(proposal, loss.index, None)
                    yield Finding(field, needs, Reason.DANGLING_REFERENCE, {"reference": reference.key})


def _is_effective(proposal: Proposal, environment: str, id: ResourceId, resource: Resource) -> bool:
    """Whether an environment has what an ancestor or itself sets."""
    if id.environment not in proposal.tree.chain(environment):
        return False
    found = proposal.effective(environment, id.kind, id.key)
    return found is not None and found[1] is resource


def _field(proposal: Proposal, index: int, reference: Reference | None) -> str:
    """The part of a change that is at fault: the reference, or where that is another's, the change itself."""
    change = proposal.changes[index]
    if isinstance(change, Delete):
        return f"changes[{index}].delete"
    if change.id.kind is Kind.ENVIRONMENT:
        return f"changes[{index}].put.environment.parent"
    place = f"changes[{index}].put.{change.id.kind.name.lower()}"
    return f"{place}.variants" if reference is None else f"{place}.{reference.field}"


def _name(node: Node) -> str:
    kind, key = node
    return f"{kind.name.lower()} {key!r}"
