"""Health, reflection and channelz."""

import asyncio
from typing import Any

import grpc
import grpc.aio
import pytest
from grpc_channelz.v1 import channelz_pb2, channelz_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from tests.acceptance.transport.conftest import Connect, Serve
from tests.acceptance.transport.toy import Toy
from vexil.client.rpc import Endpoint, open_aio_channel
from vexil.server.settings import TransportName

SERVING = HealthCheckResponse.SERVING
NOT_SERVING = HealthCheckResponse.NOT_SERVING
UNKNOWN = HealthCheckResponse.SERVICE_UNKNOWN
EVERYTHING = ("", "vexil.v1.ConfigService")


def health_stub(channel: Any) -> Any:
    return health_pb2_grpc.HealthStub(channel)


async def status(channel: Any, service: str) -> int:
    response = await health_stub(channel).Check(HealthCheckRequest(service=service))
    return int(response.status)


@pytest.mark.parametrize("service", EVERYTHING)
async def test_server_serves_once_it_is_told_so(
    serve: Serve, connect: Connect, toy: Toy, service: str
) -> None:
    server = await serve(toy, serving=False)
    channel = connect(server)
    assert await status(channel, service) == NOT_SERVING
    server.serve()
    assert await status(channel, service) == SERVING


async def test_unknown_service_is_not_found(serve: Serve, connect: Connect, toy: Toy) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await status(connect(await serve(toy)), "vexil.v1.Nothing")
    assert raised.value.code() is grpc.StatusCode.NOT_FOUND


async def test_all_states_can_be_listed(serve: Serve, connect: Connect, toy: Toy) -> None:
    stub = health_stub(connect(await serve(toy)))
    # Newer than the package's stubs.
    response = await stub.List(health_pb2.HealthListRequest())  # type: ignore[attr-defined]
    statuses = {name: state.status for name, state in response.statuses.items()}
    assert statuses == {"": SERVING, "vexil.v1.ConfigService": SERVING}


async def test_watcher_hears_every_change_until_the_end(serve: Serve, connect: Connect, toy: Toy) -> None:
    server = await serve(toy, serving=False)
    stub = health_stub(connect(server))
    call = stub.Watch(HealthCheckRequest(service="vexil.v1.ConfigService"))
    assert (await call.read()).status == NOT_SERVING
    server.serve()
    assert (await call.read()).status == SERVING
    await asyncio.wait_for(server.stop(toy.end_streams, 60), 30)
    assert (await call.read()).status == NOT_SERVING
    assert await call.read() is grpc.aio.EOF


async def test_unknown_service_can_be_watched(serve: Serve, connect: Connect, toy: Toy) -> None:
    stub = health_stub(connect(await serve(toy)))
    call = stub.Watch(HealthCheckRequest(service="vexil.v1.Nothing"))
    assert (await call.read()).status == UNKNOWN
    call.cancel()


async def test_health_alone_is_answered_on_its_own_address(serve: Serve, toy: Toy) -> None:
    server = await serve(toy, health_address="127.0.0.1:0")
    channel: Any
    async with open_aio_channel(Endpoint(f"127.0.0.1:{server.health_port}")) as channel:
        assert await status(channel, "vexil.v1.ConfigService") == SERVING
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await channel.unary_unary("/vexil.v1.ConfigService/Evaluate")(b"")
    assert raised.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def asked(call: Any, request: Any) -> Any:
    await call.write(request)
    return await call.read()


@pytest.mark.parametrize("wanted", [True, False])
async def test_reflection_is_there_only_when_it_is_wanted(
    serve: Serve, connect: Connect, toy: Toy, wanted: bool
) -> None:
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(connect(await serve(toy, reflection=wanted)))
    call = stub.ServerReflectionInfo()
    request = reflection_pb2.ServerReflectionRequest(list_services="")
    if wanted:
        names = {service.name for service in (await asked(call, request)).list_services_response.service}
        assert {"vexil.v1.ConfigService", "grpc.health.v1.Health"} <= names
        await call.done_writing()
    else:
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await asked(call, request)
        assert raised.value.code() is grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("wanted", [True, False])
async def test_channelz_is_there_only_when_it_is_wanted(
    transport: TransportName, serve: Serve, connect: Connect, toy: Toy, wanted: bool
) -> None:
    if transport == "native":
        pytest.skip("channelz is grpc's own")
    stub = channelz_pb2_grpc.ChannelzStub(connect(await serve(toy, channelz=wanted)))
    if wanted:
        assert (await stub.GetServers(channelz_pb2.GetServersRequest())).server
    else:
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await stub.GetServers(channelz_pb2.GetServersRequest())
        assert raised.value.code() is grpc.StatusCode.UNIMPLEMENTED
