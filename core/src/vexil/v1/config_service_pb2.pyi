from vexil.v1 import evaluation_pb2 as _evaluation_pb2
from vexil.v1 import resource_pb2 as _resource_pb2
from vexil.v1 import value_pb2 as _value_pb2
from vexil.v1 import watch_pb2 as _watch_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetRequest(_message.Message):
    __slots__ = ("namespace", "environment", "kind", "key", "at_revision")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    AT_REVISION_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    environment: str
    kind: _resource_pb2.ResourceKind
    key: str
    at_revision: int
    def __init__(self, namespace: _Optional[str] = ..., environment: _Optional[str] = ..., kind: _Optional[_Union[_resource_pb2.ResourceKind, str]] = ..., key: _Optional[str] = ..., at_revision: _Optional[int] = ...) -> None: ...

class GetResponse(_message.Message):
    __slots__ = ("state", "revision")
    STATE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    state: _resource_pb2.ResourceState
    revision: int
    def __init__(self, state: _Optional[_Union[_resource_pb2.ResourceState, _Mapping]] = ..., revision: _Optional[int] = ...) -> None: ...

class ListRequest(_message.Message):
    __slots__ = ("namespace", "environment", "selector", "page_size", "page_token", "at_revision")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    SELECTOR_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    AT_REVISION_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    environment: str
    selector: _watch_pb2.Selector
    page_size: int
    page_token: str
    at_revision: int
    def __init__(self, namespace: _Optional[str] = ..., environment: _Optional[str] = ..., selector: _Optional[_Union[_watch_pb2.Selector, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., at_revision: _Optional[int] = ...) -> None: ...

class ListResponse(_message.Message):
    __slots__ = ("resources", "next_page_token", "revision")
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    resources: _containers.RepeatedCompositeFieldContainer[_resource_pb2.ResourceState]
    next_page_token: str
    revision: int
    def __init__(self, resources: _Optional[_Iterable[_Union[_resource_pb2.ResourceState, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class EvaluateRequest(_message.Message):
    __slots__ = ("namespace", "environment", "key", "context", "expected_type")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_TYPE_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    environment: str
    key: str
    context: _evaluation_pb2.EvaluationContext
    expected_type: _value_pb2.ValueType
    def __init__(self, namespace: _Optional[str] = ..., environment: _Optional[str] = ..., key: _Optional[str] = ..., context: _Optional[_Union[_evaluation_pb2.EvaluationContext, _Mapping]] = ..., expected_type: _Optional[_Union[_value_pb2.ValueType, str]] = ...) -> None: ...

class EvaluateResponse(_message.Message):
    __slots__ = ("evaluation", "revision")
    EVALUATION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    evaluation: _evaluation_pb2.Evaluation
    revision: int
    def __init__(self, evaluation: _Optional[_Union[_evaluation_pb2.Evaluation, _Mapping]] = ..., revision: _Optional[int] = ...) -> None: ...

class EvaluateBatchRequest(_message.Message):
    __slots__ = ("namespace", "environment", "keys", "selector", "context")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    SELECTOR_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    environment: str
    keys: _containers.RepeatedScalarFieldContainer[str]
    selector: _watch_pb2.Selector
    context: _evaluation_pb2.EvaluationContext
    def __init__(self, namespace: _Optional[str] = ..., environment: _Optional[str] = ..., keys: _Optional[_Iterable[str]] = ..., selector: _Optional[_Union[_watch_pb2.Selector, _Mapping]] = ..., context: _Optional[_Union[_evaluation_pb2.EvaluationContext, _Mapping]] = ...) -> None: ...

class EvaluateBatchResponse(_message.Message):
    __slots__ = ("evaluations", "revision")
    EVALUATIONS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    evaluations: _containers.RepeatedCompositeFieldContainer[_evaluation_pb2.Evaluation]
    revision: int
    def __init__(self, evaluations: _Optional[_Iterable[_Union[_evaluation_pb2.Evaluation, _Mapping]]] = ..., revision: _Optional[int] = ...) -> None: ...

class EvaluateStreamRequest(_message.Message):
    __slots__ = ("correlation_id", "request")
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    correlation_id: str
    request: EvaluateRequest
    def __init__(self, correlation_id: _Optional[str] = ..., request: _Optional[_Union[EvaluateRequest, _Mapping]] = ...) -> None: ...

class EvaluateStreamResponse(_message.Message):
    __slots__ = ("correlation_id", "response", "error")
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    correlation_id: str
    response: EvaluateResponse
    error: StreamError
    def __init__(self, correlation_id: _Optional[str] = ..., response: _Optional[_Union[EvaluateResponse, _Mapping]] = ..., error: _Optional[_Union[StreamError, _Mapping]] = ...) -> None: ...

class StreamError(_message.Message):
    __slots__ = ("code", "reason", "message")
    CODE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    code: int
    reason: str
    message: str
    def __init__(self, code: _Optional[int] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class ExplainRequest(_message.Message):
    __slots__ = ("namespace", "environment", "key", "context", "at_revision")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    AT_REVISION_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    environment: str
    key: str
    context: _evaluation_pb2.EvaluationContext
    at_revision: int
    def __init__(self, namespace: _Optional[str] = ..., environment: _Optional[str] = ..., key: _Optional[str] = ..., context: _Optional[_Union[_evaluation_pb2.EvaluationContext, _Mapping]] = ..., at_revision: _Optional[int] = ...) -> None: ...

class ExplainResponse(_message.Message):
    __slots__ = ("evaluation", "steps", "revision", "environment_chain")
    EVALUATION_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_CHAIN_FIELD_NUMBER: _ClassVar[int]
    evaluation: _evaluation_pb2.Evaluation
    steps: _containers.RepeatedCompositeFieldContainer[_evaluation_pb2.TraceStep]
    revision: int
    environment_chain: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, evaluation: _Optional[_Union[_evaluation_pb2.Evaluation, _Mapping]] = ..., steps: _Optional[_Iterable[_Union[_evaluation_pb2.TraceStep, _Mapping]]] = ..., revision: _Optional[int] = ..., environment_chain: _Optional[_Iterable[str]] = ...) -> None: ...
