"""What became of an item."""

from collections.abc import Sequence
from dataclasses import dataclass

from vexil.core.change import Put


@dataclass(frozen=True, slots=True)
class Mapped:
    """An item that Vexil has a place for.

    `notes` say what of it has none. Items with the same resource and another `version` are that resource's
    history. `needs` is written only where nothing of that name is there: segments that the item refers to.
    """

    item: str
    puts: Sequence[Put]
    notes: Sequence[str] = ()
    version: int = 0
    needs: Sequence[Put] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """An item that can't be mapped, and everything that is wrong with it."""

    item: str
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class SetAside:
    """An item of a kind that Vexil has no place for, such as users; its content is not told."""

    what: str
    reason: str


Outcome = Mapped | Refused | SetAside
