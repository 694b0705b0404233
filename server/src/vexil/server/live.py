"""Streams that a transport delivers by itself, from a history which all of its subscribers share."""

from collections.abc import Callable, Sequence
from typing import Protocol

from vexil.core.resource import Revision


class LiveHistory(Protocol):
    """The recent past of a selection, and what is added to it, as the transport holds it.

    Progress messages say that nothing is missing up to a revision.
    """

    def append(self, revision: Revision, messages: Sequence[bytes], progress: bytes) -> None:
        """Adds the newest revision: its messages, which everybody is sent, and its own progress message."""
        ...

    def advance(self, revision: Revision, progress: bytes) -> None:
        """Up to this revision nothing is missing either: who asks, or has heard nothing for long, is told."""
        ...

    def announce(self) -> None:
        """Tells everybody how far the history is."""
        ...

    def end(self) -> None:
        """Has every stream handed back."""
        ...


class Follower(Protocol):
    """A stream that can be delivered from a history.

    Its handler calls `follow` and yields None, instead of a message. It goes on when the history has ended,
    or no longer reaches back to where the stream is: the yield's value is the revision up to which the
    subscriber was told of everything.
    """

    def follow(self, history: LiveHistory, position: Revision, interval: float) -> None:
        """Delivers what comes after a position; at least every `interval` seconds it tells progress."""
        ...

    def ask(self) -> None:
        """Has progress told as soon as everything is delivered that there is."""
        ...


OpenHistory = Callable[[Revision, bytes], LiveHistory]
"""Makes a history that is complete and empty at a revision; the message says that it is."""
