"""One row of the matrix."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from vexil.core.access.grants import Grants

Rule = Callable[[Any, Grants], None]
"""`(request, grants)`: raises AccessDenied unless the grants allow all that the request touches."""


class Callers(Enum):
    """Who may call, where a rule has nothing to say."""

    ANYBODY = "anybody"
    """Nobody is asked who they are."""

    IDENTIFIED = "identified"
    """Whoever has said who they are, and has no other right."""


@dataclass(frozen=True, slots=True)
class Row:
    """What an RPC needs.

    `rule` is asked for each request, before the handler sees it. Of a stream of requests `open_rule` makes a
    rule for each stream, since what one of them touches may stand in an earlier one. `goes_on`: a refused
    request does not end its stream; the handler, which gets a `Refused` for it, answers that.
    """

    rule: Rule | Callers
    open_rule: Callable[[], Rule] | None = None
    goes_on: bool = False
