import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from vexil.v1 import value_pb2 as _value_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Operator(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OPERATOR_UNSPECIFIED: _ClassVar[Operator]
    OPERATOR_EQUALS: _ClassVar[Operator]
    OPERATOR_CONTAINS: _ClassVar[Operator]
    OPERATOR_STARTS_WITH: _ClassVar[Operator]
    OPERATOR_ENDS_WITH: _ClassVar[Operator]
    OPERATOR_MATCHES: _ClassVar[Operator]
    OPERATOR_LESS_THAN: _ClassVar[Operator]
    OPERATOR_LESS_THAN_OR_EQUAL: _ClassVar[Operator]
    OPERATOR_GREATER_THAN: _ClassVar[Operator]
    OPERATOR_GREATER_THAN_OR_EQUAL: _ClassVar[Operator]
    OPERATOR_SEMVER_EQUALS: _ClassVar[Operator]
    OPERATOR_SEMVER_LESS_THAN: _ClassVar[Operator]
    OPERATOR_SEMVER_LESS_THAN_OR_EQUAL: _ClassVar[Operator]
    OPERATOR_SEMVER_GREATER_THAN: _ClassVar[Operator]
    OPERATOR_SEMVER_GREATER_THAN_OR_EQUAL: _ClassVar[Operator]
    OPERATOR_BEFORE: _ClassVar[Operator]
    OPERATOR_AFTER: _ClassVar[Operator]
    OPERATOR_IN_CIDR: _ClassVar[Operator]
    OPERATOR_EXISTS: _ClassVar[Operator]

class Lifecycle(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LIFECYCLE_UNSPECIFIED: _ClassVar[Lifecycle]
    LIFECYCLE_PERMANENT: _ClassVar[Lifecycle]
    LIFECYCLE_TEMPORARY: _ClassVar[Lifecycle]
OPERATOR_UNSPECIFIED: Operator
OPERATOR_EQUALS: Operator
OPERATOR_CONTAINS: Operator
OPERATOR_STARTS_WITH: Operator
OPERATOR_ENDS_WITH: Operator
OPERATOR_MATCHES: Operator
OPERATOR_LESS_THAN: Operator
OPERATOR_LESS_THAN_OR_EQUAL: Operator
OPERATOR_GREATER_THAN: Operator
OPERATOR_GREATER_THAN_OR_EQUAL: Operator
OPERATOR_SEMVER_EQUALS: Operator
OPERATOR_SEMVER_LESS_THAN: Operator
OPERATOR_SEMVER_LESS_THAN_OR_EQUAL: Operator
OPERATOR_SEMVER_GREATER_THAN: Operator
OPERATOR_SEMVER_GREATER_THAN_OR_EQUAL: Operator
OPERATOR_BEFORE: Operator
OPERATOR_AFTER: Operator
OPERATOR_IN_CIDR: Operator
OPERATOR_EXISTS: Operator
LIFECYCLE_UNSPECIFIED: Lifecycle
LIFECYCLE_PERMANENT: Lifecycle
LIFECYCLE_TEMPORARY: Lifecycle

class Setting(_message.Message):
    __slots__ = ("value", "variants", "enabled", "off_variant", "serve", "prerequisites", "targets", "rules", "salt", "description", "tags")
    class VariantsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _value_pb2.Value
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_value_pb2.Value, _Mapping]] = ...) -> None: ...
    VALUE_FIELD_NUMBER: _ClassVar[int]
    VARIANTS_FIELD_NUMBER: _ClassVar[int]
    ENABLED_FIELD_NUMBER: _ClassVar[int]
    OFF_VARIANT_FIELD_NUMBER: _ClassVar[int]
    SERVE_FIELD_NUMBER: _ClassVar[int]
    PREREQUISITES_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    SALT_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    value: _value_pb2.Value
    variants: _containers.MessageMap[str, _value_pb2.Value]
    enabled: bool
    off_variant: str
    serve: Serve
    prerequisites: _containers.RepeatedCompositeFieldContainer[Prerequisite]
    targets: _containers.RepeatedCompositeFieldContainer[Target]
    rules: _containers.RepeatedCompositeFieldContainer[Rule]
    salt: str
    description: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, value: _Optional[_Union[_value_pb2.Value, _Mapping]] = ..., variants: _Optional[_Mapping[str, _value_pb2.Value]] = ..., enabled: _Optional[bool] = ..., off_variant: _Optional[str] = ..., serve: _Optional[_Union[Serve, _Mapping]] = ..., prerequisites: _Optional[_Iterable[_Union[Prerequisite, _Mapping]]] = ..., targets: _Optional[_Iterable[_Union[Target, _Mapping]]] = ..., rules: _Optional[_Iterable[_Union[Rule, _Mapping]]] = ..., salt: _Optional[str] = ..., description: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ...) -> None: ...

