"""Old snapshots, rebuilt while history is being forgotten."""

from tests.support.backend import NAMESPACE, backend, texts
from vexil.core.resource import Revision
from vexil.server.control.past import Past
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.port import Head


class Forgetful(MemoryStore):
    """A store that is compacted to a revision right after it has said what it keeps."""

    forget: Revision | None = None

    async def head(self, namespace: str) -> Head | None:
        head = await super().head(namespace)
        if self.forget is not None:
            revision, self.forget = self.forget, None
            await self.compact(namespace, revision)
        return head


async def test_snapshot_above_what_is_compacted_meanwhile_is_built() -> None:
    """It is built on an older one, and that one has gone; the revision itself has not."""
    store = Forgetful()
    async with backend(store) as shop:
        await shop.set(a="3")
        revision = await shop.set(a="4")
        store.forget = Revision(revision - 1)
        snapshot = await Past(store).snapshot(NAMESPACE, revision)
        assert snapshot.revision == revision
        assert texts(snapshot.view("prod")) == {"a": "4"}
