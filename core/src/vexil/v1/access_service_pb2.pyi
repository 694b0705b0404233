import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from vexil.v1 import access_pb2 as _access_pb2
from vexil.v1 import resource_pb2 as _resource_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WhoAmIRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WhoAmIResponse(_message.Message):
    __slots__ = ("principal", "grants", "expires_at", "means")
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    GRANTS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    MEANS_FIELD_NUMBER: _ClassVar[int]
    principal: str
    grants: _containers.RepeatedCompositeFieldContainer[EffectiveGrant]
    expires_at: _timestamp_pb2.Timestamp
    means: str
    def __init__(self, principal: _Optional[str] = ..., grants: _Optional[_Iterable[_Union[EffectiveGrant, _Mapping]]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., means: _Optional[str] = ...) -> None: ...

class EffectiveGrant(_message.Message):
    __slots__ = ("binding", "role", "verbs", "scope", "expires_at")
    BINDING_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    VERBS_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    binding: str
    role: str
    verbs: _containers.RepeatedScalarFieldContainer[_access_pb2.Verb]
    scope: _access_pb2.Scope
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, binding: _Optional[str] = ..., role: _Optional[str] = ..., verbs: _Optional[_Iterable[_Union[_access_pb2.Verb, str]]] = ..., scope: _Optional[_Union[_access_pb2.Scope, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CheckAccessRequest(_message.Message):
    __slots__ = ("subject", "groups", "verb", "namespace", "id")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    VERB_FIELD_NUMBER: _ClassVar[int]
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    subject: str
    groups: _containers.RepeatedScalarFieldContainer[str]
    verb: _access_pb2.Verb
    namespace: str
    id: _resource_pb2.ResourceId
    def __init__(self, subject: _Optional[str] = ..., groups: _Optional[_Iterable[str]] = ..., verb: _Optional[_Union[_access_pb2.Verb, str]] = ..., namespace: _Optional[str] = ..., id: _Optional[_Union[_resource_pb2.ResourceId, _Mapping]] = ...) -> None: ...

class CheckAccessResponse(_message.Message):
    __slots__ = ("allowed", "explanation", "by")
    ALLOWED_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    allowed: bool
    explanation: str
    by: EffectiveGrant
    def __init__(self, allowed: _Optional[bool] = ..., explanation: _Optional[str] = ..., by: _Optional[_Union[EffectiveGrant, _Mapping]] = ...) -> None: ...

class WantedGrant(_message.Message):
    __slots__ = ("role", "scope")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    role: str
    scope: _access_pb2.Scope
    def __init__(self, role: _Optional[str] = ..., scope: _Optional[_Union[_access_pb2.Scope, _Mapping]] = ...) -> None: ...

class CreateServiceKeyRequest(_message.Message):
    __slots__ = ("description", "grants", "expires_at", "request_id")
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    GRANTS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    description: str
    grants: _containers.RepeatedCompositeFieldContainer[WantedGrant]
    expires_at: _timestamp_pb2.Timestamp
    request_id: str
    def __init__(self, description: _Optional[str] = ..., grants: _Optional[_Iterable[_Union[WantedGrant, _Mapping]]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateServiceKeyResponse(_message.Message):
    __slots__ = ("key", "summary")
    KEY_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    key: str
    summary: ServiceKeySummary
    def __init__(self, key: _Optional[str] = ..., summary: _Optional[_Union[ServiceKeySummary, _Mapping]] = ...) -> None: ...

class ServiceKeySummary(_message.Message):
    __slots__ = ("id", "service_key", "last_used_at", "bindings")
    ID_FIELD_NUMBER: _ClassVar[int]
    SERVICE_KEY_FIELD_NUMBER: _ClassVar[int]
    LAST_USED_AT_FIELD_NUMBER: _ClassVar[int]
    BINDINGS_FIELD_NUMBER: _ClassVar[int]
    id: str
    service_key: _access_pb2.ServiceKey
    last_used_at: _timestamp_pb2.Timestamp
    bindings: _containers.RepeatedCompositeFieldContainer[NamedRoleBinding]
    def __init__(self, id: _Optional[str] = ..., service_key: _Optional[_Union[_access_pb2.ServiceKey, _Mapping]] = ..., last_used_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., bindings: _Optional[_Iterable[_Union[NamedRoleBinding, _Mapping]]] = ...) -> None: ...

class ListServiceKeysRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListServiceKeysResponse(_message.Message):
    __slots__ = ("service_keys", "next_page_token")
    SERVICE_KEYS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    service_keys: _containers.RepeatedCompositeFieldContainer[ServiceKeySummary]
    next_page_token: str
    def __init__(self, service_keys: _Optional[_Iterable[_Union[ServiceKeySummary, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class RevokeServiceKeyRequest(_message.Message):
    __slots__ = ("id", "message")
    ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    id: str
    message: str
    def __init__(self, id: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class RevokeServiceKeyResponse(_message.Message):
    __slots__ = ("revision",)
    REVISION_FIELD_NUMBER: _ClassVar[int]
    revision: int
    def __init__(self, revision: _Optional[int] = ...) -> None: ...

class RotateServiceKeyRequest(_message.Message):
    __slots__ = ("id", "overlap", "request_id")
    ID_FIELD_NUMBER: _ClassVar[int]
    OVERLAP_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    overlap: _duration_pb2.Duration
    request_id: str
    def __init__(self, id: _Optional[str] = ..., overlap: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class RotateServiceKeyResponse(_message.Message):
    __slots__ = ("key", "previous_expires_at")
    KEY_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    key: str
    previous_expires_at: _timestamp_pb2.Timestamp
    def __init__(self, key: _Optional[str] = ..., previous_expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PutRoleRequest(_message.Message):
    __slots__ = ("name", "role", "message")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    name: str
    role: _access_pb2.Role
    message: str
    def __init__(self, name: _Optional[str] = ..., role: _Optional[_Union[_access_pb2.Role, _Mapping]] = ..., message: _Optional[str] = ...) -> None: ...

class PutRoleResponse(_message.Message):
    __slots__ = ("revision",)
    REVISION_FIELD_NUMBER: _ClassVar[int]
    revision: int
    def __init__(self, revision: _Optional[int] = ...) -> None: ...

class DeleteRoleRequest(_message.Message):
    __slots__ = ("name", "message")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    name: str
    message: str
    def __init__(self, name: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class DeleteRoleResponse(_message.Message):
    __slots__ = ("revision",)
    REVISION_FIELD_NUMBER: _ClassVar[int]
    revision: int
    def __init__(self, revision: _Optional[int] = ...) -> None: ...

class ListRolesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListRolesResponse(_message.Message):
    __slots__ = ("roles", "next_page_token")
    ROLES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    roles: _containers.RepeatedCompositeFieldContainer[NamedRole]
    next_page_token: str
    def __init__(self, roles: _Optional[_Iterable[_Union[NamedRole, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class NamedRole(_message.Message):
    __slots__ = ("name", "role", "built_in")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    BUILT_IN_FIELD_NUMBER: _ClassVar[int]
    name: str
    role: _access_pb2.Role
    built_in: bool
    def __init__(self, name: _Optional[str] = ..., role: _Optional[_Union[_access_pb2.Role, _Mapping]] = ..., built_in: _Optional[bool] = ...) -> None: ...

class PutRoleBindingRequest(_message.Message):
    __slots__ = ("name", "role_binding", "message")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_BINDING_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    name: str
    role_binding: _access_pb2.RoleBinding
    message: str
    def __init__(self, name: _Optional[str] = ..., role_binding: _Optional[_Union[_access_pb2.RoleBinding, _Mapping]] = ..., message: _Optional[str] = ...) -> None: ...

class PutRoleBindingResponse(_message.Message):
    __slots__ = ("revision",)
    REVISION_FIELD_NUMBER: _ClassVar[int]
    revision: int
    def __init__(self, revision: _Optional[int] = ...) -> None: ...

class DeleteRoleBindingRequest(_message.Message):
    __slots__ = ("name", "message")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    name: str
    message: str
    def __init__(self, name: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class DeleteRoleBindingResponse(_message.Message):
    __slots__ = ("revision",)
    REVISION_FIELD_NUMBER: _ClassVar[int]
    revision: int
    def __init__(self, revision: _Optional[int] = ...) -> None: ...

class ListRoleBindingsRequest(_message.Message):
    __slots__ = ("subject", "page_size", "page_token")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    subject: str
    page_size: int
    page_token: str
    def __init__(self, subject: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListRoleBindingsResponse(_message.Message):
    __slots__ = ("role_bindings", "next_page_token")
    ROLE_BINDINGS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    role_bindings: _containers.RepeatedCompositeFieldContainer[NamedRoleBinding]
    next_page_token: str
    def __init__(self, role_bindings: _Optional[_Iterable[_Union[NamedRoleBinding, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class NamedRoleBinding(_message.Message):
    __slots__ = ("name", "role_binding")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_BINDING_FIELD_NUMBER: _ClassVar[int]
    name: str
    role_binding: _access_pb2.RoleBinding
    def __init__(self, name: _Optional[str] = ..., role_binding: _Optional[_Union[_access_pb2.RoleBinding, _Mapping]] = ...) -> None: ...

class PutIdentityProviderRequest(_message.Message):
    __slots__ = ("name", "identity_provider", "message")
    NAME_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_PROVIDER_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    name: str
    identity_provider: _access_pb2.IdentityProvider
    message: str
    def __init__(self, name: _Optional[str] = ..., identity_provider: _Optional[_Union[_access_pb2.IdentityProvider, _Mapping]] = ..., message: _Optional[str] = ...) -> None: ...

class PutIdentityProviderResponse(_message.Message):
    __slots__ = ("revision",)
    REVISION_FIELD_NUMBER: _ClassVar[int]
    revision: int
    def __init__(self, revision: _Optional[int] = ...) -> None: ...

class DeleteIdentityProviderRequest(_message.Message):
    __slots__ = ("name", "message")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    name: str
    message: str
    def __init__(self, name: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class DeleteIdentityProviderResponse(_message.Message):
    __slots__ = ("revision",)
    REVISION_FIELD_NUMBER: _ClassVar[int]
    revision: int
    def __init__(self, revision: _Optional[int] = ...) -> None: ...

class ListIdentityProvidersRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListIdentityProvidersResponse(_message.Message):
    __slots__ = ("identity_providers", "next_page_token")
    IDENTITY_PROVIDERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    identity_providers: _containers.RepeatedCompositeFieldContainer[NamedIdentityProvider]
    next_page_token: str
    def __init__(self, identity_providers: _Optional[_Iterable[_Union[NamedIdentityProvider, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class NamedIdentityProvider(_message.Message):
    __slots__ = ("name", "identity_provider", "problem")
    NAME_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_PROVIDER_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    name: str
    identity_provider: _access_pb2.IdentityProvider
    problem: str
    def __init__(self, name: _Optional[str] = ..., identity_provider: _Optional[_Union[_access_pb2.IdentityProvider, _Mapping]] = ..., problem: _Optional[str] = ...) -> None: ...
