"""Python values as settings."""

import math
from typing import Any

from vexil.core.errors import InvalidRequest, Reason, Violation
from vexil.core.jsontext import JsonProblem
from vexil.core.setting import Setting
from vexil.core.value import SecretReference, Value, ValueType


def setting_of(key: str, data: Any) -> Setting:
    """A plain setting with this value; a `Setting` as it is.

    bool, str, int, float and SecretReference are values of these types, a dict, a list or None is JSON.
    Raises InvalidRequest for what no setting can hold.
    """
    return data if isinstance(data, Setting) else Setting(value=_value_of(key, data))


def _value_of(key: str, data: Any) -> Value:
    match data:
        case Value():
            return data
        case bool():
            return Value.of_bool(data)
        case int() if -(2**63) <= data < 2**63:
            return Value.of_int(data)
        case float() if math.isfinite(data):
            return Value.of_double(data)
        case str():
            return Value.of_string(data)
        case SecretReference():
            return Value(ValueType.SECRET, data)
        case None | dict() | list():
            try:
                return Value.of_json(data)
            except JsonProblem as problem:
                raise _refused(key, str(problem)) from None
        case _:
            raise _refused(key, f"{data!r} is not the value of a setting")


def _refused(key: str, description: str) -> InvalidRequest:
    return InvalidRequest.of([Violation(key, description, Reason.INVALID_PARAMETER_TYPE)])
