"""How servers on different machines tell each other that a log has grown."""

from collections.abc import AsyncIterator
from typing import Protocol

from vexil.core.resource import Revision
from vexil.server.stores.hints import Hint


class HintSource(Protocol):
    """Hints between servers. They may be lost, late, doubled, in disorder or made up: they only save waiting.

    Stores need not know one: `HintedStore` puts it around any store. It tells what is appended and what
    `heads` shows, and adds what it hears to the store's own `hints`. Used from one event loop. Methods raise
    nothing for what is wrong outside.
    """

    @property
    def connected(self) -> bool:
        """Whether hints come and go at the moment."""
        ...

    def tell(self, namespace: str, revision: Revision) -> None:
        """Says that the log has this revision. Does not wait; what is not sent yet is merged.

        What is known to have been told already is not told again, so that this may be called often.
        """
        ...

    def listen(self) -> AsyncIterator[Hint]:
        """Yields None at once, and what others told that this process has not told itself.

        None also after anything may have been missed. Merged while nobody listens; any number of listeners;
        ends after `close`.
        """
        ...

    async def close(self) -> None:
        """Ends listeners, and gives what is not sent yet a moment to go. Closing twice is fine."""
        ...
