import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from vexil.v1 import resource_pb2 as _resource_pb2
from vexil.v1 import watch_pb2 as _watch_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateNamespaceRequest(_message.Message):
    __slots__ = ("namespace", "spec", "environments", "message")
    class EnvironmentsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _resource_pb2.Environment
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_resource_pb2.Environment, _Mapping]] = ...) -> None: ...
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENTS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    spec: _resource_pb2.Namespace
    environments: _containers.MessageMap[str, _resource_pb2.Environment]
    message: str
    def __init__(self, namespace: _Optional[str] = ..., spec: _Optional[_Union[_resource_pb2.Namespace, _Mapping]] = ..., environments: _Optional[_Mapping[str, _resource_pb2.Environment]] = ..., message: _Optional[str] = ...) -> None: ...

class CreateNamespaceResponse(_message.Message):
    __slots__ = ("commit",)
    COMMIT_FIELD_NUMBER: _ClassVar[int]
    commit: _resource_pb2.Commit
    def __init__(self, commit: _Optional[_Union[_resource_pb2.Commit, _Mapping]] = ...) -> None: ...

class ListNamespacesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListNamespacesResponse(_message.Message):
    __slots__ = ("namespaces", "next_page_token")
    NAMESPACES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    namespaces: _containers.RepeatedCompositeFieldContainer[NamespaceSummary]
    next_page_token: str
    def __init__(self, namespaces: _Optional[_Iterable[_Union[NamespaceSummary, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class NamespaceSummary(_message.Message):
    __slots__ = ("namespace", "spec", "head_revision", "compact_revision", "resource_count")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    HEAD_REVISION_FIELD_NUMBER: _ClassVar[int]
    COMPACT_REVISION_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_COUNT_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    spec: _resource_pb2.Namespace
    head_revision: int
    compact_revision: int
    resource_count: int
    def __init__(self, namespace: _Optional[str] = ..., spec: _Optional[_Union[_resource_pb2.Namespace, _Mapping]] = ..., head_revision: _Optional[int] = ..., compact_revision: _Optional[int] = ..., resource_count: _Optional[int] = ...) -> None: ...

class ListEnvironmentsRequest(_message.Message):
    __slots__ = ("namespace",)
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    def __init__(self, namespace: _Optional[str] = ...) -> None: ...

class ListEnvironmentsResponse(_message.Message):
    __slots__ = ("environments", "revision")
    ENVIRONMENTS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    environments: _containers.RepeatedCompositeFieldContainer[EnvironmentSummary]
    revision: int
    def __init__(self, environments: _Optional[_Iterable[_Union[EnvironmentSummary, _Mapping]]] = ..., revision: _Optional[int] = ...) -> None: ...

class EnvironmentSummary(_message.Message):
    __slots__ = ("state", "chain", "own_count", "effective_count")
    STATE_FIELD_NUMBER: _ClassVar[int]
    CHAIN_FIELD_NUMBER: _ClassVar[int]
    OWN_COUNT_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_COUNT_FIELD_NUMBER: _ClassVar[int]
    state: _resource_pb2.ResourceState
    chain: _containers.RepeatedScalarFieldContainer[str]
    own_count: int
    effective_count: int
    def __init__(self, state: _Optional[_Union[_resource_pb2.ResourceState, _Mapping]] = ..., chain: _Optional[_Iterable[str]] = ..., own_count: _Optional[int] = ..., effective_count: _Optional[int] = ...) -> None: ...

class Change(_message.Message):
    __slots__ = ("id", "put", "delete")
    ID_FIELD_NUMBER: _ClassVar[int]
    PUT_FIELD_NUMBER: _ClassVar[int]
    DELETE_FIELD_NUMBER: _ClassVar[int]
    id: _resource_pb2.ResourceId
    put: _resource_pb2.Resource
    delete: Delete
    def __init__(self, id: _Optional[_Union[_resource_pb2.ResourceId, _Mapping]] = ..., put: _Optional[_Union[_resource_pb2.Resource, _Mapping]] = ..., delete: _Optional[_Union[Delete, _Mapping]] = ...) -> None: ...

class Delete(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Precondition(_message.Message):
    __slots__ = ("head_revision", "resource_version")
    HEAD_REVISION_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_VERSION_FIELD_NUMBER: _ClassVar[int]
    head_revision: int
    resource_version: ResourceVersion
    def __init__(self, head_revision: _Optional[int] = ..., resource_version: _Optional[_Union[ResourceVersion, _Mapping]] = ...) -> None: ...

class ResourceVersion(_message.Message):
    __slots__ = ("id", "version")
    ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    id: _resource_pb2.ResourceId
    version: int
    def __init__(self, id: _Optional[_Union[_resource_pb2.ResourceId, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class CommitRequest(_message.Message):
    __slots__ = ("namespace", "changes", "preconditions", "message", "labels", "request_id", "dry_run")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    PRECONDITIONS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    changes: _containers.RepeatedCompositeFieldContainer[Change]
    preconditions: _containers.RepeatedCompositeFieldContainer[Precondition]
    message: str
    labels: _containers.ScalarMap[str, str]
    request_id: str
    dry_run: bool
    def __init__(self, namespace: _Optional[str] = ..., changes: _Optional[_Iterable[_Union[Change, _Mapping]]] = ..., preconditions: _Optional[_Iterable[_Union[Precondition, _Mapping]]] = ..., message: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ..., request_id: _Optional[str] = ..., dry_run: _Optional[bool] = ...) -> None: ...

class CommitResponse(_message.Message):
    __slots__ = ("commit",)
    COMMIT_FIELD_NUMBER: _ClassVar[int]
    commit: _resource_pb2.Commit
    def __init__(self, commit: _Optional[_Union[_resource_pb2.Commit, _Mapping]] = ...) -> None: ...

class ListCommitsRequest(_message.Message):
    __slots__ = ("namespace", "environment", "selector", "page_size", "page_token", "include_changes")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    SELECTOR_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_CHANGES_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    environment: str
    selector: _watch_pb2.Selector
    page_size: int
    page_token: str
    include_changes: bool
    def __init__(self, namespace: _Optional[str] = ..., environment: _Optional[str] = ..., selector: _Optional[_Union[_watch_pb2.Selector, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., include_changes: _Optional[bool] = ...) -> None: ...

class ListCommitsResponse(_message.Message):
    __slots__ = ("commits", "next_page_token", "compact_revision")
    COMMITS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    COMPACT_REVISION_FIELD_NUMBER: _ClassVar[int]
    commits: _containers.RepeatedCompositeFieldContainer[_resource_pb2.Commit]
    next_page_token: str
    compact_revision: int
    def __init__(self, commits: _Optional[_Iterable[_Union[_resource_pb2.Commit, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., compact_revision: _Optional[int] = ...) -> None: ...

class GetCommitRequest(_message.Message):
    __slots__ = ("namespace", "revision")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    revision: int
    def __init__(self, namespace: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class GetCommitResponse(_message.Message):
    __slots__ = ("commit",)
    COMMIT_FIELD_NUMBER: _ClassVar[int]
    commit: _resource_pb2.Commit
    def __init__(self, commit: _Optional[_Union[_resource_pb2.Commit, _Mapping]] = ...) -> None: ...

class ListVersionsRequest(_message.Message):
    __slots__ = ("namespace", "id", "page_size", "page_token")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    id: _resource_pb2.ResourceId
    page_size: int
    page_token: str
    def __init__(self, namespace: _Optional[str] = ..., id: _Optional[_Union[_resource_pb2.ResourceId, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListVersionsResponse(_message.Message):
    __slots__ = ("versions", "next_page_token")
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    versions: _containers.RepeatedCompositeFieldContainer[VersionRecord]
    next_page_token: str
    def __init__(self, versions: _Optional[_Iterable[_Union[VersionRecord, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class VersionRecord(_message.Message):
    __slots__ = ("change", "commit")
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    COMMIT_FIELD_NUMBER: _ClassVar[int]
    change: _resource_pb2.ResourceChange
    commit: _resource_pb2.Commit
    def __init__(self, change: _Optional[_Union[_resource_pb2.ResourceChange, _Mapping]] = ..., commit: _Optional[_Union[_resource_pb2.Commit, _Mapping]] = ...) -> None: ...

class DiffRequest(_message.Message):
    __slots__ = ("namespace", "from_revision", "to_revision", "environment")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    FROM_REVISION_FIELD_NUMBER: _ClassVar[int]
    TO_REVISION_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    from_revision: int
    to_revision: int
    environment: str
    def __init__(self, namespace: _Optional[str] = ..., from_revision: _Optional[int] = ..., to_revision: _Optional[int] = ..., environment: _Optional[str] = ...) -> None: ...

class DiffResponse(_message.Message):
    __slots__ = ("differences", "from_revision", "to_revision")
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    FROM_REVISION_FIELD_NUMBER: _ClassVar[int]
    TO_REVISION_FIELD_NUMBER: _ClassVar[int]
    differences: _containers.RepeatedCompositeFieldContainer[ResourceDiff]
    from_revision: int
    to_revision: int
    def __init__(self, differences: _Optional[_Iterable[_Union[ResourceDiff, _Mapping]]] = ..., from_revision: _Optional[int] = ..., to_revision: _Optional[int] = ...) -> None: ...

class ResourceDiff(_message.Message):
    __slots__ = ("id", "before", "after")
    ID_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    id: _resource_pb2.ResourceId
    before: _resource_pb2.ResourceState
    after: _resource_pb2.ResourceState
    def __init__(self, id: _Optional[_Union[_resource_pb2.ResourceId, _Mapping]] = ..., before: _Optional[_Union[_resource_pb2.ResourceState, _Mapping]] = ..., after: _Optional[_Union[_resource_pb2.ResourceState, _Mapping]] = ...) -> None: ...

class RollbackRequest(_message.Message):
    __slots__ = ("namespace", "resource_version", "environment_revision", "message", "request_id", "dry_run")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_VERSION_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_REVISION_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    resource_version: ResourceVersion
    environment_revision: EnvironmentRevision
    message: str
    request_id: str
    dry_run: bool
    def __init__(self, namespace: _Optional[str] = ..., resource_version: _Optional[_Union[ResourceVersion, _Mapping]] = ..., environment_revision: _Optional[_Union[EnvironmentRevision, _Mapping]] = ..., message: _Optional[str] = ..., request_id: _Optional[str] = ..., dry_run: _Optional[bool] = ...) -> None: ...

class EnvironmentRevision(_message.Message):
    __slots__ = ("environment", "revision")
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    environment: str
    revision: int
    def __init__(self, environment: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class RollbackResponse(_message.Message):
    __slots__ = ("commit",)
    COMMIT_FIELD_NUMBER: _ClassVar[int]
    commit: _resource_pb2.Commit
    def __init__(self, commit: _Optional[_Union[_resource_pb2.Commit, _Mapping]] = ...) -> None: ...

class ExportRequest(_message.Message):
    __slots__ = ("namespace", "at_revision", "environment")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    AT_REVISION_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    at_revision: int
    environment: str
    def __init__(self, namespace: _Optional[str] = ..., at_revision: _Optional[int] = ..., environment: _Optional[str] = ...) -> None: ...

class ExportResponse(_message.Message):
    __slots__ = ("resources", "revision", "resource_count")
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_COUNT_FIELD_NUMBER: _ClassVar[int]
    resources: _containers.RepeatedCompositeFieldContainer[_resource_pb2.ResourceState]
    revision: int
    resource_count: int
    def __init__(self, resources: _Optional[_Iterable[_Union[_resource_pb2.ResourceState, _Mapping]]] = ..., revision: _Optional[int] = ..., resource_count: _Optional[int] = ...) -> None: ...

class ImportRequest(_message.Message):
    __slots__ = ("header", "changes")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    header: ImportHeader
    changes: _containers.RepeatedCompositeFieldContainer[Change]
    def __init__(self, header: _Optional[_Union[ImportHeader, _Mapping]] = ..., changes: _Optional[_Iterable[_Union[Change, _Mapping]]] = ...) -> None: ...

class ImportHeader(_message.Message):
    __slots__ = ("namespace", "create_namespace", "message", "dry_run")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    CREATE_NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    create_namespace: bool
    message: str
    dry_run: bool
    def __init__(self, namespace: _Optional[str] = ..., create_namespace: _Optional[bool] = ..., message: _Optional[str] = ..., dry_run: _Optional[bool] = ...) -> None: ...

class ImportResponse(_message.Message):
    __slots__ = ("revision", "written", "unchanged")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    WRITTEN_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    revision: int
    written: int
    unchanged: int
    def __init__(self, revision: _Optional[int] = ..., written: _Optional[int] = ..., unchanged: _Optional[int] = ...) -> None: ...

class GetConvergenceRequest(_message.Message):
    __slots__ = ("namespace", "environment", "revision", "service", "summary_only")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_ONLY_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    environment: str
    revision: int
    service: str
    summary_only: bool
    def __init__(self, namespace: _Optional[str] = ..., environment: _Optional[str] = ..., revision: _Optional[int] = ..., service: _Optional[str] = ..., summary_only: _Optional[bool] = ...) -> None: ...

class GetConvergenceResponse(_message.Message):
    __slots__ = ("revision", "converged", "subscribers", "services", "committed_at")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    CONVERGED_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBERS_FIELD_NUMBER: _ClassVar[int]
    SERVICES_FIELD_NUMBER: _ClassVar[int]
    COMMITTED_AT_FIELD_NUMBER: _ClassVar[int]
    revision: int
    converged: bool
    subscribers: _containers.RepeatedCompositeFieldContainer[SubscriberStatus]
    services: _containers.RepeatedCompositeFieldContainer[ServiceConvergence]
    committed_at: _timestamp_pb2.Timestamp
    def __init__(self, revision: _Optional[int] = ..., converged: _Optional[bool] = ..., subscribers: _Optional[_Iterable[_Union[SubscriberStatus, _Mapping]]] = ..., services: _Optional[_Iterable[_Union[ServiceConvergence, _Mapping]]] = ..., committed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetServerStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetServerStatusResponse(_message.Message):
    __slots__ = ("snapshot_age", "store_failure", "namespaces")
    SNAPSHOT_AGE_FIELD_NUMBER: _ClassVar[int]
    STORE_FAILURE_FIELD_NUMBER: _ClassVar[int]
    NAMESPACES_FIELD_NUMBER: _ClassVar[int]
    snapshot_age: _duration_pb2.Duration
    store_failure: StoreFailure
    namespaces: _containers.RepeatedCompositeFieldContainer[NamespaceStatus]
    def __init__(self, snapshot_age: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., store_failure: _Optional[_Union[StoreFailure, _Mapping]] = ..., namespaces: _Optional[_Iterable[_Union[NamespaceStatus, _Mapping]]] = ...) -> None: ...

class StoreFailure(_message.Message):
    __slots__ = ("reason", "message")
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    reason: str
    message: str
    def __init__(self, reason: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class NamespaceStatus(_message.Message):
    __slots__ = ("namespace", "revision")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    revision: int
    def __init__(self, namespace: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class ServiceConvergence(_message.Message):
    __slots__ = ("service", "applied", "lagging", "rejected", "publish_to_applied_p50", "publish_to_applied_p99", "publish_to_applied_max")
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    LAGGING_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_TO_APPLIED_P50_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_TO_APPLIED_P99_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_TO_APPLIED_MAX_FIELD_NUMBER: _ClassVar[int]
    service: str
    applied: int
    lagging: int
    rejected: int
    publish_to_applied_p50: _duration_pb2.Duration
    publish_to_applied_p99: _duration_pb2.Duration
    publish_to_applied_max: _duration_pb2.Duration
    def __init__(self, service: _Optional[str] = ..., applied: _Optional[int] = ..., lagging: _Optional[int] = ..., rejected: _Optional[int] = ..., publish_to_applied_p50: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., publish_to_applied_p99: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., publish_to_applied_max: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class SubscriberStatus(_message.Message):
    __slots__ = ("subscriber", "applied_revision", "rejection", "connected", "lag", "publish_to_applied", "seen_at")
    SUBSCRIBER_FIELD_NUMBER: _ClassVar[int]
    APPLIED_REVISION_FIELD_NUMBER: _ClassVar[int]
    REJECTION_FIELD_NUMBER: _ClassVar[int]
    CONNECTED_FIELD_NUMBER: _ClassVar[int]
    LAG_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_TO_APPLIED_FIELD_NUMBER: _ClassVar[int]
    SEEN_AT_FIELD_NUMBER: _ClassVar[int]
    subscriber: _watch_pb2.Subscriber
    applied_revision: int
    rejection: _watch_pb2.Rejection
    connected: bool
    lag: int
    publish_to_applied: _duration_pb2.Duration
    seen_at: _timestamp_pb2.Timestamp
    def __init__(self, subscriber: _Optional[_Union[_watch_pb2.Subscriber, _Mapping]] = ..., applied_revision: _Optional[int] = ..., rejection: _Optional[_Union[_watch_pb2.Rejection, _Mapping]] = ..., connected: _Optional[bool] = ..., lag: _Optional[int] = ..., publish_to_applied: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., seen_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
