"""ConnectService among the others: health and reflection know it."""

from typing import Any

from grpc_health.v1 import health_pb2_grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from tests.acceptance.connect.conftest import Centre

NAME = "vexil.v1.ConnectService"


async def test_health_says_how_it_is(centre: Centre) -> None:
    stub: Any = health_pb2_grpc.HealthStub(centre.channel)
    response = await stub.Check(HealthCheckRequest(service=NAME))
    assert response.status == HealthCheckResponse.SERVING


async def test_reflection_lists_it(centre: Centre) -> None:
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(centre.channel)
    call = stub.ServerReflectionInfo()
    await call.write(reflection_pb2.ServerReflectionRequest(list_services=""))
    names = {service.name for service in (await call.read()).list_services_response.service}
    await call.done_writing()
    assert NAME in names
