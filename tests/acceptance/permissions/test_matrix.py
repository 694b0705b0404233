"""Which role may call which RPC: the whole table, asked of a real server.

An RPC that is added without a row here, or in the server's own table, makes these tests fail.
"""

from collections.abc import AsyncIterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

import grpc
import grpc.aio
import pytest
from google.protobuf.message import Message
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_reflection.v1alpha.reflection_pb2 import ServerReflectionRequest, ServerReflectionResponse

from tests.acceptance.permissions.guarded import Caller, House, house
from tests.support.server import PATIENCE
from vexil.core.access.role import BUILT_IN
from vexil.core.access.scope import Scope
from vexil.server.access.matrix import matrix
from vexil.server.services import MethodKind
from vexil.server.settings import TransportName
from vexil.v1 import (
    access_pb2,
    access_service_pb2,
    admin_service_pb2,
    audit_service_pb2,
    config_service_pb2,
    connect_service_pb2,
    resource_pb2,
    setting_pb2,
    user_service_pb2,
    value_pb2,
    watch_pb2,
)

PROD: dict[str, Any] = {"namespace": "shop", "environment": "prod"}
KEY = {**PROD, "key": "color"}
COLOR = resource_pb2.ResourceId(kind=resource_pb2.RESOURCE_KIND_SETTING, environment="prod", key="color")
PUT = admin_service_pb2.Change(
    id=COLOR,
    put=resource_pb2.Resource(setting=setting_pb2.Setting(value=value_pb2.Value(string_value="red"))),
)
SCOPE = access_pb2.Scope(namespaces=["shop"], environments=["*"], key_prefixes=["*"], kinds=["*"])
BINDING = access_pb2.RoleBinding(subject="user:ada", role="viewer", scope=SCOPE)
PROVIDER = access_pb2.IdentityProvider(
    issuer="https://id.example.com",
    audiences=["vexil"],
    jwks_uri="https://id.example.com/keys",
    algorithms=["RS256"],
)
PROVIDER.skew.SetInParent()

ALL = frozenset(BUILT_IN)
READERS = ALL
APPLICATIONS = ALL - {"auditor"}
HISTORIANS = ALL - {"client"}
OPERATORS = APPLICATIONS - {"client"}
EDITORS = frozenset({"admin", "editor"})
ADMINS = frozenset({"admin"})
AUDITORS = frozenset({"admin", "auditor"})
PROVEN_BY_THE_REQUEST: frozenset[str] = frozenset()
"""Who calls is not asked; what these requests carry proves nothing."""

_config, _connect, _admin, _access, _user, _audit = (
    config_service_pb2,
    connect_service_pb2,
    admin_service_pb2,
    access_service_pb2,
    user_service_pb2,
    audit_service_pb2,
)

