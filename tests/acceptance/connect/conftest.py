"""A contact centre behind a server, on every transport."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import grpc.aio
import pytest

from tests.support.server import Server, running_server
from tests.support.transports import TRANSPORTS, require
from vexil.client.rpc import AioAdminStub, AioConnectStub, Endpoint, open_aio_channel, to_vexil_error
from vexil.convert.changes import requested_change_to_proto
from vexil.core.change import Put
from vexil.core.errors import VexilError
from vexil.core.resource import KIND_OF, Resource, ResourceId
from vexil.server.settings import TransportName
from vexil.v1 import admin_service_pb2
from vexil.v1 import connect_service_pb2 as pb
from vexil.v1.resource_pb2 import Environment

PLACE: dict[str, Any] = {"namespace": "centre", "environment": "prod"}


class Centre:
    """The namespace `centre` with the environments `base` and `prod`, which inherits from it."""

    def __init__(self, server: Server, channel: Any, template_dir: Path) -> None:
        self.server = server
        self.channel = channel
        self.template_dir = template_dir
        self.connect = AioConnectStub(channel)
        self._admin = AioAdminStub(channel)

    async def create(self) -> None:
        environments = {"base": Environment(), "prod": Environment(parent="base")}
        await self._admin.create_namespace(
            admin_service_pb2.CreateNamespaceRequest(namespace="centre", environments=environments)
        )

    async def put(self, resources: dict[str, Resource], environment: str = "prod") -> int:
        """Writes resources by their keys in one commit; answers its revision."""
        changes = [
            requested_change_to_proto(Put(ResourceId(KIND_OF[type(each)], environment, key), each))
            for key, each in resources.items()
        ]
        request = admin_service_pb2.CommitRequest(namespace="centre", changes=changes)
        return (await self._admin.commit(request)).commit.revision

    async def resolve(self, flow_id: str = "main", **fields: Any) -> pb.ResolveFlowResponse:
        return await self.connect.resolve_flow(pb.ResolveFlowRequest(**PLACE, flow_id=flow_id, **fields))

    async def route(self, routing_key: str = "main", **attributes: str) -> pb.RouteDecision:
        contact = pb.Contact(targeting_key="c-1", attributes=attributes)
        request = pb.RouteContactRequest(**PLACE, routing_key=routing_key, contact=contact)
        return (await self.connect.route_contact(request)).decision

    async def render(
        self, values: dict[str, Any] | None = None, **template: Any
    ) -> pb.RenderTemplateResponse:
        request = pb.RenderTemplateRequest(**PLACE, **template)
        request.values.update(values or {})
        return await self.connect.render_template(request)

    async def findings(self, content: str) -> pb.ValidateFlowResponse:
        return await self.connect.validate_flow(pb.ValidateFlowRequest(content=content))


async def error_of(call: Any) -> VexilError:
    """What the call fails with."""
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call
    return to_vexil_error(raised.value)


@pytest.fixture(params=TRANSPORTS)
def transport(request: pytest.FixtureRequest) -> TransportName:
    name: TransportName = request.param
    require(name)
    return name


@pytest.fixture
async def centre(transport: TransportName, tmp_path: Path) -> AsyncIterator[Centre]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(transport=transport, template_dir=tmp_path))
        channel: Any = await stack.enter_async_context(open_aio_channel(Endpoint(server.target)))
        centre = Centre(server, channel, tmp_path)
        await centre.create()
        yield centre
