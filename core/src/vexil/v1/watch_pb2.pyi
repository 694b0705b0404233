import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from vexil.v1 import resource_pb2 as _resource_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CompactedPolicy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMPACTED_POLICY_UNSPECIFIED: _ClassVar[CompactedPolicy]
    COMPACTED_POLICY_FAIL: _ClassVar[CompactedPolicy]
    COMPACTED_POLICY_RESYNC: _ClassVar[CompactedPolicy]

class StateReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STATE_REASON_UNSPECIFIED: _ClassVar[StateReason]
    STATE_REASON_START: _ClassVar[StateReason]
    STATE_REASON_RESYNC: _ClassVar[StateReason]
    STATE_REASON_SELECTORS_CHANGED: _ClassVar[StateReason]

class StreamEndReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STREAM_END_REASON_UNSPECIFIED: _ClassVar[StreamEndReason]
    STREAM_END_REASON_DRAINING: _ClassVar[StreamEndReason]
    STREAM_END_REASON_CREDENTIAL_EXPIRED: _ClassVar[StreamEndReason]
    STREAM_END_REASON_GRANT_CHANGED: _ClassVar[StreamEndReason]
    STREAM_END_REASON_GONE: _ClassVar[StreamEndReason]
    STREAM_END_REASON_TOO_SLOW: _ClassVar[StreamEndReason]
    STREAM_END_REASON_HISTORY_REPLACED: _ClassVar[StreamEndReason]
COMPACTED_POLICY_UNSPECIFIED: CompactedPolicy
COMPACTED_POLICY_FAIL: CompactedPolicy
COMPACTED_POLICY_RESYNC: CompactedPolicy
STATE_REASON_UNSPECIFIED: StateReason
STATE_REASON_START: StateReason
STATE_REASON_RESYNC: StateReason
STATE_REASON_SELECTORS_CHANGED: StateReason
STREAM_END_REASON_UNSPECIFIED: StreamEndReason
STREAM_END_REASON_DRAINING: StreamEndReason
STREAM_END_REASON_CREDENTIAL_EXPIRED: StreamEndReason
STREAM_END_REASON_GRANT_CHANGED: StreamEndReason
STREAM_END_REASON_GONE: StreamEndReason
STREAM_END_REASON_TOO_SLOW: StreamEndReason
STREAM_END_REASON_HISTORY_REPLACED: StreamEndReason

class Selector(_message.Message):
    __slots__ = ("kind", "key", "prefix", "tag")
    KIND_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    TAG_FIELD_NUMBER: _ClassVar[int]
    kind: _resource_pb2.ResourceKind
    key: str
    prefix: str
    tag: str
    def __init__(self, kind: _Optional[_Union[_resource_pb2.ResourceKind, str]] = ..., key: _Optional[str] = ..., prefix: _Optional[str] = ..., tag: _Optional[str] = ...) -> None: ...

class Subscriber(_message.Message):
    __slots__ = ("service", "instance", "version", "zone", "client")
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ZONE_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    service: str
    instance: str
    version: str
    zone: str
    client: str
    def __init__(self, service: _Optional[str] = ..., instance: _Optional[str] = ..., version: _Optional[str] = ..., zone: _Optional[str] = ..., client: _Optional[str] = ...) -> None: ...

class WatchRequest(_message.Message):
    __slots__ = ("namespace", "environment", "selectors", "resume_token", "after_revision", "from_now", "on_compacted", "progress_interval", "subscriber", "conflate", "batch", "watch_id")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    SELECTORS_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    AFTER_REVISION_FIELD_NUMBER: _ClassVar[int]
    FROM_NOW_FIELD_NUMBER: _ClassVar[int]
    ON_COMPACTED_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBER_FIELD_NUMBER: _ClassVar[int]
    CONFLATE_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    WATCH_ID_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    environment: str
    selectors: _containers.RepeatedCompositeFieldContainer[Selector]
    resume_token: bytes
    after_revision: int
    from_now: bool
    on_compacted: CompactedPolicy
    progress_interval: _duration_pb2.Duration
    subscriber: Subscriber
    conflate: bool
    batch: bool
    watch_id: str
    def __init__(self, namespace: _Optional[str] = ..., environment: _Optional[str] = ..., selectors: _Optional[_Iterable[_Union[Selector, _Mapping]]] = ..., resume_token: _Optional[bytes] = ..., after_revision: _Optional[int] = ..., from_now: _Optional[bool] = ..., on_compacted: _Optional[_Union[CompactedPolicy, str]] = ..., progress_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., subscriber: _Optional[_Union[Subscriber, _Mapping]] = ..., conflate: _Optional[bool] = ..., batch: _Optional[bool] = ..., watch_id: _Optional[str] = ...) -> None: ...

class WatchResponse(_message.Message):
    __slots__ = ("resume_token", "revision", "state_begin", "state_chunk", "state_end", "delta", "progress", "end", "deltas")
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    STATE_BEGIN_FIELD_NUMBER: _ClassVar[int]
    STATE_CHUNK_FIELD_NUMBER: _ClassVar[int]
    STATE_END_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    DELTAS_FIELD_NUMBER: _ClassVar[int]
    resume_token: bytes
    revision: int
    state_begin: StateBegin
    state_chunk: StateChunk
    state_end: StateEnd
    delta: Delta
    progress: Progress
    end: StreamEnd
    deltas: Deltas
    def __init__(self, resume_token: _Optional[bytes] = ..., revision: _Optional[int] = ..., state_begin: _Optional[_Union[StateBegin, _Mapping]] = ..., state_chunk: _Optional[_Union[StateChunk, _Mapping]] = ..., state_end: _Optional[_Union[StateEnd, _Mapping]] = ..., delta: _Optional[_Union[Delta, _Mapping]] = ..., progress: _Optional[_Union[Progress, _Mapping]] = ..., end: _Optional[_Union[StreamEnd, _Mapping]] = ..., deltas: _Optional[_Union[Deltas, _Mapping]] = ...) -> None: ...