REQUESTS: Mapping[str, tuple[Message, frozenset[str]]] = {
    "ConfigService/Get": (_config.GetRequest(**KEY), READERS),
    "ConfigService/List": (_config.ListRequest(**PROD), READERS),
    "ConfigService/Evaluate": (_config.EvaluateRequest(**KEY), APPLICATIONS),
    "ConfigService/EvaluateBatch": (_config.EvaluateBatchRequest(**PROD), APPLICATIONS),
    "ConfigService/EvaluateStream": (
        _config.EvaluateStreamRequest(request=_config.EvaluateRequest(**KEY)),
        APPLICATIONS,
    ),
    "ConfigService/Watch": (watch_pb2.WatchRequest(**PROD), APPLICATIONS),
    "ConfigService/Acknowledge": (
        watch_pb2.AcknowledgeRequest(
            subscriber=watch_pb2.Subscriber(service="till", instance="1"), applied_revision=1, **PROD
        ),
        APPLICATIONS,
    ),
    "ConfigService/RequestProgress": (
        watch_pb2.RequestProgressRequest(namespace="shop", watch_id="w"),
        APPLICATIONS,
    ),
    "ConfigService/Explain": (_config.ExplainRequest(**KEY), APPLICATIONS),
    "ConnectService/ResolveFlow": (
        _connect.ResolveFlowRequest(
            flow_id="main",
            enrichment=_connect.FlowEnrichment(queue=True, routing=True, features=True),
            **PROD,
        ),
        APPLICATIONS,
    ),
    "ConnectService/RouteContact": (_connect.RouteContactRequest(routing_key="main", **PROD), READERS),
    "ConnectService/RenderTemplate": (_connect.RenderTemplateRequest(template_key="main", **PROD), READERS),
    "ConnectService/ValidateFlow": (_connect.ValidateFlowRequest(content="{}"), READERS),
    "AdminService/CreateNamespace": (_admin.CreateNamespaceRequest(namespace="shop"), ADMINS),
    "AdminService/ListNamespaces": (_admin.ListNamespacesRequest(), ALL),
    "AdminService/ListEnvironments": (_admin.ListEnvironmentsRequest(namespace="shop"), READERS),
    "AdminService/Commit": (_admin.CommitRequest(namespace="shop", changes=[PUT]), EDITORS),
    "AdminService/ListCommits": (_admin.ListCommitsRequest(namespace="shop"), HISTORIANS),
    "AdminService/GetCommit": (_admin.GetCommitRequest(namespace="shop", revision=1), HISTORIANS),
    "AdminService/ListVersions": (_admin.ListVersionsRequest(namespace="shop", id=COLOR), HISTORIANS),
    "AdminService/Diff": (_admin.DiffRequest(namespace="shop", from_revision=1), HISTORIANS),
    "AdminService/Rollback": (
        _admin.RollbackRequest(
            namespace="shop",
            environment_revision=_admin.EnvironmentRevision(environment="prod", revision=1),
            dry_run=True,
        ),
        EDITORS,
    ),
    "AdminService/Export": (_admin.ExportRequest(namespace="shop"), OPERATORS),
    "AdminService/Import": (
        _admin.ImportRequest(header=_admin.ImportHeader(namespace="shop", dry_run=True), changes=[PUT]),
        EDITORS,
    ),
    "AdminService/GetConvergence": (_admin.GetConvergenceRequest(**PROD), OPERATORS),
    "AdminService/GetServerStatus": (_admin.GetServerStatusRequest(), OPERATORS),
    "AccessService/WhoAmI": (_access.WhoAmIRequest(), ALL),
    "AccessService/CheckAccess": (
        _access.CheckAccessRequest(verb=access_pb2.VERB_READ, namespace="shop", id=COLOR),
        ALL,
    ),
    "AccessService/CreateServiceKey": (
        _access.CreateServiceKeyRequest(grants=[_access.WantedGrant(role="viewer", scope=SCOPE)]),
        ADMINS,
    ),
    "AccessService/ListServiceKeys": (_access.ListServiceKeysRequest(), AUDITORS),
    "AccessService/RevokeServiceKey": (_access.RevokeServiceKeyRequest(id="nobody"), ADMINS),
    "AccessService/RotateServiceKey": (_access.RotateServiceKeyRequest(id="nobody"), ADMINS),
    "AccessService/PutRole": (
        _access.PutRoleRequest(name="looker", role=access_pb2.Role(verbs=[access_pb2.VERB_READ])),
        ADMINS,
    ),
    "AccessService/DeleteRole": (_access.DeleteRoleRequest(name="nobody"), ADMINS),
    "AccessService/ListRoles": (_access.ListRolesRequest(), AUDITORS),
    "AccessService/PutRoleBinding": (
        _access.PutRoleBindingRequest(name="ada", role_binding=BINDING),
        ADMINS,
    ),
    "AccessService/DeleteRoleBinding": (_access.DeleteRoleBindingRequest(name="nobody"), ADMINS),
    "AccessService/ListRoleBindings": (_access.ListRoleBindingsRequest(), AUDITORS),
    "AccessService/PutIdentityProvider": (
        _access.PutIdentityProviderRequest(name="corp", identity_provider=PROVIDER),
        ADMINS,
    ),
    "AccessService/DeleteIdentityProvider": (_access.DeleteIdentityProviderRequest(name="nobody"), ADMINS),
    "AccessService/ListIdentityProviders": (_access.ListIdentityProvidersRequest(), AUDITORS),
    "AuditService/SearchEntries": (_audit.SearchEntriesRequest(namespace="shop"), AUDITORS),
    "AuditService/GetChain": (_audit.GetChainRequest(namespace="shop"), AUDITORS),
    "UserService/InviteUser": (_user.InviteUserRequest(name="ada"), ADMINS),
    "UserService/DeleteUser": (_user.DeleteUserRequest(name="nobody"), ADMINS),
    "UserService/ListUsers": (_user.ListUsersRequest(), AUDITORS),
    "UserService/SignUp": (
        _user.SignUpRequest(name="nobody", invitation="x", password="correct horse battery"),
        PROVEN_BY_THE_REQUEST,
    ),
    "UserService/LogIn": (_user.LogInRequest(name="nobody", password="x"), PROVEN_BY_THE_REQUEST),
    "UserService/Refresh": (_user.RefreshRequest(refresh_token="x"), PROVEN_BY_THE_REQUEST),
    "UserService/LogOut": (_user.LogOutRequest(refresh_token="x"), PROVEN_BY_THE_REQUEST),
}
"""A request to each RPC, and the roles that may make it, bound everywhere."""

REFUSALS = (grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED)


def path_of(name: str) -> str:
    return f"/vexil.v1.{name}"


