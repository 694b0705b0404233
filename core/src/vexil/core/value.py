"""Typed values."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from vexil.core import jsontext
from vexil.core.frozen import freeze

MAX_VALUE_BYTES = 256 * 1024


class ValueType(StrEnum):
    """The types of a value; the members' text is what files and people use."""

    BOOL = "bool"
    STRING = "string"
    INT = "int"
    DOUBLE = "double"
    JSON = "json"
    SECRET = "secret"


@dataclass(frozen=True, slots=True)
class SecretReference:
    """Where a reader with credentials finds a secret: an ARN, or `ssm:…`, `vault:…`, `env:…`, `file:…`."""

    uri: str


@dataclass(frozen=True, slots=True)
class Encrypted:
    """What a store holds of a sensitive value: ciphertext, and the data key for it, wrapped by `key_id`.

    `fingerprint`: as in `Value`.
    """

    key_id: str
    wrapped_key: bytes
    nonce: bytes
    ciphertext: bytes
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Redacted:
    """Stands for a sensitive value that is not shown; those with one fingerprint stand for equal values."""

    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A value with its type.

    `data` is a bool, str, int (64 bits), finite float, a read-only JSON value, or a SecretReference; of
    whatever type, it is Encrypted in a store, and Redacted where it is not shown. Two values are equal when
    type and data are: the int 1, the double 1.0 and true are three values. `sensitive`: it was encrypted in
    the store, and is shown to nobody who may not reveal it. `fingerprint`: a keyed hash of such a value, in
    hexadecimal, the same for equal values of one resource.
    """

    type: ValueType
    data: Any
    sensitive: bool = field(default=False, compare=False)
    fingerprint: str = field(default="", compare=False)

    @staticmethod
    def of_bool(data: bool) -> "Value":
        """A boolean."""
        return Value(ValueType.BOOL, data)

    @staticmethod
    def of_string(data: str) -> "Value":
        """Text."""
        return Value(ValueType.STRING, data)

    @staticmethod
    def of_int(data: int) -> "Value":
        """A 64-bit integer."""
        return Value(ValueType.INT, data)

    @staticmethod
    def of_double(data: float) -> "Value":
        """A finite number."""
        return Value(ValueType.DOUBLE, data)

    @staticmethod
    def of_json(data: Any) -> "Value":
        """A JSON value; frozen here. Raises JsonProblem when it is none."""
        jsontext.check(data)
        return Value(ValueType.JSON, freeze(data))

    @staticmethod
    def of_secret(uri: str) -> "Value":
        """A reference to a secret."""
        return Value(ValueType.SECRET, SecretReference(uri))

    def __repr__(self) -> str:
        return f"Value({self.type.value}, {'…' if self.sensitive else repr(self.data)})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Value) or self.type is not other.type:
            return False
        if self._is_document and other._is_document:
            # Python's 1 == 1.0 == True would hide a change inside a document.
            return jsontext.dump(self.data) == jsontext.dump(other.data)
        return bool(self.data == other.data)

    def __hash__(self) -> int:
        return hash((self.type, jsontext.dump(self.data) if self._is_document else self.data))

    @property
    def _is_document(self) -> bool:
        return self.type is ValueType.JSON and not isinstance(self.data, Encrypted | Redacted)