class Serve(_message.Message):
    __slots__ = ("variant", "split")
    VARIANT_FIELD_NUMBER: _ClassVar[int]
    SPLIT_FIELD_NUMBER: _ClassVar[int]
    variant: str
    split: Split
    def __init__(self, variant: _Optional[str] = ..., split: _Optional[_Union[Split, _Mapping]] = ...) -> None: ...

class Split(_message.Message):
    __slots__ = ("weights", "bucket_by")
    WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    BUCKET_BY_FIELD_NUMBER: _ClassVar[int]
    weights: _containers.RepeatedCompositeFieldContainer[WeightedVariant]
    bucket_by: str
    def __init__(self, weights: _Optional[_Iterable[_Union[WeightedVariant, _Mapping]]] = ..., bucket_by: _Optional[str] = ...) -> None: ...

class WeightedVariant(_message.Message):
    __slots__ = ("variant", "weight")
    VARIANT_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    variant: str
    weight: int
    def __init__(self, variant: _Optional[str] = ..., weight: _Optional[int] = ...) -> None: ...

class Prerequisite(_message.Message):
    __slots__ = ("key", "variants")
    KEY_FIELD_NUMBER: _ClassVar[int]
    VARIANTS_FIELD_NUMBER: _ClassVar[int]
    key: str
    variants: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, key: _Optional[str] = ..., variants: _Optional[_Iterable[str]] = ...) -> None: ...

class Target(_message.Message):
    __slots__ = ("variant", "targeting_keys")
    VARIANT_FIELD_NUMBER: _ClassVar[int]
    TARGETING_KEYS_FIELD_NUMBER: _ClassVar[int]
    variant: str
    targeting_keys: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, variant: _Optional[str] = ..., targeting_keys: _Optional[_Iterable[str]] = ...) -> None: ...

class Rule(_message.Message):
    __slots__ = ("id", "description", "condition", "serve")
    ID_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    CONDITION_FIELD_NUMBER: _ClassVar[int]
    SERVE_FIELD_NUMBER: _ClassVar[int]
    id: str
    description: str
    condition: Condition
    serve: Serve
    def __init__(self, id: _Optional[str] = ..., description: _Optional[str] = ..., condition: _Optional[_Union[Condition, _Mapping]] = ..., serve: _Optional[_Union[Serve, _Mapping]] = ...) -> None: ...

class Condition(_message.Message):
    __slots__ = ("match", "segment", "all", "any")
    MATCH_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    ALL_FIELD_NUMBER: _ClassVar[int]
    ANY_FIELD_NUMBER: _ClassVar[int]
    NOT_FIELD_NUMBER: _ClassVar[int]
    match: Match
    segment: SegmentMatch
    all: Conditions
    any: Conditions
    def __init__(self, match: _Optional[_Union[Match, _Mapping]] = ..., segment: _Optional[_Union[SegmentMatch, _Mapping]] = ..., all: _Optional[_Union[Conditions, _Mapping]] = ..., any: _Optional[_Union[Conditions, _Mapping]] = ..., **kwargs) -> None: ...

