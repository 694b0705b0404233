"""Reads the log, which is the truth, and forgets parts of it at bad moments."""

import asyncio
import time

from tests.robustness.cluster import Target, open_channel
from tests.robustness.recorder import Recorder
from tests.robustness.records import Compacted, Converged, Logged
from tests.robustness.watcher import NAMESPACE
from tests.robustness.wire import changes_of
from tests.robustness.writer import PARENTS
from tests.support.server import PATIENCE
from vexil.client.rpc import AioAdminStub
from vexil.convert.resources import commit_to_proto
from vexil.core.resource import Revision
from vexil.server.stores.port import Store
from vexil.v1 import admin_service_pb2, resource_pb2

_PAGE = 1000
_LOOK = 0.1


class Auditor:
    """Looks into the store while servers use it. `compacted` is the newest revision forgotten."""

    def __init__(self, store: Store, recorder: Recorder) -> None:
        self.compacted = 0
        self._store = store
        self._recorder = recorder
        self._logged = 0
        self._compacting = asyncio.Lock()

    async def create(self, address: str) -> None:
        """Makes the namespace, through a server."""
        request = admin_service_pb2.CreateNamespaceRequest(namespace=NAMESPACE)
        for name, parent in PARENTS.items():
            environment = request.environments[name]
            if parent:
                environment.parent = parent
        async with open_channel(address) as channel:
            await AioAdminStub(channel).create_namespace(request, wait_for_ready=True)

    async def head(self) -> int:
        """The newest revision."""
        head = await self._store.head(NAMESPACE)
        return 0 if head is None else head.revision

    async def compact(self, revision: int) -> None:
        """Forgets the log up to a revision, once it has been recorded."""
        async with self._compacting:
            if revision <= self.compacted:
                return
            await self.record()
            self._recorder.add(Compacted, revision=revision)
            self.compacted = revision
            await self._store.compact(NAMESPACE, Revision(revision))

    async def record(self) -> None:
        """Records what is new in the log."""
        while commits := await self._store.read(NAMESPACE, Revision(self._logged), _PAGE):
            for commit in commits:
                self._log(commit_to_proto(commit, with_changes=True))
            self._logged = commits[-1].revision

    async def record_listed(self, address: str) -> None:
        """Records the log once more, as a server lists it."""
        request = admin_service_pb2.ListCommitsRequest(
            namespace=NAMESPACE, page_size=_PAGE, include_changes=True
        )
        async with open_channel(address) as channel:
            while True:
                page = await AioAdminStub(channel).list_commits(request, wait_for_ready=True)
                for commit in page.commits:
                    self._log(commit)
                if not page.next_page_token:
                    return
                request.page_token = page.next_page_token

    async def record_convergence(
        self, server: Target, environment: str, revision: int, patience: float = PATIENCE
    ) -> None:
        """Records who has applied a revision, as a server says that has had time to hear of it."""
        request = admin_service_pb2.GetConvergenceRequest(
            namespace=NAMESPACE, environment=environment, revision=revision
        )
        asked_at = time.monotonic()
        async with open_channel(server.address) as channel:
            stub = AioAdminStub(channel)
            answer = await stub.get_convergence(request, wait_for_ready=True)
            while not answer.converged and time.monotonic() < asked_at + patience:
                await asyncio.sleep(_LOOK)
                answer = await stub.get_convergence(request, wait_for_ready=True)
        self._recorder.add(
            Converged,
            server=server.name,
            environment=environment,
            revision=revision,
            asked_at=asked_at,
            applied={each.subscriber.instance: each.applied_revision for each in answer.subscribers},
        )

    def _log(self, commit: resource_pb2.Commit) -> None:
        self._recorder.add(
            Logged, revision=commit.revision, request=commit.request_id, changes=changes_of(commit.changes)
        )