class StateBegin(_message.Message):
    __slots__ = ("reason", "resource_count")
    REASON_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_COUNT_FIELD_NUMBER: _ClassVar[int]
    reason: StateReason
    resource_count: int
    def __init__(self, reason: _Optional[_Union[StateReason, str]] = ..., resource_count: _Optional[int] = ...) -> None: ...

class StateChunk(_message.Message):
    __slots__ = ("resources",)
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    resources: _containers.RepeatedCompositeFieldContainer[_resource_pb2.ResourceState]
    def __init__(self, resources: _Optional[_Iterable[_Union[_resource_pb2.ResourceState, _Mapping]]] = ...) -> None: ...

class StateEnd(_message.Message):
    __slots__ = ("resource_count",)
    RESOURCE_COUNT_FIELD_NUMBER: _ClassVar[int]
    resource_count: int
    def __init__(self, resource_count: _Optional[int] = ...) -> None: ...

class Delta(_message.Message):
    __slots__ = ("changes", "committed_at", "author", "message", "more", "first_revision", "revision")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    COMMITTED_AT_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    FIRST_REVISION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[_resource_pb2.ResourceChange]
    committed_at: _timestamp_pb2.Timestamp
    author: str
    message: str
    more: bool
    first_revision: int
    revision: int
    def __init__(self, changes: _Optional[_Iterable[_Union[_resource_pb2.ResourceChange, _Mapping]]] = ..., committed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., author: _Optional[str] = ..., message: _Optional[str] = ..., more: _Optional[bool] = ..., first_revision: _Optional[int] = ..., revision: _Optional[int] = ...) -> None: ...

class Deltas(_message.Message):
    __slots__ = ("deltas",)
    DELTAS_FIELD_NUMBER: _ClassVar[int]
    deltas: _containers.RepeatedCompositeFieldContainer[Delta]
    def __init__(self, deltas: _Optional[_Iterable[_Union[Delta, _Mapping]]] = ...) -> None: ...

class Progress(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class StreamEnd(_message.Message):
    __slots__ = ("reason", "retry_after")
    REASON_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_FIELD_NUMBER: _ClassVar[int]
    reason: StreamEndReason
    retry_after: _duration_pb2.Duration
    def __init__(self, reason: _Optional[_Union[StreamEndReason, str]] = ..., retry_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class AcknowledgeRequest(_message.Message):
    __slots__ = ("namespace", "environment", "subscriber", "applied_revision", "rejection", "applied_ago", "earlier")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBER_FIELD_NUMBER: _ClassVar[int]
    APPLIED_REVISION_FIELD_NUMBER: _ClassVar[int]
    REJECTION_FIELD_NUMBER: _ClassVar[int]
    APPLIED_AGO_FIELD_NUMBER: _ClassVar[int]
    EARLIER_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    environment: str
    subscriber: Subscriber
    applied_revision: int
    rejection: Rejection
    applied_ago: _duration_pb2.Duration
    earlier: _containers.RepeatedCompositeFieldContainer[AppliedRevision]
    def __init__(self, namespace: _Optional[str] = ..., environment: _Optional[str] = ..., subscriber: _Optional[_Union[Subscriber, _Mapping]] = ..., applied_revision: _Optional[int] = ..., rejection: _Optional[_Union[Rejection, _Mapping]] = ..., applied_ago: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., earlier: _Optional[_Iterable[_Union[AppliedRevision, _Mapping]]] = ...) -> None: ...

class AppliedRevision(_message.Message):
    __slots__ = ("revision", "applied_ago")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    APPLIED_AGO_FIELD_NUMBER: _ClassVar[int]
    revision: int
    applied_ago: _duration_pb2.Duration
    def __init__(self, revision: _Optional[int] = ..., applied_ago: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class Rejection(_message.Message):
    __slots__ = ("revision", "resource", "reason")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    revision: int
    resource: _resource_pb2.ResourceId
    reason: str
    def __init__(self, revision: _Optional[int] = ..., resource: _Optional[_Union[_resource_pb2.ResourceId, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class AcknowledgeResponse(_message.Message):
    __slots__ = ("head_revision",)
    HEAD_REVISION_FIELD_NUMBER: _ClassVar[int]
    head_revision: int
    def __init__(self, head_revision: _Optional[int] = ...) -> None: ...

class RequestProgressRequest(_message.Message):
    __slots__ = ("namespace", "watch_id")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    WATCH_ID_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    watch_id: str
    def __init__(self, namespace: _Optional[str] = ..., watch_id: _Optional[str] = ...) -> None: ...

class RequestProgressResponse(_message.Message):
    __slots__ = ("revision",)
    REVISION_FIELD_NUMBER: _ClassVar[int]
    revision: int
    def __init__(self, revision: _Optional[int] = ...) -> None: ...
