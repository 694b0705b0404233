import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from vexil.v1 import access_pb2 as _access_pb2
from vexil.v1 import connect_pb2 as _connect_pb2
from vexil.v1 import setting_pb2 as _setting_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ResourceKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RESOURCE_KIND_UNSPECIFIED: _ClassVar[ResourceKind]
    RESOURCE_KIND_NAMESPACE: _ClassVar[ResourceKind]
    RESOURCE_KIND_ENVIRONMENT: _ClassVar[ResourceKind]
    RESOURCE_KIND_DEFINITION: _ClassVar[ResourceKind]
    RESOURCE_KIND_SETTING: _ClassVar[ResourceKind]
    RESOURCE_KIND_SEGMENT: _ClassVar[ResourceKind]
    RESOURCE_KIND_FLOW_CONFIGURATION: _ClassVar[ResourceKind]
    RESOURCE_KIND_QUEUE_CONFIGURATION: _ClassVar[ResourceKind]
    RESOURCE_KIND_ROUTING_RULE: _ClassVar[ResourceKind]
    RESOURCE_KIND_LOGGING_CONFIGURATION: _ClassVar[ResourceKind]
    RESOURCE_KIND_FLOW_TEMPLATE: _ClassVar[ResourceKind]
    RESOURCE_KIND_ROLE: _ClassVar[ResourceKind]
    RESOURCE_KIND_ROLE_BINDING: _ClassVar[ResourceKind]
    RESOURCE_KIND_SERVICE_KEY: _ClassVar[ResourceKind]
    RESOURCE_KIND_IDENTITY_PROVIDER: _ClassVar[ResourceKind]
    RESOURCE_KIND_USER: _ClassVar[ResourceKind]
    RESOURCE_KIND_SESSION: _ClassVar[ResourceKind]
RESOURCE_KIND_UNSPECIFIED: ResourceKind
RESOURCE_KIND_NAMESPACE: ResourceKind
RESOURCE_KIND_ENVIRONMENT: ResourceKind
RESOURCE_KIND_DEFINITION: ResourceKind
RESOURCE_KIND_SETTING: ResourceKind
RESOURCE_KIND_SEGMENT: ResourceKind
RESOURCE_KIND_FLOW_CONFIGURATION: ResourceKind
RESOURCE_KIND_QUEUE_CONFIGURATION: ResourceKind
RESOURCE_KIND_ROUTING_RULE: ResourceKind
RESOURCE_KIND_LOGGING_CONFIGURATION: ResourceKind
RESOURCE_KIND_FLOW_TEMPLATE: ResourceKind
RESOURCE_KIND_ROLE: ResourceKind
RESOURCE_KIND_ROLE_BINDING: ResourceKind
RESOURCE_KIND_SERVICE_KEY: ResourceKind
RESOURCE_KIND_IDENTITY_PROVIDER: ResourceKind
RESOURCE_KIND_USER: ResourceKind
RESOURCE_KIND_SESSION: ResourceKind

class ResourceId(_message.Message):
    __slots__ = ("kind", "environment", "key")
    KIND_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    kind: ResourceKind
    environment: str
    key: str
    def __init__(self, kind: _Optional[_Union[ResourceKind, str]] = ..., environment: _Optional[str] = ..., key: _Optional[str] = ...) -> None: ...

class Resource(_message.Message):
    __slots__ = ("namespace", "environment", "definition", "setting", "segment", "flow_configuration", "queue_configuration", "routing_rule", "logging_configuration", "flow_template", "role", "role_binding", "service_key", "identity_provider", "user", "session")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    SETTING_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    FLOW_CONFIGURATION_FIELD_NUMBER: _ClassVar[int]
    QUEUE_CONFIGURATION_FIELD_NUMBER: _ClassVar[int]
    ROUTING_RULE_FIELD_NUMBER: _ClassVar[int]
    LOGGING_CONFIGURATION_FIELD_NUMBER: _ClassVar[int]
    FLOW_TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    ROLE_BINDING_FIELD_NUMBER: _ClassVar[int]
    SERVICE_KEY_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_PROVIDER_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    namespace: Namespace
    environment: Environment
    definition: _setting_pb2.Definition
    setting: _setting_pb2.Setting
    segment: _setting_pb2.Segment
    flow_configuration: _connect_pb2.FlowConfiguration
    queue_configuration: _connect_pb2.QueueConfiguration
    routing_rule: _connect_pb2.RoutingRule
    logging_configuration: _connect_pb2.LoggingConfiguration
    flow_template: _connect_pb2.FlowTemplate
    role: _access_pb2.Role
    role_binding: _access_pb2.RoleBinding
    service_key: _access_pb2.ServiceKey
    identity_provider: _access_pb2.IdentityProvider
    user: _access_pb2.User
    session: _access_pb2.Session
    def __init__(self, namespace: _Optional[_Union[Namespace, _Mapping]] = ..., environment: _Optional[_Union[Environment, _Mapping]] = ..., definition: _Optional[_Union[_setting_pb2.Definition, _Mapping]] = ..., setting: _Optional[_Union[_setting_pb2.Setting, _Mapping]] = ..., segment: _Optional[_Union[_setting_pb2.Segment, _Mapping]] = ..., flow_configuration: _Optional[_Union[_connect_pb2.FlowConfiguration, _Mapping]] = ..., queue_configuration: _Optional[_Union[_connect_pb2.QueueConfiguration, _Mapping]] = ..., routing_rule: _Optional[_Union[_connect_pb2.RoutingRule, _Mapping]] = ..., logging_configuration: _Optional[_Union[_connect_pb2.LoggingConfiguration, _Mapping]] = ..., flow_template: _Optional[_Union[_connect_pb2.FlowTemplate, _Mapping]] = ..., role: _Optional[_Union[_access_pb2.Role, _Mapping]] = ..., role_binding: _Optional[_Union[_access_pb2.RoleBinding, _Mapping]] = ..., service_key: _Optional[_Union[_access_pb2.ServiceKey, _Mapping]] = ..., identity_provider: _Optional[_Union[_access_pb2.IdentityProvider, _Mapping]] = ..., user: _Optional[_Union[_access_pb2.User, _Mapping]] = ..., session: _Optional[_Union[_access_pb2.Session, _Mapping]] = ...) -> None: ...

