"""Who is shown sensitive values, by whatever call."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from google.protobuf.message import Message

from tests.support.secured import SHOP, Metadata, Secured, bearer, secured
from tests.support.server import PATIENCE
from tests.unit.server.encryption.encrypting import MARKER, keyring
from vexil.v1 import access_service_pb2 as access_pb
from vexil.v1 import admin_service_pb2 as admin_pb
from vexil.v1 import config_service_pb2 as config_pb
from vexil.v1 import watch_pb2
from vexil.v1.access_pb2 import VERB_HISTORY, VERB_READ, VERB_ROLLBACK, VERB_WRITE
from vexil.v1.resource_pb2 import (
    RESOURCE_KIND_DEFINITION,
    RESOURCE_KIND_SETTING,
    Environment,
    Namespace,
    Resource,
    ResourceId,
)
from vexil.v1.setting_pb2 import Constraints, Definition, Serve, Setting
from vexil.v1.value_pb2 import VALUE_TYPE_STRING, EncryptedValue, RedactedValue, Value

PROD: dict[str, Any] = {"namespace": "shop", "environment": "prod"}
TOKEN = ResourceId(kind=RESOURCE_KIND_SETTING, environment="prod", key="token")
FLAG = ResourceId(kind=RESOURCE_KIND_SETTING, environment="prod", key="flag")
Call = Callable[["House", Metadata], Any]


def put(id: ResourceId, resource: Resource) -> admin_pb.Change:
    return admin_pb.Change(id=id, put=resource)


def setting(text: str) -> Resource:
    return Resource(setting=Setting(value=Value(string_value=text)))


def sensitive(key: str, **more: Any) -> admin_pb.Change:
    definition = Definition(type=VALUE_TYPE_STRING, sensitive=True, **more)
    return put(ResourceId(kind=RESOURCE_KIND_DEFINITION, key=key), Resource(definition=definition))


class House:
    """The server, with a sensitive setting, flag and definition, and callers of every role."""

    def __init__(self, server: Secured) -> None:
        self.server = server

    async def caller(self, role: str) -> Metadata:
        """A new key with this role in the namespace `shop`."""
        grant = access_pb.WantedGrant(role=role, scope=SHOP)
        request = access_pb.CreateServiceKeyRequest(grants=[grant])
        answer = await self.server.access.create_service_key(
            request, metadata=self.server.admin, timeout=PATIENCE
        )
        return bearer(answer.key)

    async def commit(self, *changes: admin_pb.Change, metadata: Metadata = (), **more: Any) -> Any:
        """Makes a commit, as the admin where nobody else is named."""
        request = admin_pb.CommitRequest(namespace="shop", changes=changes, **more)
        return await self.server.control.commit(
            request, metadata=metadata or self.server.admin, timeout=PATIENCE
        )


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with secured(encryption_keys=f"file:{keyring(tmp_path)}") as server:
        house = House(server)
        request = admin_pb.CreateNamespaceRequest(
            namespace="shop", spec=Namespace(), environments={"prod": Environment()}
        )
        await server.control.create_namespace(request, metadata=server.admin, timeout=PATIENCE)
        value = Value(string_value=MARKER)
        await house.commit(
            sensitive("token"), sensitive("flag", constraints=Constraints(allowed=[value]), default=value)
        )
        flag = Setting(variants={"a": value, "b": value}, serve=Serve(variant="a"))
        await house.commit(put(TOKEN, setting(MARKER)), put(FLAG, Resource(setting=flag)))
        await house.commit(put(TOKEN, setting(f"{MARKER}-later")))
        yield house


def _config(method: str, request: Message) -> Call:
    return lambda house, who: getattr(house.server.config, method)(request, metadata=who, timeout=PATIENCE)


def _control(method: str, request: Message) -> Call:
    return lambda house, who: getattr(house.server.control, method)(request, metadata=who, timeout=PATIENCE)


DEFINITION = ResourceId(kind=RESOURCE_KIND_DEFINITION, key="flag")
READS: dict[str, Call] = {
    "Get": _config("get", config_pb.GetRequest(**PROD, key="token")),
    "Get of a flag": _config("get", config_pb.GetRequest(**PROD, key="flag")),
    "Get at an old revision": _config("get", config_pb.GetRequest(**PROD, key="token", at_revision=3)),
    "List": _config("list", config_pb.ListRequest(**PROD)),
    "Explain": _config("explain", config_pb.ExplainRequest(**PROD, key="token")),
    "ListCommits": _control(
        "list_commits", admin_pb.ListCommitsRequest(namespace="shop", include_changes=True)
    ),
    "GetCommit": _control("get_commit", admin_pb.GetCommitRequest(namespace="shop", revision=3)),
    "ListVersions": _control("list_versions", admin_pb.ListVersionsRequest(namespace="shop", id=TOKEN)),
    "ListVersions of a definition": _control(
        "list_versions", admin_pb.ListVersionsRequest(namespace="shop", id=DEFINITION)
    ),
    "Diff": _control("diff", admin_pb.DiffRequest(namespace="shop", from_revision=3)),
    "Diff of views": _control("diff", admin_pb.DiffRequest(**PROD, from_revision=2)),
    "Export": _control("export", admin_pb.ExportRequest(namespace="shop")),
}


async def answers(call: Call, house: House, who: Metadata) -> list[Message]:
    made = call(house, who)
    if isinstance(made, grpc.aio.UnaryStreamCall):
        return [each async for each in made]
    return [await made]


@pytest.mark.parametrize("call", READS.values(), ids=READS)
async def test_reading_shows_sensitive_values_to_who_may_reveal_them(call: Call, house: House) -> None:
    viewer, editor = await house.caller("viewer"), await house.caller("editor")

    hidden = await answers(call, house, viewer)
    shown = await answers(call, house, editor)

    assert all(MARKER not in str(each) for each in hidden)
    assert any("redacted" in str(each) for each in hidden)
    assert any(MARKER in str(each) for each in shown)
    assert all("redacted" not in str(each) and "wrapped_key" not in str(each) for each in shown)


async def test_programs_get_what_they_evaluate_and_watch(house: House) -> None:
    client = await house.caller("client")

    evaluated = await house.server.config.evaluate(
        config_pb.EvaluateRequest(**PROD, key="token"), metadata=client, timeout=PATIENCE
    )
    stream = house.server.config.watch(watch_pb2.WatchRequest(**PROD), metadata=client, timeout=PATIENCE)
    seen = ""
    while f"{MARKER}-later" not in seen:
        seen += str(await stream.read())
    await house.commit(put(TOKEN, setting(f"{MARKER}-rotated")))
    while f"{MARKER}-rotated" not in seen:
        seen += str(await stream.read())
    stream.cancel()
    assert "sensitive: true" in seen

    assert evaluated.evaluation.value.string_value == f"{MARKER}-later"


async def test_rolling_back_is_no_way_to_see_what_was(house: House) -> None:
    request = access_pb.PutRoleRequest(name="restorer")
    request.role.verbs.extend([VERB_READ, VERB_HISTORY, VERB_ROLLBACK])
    await house.server.access.put_role(request, metadata=house.server.admin, timeout=PATIENCE)
    restorer = await house.caller("restorer")
    version = admin_pb.ResourceVersion(id=TOKEN, version=1)
    for dry_run in (True, False):
        answer = await house.server.control.rollback(
            admin_pb.RollbackRequest(namespace="shop", resource_version=version, dry_run=dry_run),
            metadata=restorer,
            timeout=PATIENCE,
        )
        assert MARKER not in str(answer)
        assert "redacted" in str(answer)

    evaluated = await house.server.config.evaluate(
        config_pb.EvaluateRequest(**PROD, key="token"), metadata=house.server.admin, timeout=PATIENCE
    )
    assert evaluated.evaluation.value.string_value == MARKER


async def test_what_was_not_shown_is_sent_back_and_stays(house: House) -> None:
    request = access_pb.PutRoleRequest(name="describer")
    request.role.verbs.extend([VERB_READ, VERB_WRITE])
    await house.server.access.put_role(request, metadata=house.server.admin, timeout=PATIENCE)
    describer = await house.caller("describer")
    shown = await house.server.config.get(
        config_pb.GetRequest(**PROD, key="token"), metadata=describer, timeout=PATIENCE
    )
    resource = shown.state.resource
    resource.setting.description = "of our partner"

    await house.commit(put(TOKEN, resource), metadata=describer)
    await house.commit(put(TOKEN, setting(f"{MARKER}-newest")))
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await house.commit(put(TOKEN, resource), metadata=describer)

    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "send the value itself" in str(refused.value.details())
    versions = await house.server.control.list_versions(
        admin_pb.ListVersionsRequest(namespace="shop", id=TOKEN),
        metadata=house.server.admin,
        timeout=PATIENCE,
    )
    values = [each.change.put.resource.setting.value for each in versions.versions]
    assert [each.string_value for each in values] == [
        f"{MARKER}-newest",
        f"{MARKER}-later",
        f"{MARKER}-later",
        MARKER,
    ]
    assert [values[1].fingerprint == each.fingerprint for each in values] == [False, True, True, False]


@pytest.mark.parametrize(
    "value",
    [
        Value(redacted=RedactedValue(type=VALUE_TYPE_STRING)),
        Value(encrypted=EncryptedValue(type=VALUE_TYPE_STRING, key_id="first", nonce=b"0" * 12)),
    ],
    ids=["redacted", "encrypted"],
)
async def test_what_stands_for_a_value_is_not_taken_for_one(value: Value, house: House) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await house.commit(put(TOKEN, Resource(setting=Setting(value=value))))

    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
