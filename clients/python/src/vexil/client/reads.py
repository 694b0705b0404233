"""Reading settings: the part that is the same whatever answers."""

from typing import Any, Protocol, TypeVar

from vexil.client.replica.readers import Reader
from vexil.core.evaluation import EMPTY_CONTEXT, Evaluation, EvaluationContext
from vexil.core.value import SecretReference, ValueType
from vexil.core.view import View

T = TypeVar("T")

# Global names: looking a member up in its enum takes longer than all the rest of a read.
_BOOL = ValueType.BOOL
_STRING = ValueType.STRING
_INT = ValueType.INT
_DOUBLE = ValueType.DOUBLE
_JSON = ValueType.JSON
_SECRET = ValueType.SECRET

_TYPES: dict[type, ValueType] = {
    bool: _BOOL,
    str: _STRING,
    int: _INT,
    float: _DOUBLE,
    dict: _JSON,
    list: _JSON,
    SecretReference: _SECRET,
}


def typed_value(evaluation: Evaluation, value_type: type[T], default: T) -> T:
    """The value served where it is of this type, or the default; types and TypeError as `Reads.get_typed`."""
    if value_type not in _TYPES:
        names = ", ".join(known.__name__ for known in _TYPES)
        raise TypeError(f"{value_type!r} is not the type of a setting's value; there are {names}")
    fits = evaluation.type is _TYPES[value_type] and isinstance(evaluation.value, value_type)
    return evaluation.value if fits else default


class Source(Protocol):
    """Where reads go."""

    @property
    def reader(self) -> Reader:
        """What answers now."""
        ...

    @property
    def view(self) -> View | None:
        """The state held here; None: none is."""
        ...


class Reads:
    """Reads that never raise for what the server holds or whether it can be reached.

    Where no value is served (no such setting, another type, nothing known yet, a flag that is off and names
    no off variant), the caller's default stands in; `evaluate` says why. JSON values are read-only.
    """

    _source: Source

    def evaluate(self, key: str, context: EvaluationContext = EMPTY_CONTEXT) -> Evaluation:
        """What the context gets from the setting: value, variant, reason, rule, environment, revision.

        Without a value `evaluation.type` is None, and `reason` and `error_code` say why.
        """
        return self._source.reader.evaluate(key, context)

    def get(self, key: str, default: Any = None, context: EvaluationContext = EMPTY_CONTEXT) -> Any:
        """The setting's value, of whatever type it has, or the default."""
        evaluation = self._source.reader.evaluate(key, context)
        return default if evaluation.type is None else evaluation.value

    def get_bool(self, key: str, default: bool, context: EvaluationContext = EMPTY_CONTEXT) -> bool:
        """The value of a bool setting, or the default."""
        evaluation = self._source.reader.evaluate(key, context)
        return evaluation.value if evaluation.type is _BOOL else default

    def get_string(self, key: str, default: str, context: EvaluationContext = EMPTY_CONTEXT) -> str:
        """The value of a string setting, or the default."""
        evaluation = self._source.reader.evaluate(key, context)
        return evaluation.value if evaluation.type is _STRING else default

    def get_int(self, key: str, default: int, context: EvaluationContext = EMPTY_CONTEXT) -> int:
        """The value of an int setting, or the default; a double is not read as an int."""
        evaluation = self._source.reader.evaluate(key, context)
        return evaluation.value if evaluation.type is _INT else default

    def get_float(self, key: str, default: float, context: EvaluationContext = EMPTY_CONTEXT) -> float:
        """The value of a double setting, or the default; an int is not read as a double."""
        evaluation = self._source.reader.evaluate(key, context)
        return evaluation.value if evaluation.type is _DOUBLE else default

    def get_json(self, key: str, default: Any = None, context: EvaluationContext = EMPTY_CONTEXT) -> Any:
        """The read-only value of a JSON setting, or the default."""
        evaluation = self._source.reader.evaluate(key, context)
        return evaluation.value if evaluation.type is _JSON else default

    def get_secret(self, key: str, context: EvaluationContext = EMPTY_CONTEXT) -> SecretReference | None:
        """Where the secret is, or None; `vexil.client.secrets` fetches it. It never passes through Vexil."""
        evaluation = self._source.reader.evaluate(key, context)
        return evaluation.value if evaluation.type is _SECRET else None

    def get_typed(
        self, key: str, value_type: type[T], default: T, context: EvaluationContext = EMPTY_CONTEXT
    ) -> T:
        """The value where it is of this type, or the default.

        `value_type` is bool, str, int, float, dict, list or SecretReference. Raises TypeError for another.
        """
        return typed_value(self._source.reader.evaluate(key, context), value_type, default)
