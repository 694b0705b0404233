from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ValueType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VALUE_TYPE_UNSPECIFIED: _ClassVar[ValueType]
    VALUE_TYPE_BOOL: _ClassVar[ValueType]
    VALUE_TYPE_STRING: _ClassVar[ValueType]
    VALUE_TYPE_INT: _ClassVar[ValueType]
    VALUE_TYPE_DOUBLE: _ClassVar[ValueType]
    VALUE_TYPE_JSON: _ClassVar[ValueType]
    VALUE_TYPE_SECRET: _ClassVar[ValueType]
VALUE_TYPE_UNSPECIFIED: ValueType
VALUE_TYPE_BOOL: ValueType
VALUE_TYPE_STRING: ValueType
VALUE_TYPE_INT: ValueType
VALUE_TYPE_DOUBLE: ValueType
VALUE_TYPE_JSON: ValueType
VALUE_TYPE_SECRET: ValueType

class Value(_message.Message):
    __slots__ = ("bool_value", "string_value", "int_value", "double_value", "json_value", "secret_value", "encrypted", "redacted", "sensitive", "fingerprint")
    BOOL_VALUE_FIELD_NUMBER: _ClassVar[int]
    STRING_VALUE_FIELD_NUMBER: _ClassVar[int]
    INT_VALUE_FIELD_NUMBER: _ClassVar[int]
    DOUBLE_VALUE_FIELD_NUMBER: _ClassVar[int]
    JSON_VALUE_FIELD_NUMBER: _ClassVar[int]
    SECRET_VALUE_FIELD_NUMBER: _ClassVar[int]
    ENCRYPTED_FIELD_NUMBER: _ClassVar[int]
    REDACTED_FIELD_NUMBER: _ClassVar[int]
    SENSITIVE_FIELD_NUMBER: _ClassVar[int]
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    bool_value: bool
    string_value: str
    int_value: int
    double_value: float
    json_value: str
    secret_value: SecretReference
    encrypted: EncryptedValue
    redacted: RedactedValue
    sensitive: bool
    fingerprint: str
    def __init__(self, bool_value: _Optional[bool] = ..., string_value: _Optional[str] = ..., int_value: _Optional[int] = ..., double_value: _Optional[float] = ..., json_value: _Optional[str] = ..., secret_value: _Optional[_Union[SecretReference, _Mapping]] = ..., encrypted: _Optional[_Union[EncryptedValue, _Mapping]] = ..., redacted: _Optional[_Union[RedactedValue, _Mapping]] = ..., sensitive: _Optional[bool] = ..., fingerprint: _Optional[str] = ...) -> None: ...

class EncryptedValue(_message.Message):
    __slots__ = ("type", "key_id", "wrapped_key", "nonce", "ciphertext", "fingerprint")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    WRAPPED_KEY_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    CIPHERTEXT_FIELD_NUMBER: _ClassVar[int]
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    type: ValueType
    key_id: str
    wrapped_key: bytes
    nonce: bytes
    ciphertext: bytes
    fingerprint: bytes
    def __init__(self, type: _Optional[_Union[ValueType, str]] = ..., key_id: _Optional[str] = ..., wrapped_key: _Optional[bytes] = ..., nonce: _Optional[bytes] = ..., ciphertext: _Optional[bytes] = ..., fingerprint: _Optional[bytes] = ...) -> None: ...

class RedactedValue(_message.Message):
    __slots__ = ("type",)
    TYPE_FIELD_NUMBER: _ClassVar[int]
    type: ValueType
    def __init__(self, type: _Optional[_Union[ValueType, str]] = ...) -> None: ...

class SecretReference(_message.Message):
    __slots__ = ("uri",)
    URI_FIELD_NUMBER: _ClassVar[int]
    uri: str
    def __init__(self, uri: _Optional[str] = ...) -> None: ...
