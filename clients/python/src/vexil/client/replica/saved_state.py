"""A state that can be gone on from later."""

from dataclasses import dataclass

from vexil.core.view import View


@dataclass(frozen=True, slots=True)
class SavedState:
    """A state, and the token that continues after it."""

    view: View
    token: bytes
