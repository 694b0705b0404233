"""What is known about a type of action."""

from dataclasses import dataclass
from enum import Enum


class Leaves(Enum):
    """Whether an action of the type ends the flow."""

    NEVER = "never"
    """The flow goes on with the next action."""
    ON_SUCCESS = "on success"
    """The contact leaves the flow, unless something fails: what follows is optional."""
    ALWAYS = "always"
    """Nothing follows: the transitions are empty."""


@dataclass(frozen=True, slots=True)
class ActionType:
    """A type of action: what it needs and how it goes on.

    Parameters are names, or ways into a parameter that is an object (`ViewResource/Id`). Of each of
    `alternatives` one parameter must be there. `conditional`: the action has a result that `Conditions`
    compare. `errors`: the error branches without which a contact may have nowhere to go.
    """

    name: str
    parameters: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, ...], ...] = ()
    conditional: bool = False
    errors: tuple[str, ...] = ()
    leaves: Leaves = Leaves.NEVER


ANY = "NoMatchingError"
"""The error branch for whatever no other one names."""
NO_MATCH = "NoMatchingCondition"
"""The branch for a result that no condition matches."""
