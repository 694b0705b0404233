"""Hints between stores of one process."""

from collections.abc import AsyncIterator

from vexil.core.resource import Revision
from vexil.server.stores.hints import Hint, Hints


class Grapevine:
    """What one source tells, all others hear; `told` is everything, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Revision]] = []
        self._sources: list[GrapevineSource] = []

    def source(self) -> "GrapevineSource":
        """One more that tells and hears."""
        self._sources.append(GrapevineSource(self))
        return self._sources[-1]

    def tell(self, teller: "GrapevineSource", namespace: str, revision: Revision) -> None:
        """Has the others hear it, unless it was told."""
        if (namespace, revision) not in self.told:
            self.told.append((namespace, revision))
            for source in self._sources:
                if source is not teller:
                    source.hear(namespace, revision)


class GrapevineSource:
    """A `HintSource`."""

    def __init__(self, vine: Grapevine) -> None:
        self._vine = vine
        self._hints = Hints()

    @property
    def connected(self) -> bool:
        return True

    def tell(self, namespace: str, revision: Revision) -> None:
        self._vine.tell(self, namespace, revision)

    def hear(self, namespace: str, revision: Revision) -> None:
        self._hints.notify({namespace: revision})

    def listen(self) -> AsyncIterator[Hint]:
        return self._hints.listen()

    async def close(self) -> None:
        self._hints.close()
