"""The stubs' attributes are written down for type checkers; these tests hold them to the contract."""

from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

from vexil.client.rpc import (
    AccessStub,
    AdminStub,
    AioAccessStub,
    AioAdminStub,
    AioAuditStub,
    AioConfigStub,
    AioConnectStub,
    AioUserStub,
    AuditStub,
    ConfigStub,
    ConnectStub,
    UserStub,
)
from vexil.client.rpc.stubs import (
    ACCESS_SERVICE,
    ADMIN_SERVICE,
    AUDIT_SERVICE,
    CONFIG_SERVICE,
    CONNECT_SERVICE,
    USER_SERVICE,
    attribute_of,
)

STUBS: list[tuple[type, ServiceDescriptor]] = [
    (ConfigStub, CONFIG_SERVICE),
    (AioConfigStub, CONFIG_SERVICE),
    (ConnectStub, CONNECT_SERVICE),
    (AioConnectStub, CONNECT_SERVICE),
    (AdminStub, ADMIN_SERVICE),
    (AioAdminStub, ADMIN_SERVICE),
    (AccessStub, ACCESS_SERVICE),
    (AioAccessStub, ACCESS_SERVICE),
    (AuditStub, AUDIT_SERVICE),
    (AioAuditStub, AUDIT_SERVICE),
    (UserStub, USER_SERVICE),
    (AioUserStub, USER_SERVICE),
]


@pytest.mark.parametrize(("stub", "service"), STUBS)
def test_stub_has_exactly_the_calls_of_its_service(stub: type, service: ServiceDescriptor) -> None:
    assert set(stub.__annotations__) == {attribute_of(method) for method in service.methods}


@pytest.mark.parametrize(("stub", "service"), STUBS)
def test_stub_attributes_have_the_messages_and_the_shape_of_their_calls(
    stub: type, service: ServiceDescriptor
) -> None:
    for method in service.methods:
        written = stub.__annotations__[attribute_of(method)]
        shape, _, messages = written.partition("[")
        assert shape.removeprefix("Aio") == _shape(method)
        assert shape.startswith("Aio") == stub.__name__.startswith("Aio")
        assert [name.split(".")[-1] for name in messages.rstrip("]").split(", ")] == [
            method.input_type.name,
            method.output_type.name,
        ]


def test_calls_are_named_as_in_the_contract() -> None:
    class Recorder:
        def __init__(self) -> None:
            self.paths: list[tuple[str, str]] = []

        def __getattr__(self, kind: str) -> Any:
            def multi_callable(path: str, **_: object) -> None:
                self.paths.append((kind, path))

            return multi_callable

    recorder = Recorder()
    channel: grpc.Channel = recorder  # type: ignore[assignment]
    ConfigStub(channel)
    assert ("unary_stream", "/vexil.v1.ConfigService/Watch") in recorder.paths
    assert ("stream_stream", "/vexil.v1.ConfigService/EvaluateStream") in recorder.paths
    assert ("unary_unary", "/vexil.v1.ConfigService/EvaluateBatch") in recorder.paths


def _shape(method: MethodDescriptor) -> str:
    return {(False, False): "Unary", (False, True): "UnaryStream", (True, True): "StreamStream"}[
        method.client_streaming, method.server_streaming
    ]