async def outcome(guarded: House, caller: Caller, path: str, request: Message) -> grpc.StatusCode:
    """What becomes of a call: OK for a stream that says anything."""
    method = next(each for each in guarded.server.inside.parts.methods if each.path == path)
    shape = {
        MethodKind.UNARY: "unary_unary",
        MethodKind.SERVER_STREAM: "unary_stream",
        MethodKind.BIDI: "stream_stream",
    }[method.kind]
    call = getattr(caller.channel, shape)(path, lambda m: m.SerializeToString(), method.response.FromString)
    given = _only(request) if method.kind is MethodKind.BIDI else request
    answering = call(given, metadata=caller.metadata, timeout=PATIENCE)
    try:
        if method.kind is MethodKind.UNARY:
            await answering
            return grpc.StatusCode.OK
        response = await answering.read()
    except grpc.aio.AioRpcError as error:
        return error.code()
    answering.cancel()
    if isinstance(response, _config.EvaluateStreamResponse) and response.error.code == 7:
        return grpc.StatusCode.PERMISSION_DENIED
    return grpc.StatusCode.OK


async def _only(request: Message) -> AsyncIterator[Message]:
    yield request


def without_a_row(paths: AbstractSet[str]) -> AbstractSet[str]:
    """Those of these methods that this table, or the server's own, knows nothing of."""
    return paths - ({path_of(name) for name in REQUESTS} & set(matrix(lambda _name: True)))


def test_every_rpc_has_a_row_in_both_tables(guarded: House) -> None:
    offered = {method.path for method in guarded.server.inside.parts.methods}
    assert not without_a_row(offered)
    assert {path_of(name) for name in REQUESTS} == offered
    rows = {path for path in matrix(lambda _name: True) if path.startswith("/vexil.")}
    assert rows == offered


@pytest.mark.parametrize("role", sorted(BUILT_IN))
async def test_a_role_may_call_what_the_table_says(guarded: House, role: str) -> None:
    caller = await guarded.caller(role, Scope.everything())
    allowed = {
        name
        for name, (request, _) in REQUESTS.items()
        if await outcome(guarded, caller, path_of(name), request) not in REFUSALS
    }
    assert allowed == {name for name, (_, roles) in REQUESTS.items() if role in roles}


async def test_unauthenticated_calls_reach_no_rpc_cve_2023_32082(guarded: House) -> None:
    for name, (request, _) in REQUESTS.items():
        code = await outcome(guarded, guarded.stranger, path_of(name), request)
        assert code is grpc.StatusCode.UNAUTHENTICATED, name


async def test_a_key_that_is_bound_to_nothing_may_do_nothing(guarded: House) -> None:
    caller = await guarded.caller("admin", Scope())
    of_itself = {"AdminService/ListNamespaces", "AccessService/WhoAmI", "AccessService/CheckAccess"}
    for name, (request, _) in REQUESTS.items():
        code = await outcome(guarded, caller, path_of(name), request)
        assert (code in REFUSALS) is (name not in of_itself), name


async def test_health_is_for_everybody_and_reflection_is_not_for_strangers(transport: TransportName) -> None:
    async with house(transport, reflection=True) as guarded:
        stranger, client = guarded.stranger, await guarded.caller("client")
        check = guarded.channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            HealthCheckRequest.SerializeToString,
            HealthCheckResponse.FromString,
        )
        assert (await check(HealthCheckRequest(), timeout=PATIENCE)).status == HealthCheckResponse.SERVING
        reflect: Any = guarded.channel.stream_stream(
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
            ServerReflectionRequest.SerializeToString,
            ServerReflectionResponse.FromString,
        )
        question = ServerReflectionRequest(list_services="*")
        described = reflect(_only(question), metadata=client.metadata, timeout=PATIENCE)
        assert (await described.read()).list_services_response.service
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await reflect(_only(question), metadata=stranger.metadata, timeout=PATIENCE).read()
        assert error.value.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_services_that_ask_nobody_are_not_there_cve_2023_32082(guarded: House) -> None:
    """Not even for an administrator: what is not asked for here is not offered."""
    for path in (
        "/grpc.channelz.v1.Channelz/GetServers",
        "/grpc.channelz.v1.Channelz/GetTopChannels",
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "/grpc.admin.v1.Admin/GetServers",
        "/vexil.v1.AdminService/Shutdown",
        "/vexil.v1.MadeUpService/Drop",
    ):
        for caller in (guarded.admin, guarded.stranger):
            call: Any = guarded.channel.unary_unary(path)
            with pytest.raises(grpc.aio.AioRpcError) as error:
                await call(b"", metadata=caller.metadata, timeout=PATIENCE)
            assert error.value.code() is grpc.StatusCode.UNIMPLEMENTED, path


async def test_health_tells_strangers_whether_services_answer_and_nothing_else(guarded: House) -> None:
    listing: Any = guarded.channel.unary_unary("/grpc.health.v1.Health/List")
    said = await listing(b"", timeout=PATIENCE)
    assert b"vexil.v1.ConfigService" in said
    assert b"shop" not in said
