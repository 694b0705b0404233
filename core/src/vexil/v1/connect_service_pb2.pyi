from google.protobuf import struct_pb2 as _struct_pb2
from vexil.v1 import connect_pb2 as _connect_pb2
from vexil.v1 import evaluation_pb2 as _evaluation_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OmissionReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OMISSION_REASON_UNSPECIFIED: _ClassVar[OmissionReason]
    OMISSION_REASON_NOT_CONFIGURED: _ClassVar[OmissionReason]
    OMISSION_REASON_NOT_FOUND: _ClassVar[OmissionReason]
    OMISSION_REASON_DISABLED: _ClassVar[OmissionReason]

class SkipReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SKIP_REASON_UNSPECIFIED: _ClassVar[SkipReason]
    SKIP_REASON_DISABLED: _ClassVar[SkipReason]
    SKIP_REASON_ATTRIBUTE_MISSING: _ClassVar[SkipReason]
    SKIP_REASON_NOT_A_NUMBER: _ClassVar[SkipReason]
    SKIP_REASON_NOT_MATCHED: _ClassVar[SkipReason]

class FindingSeverity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FINDING_SEVERITY_UNSPECIFIED: _ClassVar[FindingSeverity]
    FINDING_SEVERITY_ERROR: _ClassVar[FindingSeverity]
    FINDING_SEVERITY_WARNING: _ClassVar[FindingSeverity]

class FlowFindingCode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FLOW_FINDING_CODE_UNSPECIFIED: _ClassVar[FlowFindingCode]
    FLOW_FINDING_CODE_INVALID_JSON: _ClassVar[FlowFindingCode]
    FLOW_FINDING_CODE_INVALID_STRUCTURE: _ClassVar[FlowFindingCode]
    FLOW_FINDING_CODE_UNSUPPORTED_VERSION: _ClassVar[FlowFindingCode]
    FLOW_FINDING_CODE_DUPLICATE_IDENTIFIER: _ClassVar[FlowFindingCode]
    FLOW_FINDING_CODE_START_ACTION_NOT_FOUND: _ClassVar[FlowFindingCode]
    FLOW_FINDING_CODE_TRANSITION_NOT_FOUND: _ClassVar[FlowFindingCode]
    FLOW_FINDING_CODE_UNREACHABLE_ACTION: _ClassVar[FlowFindingCode]
    FLOW_FINDING_CODE_MISSING_PARAMETER: _ClassVar[FlowFindingCode]
    FLOW_FINDING_CODE_UNKNOWN_ACTION_TYPE: _ClassVar[FlowFindingCode]
    FLOW_FINDING_CODE_DEAD_END: _ClassVar[FlowFindingCode]
OMISSION_REASON_UNSPECIFIED: OmissionReason
OMISSION_REASON_NOT_CONFIGURED: OmissionReason
OMISSION_REASON_NOT_FOUND: OmissionReason
OMISSION_REASON_DISABLED: OmissionReason
SKIP_REASON_UNSPECIFIED: SkipReason
SKIP_REASON_DISABLED: SkipReason
SKIP_REASON_ATTRIBUTE_MISSING: SkipReason
SKIP_REASON_NOT_A_NUMBER: SkipReason
SKIP_REASON_NOT_MATCHED: SkipReason
FINDING_SEVERITY_UNSPECIFIED: FindingSeverity
FINDING_SEVERITY_ERROR: FindingSeverity
FINDING_SEVERITY_WARNING: FindingSeverity
FLOW_FINDING_CODE_UNSPECIFIED: FlowFindingCode
FLOW_FINDING_CODE_INVALID_JSON: FlowFindingCode
FLOW_FINDING_CODE_INVALID_STRUCTURE: FlowFindingCode
FLOW_FINDING_CODE_UNSUPPORTED_VERSION: FlowFindingCode
FLOW_FINDING_CODE_DUPLICATE_IDENTIFIER: FlowFindingCode
FLOW_FINDING_CODE_START_ACTION_NOT_FOUND: FlowFindingCode
FLOW_FINDING_CODE_TRANSITION_NOT_FOUND: FlowFindingCode
FLOW_FINDING_CODE_UNREACHABLE_ACTION: FlowFindingCode
FLOW_FINDING_CODE_MISSING_PARAMETER: FlowFindingCode
FLOW_FINDING_CODE_UNKNOWN_ACTION_TYPE: FlowFindingCode
FLOW_FINDING_CODE_DEAD_END: FlowFindingCode

