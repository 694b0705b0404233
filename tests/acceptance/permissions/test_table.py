"""The table of roles and RPCs has every row: in the tests, in the documentation, and for RPCs to come."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from tests.acceptance.permissions.test_matrix import PROVEN_BY_THE_REQUEST, REQUESTS, without_a_row
from tests.support.calls import Call
from vexil.core.access.role import BUILT_IN
from vexil.core.errors import AccessDenied
from vexil.server.access.guard import Guard
from vexil.server.access.matrix import matrix
from vexil.server.services import Method, MethodKind, methods_of
from vexil.v1.config_service_pb2 import GetRequest

DOCUMENT = Path(__file__).parents[3] / "docs" / "access.md"
MADE_UP = "vexil.v1.MadeUpService"


@pytest.fixture(scope="module")
def made_up() -> ServiceDescriptor:
    """A service that somebody adds, without a thought of permissions."""
    file = FileDescriptorProto(name="made_up.proto", package="vexil.v1", syntax="proto3")
    file.dependency.append("vexil/v1/config_service.proto")
    service = file.service.add(name="MadeUpService")
    for name, client, server in (("Drop", False, False), ("Tail", False, True), ("Talk", True, True)):
        service.method.add(
            name=name,
            input_type=".vexil.v1.GetRequest",
            output_type=".vexil.v1.GetResponse",
            client_streaming=client,
            server_streaming=server,
        )
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(file.SerializeToString())
    return pool.FindServiceByName(MADE_UP)


class Careless:
    """Handlers that answer whoever calls."""

    def __init__(self) -> None:
        self.called = False

    def _answer(self, _request: Any, _call: Any) -> Any:
        self.called = True

    drop = tail = _answer

    async def talk(self, requests: AsyncIterator[Any], _call: Any) -> AsyncIterator[Any]:
        async for _ in requests:
            self.called = True
            yield None


def documented() -> Iterator[tuple[str, frozenset[str]]]:
    """Each call in the documentation's table of roles, and the roles that may."""
    lines = iter(DOCUMENT.read_text().splitlines())
    heads = next(line for line in lines if line.startswith("| calls |"))
    roles = [cell.strip() for cell in heads.strip("|").split("|")[1:]]
    next(lines)
    for line in lines:
        if not line.startswith("|"):
            return
        calls, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        for call in calls.split(", "):
            yield call, frozenset(role for role, cell in zip(roles, cells, strict=True) if cell)


def test_an_rpc_without_a_row_is_noticed(made_up: ServiceDescriptor) -> None:
    paths = {method.path for method in methods_of(made_up, Careless())}
    assert without_a_row(paths) == paths
    assert not without_a_row({f"/vexil.v1.{name}" for name in REQUESTS})


async def test_an_rpc_without_a_row_is_open_to_nobody(made_up: ServiceDescriptor) -> None:
    """Not even to an administrator, so that it can't be forgotten."""
    guard = Guard(matrix(lambda _name: True))
    careless = Careless()
    for method in methods_of(made_up, careless):
        with pytest.raises(AccessDenied, match="open to nobody"):
            await answered(guard.guarded(method))
    assert not careless.called


def test_the_documentation_has_every_rpc_once_with_its_roles() -> None:
    rows = list(documented())
    assert len(dict(rows)) == len(rows)
    asked = {name: roles for name, (_, roles) in REQUESTS.items() if roles != PROVEN_BY_THE_REQUEST}
    assert dict(rows) == {name.partition("/")[2]: roles for name, roles in asked.items()}
    unasked = [name.partition("/")[2] for name in REQUESTS if name not in asked]
    assert unasked == ["SignUp", "LogIn", "Refresh", "LogOut"]


def test_every_built_in_role_is_in_the_tables() -> None:
    assert {role for _, roles in documented() for role in roles} == set(BUILT_IN)
    text = DOCUMENT.read_text()
    assert all(f"| `{role}` |" in text for role in BUILT_IN)


async def answered(method: Method) -> Any:
    """What becomes of a call with one request, which is read as a transport reads it."""
    call: Any = Call()
    request = method.read(GetRequest(namespace="shop", environment="prod", key="a").SerializeToString(), call)
    match method.kind:
        case MethodKind.UNARY:
            return method.handler(request, call)
        case MethodKind.SERVER_STREAM:
            return [each async for each in method.handler(request, call)]
        case MethodKind.BIDI:
            return [each async for each in method.handler(_only(request), call)]


async def _only(request: Any) -> AsyncIterator[Any]:
    yield request
