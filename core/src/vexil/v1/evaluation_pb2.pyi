from google.protobuf import struct_pb2 as _struct_pb2
from vexil.v1 import value_pb2 as _value_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EvaluationReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EVALUATION_REASON_UNSPECIFIED: _ClassVar[EvaluationReason]
    EVALUATION_REASON_STATIC: _ClassVar[EvaluationReason]
    EVALUATION_REASON_DEFAULT: _ClassVar[EvaluationReason]
    EVALUATION_REASON_TARGETING_MATCH: _ClassVar[EvaluationReason]
    EVALUATION_REASON_SPLIT: _ClassVar[EvaluationReason]
    EVALUATION_REASON_DISABLED: _ClassVar[EvaluationReason]
    EVALUATION_REASON_STALE: _ClassVar[EvaluationReason]
    EVALUATION_REASON_ERROR: _ClassVar[EvaluationReason]

class EvaluationErrorCode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EVALUATION_ERROR_CODE_UNSPECIFIED: _ClassVar[EvaluationErrorCode]
    EVALUATION_ERROR_CODE_FLAG_NOT_FOUND: _ClassVar[EvaluationErrorCode]
    EVALUATION_ERROR_CODE_TYPE_MISMATCH: _ClassVar[EvaluationErrorCode]
    EVALUATION_ERROR_CODE_TARGETING_KEY_MISSING: _ClassVar[EvaluationErrorCode]
    EVALUATION_ERROR_CODE_INVALID_CONTEXT: _ClassVar[EvaluationErrorCode]
    EVALUATION_ERROR_CODE_PARSE_ERROR: _ClassVar[EvaluationErrorCode]
    EVALUATION_ERROR_CODE_GENERAL: _ClassVar[EvaluationErrorCode]
    EVALUATION_ERROR_CODE_PROVIDER_NOT_READY: _ClassVar[EvaluationErrorCode]
EVALUATION_REASON_UNSPECIFIED: EvaluationReason
EVALUATION_REASON_STATIC: EvaluationReason
EVALUATION_REASON_DEFAULT: EvaluationReason
EVALUATION_REASON_TARGETING_MATCH: EvaluationReason
EVALUATION_REASON_SPLIT: EvaluationReason
EVALUATION_REASON_DISABLED: EvaluationReason
EVALUATION_REASON_STALE: EvaluationReason
EVALUATION_REASON_ERROR: EvaluationReason
EVALUATION_ERROR_CODE_UNSPECIFIED: EvaluationErrorCode
EVALUATION_ERROR_CODE_FLAG_NOT_FOUND: EvaluationErrorCode
EVALUATION_ERROR_CODE_TYPE_MISMATCH: EvaluationErrorCode
EVALUATION_ERROR_CODE_TARGETING_KEY_MISSING: EvaluationErrorCode
EVALUATION_ERROR_CODE_INVALID_CONTEXT: EvaluationErrorCode
EVALUATION_ERROR_CODE_PARSE_ERROR: EvaluationErrorCode
EVALUATION_ERROR_CODE_GENERAL: EvaluationErrorCode
EVALUATION_ERROR_CODE_PROVIDER_NOT_READY: EvaluationErrorCode

class EvaluationContext(_message.Message):
    __slots__ = ("targeting_key", "attributes")
    TARGETING_KEY_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    targeting_key: str
    attributes: _struct_pb2.Struct
    def __init__(self, targeting_key: _Optional[str] = ..., attributes: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class Evaluation(_message.Message):
    __slots__ = ("key", "value", "variant", "reason", "rule", "environment", "revision", "error_code", "error_message")
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    VARIANT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    ERROR_CODE_FIELD_NUMBER: _ClassVar[int]
    ERROR_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    key: str
    value: _value_pb2.Value
    variant: str
    reason: EvaluationReason
    rule: str
    environment: str
    revision: int
    error_code: EvaluationErrorCode
    error_message: str
    def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_value_pb2.Value, _Mapping]] = ..., variant: _Optional[str] = ..., reason: _Optional[_Union[EvaluationReason, str]] = ..., rule: _Optional[str] = ..., environment: _Optional[str] = ..., revision: _Optional[int] = ..., error_code: _Optional[_Union[EvaluationErrorCode, str]] = ..., error_message: _Optional[str] = ...) -> None: ...

class TraceStep(_message.Message):
    __slots__ = ("path", "matched", "detail", "bucket")
    PATH_FIELD_NUMBER: _ClassVar[int]
    MATCHED_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    path: str
    matched: bool
    detail: str
    bucket: Bucket
    def __init__(self, path: _Optional[str] = ..., matched: _Optional[bool] = ..., detail: _Optional[str] = ..., bucket: _Optional[_Union[Bucket, _Mapping]] = ...) -> None: ...

class Bucket(_message.Message):
    __slots__ = ("hash", "bucket", "total_weight")
    HASH_FIELD_NUMBER: _ClassVar[int]
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    TOTAL_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    hash: int
    bucket: int
    total_weight: int
    def __init__(self, hash: _Optional[int] = ..., bucket: _Optional[int] = ..., total_weight: _Optional[int] = ...) -> None: ...