class Namespace(_message.Message):
    __slots__ = ("description", "owner")
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    description: str
    owner: str
    def __init__(self, description: _Optional[str] = ..., owner: _Optional[str] = ...) -> None: ...

class Environment(_message.Message):
    __slots__ = ("parent", "description", "production", "approval_required")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    PRODUCTION_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_REQUIRED_FIELD_NUMBER: _ClassVar[int]
    parent: str
    description: str
    production: bool
    approval_required: bool
    def __init__(self, parent: _Optional[str] = ..., description: _Optional[str] = ..., production: _Optional[bool] = ..., approval_required: _Optional[bool] = ...) -> None: ...

class ResourceState(_message.Message):
    __slots__ = ("id", "resource", "version", "revision", "create_revision", "changed_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    CREATE_REVISION_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    id: ResourceId
    resource: Resource
    version: int
    revision: int
    create_revision: int
    changed_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[_Union[ResourceId, _Mapping]] = ..., resource: _Optional[_Union[Resource, _Mapping]] = ..., version: _Optional[int] = ..., revision: _Optional[int] = ..., create_revision: _Optional[int] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Tombstone(_message.Message):
    __slots__ = ("version", "revision")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    version: int
    revision: int
    def __init__(self, version: _Optional[int] = ..., revision: _Optional[int] = ...) -> None: ...

class ResourceChange(_message.Message):
    __slots__ = ("id", "put", "deleted")
    ID_FIELD_NUMBER: _ClassVar[int]
    PUT_FIELD_NUMBER: _ClassVar[int]
    DELETED_FIELD_NUMBER: _ClassVar[int]
    id: ResourceId
    put: ResourceState
    deleted: Tombstone
    def __init__(self, id: _Optional[_Union[ResourceId, _Mapping]] = ..., put: _Optional[_Union[ResourceState, _Mapping]] = ..., deleted: _Optional[_Union[Tombstone, _Mapping]] = ...) -> None: ...

class Commit(_message.Message):
    __slots__ = ("namespace", "revision", "epoch", "committed_at", "author", "message", "labels", "request_id", "changes", "change_count", "origin", "seal")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    COMMITTED_AT_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    CHANGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    SEAL_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    revision: int
    epoch: int
    committed_at: _timestamp_pb2.Timestamp
    author: str
    message: str
    labels: _containers.ScalarMap[str, str]
    request_id: str
    changes: _containers.RepeatedCompositeFieldContainer[ResourceChange]
    change_count: int
    origin: Origin
    seal: Seal
    def __init__(self, namespace: _Optional[str] = ..., revision: _Optional[int] = ..., epoch: _Optional[int] = ..., committed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., author: _Optional[str] = ..., message: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ..., request_id: _Optional[str] = ..., changes: _Optional[_Iterable[_Union[ResourceChange, _Mapping]]] = ..., change_count: _Optional[int] = ..., origin: _Optional[_Union[Origin, _Mapping]] = ..., seal: _Optional[_Union[Seal, _Mapping]] = ...) -> None: ...

class Origin(_message.Message):
    __slots__ = ("peer", "authentication")
    PEER_FIELD_NUMBER: _ClassVar[int]
    AUTHENTICATION_FIELD_NUMBER: _ClassVar[int]
    peer: str
    authentication: str
    def __init__(self, peer: _Optional[str] = ..., authentication: _Optional[str] = ...) -> None: ...

class Seal(_message.Message):
    __slots__ = ("previous", "chain", "salt")
    PREVIOUS_FIELD_NUMBER: _ClassVar[int]
    CHAIN_FIELD_NUMBER: _ClassVar[int]
    SALT_FIELD_NUMBER: _ClassVar[int]
    previous: bytes
    chain: bytes
    salt: bytes
    def __init__(self, previous: _Optional[bytes] = ..., chain: _Optional[bytes] = ..., salt: _Optional[bytes] = ...) -> None: ...
