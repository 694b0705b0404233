"""Typed stubs of the services, for threads and for asyncio, made from the services' descriptors.

Each RPC is an attribute in snake case: `ConfigStub(channel).evaluate(request, timeout=1.0)`. Calls raise
`grpc.RpcError`, which `to_vexil_error` translates.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message_factory import GetMessageClass

from vexil.v1 import access_service_pb2 as access_pb
from vexil.v1 import admin_service_pb2 as admin_pb
from vexil.v1 import audit_service_pb2 as audit_pb
from vexil.v1 import config_service_pb2 as config_pb
from vexil.v1 import connect_service_pb2 as connect_pb
from vexil.v1 import user_service_pb2 as user_pb

if TYPE_CHECKING:
    from grpc import StreamStreamMultiCallable as StreamStream
    from grpc import UnaryStreamMultiCallable as UnaryStream
    from grpc import UnaryUnaryMultiCallable as Unary
    from grpc.aio import StreamStreamMultiCallable as AioStreamStream
    from grpc.aio import UnaryStreamMultiCallable as AioUnaryStream
    from grpc.aio import UnaryUnaryMultiCallable as AioUnary

    from vexil.v1 import watch_pb2 as watch_pb

CONFIG_SERVICE: ServiceDescriptor = config_pb.DESCRIPTOR.services_by_name["ConfigService"]
CONNECT_SERVICE: ServiceDescriptor = connect_pb.DESCRIPTOR.services_by_name["ConnectService"]
ADMIN_SERVICE: ServiceDescriptor = admin_pb.DESCRIPTOR.services_by_name["AdminService"]
ACCESS_SERVICE: ServiceDescriptor = access_pb.DESCRIPTOR.services_by_name["AccessService"]
AUDIT_SERVICE: ServiceDescriptor = audit_pb.DESCRIPTOR.services_by_name["AuditService"]
USER_SERVICE: ServiceDescriptor = user_pb.DESCRIPTOR.services_by_name["UserService"]


class ConfigStub:
    """The data plane on a channel for threads."""

    get: Unary[config_pb.GetRequest, config_pb.GetResponse]
    list: Unary[config_pb.ListRequest, config_pb.ListResponse]
    evaluate: Unary[config_pb.EvaluateRequest, config_pb.EvaluateResponse]
    evaluate_batch: Unary[config_pb.EvaluateBatchRequest, config_pb.EvaluateBatchResponse]
    evaluate_stream: StreamStream[config_pb.EvaluateStreamRequest, config_pb.EvaluateStreamResponse]
    watch: UnaryStream[watch_pb.WatchRequest, watch_pb.WatchResponse]
    acknowledge: Unary[watch_pb.AcknowledgeRequest, watch_pb.AcknowledgeResponse]
    request_progress: Unary[watch_pb.RequestProgressRequest, watch_pb.RequestProgressResponse]
    explain: Unary[config_pb.ExplainRequest, config_pb.ExplainResponse]

    def __init__(self, channel: grpc.Channel) -> None:
        _bind(self, channel, CONFIG_SERVICE)


class AioConfigStub:
    """The data plane on a channel for asyncio."""

    get: AioUnary[config_pb.GetRequest, config_pb.GetResponse]
    list: AioUnary[config_pb.ListRequest, config_pb.ListResponse]
    evaluate: AioUnary[config_pb.EvaluateRequest, config_pb.EvaluateResponse]
    evaluate_batch: AioUnary[config_pb.EvaluateBatchRequest, config_pb.EvaluateBatchResponse]
    evaluate_stream: AioStreamStream[config_pb.EvaluateStreamRequest, config_pb.EvaluateStreamResponse]
    watch: AioUnaryStream[watch_pb.WatchRequest, watch_pb.WatchResponse]
    acknowledge: AioUnary[watch_pb.AcknowledgeRequest, watch_pb.AcknowledgeResponse]
    request_progress: AioUnary[watch_pb.RequestProgressRequest, watch_pb.RequestProgressResponse]
    explain: AioUnary[config_pb.ExplainRequest, config_pb.ExplainResponse]

    def __init__(self, channel: grpc.aio.Channel) -> None:
        _bind(self, channel, CONFIG_SERVICE)


class ConnectStub:
    """What contact flows ask, on a channel for threads."""

    resolve_flow: Unary[connect_pb.ResolveFlowRequest, connect_pb.ResolveFlowResponse]
    route_contact: Unary[connect_pb.RouteContactRequest, connect_pb.RouteContactResponse]
    render_template: Unary[connect_pb.RenderTemplateRequest, connect_pb.RenderTemplateResponse]
    validate_flow: Unary[connect_pb.ValidateFlowRequest, connect_pb.ValidateFlowResponse]

    def __init__(self, channel: grpc.Channel) -> None:
        _bind(self, channel, CONNECT_SERVICE)


class AioConnectStub:
    """What contact flows ask, on a channel for asyncio."""

    resolve_flow: AioUnary[connect_pb.ResolveFlowRequest, connect_pb.ResolveFlowResponse]
    route_contact: AioUnary[connect_pb.RouteContactRequest, connect_pb.RouteContactResponse]
    render_template: AioUnary[connect_pb.RenderTemplateRequest, connect_pb.RenderTemplateResponse]
    validate_flow: AioUnary[connect_pb.ValidateFlowRequest, connect_pb.ValidateFlowResponse]

    def __init__(self, channel: grpc.aio.Channel) -> None:
        _bind(self, channel, CONNECT_SERVICE)


class AdminStub:
    """The control plane on a channel for threads."""

    create_namespace: Unary[admin_pb.CreateNamespaceRequest, admin_pb.CreateNamespaceResponse]
    list_namespaces: Unary[admin_pb.ListNamespacesRequest, admin_pb.ListNamespacesResponse]
    list_environments: Unary[admin_pb.ListEnvironmentsRequest, admin_pb.ListEnvironmentsResponse]
    commit: Unary[admin_pb.CommitRequest, admin_pb.CommitResponse]
    list_commits: Unary[admin_pb.ListCommitsRequest, admin_pb.ListCommitsResponse]
    get_commit: Unary[admin_pb.GetCommitRequest, admin_pb.GetCommitResponse]
    list_versions: Unary[admin_pb.ListVersionsRequest, admin_pb.ListVersionsResponse]
    diff: Unary[admin_pb.DiffRequest, admin_pb.DiffResponse]
    rollback: Unary[admin_pb.RollbackRequest, admin_pb.RollbackResponse]
    export: UnaryStream[admin_pb.ExportRequest, admin_pb.ExportResponse]
    import_: StreamStream[admin_pb.ImportRequest, admin_pb.ImportResponse]
    get_convergence: Unary[admin_pb.GetConvergenceRequest, admin_pb.GetConvergenceResponse]
    get_server_status: Unary[admin_pb.GetServerStatusRequest, admin_pb.GetServerStatusResponse]

    def __init__(self, channel: grpc.Channel) -> None:
        _bind(self, channel, ADMIN_SERVICE)


class AioAdminStub:
    """The control plane on a channel for asyncio."""

    create_namespace: AioUnary[admin_pb.CreateNamespaceRequest, admin_pb.CreateNamespaceResponse]
    list_namespaces: AioUnary[admin_pb.ListNamespacesRequest, admin_pb.ListNamespacesResponse]
    list_environments: AioUnary[admin_pb.ListEnvironmentsRequest, admin_pb.ListEnvironmentsResponse]
    commit: AioUnary[admin_pb.CommitRequest, admin_pb.CommitResponse]
    list_commits: AioUnary[admin_pb.ListCommitsRequest, admin_pb.ListCommitsResponse]
    get_commit: AioUnary[admin_pb.GetCommitRequest, admin_pb.GetCommitResponse]
    list_versions: AioUnary[admin_pb.ListVersionsRequest, admin_pb.ListVersionsResponse]
    diff: AioUnary[admin_pb.DiffRequest, admin_pb.DiffResponse]
    rollback: AioUnary[admin_pb.RollbackRequest, admin_pb.RollbackResponse]
    export: AioUnaryStream[admin_pb.ExportRequest, admin_pb.ExportResponse]
    import_: AioStreamStream[admin_pb.ImportRequest, admin_pb.ImportResponse]
    get_convergence: AioUnary[admin_pb.GetConvergenceRequest, admin_pb.GetConvergenceResponse]
    get_server_status: AioUnary[admin_pb.GetServerStatusRequest, admin_pb.GetServerStatusResponse]

    def __init__(self, channel: grpc.aio.Channel) -> None:
        _bind(self, channel, ADMIN_SERVICE)


class AccessStub:
    """Who may do what, on a channel for threads."""

    who_am_i: Unary[access_pb.WhoAmIRequest, access_pb.WhoAmIResponse]
    check_access: Unary[access_pb.CheckAccessRequest, access_pb.CheckAccessResponse]
    create_service_key: Unary[access_pb.CreateServiceKeyRequest, access_pb.CreateServiceKeyResponse]
    list_service_keys: Unary[access_pb.ListServiceKeysRequest, access_pb.ListServiceKeysResponse]
    revoke_service_key: Unary[access_pb.RevokeServiceKeyRequest, access_pb.RevokeServiceKeyResponse]
    rotate_service_key: Unary[access_pb.RotateServiceKeyRequest, access_pb.RotateServiceKeyResponse]
    put_role: Unary[access_pb.PutRoleRequest, access_pb.PutRoleResponse]
    delete_role: Unary[access_pb.DeleteRoleRequest, access_pb.DeleteRoleResponse]
    list_roles: Unary[access_pb.ListRolesRequest, access_pb.ListRolesResponse]
    put_role_binding: Unary[access_pb.PutRoleBindingRequest, access_pb.PutRoleBindingResponse]
    delete_role_binding: Unary[access_pb.DeleteRoleBindingRequest, access_pb.DeleteRoleBindingResponse]
    list_role_bindings: Unary[access_pb.ListRoleBindingsRequest, access_pb.ListRoleBindingsResponse]
    put_identity_provider: Unary[access_pb.PutIdentityProviderRequest, access_pb.PutIdentityProviderResponse]
    delete_identity_provider: Unary[
        access_pb.DeleteIdentityProviderRequest, access_pb.DeleteIdentityProviderResponse
    ]
    list_identity_providers: Unary[
        access_pb.ListIdentityProvidersRequest, access_pb.ListIdentityProvidersResponse
    ]

    def __init__(self, channel: grpc.Channel) -> None:
        _bind(self, channel, ACCESS_SERVICE)


class AioAccessStub:
    """Who may do what, on a channel for asyncio."""

    who_am_i: AioUnary[access_pb.WhoAmIRequest, access_pb.WhoAmIResponse]
    check_access: AioUnary[access_pb.CheckAccessRequest, access_pb.CheckAccessResponse]
    create_service_key: AioUnary[access_pb.CreateServiceKeyRequest, access_pb.CreateServiceKeyResponse]
    list_service_keys: AioUnary[access_pb.ListServiceKeysRequest, access_pb.ListServiceKeysResponse]
    revoke_service_key: AioUnary[access_pb.RevokeServiceKeyRequest, access_pb.RevokeServiceKeyResponse]
    rotate_service_key: AioUnary[access_pb.RotateServiceKeyRequest, access_pb.RotateServiceKeyResponse]
    put_role: AioUnary[access_pb.PutRoleRequest, access_pb.PutRoleResponse]
    delete_role: AioUnary[access_pb.DeleteRoleRequest, access_pb.DeleteRoleResponse]
    list_roles: AioUnary[access_pb.ListRolesRequest, access_pb.ListRolesResponse]
    put_role_binding: AioUnary[access_pb.PutRoleBindingRequest, access_pb.PutRoleBindingResponse]
    delete_role_binding: AioUnary[access_pb.DeleteRoleBindingRequest, access_pb.DeleteRoleBindingResponse]
    list_role_bindings: AioUnary[access_pb.ListRoleBindingsRequest, access_pb.ListRoleBindingsResponse]
    put_identity_provider: AioUnary[
        access_pb.PutIdentityProviderRequest, access_pb.PutIdentityProviderResponse
    ]
    delete_identity_provider: AioUnary[
        access_pb.DeleteIdentityProviderRequest, access_pb.DeleteIdentityProviderResponse
    ]
    list_identity_providers: AioUnary[
        access_pb.ListIdentityProvidersRequest, access_pb.ListIdentityProvidersResponse
    ]

    def __init__(self, channel: grpc.aio.Channel) -> None:
        _bind(self, channel, ACCESS_SERVICE)


class AuditStub:
    """What was done, on a channel for threads."""

    search_entries: Unary[audit_pb.SearchEntriesRequest, audit_pb.SearchEntriesResponse]
    get_chain: Unary[audit_pb.GetChainRequest, audit_pb.GetChainResponse]

    def __init__(self, channel: grpc.Channel) -> None:
        _bind(self, channel, AUDIT_SERVICE)


class AioAuditStub:
    """What was done, on a channel for asyncio."""

    search_entries: AioUnary[audit_pb.SearchEntriesRequest, audit_pb.SearchEntriesResponse]
    get_chain: AioUnary[audit_pb.GetChainRequest, audit_pb.GetChainResponse]

    def __init__(self, channel: grpc.aio.Channel) -> None:
        _bind(self, channel, AUDIT_SERVICE)


class UserStub:
    """People with passwords, on a channel for threads."""

    invite_user: Unary[user_pb.InviteUserRequest, user_pb.InviteUserResponse]
    delete_user: Unary[user_pb.DeleteUserRequest, user_pb.DeleteUserResponse]
    list_users: Unary[user_pb.ListUsersRequest, user_pb.ListUsersResponse]
    sign_up: Unary[user_pb.SignUpRequest, user_pb.SignUpResponse]
    log_in: Unary[user_pb.LogInRequest, user_pb.LogInResponse]
    refresh: Unary[user_pb.RefreshRequest, user_pb.RefreshResponse]
    log_out: Unary[user_pb.LogOutRequest, user_pb.LogOutResponse]

    def __init__(self, channel: grpc.Channel) -> None:
        _bind(self, channel, USER_SERVICE)


class AioUserStub:
    """People with passwords, on a channel for asyncio."""

    invite_user: AioUnary[user_pb.InviteUserRequest, user_pb.InviteUserResponse]
    delete_user: AioUnary[user_pb.DeleteUserRequest, user_pb.DeleteUserResponse]
    list_users: AioUnary[user_pb.ListUsersRequest, user_pb.ListUsersResponse]
    sign_up: AioUnary[user_pb.SignUpRequest, user_pb.SignUpResponse]
    log_in: AioUnary[user_pb.LogInRequest, user_pb.LogInResponse]
    refresh: AioUnary[user_pb.RefreshRequest, user_pb.RefreshResponse]
    log_out: AioUnary[user_pb.LogOutRequest, user_pb.LogOutResponse]

    def __init__(self, channel: grpc.aio.Channel) -> None:
        _bind(self, channel, USER_SERVICE)


def attribute_of(method: MethodDescriptor) -> str:
    """The attribute of a stub that calls this RPC: snake case, and `import_` for Import."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", method.name).lower()
    return "import_" if name == "import" else name


def _bind(stub: object, channel: Any, service: ServiceDescriptor) -> None:
    for method in service.methods:
        request = "stream" if method.client_streaming else "unary"
        response = "stream" if method.server_streaming else "unary"
        call = getattr(channel, f"{request}_{response}")(
            f"/{service.full_name}/{method.name}",
            request_serializer=GetMessageClass(method.input_type).SerializeToString,
            response_deserializer=GetMessageClass(method.output_type).FromString,
        )
        setattr(stub, attribute_of(method), call)