class ResolveFlowRequest(_message.Message):
    __slots__ = ("namespace", "environment", "flow_id", "flow_name", "enrichment", "contact")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    FLOW_ID_FIELD_NUMBER: _ClassVar[int]
    FLOW_NAME_FIELD_NUMBER: _ClassVar[int]
    ENRICHMENT_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    environment: str
    flow_id: str
    flow_name: str
    enrichment: FlowEnrichment
    contact: Contact
    def __init__(self, namespace: _Optional[str] = ..., environment: _Optional[str] = ..., flow_id: _Optional[str] = ..., flow_name: _Optional[str] = ..., enrichment: _Optional[_Union[FlowEnrichment, _Mapping]] = ..., contact: _Optional[_Union[Contact, _Mapping]] = ...) -> None: ...

class FlowEnrichment(_message.Message):
    __slots__ = ("queue", "routing", "features")
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    ROUTING_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    queue: bool
    routing: bool
    features: bool
    def __init__(self, queue: _Optional[bool] = ..., routing: _Optional[bool] = ..., features: _Optional[bool] = ...) -> None: ...

class Contact(_message.Message):
    __slots__ = ("targeting_key", "attributes")
    class AttributesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TARGETING_KEY_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    targeting_key: str
    attributes: _containers.ScalarMap[str, str]
    def __init__(self, targeting_key: _Optional[str] = ..., attributes: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ResolveFlowResponse(_message.Message):
    __slots__ = ("flow_id", "flow", "version", "environment", "logging", "queue", "routing_rules", "route", "features", "omissions", "revision")
    FLOW_ID_FIELD_NUMBER: _ClassVar[int]
    FLOW_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    LOGGING_FIELD_NUMBER: _ClassVar[int]
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    ROUTING_RULES_FIELD_NUMBER: _ClassVar[int]
    ROUTE_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    OMISSIONS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    flow_id: str
    flow: _connect_pb2.FlowConfiguration
    version: int
    environment: str
    logging: _connect_pb2.LoggingSettings
    queue: NamedQueue
    routing_rules: _containers.RepeatedCompositeFieldContainer[NamedRoutingRule]
    route: RouteDecision
    features: _containers.RepeatedCompositeFieldContainer[_evaluation_pb2.Evaluation]
    omissions: _containers.RepeatedCompositeFieldContainer[Omission]
    revision: int
    def __init__(self, flow_id: _Optional[str] = ..., flow: _Optional[_Union[_connect_pb2.FlowConfiguration, _Mapping]] = ..., version: _Optional[int] = ..., environment: _Optional[str] = ..., logging: _Optional[_Union[_connect_pb2.LoggingSettings, _Mapping]] = ..., queue: _Optional[_Union[NamedQueue, _Mapping]] = ..., routing_rules: _Optional[_Iterable[_Union[NamedRoutingRule, _Mapping]]] = ..., route: _Optional[_Union[RouteDecision, _Mapping]] = ..., features: _Optional[_Iterable[_Union[_evaluation_pb2.Evaluation, _Mapping]]] = ..., omissions: _Optional[_Iterable[_Union[Omission, _Mapping]]] = ..., revision: _Optional[int] = ...) -> None: ...

class NamedQueue(_message.Message):
    __slots__ = ("key", "queue", "version")
    KEY_FIELD_NUMBER: _ClassVar[int]
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    key: str
    queue: _connect_pb2.QueueConfiguration
    version: int
    def __init__(self, key: _Optional[str] = ..., queue: _Optional[_Union[_connect_pb2.QueueConfiguration, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class NamedRoutingRule(_message.Message):
    __slots__ = ("key", "rule", "version")
    KEY_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    key: str
    rule: _connect_pb2.RoutingRule
    version: int
    def __init__(self, key: _Optional[str] = ..., rule: _Optional[_Union[_connect_pb2.RoutingRule, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class Omission(_message.Message):
    __slots__ = ("subject", "reason")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    subject: str
    reason: OmissionReason
    def __init__(self, subject: _Optional[str] = ..., reason: _Optional[_Union[OmissionReason, str]] = ...) -> None: ...

class RouteContactRequest(_message.Message):
    __slots__ = ("namespace", "environment", "routing_key", "contact")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    ROUTING_KEY_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    environment: str
    routing_key: str
    contact: Contact
    def __init__(self, namespace: _Optional[str] = ..., environment: _Optional[str] = ..., routing_key: _Optional[str] = ..., contact: _Optional[_Union[Contact, _Mapping]] = ...) -> None: ...

class RouteContactResponse(_message.Message):
    __slots__ = ("decision", "revision")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    decision: RouteDecision
    revision: int
    def __init__(self, decision: _Optional[_Union[RouteDecision, _Mapping]] = ..., revision: _Optional[int] = ...) -> None: ...

class RouteDecision(_message.Message):
    __slots__ = ("rule_key", "priority", "reason", "actions", "target_queue", "callback_queue", "skipped", "omissions")
    RULE_KEY_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    TARGET_QUEUE_FIELD_NUMBER: _ClassVar[int]
    CALLBACK_QUEUE_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    OMISSIONS_FIELD_NUMBER: _ClassVar[int]
    rule_key: str
    priority: int
    reason: str
    actions: _connect_pb2.RoutingActions
    target_queue: NamedQueue
    callback_queue: NamedQueue
    skipped: _containers.RepeatedCompositeFieldContainer[SkippedRule]
    omissions: _containers.RepeatedCompositeFieldContainer[Omission]
    def __init__(self, rule_key: _Optional[str] = ..., priority: _Optional[int] = ..., reason: _Optional[str] = ..., actions: _Optional[_Union[_connect_pb2.RoutingActions, _Mapping]] = ..., target_queue: _Optional[_Union[NamedQueue, _Mapping]] = ..., callback_queue: _Optional[_Union[NamedQueue, _Mapping]] = ..., skipped: _Optional[_Iterable[_Union[SkippedRule, _Mapping]]] = ..., omissions: _Optional[_Iterable[_Union[Omission, _Mapping]]] = ...) -> None: ...

class SkippedRule(_message.Message):
    __slots__ = ("rule_key", "priority", "reason", "detail")
    RULE_KEY_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    rule_key: str
    priority: int
    reason: SkipReason
    detail: str
    def __init__(self, rule_key: _Optional[str] = ..., priority: _Optional[int] = ..., reason: _Optional[_Union[SkipReason, str]] = ..., detail: _Optional[str] = ...) -> None: ...

class RenderTemplateRequest(_message.Message):
    __slots__ = ("namespace", "environment", "flow_id", "template_key", "content", "values")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    FLOW_ID_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_KEY_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    environment: str
    flow_id: str
    template_key: str
    content: str
    values: _struct_pb2.Struct
    def __init__(self, namespace: _Optional[str] = ..., environment: _Optional[str] = ..., flow_id: _Optional[str] = ..., template_key: _Optional[str] = ..., content: _Optional[str] = ..., values: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class RenderTemplateResponse(_message.Message):
    __slots__ = ("content", "unused", "warnings", "source", "source_version", "revision")
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    UNUSED_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_VERSION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    content: str
    unused: _containers.RepeatedScalarFieldContainer[str]
    warnings: _containers.RepeatedCompositeFieldContainer[FlowFinding]
    source: str
    source_version: str
    revision: int
    def __init__(self, content: _Optional[str] = ..., unused: _Optional[_Iterable[str]] = ..., warnings: _Optional[_Iterable[_Union[FlowFinding, _Mapping]]] = ..., source: _Optional[str] = ..., source_version: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class ValidateFlowRequest(_message.Message):
    __slots__ = ("content",)
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    content: str
    def __init__(self, content: _Optional[str] = ...) -> None: ...

class ValidateFlowResponse(_message.Message):
    __slots__ = ("valid", "findings")
    VALID_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    valid: bool
    findings: _containers.RepeatedCompositeFieldContainer[FlowFinding]
    def __init__(self, valid: _Optional[bool] = ..., findings: _Optional[_Iterable[_Union[FlowFinding, _Mapping]]] = ...) -> None: ...

class FlowFinding(_message.Message):
    __slots__ = ("pointer", "severity", "code", "message", "action_id")
    POINTER_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ACTION_ID_FIELD_NUMBER: _ClassVar[int]
    pointer: str
    severity: FindingSeverity
    code: FlowFindingCode
    message: str
    action_id: str
    def __init__(self, pointer: _Optional[str] = ..., severity: _Optional[_Union[FindingSeverity, str]] = ..., code: _Optional[_Union[FlowFindingCode, str]] = ..., message: _Optional[str] = ..., action_id: _Optional[str] = ...) -> None: ...
