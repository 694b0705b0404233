import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from vexil.v1 import resource_pb2 as _resource_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AuditAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AUDIT_ACTION_UNSPECIFIED: _ClassVar[AuditAction]
    AUDIT_ACTION_CREATED: _ClassVar[AuditAction]
    AUDIT_ACTION_UPDATED: _ClassVar[AuditAction]
    AUDIT_ACTION_DELETED: _ClassVar[AuditAction]
AUDIT_ACTION_UNSPECIFIED: AuditAction
AUDIT_ACTION_CREATED: AuditAction
AUDIT_ACTION_UPDATED: AuditAction
AUDIT_ACTION_DELETED: AuditAction

class SearchEntriesRequest(_message.Message):
    __slots__ = ("namespace", "actor", "environment", "key", "action", "since", "until", "page_size", "page_token")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    actor: str
    environment: str
    key: str
    action: AuditAction
    since: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    page_size: int
    page_token: str
    def __init__(self, namespace: _Optional[str] = ..., actor: _Optional[str] = ..., environment: _Optional[str] = ..., key: _Optional[str] = ..., action: _Optional[_Union[AuditAction, str]] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class SearchEntriesResponse(_message.Message):
    __slots__ = ("entries", "next_page_token", "compact_revision")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    COMPACT_REVISION_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[AuditEntry]
    next_page_token: str
    compact_revision: int
    def __init__(self, entries: _Optional[_Iterable[_Union[AuditEntry, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., compact_revision: _Optional[int] = ...) -> None: ...

class AuditEntry(_message.Message):
    __slots__ = ("commit", "changes")
    COMMIT_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    commit: _resource_pb2.Commit
    changes: _containers.RepeatedCompositeFieldContainer[AuditedChange]
    def __init__(self, commit: _Optional[_Union[_resource_pb2.Commit, _Mapping]] = ..., changes: _Optional[_Iterable[_Union[AuditedChange, _Mapping]]] = ...) -> None: ...

class AuditedChange(_message.Message):
    __slots__ = ("id", "version", "action", "fingerprints")
    class FingerprintsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    FINGERPRINTS_FIELD_NUMBER: _ClassVar[int]
    id: _resource_pb2.ResourceId
    version: int
    action: AuditAction
    fingerprints: _containers.ScalarMap[str, str]
    def __init__(self, id: _Optional[_Union[_resource_pb2.ResourceId, _Mapping]] = ..., version: _Optional[int] = ..., action: _Optional[_Union[AuditAction, str]] = ..., fingerprints: _Optional[_Mapping[str, str]] = ...) -> None: ...

class GetChainRequest(_message.Message):
    __slots__ = ("namespace",)
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    def __init__(self, namespace: _Optional[str] = ...) -> None: ...

class GetChainResponse(_message.Message):
    __slots__ = ("revision", "chain")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    CHAIN_FIELD_NUMBER: _ClassVar[int]
    revision: int
    chain: bytes
    def __init__(self, revision: _Optional[int] = ..., chain: _Optional[bytes] = ...) -> None: ...
