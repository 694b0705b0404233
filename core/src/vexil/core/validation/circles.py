"""Finding prerequisites and segments that lead back to where they start."""

from collections.abc import Sequence

from vexil.core.resource import Kind
from vexil.core.validation.limits import MAX_CHAIN
from vexil.core.validation.proposal import Proposal
from vexil.core.validation.references import references_of

Node = tuple[Kind, str]
"""A setting or a segment of the environment looked at."""


def offending_way(proposal: Proposal, environment: str, start: Node) -> Sequence[Node] | None:
    """A way along references that an evaluation could not go: back to the start, or more than MAX_CHAIN long.

    None when there is none. Looks at each setting and segment that the start leads to once.
    """
    heights: dict[Node, int] = {}

    def visit(way: list[Node]) -> Sequence[Node] | None:
        found = proposal.effective(environment, *way[-1])
        height = 0
        for reference in references_of(found[1]) if found is not None else ():
            node = (reference.kind, reference.key)
            if node == start or len(way) > MAX_CHAIN:
                return [*way, node]
            if node in way:
                continue  # a circle that the start is not part of is found from its own members
            if node not in heights and (offending := visit([*way, node])):
                return offending
            height = max(height, heights[node])
        heights[way[-1]] = height + 1
        return way if len(way) + height > MAX_CHAIN + 1 else None

    return visit([start])
