"""Permissions are written by their own service alone, on a server too that asks nobody who calls."""

import grpc
import grpc.aio
import pytest
from google.protobuf.message import Message

from tests.support.any_rpc import code_of
from tests.support.backend import backend
from tests.support.server import running_server
from vexil.server.access.bootstrap import make_admin_key
from vexil.server.settings import TransportName
from vexil.server.stores.memory import MemoryStore
from vexil.v1 import access_service_pb2, resource_pb2
from vexil.v1 import admin_service_pb2 as pb
from vexil.v1.access_pb2 import VERB_EVALUATE, VERB_READ, VERB_WATCH, Role

SYSTEM = "vexil-access"
LOOKER = resource_pb2.ResourceId(kind=resource_pb2.RESOURCE_KIND_ROLE, key="looker")
PUT = pb.Change(id=LOOKER, put=resource_pb2.Resource(role=Role(verbs=[VERB_READ])))
WRITES: dict[str, Message] = {
    "CreateNamespace": pb.CreateNamespaceRequest(namespace=SYSTEM),
    "Commit": pb.CommitRequest(namespace=SYSTEM, changes=[PUT]),
    "Import": pb.ImportRequest(header=pb.ImportHeader(namespace=SYSTEM), changes=[PUT]),
    "Rollback": pb.RollbackRequest(
        namespace=SYSTEM, resource_version=pb.ResourceVersion(id=LOOKER, version=1)
    ),
}


@pytest.mark.parametrize("rpc", WRITES)
async def test_import_that_writes_permissions_is_refused_to_everybody(
    transport: TransportName, rpc: str
) -> None:
    store = MemoryStore()
    async with backend(store) as beside:
        await make_admin_key(beside.committer, beside.time.clock, first=True)
        async with (
            running_server(store, transport=transport, authentication="off") as server,
            grpc.aio.insecure_channel(server.target) as channel,
        ):
            for verb in (VERB_WATCH, VERB_EVALUATE):
                role = access_service_pb2.PutRoleRequest(name="looker", role=Role(verbs=[verb]))
                assert await code_of(channel, "AccessService/PutRole", role) is grpc.StatusCode.OK
            head = await store.head(SYSTEM)
            refused = await code_of(channel, f"AdminService/{rpc}", WRITES[rpc])
            assert refused is grpc.StatusCode.PERMISSION_DENIED
            assert await store.head(SYSTEM) == head
