"""What is committed meanwhile: few settings, again and again."""

import grpc.aio

from tests.robustness.soak.requests import ENVIRONMENT, KEYS
from tests.robustness.watcher import NAMESPACE
from vexil.client.rpc import AioAdminStub
from vexil.client.testing.values import setting_of
from vexil.convert.changes import requested_change_to_proto
from vexil.core.change import Put
from vexil.core.resource import Kind, ResourceId
from vexil.v1 import admin_service_pb2


class Writer:
    """Makes the namespace, and commits to it."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._admin = AioAdminStub(channel)

    async def create(self) -> None:
        """Makes the namespace, with all its settings."""
        request = admin_service_pb2.CreateNamespaceRequest(namespace=NAMESPACE)
        request.environments[ENVIRONMENT].description = "watched"
        await self._admin.create_namespace(request, wait_for_ready=True)
        for key in range(KEYS):
            await self.commit(key)

    async def commit(self, number: int) -> int:
        """Sets one setting. Answers the revision."""
        key = f"key-{number % KEYS}"
        change = Put(ResourceId(Kind.SETTING, ENVIRONMENT, key), setting_of(key, number))
        request = admin_service_pb2.CommitRequest(
            namespace=NAMESPACE, changes=[requested_change_to_proto(change)]
        )
        return int((await self._admin.commit(request)).commit.revision)
