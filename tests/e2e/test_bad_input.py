"""Commits that no server may take: each is refused with a reason and the place, and nothing has changed."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import grpc.aio
import pytest

from tests.support.server import running_server
from vexil.client.rpc import AioAdminStub, Endpoint, open_aio_channel, to_vexil_error
from vexil.core.errors import Code, Reason, VexilError
from vexil.server.stores.sqlite import SqliteStore
from vexil.v1.admin_service_pb2 import (
    Change,
    CommitRequest,
    CreateNamespaceRequest,
    ListNamespacesRequest,
)
from vexil.v1.resource_pb2 import RESOURCE_KIND_SETTING
from vexil.v1.setting_pb2 import OPERATOR_EQUALS, OPERATOR_MATCHES, Setting

TEN_MEGABYTES = "x" * 10_000_000


def put(request: CommitRequest, key: str, environment: str = "prod") -> Setting:
    """Adds a change of a setting to the request; the setting, to be filled."""
    change = Change()
    change.id.kind = RESOURCE_KIND_SETTING
    change.id.environment = environment
    change.id.key = key
    change.put.setting.SetInParent()
    request.changes.append(change)
    return request.changes[-1].put.setting


def flag(request: CommitRequest, key: str) -> Setting:
    setting = put(request, key)
    setting.variants["on"].bool_value = True
    setting.variants["off"].bool_value = False
    setting.off_variant = "off"
    setting.serve.variant = "on"
    return setting


def over_long_key(request: CommitRequest) -> None:
    put(request, "k" * 257).value.bool_value = True


def value_of_ten_megabytes(request: CommitRequest) -> None:
    put(request, "big").value.string_value = TEN_MEGABYTES


def json_of_ten_megabytes(request: CommitRequest) -> None:
    put(request, "big").value.json_value = f'"{TEN_MEGABYTES}"'


def json_without_end(request: CommitRequest) -> None:
    put(request, "deep").value.json_value = "[" * 100_000


def wrong_type(request: CommitRequest) -> None:
    setting = flag(request, "mixed")
    setting.variants["on"].string_value = "yes"


def invalid_regex(request: CommitRequest) -> None:
    rule = flag(request, "regex").rules.add(id="r")
    rule.serve.variant = "on"
    rule.condition.match.attribute = "email"
    rule.condition.match.operator = OPERATOR_MATCHES
    rule.condition.match.operands.add().string_value = "("


def nested_conditions(request: CommitRequest) -> None:
    rule = flag(request, "nested").rules.add(id="r")
    rule.serve.variant = "on"
    condition = rule.condition
    for _ in range(40):
        condition = getattr(condition, "not")
    condition.match.attribute = "plan"
    condition.match.operator = OPERATOR_EQUALS
    condition.match.operands.add().string_value = "pro"


def circle(request: CommitRequest) -> None:
    for key, other in (("a", "b"), ("b", "a")):
        flag(request, key).prerequisites.add(key=other, variants=["on"])


def unknown_environment(request: CommitRequest) -> None:
    put(request, "color", "nowhere").value.string_value = "red"


def stale_head(request: CommitRequest) -> None:
    request.preconditions.add().head_revision = 7


BAD: dict[Callable[[CommitRequest], None], tuple[Reason, str]] = {
    over_long_key: (Reason.INVALID_REQUEST, "changes[1].id.key"),
    value_of_ten_megabytes: (Reason.INVALID_REQUEST, "changes[1].put.setting.value.string_value"),
    json_of_ten_megabytes: (Reason.INVALID_REQUEST, "changes[1].put.setting.value.json_value"),
    json_without_end: (Reason.INVALID_REQUEST, "changes[1].put.setting.value.json_value"),
    wrong_type: (Reason.INVALID_PARAMETER_TYPE, "changes[1].put.setting.variants"),
    invalid_regex: (Reason.INVALID_REQUEST, "changes[1].put.setting.rules[0].condition.match.operands[0]"),
    nested_conditions: (Reason.INVALID_REQUEST, "changes[1].put.setting.rules[0].condition"),
    circle: (Reason.CIRCULAR_DEPENDENCY, "changes[1].put.setting.prerequisites[0]"),
    unknown_environment: (Reason.ENVIRONMENT_NOT_FOUND, "changes[1].id.environment"),
    stale_head: (Reason.PRECONDITION_FAILED, "preconditions[0]"),
}


@pytest.fixture
async def admin(tmp_path: Path) -> AsyncIterator[AioAdminStub]:
    """A server on a file, whose namespace `shop` has the environment `prod`, at revision 1."""
    store = await SqliteStore.open(tmp_path / "vexil.db")
    async with running_server(store) as server, open_aio_channel(Endpoint(server.target)) as channel:
        admin = AioAdminStub(channel)
        request = CreateNamespaceRequest(namespace="shop")
        request.environments["prod"].SetInParent()
        await admin.create_namespace(request)
        yield admin


async def refusal(admin: AioAdminStub, request: CommitRequest) -> VexilError:
    """The error that the commit is refused with, once it is sure that nothing has changed."""
    before = await admin.list_namespaces(ListNamespacesRequest())
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await admin.commit(request)
    assert await admin.list_namespaces(ListNamespacesRequest()) == before
    return to_vexil_error(refused.value)


@pytest.mark.parametrize("spoil", BAD, ids=lambda spoil: spoil.__name__)
async def test_bad_change_takes_the_good_one_with_it(
    admin: AioAdminStub, spoil: Callable[[CommitRequest], None]
) -> None:
    request = CommitRequest(namespace="shop")
    put(request, "good").value.string_value = "fine"
    spoil(request)
    reason, place = BAD[spoil]
    error = await refusal(admin, request)
    assert error.violations[0].field.startswith(place)
    assert reason in {error.reason, error.violations[0].reason}
    assert len(error.message) < 1000


async def test_message_beyond_the_limit_is_refused_by_its_size(admin: AioAdminStub) -> None:
    request = CommitRequest(namespace="shop")
    for key in ("a", "b"):
        put(request, key).value.string_value = TEN_MEGABYTES
    error = await refusal(admin, request)
    assert (error.code, error.reason) == (Code.RESOURCE_EXHAUSTED, Reason.LIMIT_EXCEEDED)
