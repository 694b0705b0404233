"""The table of methods: everything that the contract promises is answered, and within its limits."""

import inspect

import pytest

from tests.support.clock import ManualClock
from vexil.core.errors import InvalidRequest, Reason
from vexil.server.compose import compose
from vexil.server.contract import require_valid
from vexil.server.services import (
    ACCESS_SERVICE,
    ADMIN_SERVICE,
    AUDIT_SERVICE,
    CONFIG_SERVICE,
    CONNECT_SERVICE,
    USER_SERVICE,
    Method,
    MethodKind,
)
from vexil.server.settings import ServerSettings
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.memory_board import MemoryBoard
from vexil.v1 import (
    access_service_pb2,
    admin_service_pb2,
    audit_service_pb2,
    config_service_pb2,
    connect_service_pb2,
    user_service_pb2,
)
from vexil.v1.admin_service_pb2 import Change, CommitRequest, Precondition
from vexil.v1.config_service_pb2 import EvaluateRequest
from vexil.v1.resource_pb2 import RESOURCE_KIND_SETTING, ResourceId


@pytest.fixture
async def methods() -> dict[str, Method]:
    clock = ManualClock().clock
    parts = compose(ServerSettings(store="memory"), MemoryStore(), MemoryBoard(clock), clock)
    return {method.path: method for method in parts.methods}


def test_every_rpc_of_the_contract_has_a_handler(methods: dict[str, Method]) -> None:
    promised = {
        f"/{service.full_name}/{method.name}"
        for file in (
            config_service_pb2,
            connect_service_pb2,
            admin_service_pb2,
            access_service_pb2,
            audit_service_pb2,
            user_service_pb2,
        )
        for service in file.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    }
    assert set(methods) == promised


def test_messages_and_shapes_are_those_of_the_contract(methods: dict[str, Method]) -> None:
    for service in (
        CONFIG_SERVICE,
        CONNECT_SERVICE,
        ADMIN_SERVICE,
        ACCESS_SERVICE,
        AUDIT_SERVICE,
        USER_SERVICE,
    ):
        for rpc in service.methods:
            method = methods[f"/{service.full_name}/{rpc.name}"]
            assert method.request.DESCRIPTOR is rpc.input_type
            assert method.response.DESCRIPTOR is rpc.output_type
            assert (method.kind is MethodKind.BIDI) == rpc.client_streaming
            assert (method.kind is MethodKind.UNARY) == (not rpc.server_streaming)


@pytest.mark.parametrize(
    "name",
    [
        "ConfigService/Evaluate",
        "ConfigService/EvaluateBatch",
        "ConnectService/ResolveFlow",
        "ConnectService/RouteContact",
    ],
)
def test_answers_from_the_snapshot_have_nothing_to_wait_for(methods: dict[str, Method], name: str) -> None:
    handler = methods[f"/vexil.v1.{name}"].handler
    assert not inspect.iscoroutinefunction(handler)


def test_violations_name_the_place_inside_the_request() -> None:
    request = CommitRequest(
        namespace="shop",
        changes=[
            Change(id=ResourceId(kind=RESOURCE_KIND_SETTING, environment="prod", key="no space")),
        ],
        preconditions=[Precondition()],
        labels={"": "x", "t" * 65: "y"},
    )
    with pytest.raises(InvalidRequest) as raised:
        require_valid(request)
    fields = [violation.field for violation in raised.value.violations]
    assert {"changes[0].id.key", "changes[0].action", "preconditions[0].kind"} <= set(fields)
    assert {'labels[""] (key)', f'labels["{"t" * 65}"] (key)'} <= set(fields)


def test_request_within_the_limits_is_fine() -> None:
    require_valid(EvaluateRequest(namespace="shop", environment="prod", key="any key at all"))


@pytest.mark.parametrize("data", [b"\x0a\x02\xff\xfe", b"\x0a\x7f", b"\xff"])
def test_bytes_that_are_no_message_are_an_invalid_request(methods: dict[str, Method], data: bytes) -> None:
    with pytest.raises(InvalidRequest) as raised:
        methods["/vexil.v1.ConfigService/Evaluate"].decode(data)
    assert raised.value.reason is Reason.INVALID_REQUEST
    assert "vexil.v1.EvaluateRequest" in raised.value.message
