"""The limits that stand in the contract (`buf.validate` options), checked for every request in one place."""

from collections.abc import Callable
from typing import Any, TypeVar

from google.protobuf.message import Message
from protovalidate import Validator

from vexil.convert.paths import at_key
from vexil.core.errors import InvalidRequest, Violation

H = TypeVar("H", bound=Callable[..., Any])

_VALIDATOR = Validator()


def require_valid(message: Message) -> None:
    """Raises InvalidRequest with a violation for each field that breaks the contract."""
    if violations := _VALIDATOR.collect_violations(message):
        raise InvalidRequest.of([_violation(violation.proto) for violation in violations])


def checks_limits(handler: H) -> H:
    """Marks a handler that calls `require_valid` itself, where it does not see sooner that it need not."""
    handler.checks_limits = True  # type: ignore[attr-defined]
    return handler


def checks_limits_itself(handler: Callable[..., Any]) -> bool:
    """Whether the handler is marked so."""
    return getattr(handler, "checks_limits", False)


def _violation(proto: Any) -> Violation:
    """`proto` is a `buf.validate.Violation`, of which protovalidate publishes no usable type."""
    field = _path(proto.field.elements)
    return Violation(f"{field} (key)" if proto.for_key else field, proto.message or proto.rule_id)


def _path(elements: Any) -> str:
    """A path as in `google.rpc.BadRequest`: `changes[0].id.key`, `labels["ticket"]`."""
    path = ""
    for element in elements:
        path += f".{element.field_name}" if path else element.field_name
        if element.subscript is not None:
            key = element.subscript.value
            path += at_key(key) if isinstance(key, str) else f"[{key}]"
    return path
