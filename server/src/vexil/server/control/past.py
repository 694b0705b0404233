"""Snapshots at old revisions, rebuilt from the store."""

import asyncio
from collections import OrderedDict
from functools import partial

from vexil.core.errors import OutOfRange, Reason
from vexil.core.resource import Revision
from vexil.core.snapshot import Snapshot
from vexil.server.collection import collection_paused
from vexil.server.stores.lineage import Lineage
from vexil.server.stores.port import Image, Store
from vexil.server.stores.refusals import no_namespace, require_kept

_STRIDE = 64
"""Old snapshots are built at multiples of this and moved on from there, so that neighbours share one."""


def build_snapshot(image: Image) -> Snapshot:
    """The snapshot that an image describes; takes seconds for a hundred thousand resources."""
    with collection_paused():
        return Snapshot.build(image.namespace, image.revision, image.states, image.deleted)


class Past:
    """Old snapshots; the `keep` most recently used stay in memory. Those who ask at once share one build."""

    def __init__(self, store: Store, keep: int = 4) -> None:
        self._store = store
        self._keep = keep
        self._builds: OrderedDict[tuple[str, Revision, Lineage], asyncio.Task[Snapshot]] = OrderedDict()
        self._used: set[tuple[str, Revision, Lineage]] = set()

    async def snapshot(self, namespace: str, revision: Revision) -> Snapshot:
        """The namespace as it was at a kept revision.

        Raises NotFound (NAMESPACE_NOT_FOUND), OutOfRange (REVISION_COMPACTED, REVISION_IN_FUTURE), and what
        the store raises.
        """
        while True:
            head = await self._store.head(namespace)
            if head is None:
                raise no_namespace(namespace)
            require_kept(head, revision)
            anchor = max(Revision(revision - revision % _STRIDE), head.compact_revision)
            try:
                snapshot = await self._built(namespace, anchor, head.lineage)
                commits = await self._store.read(namespace, anchor, revision - anchor)
            except OutOfRange as error:
                if error.reason is not Reason.REVISION_COMPACTED:
                    raise
                # The anchor was compacted just now; the revision itself may still be kept.
                continue
            for commit in commits:
                snapshot = snapshot.apply(commit).snapshot
            return snapshot

    def sweep(self) -> None:
        """Forgets what was not used since the last sweep: an old snapshot is as large as the newest one."""
        for key in set(self._builds) - self._used:
            del self._builds[key]
        self._used.clear()

    async def _built(self, namespace: str, revision: Revision, lineage: Lineage) -> Snapshot:
        key = (namespace, revision, lineage)
        build = self._builds.get(key)
        if build is None:
            build = self._builds[key] = asyncio.create_task(self._build(namespace, revision))
            build.add_done_callback(partial(self._forget_failure, key))
            while len(self._builds) > self._keep:
                self._builds.popitem(last=False)
        self._builds.move_to_end(key)
        self._used.add(key)
        # Shielded: the one who asked first may leave while others still wait.
        return await asyncio.shield(build)

    async def _build(self, namespace: str, revision: Revision) -> Snapshot:
        return await asyncio.to_thread(build_snapshot, await self._store.load(namespace, revision))

    def _forget_failure(self, key: tuple[str, Revision, Lineage], build: asyncio.Task[Snapshot]) -> None:
        if (build.cancelled() or build.exception() is not None) and self._builds.get(key) is build:
            del self._builds[key]
