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


def checks_limits(*, of_bytes: int) -> Callable[[H], H]:
    """Marks a handler that calls `require_valid` itself for requests of at most so many bytes.

    It may leave that out where it sees sooner that nothing in so short a request can be beyond a limit.
    """

    def mark(handler: H) -> H:
        handler.checks_limits = of_bytes  # type: ignore[attr-defined]
        return handler

    return mark


def checks_limits_itself(handler: Callable[..., Any]) -> int:
    """Up to how many bytes the handler is marked so; -1: it is not."""
    return getattr(handler, "checks_limits", -1)


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
