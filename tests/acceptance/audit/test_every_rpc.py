"""Each RPC of the matrix: what it changes is an entry of a chain, and whom it refuses is in the journal.

An RPC that is added and not named here fails; one that changes something without an entry does too.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message

from tests.acceptance.permissions.guarded import Caller, House, house
from tests.acceptance.permissions.test_matrix import PROD, PROVIDER, PUT, REQUESTS, SCOPE, outcome, path_of
from tests.support.transports import TRANSPORTS, require
from vexil.core.access.scope import Scope
from vexil.core.resource import Commit, Revision
from vexil.server.access.matrix import matrix
from vexil.server.audit.asked import is_read
from vexil.server.audit.chains import verify_chains
from vexil.server.audit.journals import read_journal, verify_journal
from vexil.server.settings import TransportName
from vexil.v1 import access_pb2, access_service_pb2, admin_service_pb2, user_service_pb2

_access, _admin, _user = access_service_pb2, admin_service_pb2, user_service_pb2

PASSWORD = "correct horse battery"
WRONG_KEY = "vxk_0123456789_" + "nonsense" * 6

NEITHER = {
    "ConfigService/Acknowledge",
    "ConfigService/RequestProgress",
    "ConnectService/ValidateFlow",
    "AccessService/WhoAmI",
}
"""They change nothing that is configured, and give out nothing that is kept."""

BY_THEMSELVES = {f"UserService/{name}" for name in ("SignUp", "LogIn", "Refresh", "LogOut")}
"""Who calls is in the request."""

Answers = Mapping[str, Any]
"""What the RPCs before have answered, by name."""


def tokens(answers: Answers) -> Any:
    return answers["UserService/LogIn"].tokens


MUTATIONS: Mapping[str, Callable[[Answers], Message]] = {
    "AdminService/CreateNamespace": lambda _: _admin.CreateNamespaceRequest(namespace="desk"),
    "AdminService/Commit": lambda _: _admin.CommitRequest(namespace="shop", changes=[PUT]),
    "AdminService/Import": lambda _: _admin.ImportRequest(
        header=_admin.ImportHeader(namespace="shop"),
        changes=[_admin.Change(id=id_of("size"), put=PUT.put)],
    ),
    "AdminService/Rollback": lambda answers: _admin.RollbackRequest(
        namespace="shop",
        environment_revision=_admin.EnvironmentRevision(
            environment="prod", revision=answers["AdminService/Commit"].commit.revision - 1
        ),
    ),
    "AccessService/CreateServiceKey": lambda _: _access.CreateServiceKeyRequest(
        grants=[_access.WantedGrant(role="viewer", scope=SCOPE)]
    ),
    "AccessService/RotateServiceKey": lambda answers: _access.RotateServiceKeyRequest(id=key_id(answers)),
    "AccessService/RevokeServiceKey": lambda answers: _access.RevokeServiceKeyRequest(id=key_id(answers)),
    "AccessService/PutRole": lambda _: _access.PutRoleRequest(
        name="looker", role=access_pb2.Role(verbs=[access_pb2.VERB_READ])
    ),
    "AccessService/PutRoleBinding": lambda _: _access.PutRoleBindingRequest(
        name="ada", role_binding=access_pb2.RoleBinding(subject="user:ada", role="looker", scope=SCOPE)
    ),
    "AccessService/DeleteRoleBinding": lambda _: _access.DeleteRoleBindingRequest(name="ada"),
    "AccessService/DeleteRole": lambda _: _access.DeleteRoleRequest(name="looker"),
    "AccessService/PutIdentityProvider": lambda _: _access.PutIdentityProviderRequest(
        name="corp", identity_provider=PROVIDER
    ),
    "AccessService/DeleteIdentityProvider": lambda _: _access.DeleteIdentityProviderRequest(name="corp"),
    "UserService/InviteUser": lambda _: _user.InviteUserRequest(name="ada"),
    "UserService/SignUp": lambda answers: _user.SignUpRequest(
        name="ada", invitation=answers["UserService/InviteUser"].invitation, password=PASSWORD
    ),
    "UserService/LogIn": lambda _: _user.LogInRequest(name="ada", password=PASSWORD),
    "UserService/Refresh": lambda answers: _user.RefreshRequest(refresh_token=tokens(answers).refresh_token),
    "UserService/LogOut": lambda answers: _user.LogOutRequest(
        refresh_token=answers["UserService/Refresh"].tokens.refresh_token
    ),
    "UserService/DeleteUser": lambda _: _user.DeleteUserRequest(name="ada"),
}
"""A request to each RPC that changes something, in an order in which all of them are answered."""


def key_id(answers: Answers) -> str:
    return str(answers["AccessService/CreateServiceKey"].summary.id)


@pytest.fixture(params=TRANSPORTS)
def transport(request: pytest.FixtureRequest) -> TransportName:
    name: TransportName = request.param
    require(name)
    return name


@asynccontextmanager
async def audited(transport: TransportName, directory: Path, **settings: Any) -> AsyncIterator[House]:
    """A server whose namespace `shop` has a setting, with a journal."""
    async with house(transport, audit_journal=directory, **settings) as guarded:
        await guarded.admin.admin.commit(_admin.CommitRequest(namespace="shop", changes=[PUT]))
        yield guarded


def test_every_rpc_changes_reads_or_does_neither() -> None:
    paths = {path for path in matrix(lambda _name: True) if path.startswith("/vexil.")}
    reads = {path for path in paths if is_read(path)}
    changes = {path_of(name) for name in MUTATIONS}
    neither = {path_of(name) for name in NEITHER}
    assert reads | changes | neither == paths
    assert len(reads) + len(changes) + len(neither) == len(paths)


async def test_every_change_is_an_entry_of_a_chain(transport: TransportName, tmp_path: Path) -> None:
    async with audited(transport, tmp_path / "journal") as guarded:
        answers: dict[str, Any] = {}
        for name, request in MUTATIONS.items():
            before = await revisions(guarded)
            answers[name] = await answered(guarded, name, request(answers))
            [commit] = await commits_after(guarded, before)
            assert commit.seal is not None, name
            assert commit.origin.peer.startswith("ipv4:127.0.0.1:"), name
            author = "user:ada" if name in BY_THEMSELVES else guarded.admin.name
            assert (commit.author, commit.origin.authentication) == (author, "service-key"), name
        reports = await verify_chains(guarded.server.inside.parts.store)
        assert {report.namespace for report in reports} == {"shop", "desk", "vexil-access"}
        assert all(report.findings == [] for report in reports)


async def test_nothing_else_changes_anything(transport: TransportName, tmp_path: Path) -> None:
    async with audited(transport, tmp_path / "journal") as guarded:
        before = await revisions(guarded)
        for name, (request, _) in REQUESTS.items():
            if name not in MUTATIONS:
                await outcome(guarded, guarded.admin, path_of(name), request)
        assert await commits_after(guarded, before) == []


async def test_every_denied_attempt_is_in_the_journal_and_no_secret(
    transport: TransportName, tmp_path: Path
) -> None:
    """Without a key, with a wrong one, and with one that may nothing."""
    journal = tmp_path / "journal"
    async with audited(transport, journal) as guarded:
        wrong = Caller(guarded.channel, None, f"Bearer {WRONG_KEY}")
        bound = await guarded.caller("admin", Scope())
        assert bound.key is not None
        for caller in (guarded.stranger, wrong, bound):
            for name, (request, _) in REQUESTS.items():
                await outcome(guarded, caller, path_of(name), request)
        key = bound.key.text
    found = denied(journal)
    of_itself = {"AdminService/ListNamespaces", "AccessService/WhoAmI", "AccessService/CheckAccess"}
    by_key = {line["method"] for line in found if line["actor"] == bound.name}
    assert by_key >= {path_of(name) for name in REQUESTS if name not in of_itself | BY_THEMSELVES}
    times: dict[str, int] = {}
    for line in found:
        if not line["actor"]:
            times[line["method"]] = times.get(line["method"], 0) + line["count"]
    assert {path_of(name) for name in REQUESTS} - times.keys() == set()
    assert all(times[path_of(name)] >= 2 for name in REQUESTS)
    text = json.dumps(found)
    for secret in ("nonsense", key, key.rpartition("_")[2], PASSWORD):
        assert secret not in text


@pytest.mark.parametrize(
    ("settings", "reason", "code"),
    [
        ({"allow_from": "192.0.2.0/24"}, "ACCESS_DENIED", grpc.StatusCode.PERMISSION_DENIED),
        ({"requests_per_address": 0.001}, "RATE_LIMITED", grpc.StatusCode.RESOURCE_EXHAUSTED),
    ],
)
async def test_caller_that_its_address_keeps_out_is_in_the_journal(
    transport: TransportName, tmp_path: Path, settings: Any, reason: str, code: grpc.StatusCode
) -> None:
    journal = tmp_path / "journal"
    async with house(transport, audit_journal=journal, **settings) as guarded:
        name, answers = "ConfigService/Get", set()
        for _ in range(5):
            answers.add(await outcome(guarded, guarded.admin, path_of(name), REQUESTS[name][0]))
        assert code in answers
    found = [line for line in denied(journal) if line["reason"] == reason]
    assert {line["method"] for line in found} == {path_of(name)}
    assert {line["peer"] for line in found} == {"ipv4:127.0.0.1"}


async def test_every_read_is_in_the_journal_where_that_is_wanted(
    transport: TransportName, tmp_path: Path
) -> None:
    journal = tmp_path / "journal"
    reads = [name for name in REQUESTS if is_read(path_of(name))]
    answered_to = {}
    async with audited(transport, journal, audit_reads=1.0) as guarded:
        for name in reads:
            code = await outcome(guarded, guarded.admin, path_of(name), REQUESTS[name][0])
            answered_to[name] = code is grpc.StatusCode.OK
        get = path_of("ConfigService/Get")
        await outcome(guarded, guarded.stranger, get, REQUESTS["ConfigService/Get"][0])
    found = {line["method"]: line for line in read_journal(journal) if line["action"] == "read"}
    assert found.keys() >= {path_of(name) for name, ok in answered_to.items() if ok}
    for name in ("Get", "Evaluate", "EvaluateStream"):
        line = found[path_of(f"ConfigService/{name}")]
        assert {**PROD, "key": "color", "actor": guarded.admin.name, "count": 1}.items() <= line.items()
    assert not any(line["actor"] == "" for line in found.values())


async def test_who_was_given_a_secrets_reference_is_in_the_journal_without_it(
    transport: TransportName, tmp_path: Path
) -> None:
    """Its reader fetches the secret, with credentials of its own: here is who knows where it is."""
    journal = tmp_path / "journal"
    reference = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:till-AbCdEf"
    put = _admin.Change(id=id_of("password"))
    put.put.setting.value.secret_value.uri = reference
    async with audited(transport, journal, audit_reads=1.0) as guarded:
        await guarded.admin.admin.commit(_admin.CommitRequest(namespace="shop", changes=[put]))
        client = await guarded.caller("client")
        for name in ("Get", "Evaluate"):
            request = type(REQUESTS[f"ConfigService/{name}"][0])(**PROD, key="password")
            assert (
                await outcome(guarded, client, path_of(f"ConfigService/{name}"), request)
                is grpc.StatusCode.OK
            )
    found = [line for line in read_journal(journal) if line["key"] == "password"]
    assert {(line["method"].rpartition("/")[2], line["actor"]) for line in found} == {
        ("Get", client.name),
        ("Evaluate", client.name),
    }
    assert reference not in json.dumps(found)


async def test_reads_are_a_sample_where_that_is_wanted(
    transport: TransportName, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = tmp_path / "journal"
    drawn = iter([0.1, 0.9, 0.2, 0.3, 0.24])
    monkeypatch.setattr("vexil.server.audit.reads.random.random", lambda: next(drawn))
    async with audited(transport, journal, audit_reads=0.25) as guarded:
        for _ in range(5):
            await outcome(
                guarded, guarded.admin, path_of("ConfigService/Get"), REQUESTS["ConfigService/Get"][0]
            )
    found = [line for line in read_journal(journal) if line["action"] == "read"]
    assert sum(line["count"] for line in found) == 3


def denied(directory: Path) -> list[dict[str, Any]]:
    assert [finding for report in verify_journal(directory) for finding in report.findings] == []
    return [line for line in read_journal(directory) if line["action"] == "denied"]


async def revisions(guarded: House) -> dict[str, Revision]:
    return {head.namespace: head.revision for head in await guarded.server.inside.parts.store.heads()}


async def commits_after(guarded: House, before: Mapping[str, Revision]) -> list[Commit]:
    store = guarded.server.inside.parts.store
    found: list[Commit] = []
    for head in await store.heads():
        found += await store.read(head.namespace, before.get(head.namespace, Revision(0)), 100)
    return found


async def answered(guarded: House, name: str, request: Message) -> Any:
    """What the admin is answered; of Import the last message."""
    method = next(each for each in guarded.server.inside.parts.methods if each.path == path_of(name))
    is_stream = name == "AdminService/Import"
    shape = guarded.channel.stream_stream if is_stream else guarded.channel.unary_unary
    call: Any = shape(method.path, lambda message: message.SerializeToString(), method.response.FromString)
    metadata = guarded.admin.metadata
    if not is_stream:
        return await call(request, metadata=metadata, timeout=20)
    return [each async for each in call(iter([request]), metadata=metadata, timeout=20)][-1]


def id_of(key: str) -> Any:
    id = type(PUT.id)()
    id.CopyFrom(PUT.id)
    id.key = key
    return id