class Conditions(_message.Message):
    __slots__ = ("conditions",)
    CONDITIONS_FIELD_NUMBER: _ClassVar[int]
    conditions: _containers.RepeatedCompositeFieldContainer[Condition]
    def __init__(self, conditions: _Optional[_Iterable[_Union[Condition, _Mapping]]] = ...) -> None: ...

class SegmentMatch(_message.Message):
    __slots__ = ("keys",)
    KEYS_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, keys: _Optional[_Iterable[str]] = ...) -> None: ...

class Match(_message.Message):
    __slots__ = ("attribute", "operator", "operands")
    ATTRIBUTE_FIELD_NUMBER: _ClassVar[int]
    OPERATOR_FIELD_NUMBER: _ClassVar[int]
    OPERANDS_FIELD_NUMBER: _ClassVar[int]
    attribute: str
    operator: Operator
    operands: _containers.RepeatedCompositeFieldContainer[_value_pb2.Value]
    def __init__(self, attribute: _Optional[str] = ..., operator: _Optional[_Union[Operator, str]] = ..., operands: _Optional[_Iterable[_Union[_value_pb2.Value, _Mapping]]] = ...) -> None: ...

class Segment(_message.Message):
    __slots__ = ("included", "excluded", "conditions", "description", "tags")
    INCLUDED_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_FIELD_NUMBER: _ClassVar[int]
    CONDITIONS_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    included: _containers.RepeatedScalarFieldContainer[str]
    excluded: _containers.RepeatedScalarFieldContainer[str]
    conditions: _containers.RepeatedCompositeFieldContainer[Condition]
    description: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, included: _Optional[_Iterable[str]] = ..., excluded: _Optional[_Iterable[str]] = ..., conditions: _Optional[_Iterable[_Union[Condition, _Mapping]]] = ..., description: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ...) -> None: ...

class Definition(_message.Message):
    __slots__ = ("type", "json_schema", "constraints", "default", "required", "sensitive", "description", "owner", "tags", "lifecycle", "expires_at")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    JSON_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    CONSTRAINTS_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    SENSITIVE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    LIFECYCLE_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    type: _value_pb2.ValueType
    json_schema: str
    constraints: Constraints
    default: _value_pb2.Value
    required: bool
    sensitive: bool
    description: str
    owner: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    lifecycle: Lifecycle
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, type: _Optional[_Union[_value_pb2.ValueType, str]] = ..., json_schema: _Optional[str] = ..., constraints: _Optional[_Union[Constraints, _Mapping]] = ..., default: _Optional[_Union[_value_pb2.Value, _Mapping]] = ..., required: _Optional[bool] = ..., sensitive: _Optional[bool] = ..., description: _Optional[str] = ..., owner: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., lifecycle: _Optional[_Union[Lifecycle, str]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Constraints(_message.Message):
    __slots__ = ("minimum", "maximum", "min_length", "max_length", "pattern", "allowed")
    MINIMUM_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_FIELD_NUMBER: _ClassVar[int]
    MIN_LENGTH_FIELD_NUMBER: _ClassVar[int]
    MAX_LENGTH_FIELD_NUMBER: _ClassVar[int]
    PATTERN_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_FIELD_NUMBER: _ClassVar[int]
    minimum: float
    maximum: float
    min_length: int
    max_length: int
    pattern: str
    allowed: _containers.RepeatedCompositeFieldContainer[_value_pb2.Value]
    def __init__(self, minimum: _Optional[float] = ..., maximum: _Optional[float] = ..., min_length: _Optional[int] = ..., max_length: _Optional[int] = ..., pattern: _Optional[str] = ..., allowed: _Optional[_Iterable[_Union[_value_pb2.Value, _Mapping]]] = ...) -> None: ...
