"""Errors on the wire: VexilError and `google.rpc.Status` with its standard details.

Every status carries an ErrorInfo of domain `vexil`; fields at fault are a BadRequest, or with the codes
FAILED_PRECONDITION and ABORTED a PreconditionFailure; a time to wait is a RetryInfo
(https://google.aip.dev/193).
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from google.protobuf.message import DecodeError, Message
from google.rpc import error_details_pb2, status_pb2

from vexil.convert.wellknown import fill_duration
from vexil.core import errors
from vexil.core.errors import Code, Reason, VexilError, Violation

DOMAIN = "vexil"

MAX_MESSAGE_BYTES = 512
MAX_VIOLATION_BYTES = 3072
"""What is longer is cut: a status travels in HTTP/2 trailers, of which many peers take 8 KiB at most."""

_CLASSES: Mapping[int, type[VexilError]] = {
    each.code.value: each
    for each in (
        errors.InvalidRequest,
        errors.NotFound,
        errors.AlreadyExists,
        errors.Aborted,
        errors.FailedPrecondition,
        errors.OutOfRange,
        errors.LimitExceeded,
        errors.Unauthenticated,
        errors.AccessDenied,
        errors.Unavailable,
        errors.DeadlineExceeded,
        errors.Unimplemented,
        errors.DataLoss,
        errors.Internal,
    )
}
_LONGEST_WAIT = 86_400.0
_ABOUT_STATE = (Code.FAILED_PRECONDITION, Code.ABORTED)

M = TypeVar("M", bound=Message)


def error_to_status(error: VexilError) -> status_pb2.Status:
    """The status of an error. Never raises; long texts and lists are cut."""
    status = status_pb2.Status(code=error.code.value, message=_cut(error.message, MAX_MESSAGE_BYTES))
    info = error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN)
    info.metadata.update({_utf8(name): _utf8(text) for name, text in error.metadata.items()})
    status.details.add().Pack(info)
    if error.violations:
        violations = _fitting(error.violations)
        status.details.add().Pack(
            _precondition_failure(violations) if error.code in _ABOUT_STATE else _bad_request(violations)
        )
    if error.retry_after is not None:
        retry = error_details_pb2.RetryInfo()
        fill_duration(retry.retry_delay, min(max(error.retry_after, 0.0), _LONGEST_WAIT))
        status.details.add().Pack(retry)
    return status


def error_from_status(status: status_pb2.Status) -> VexilError:
    """The error of a status. Never raises.

    A code that has no class of its own becomes Internal; a reason that this release does not know becomes the
    class's own, and stands in the metadata as `reason`.
    """
    kind = _CLASSES.get(status.code, errors.Internal)
    info = _detail(status, error_details_pb2.ErrorInfo)
    metadata = dict(info.metadata)
    reason = _reason(info.reason)
    if reason is None and info.reason:
        metadata["reason"] = info.reason
    bad = _detail(status, error_details_pb2.BadRequest)
    failure = _detail(status, error_details_pb2.PreconditionFailure)
    violations = [
        *(_violation(each.field, each.description, each.reason) for each in bad.field_violations),
        *(_violation(each.subject, each.description, each.type) for each in failure.violations),
    ]
    return kind(
        status.message,
        reason=reason,
        violations=violations,
        metadata=metadata,
        retry_after=_retry_after(status),
    )


def _bad_request(violations: Iterable[Violation]) -> error_details_pb2.BadRequest:
    message = error_details_pb2.BadRequest()
    for each in violations:
        message.field_violations.add(field=each.field, description=each.description, reason=each.reason)
    return message


def _precondition_failure(violations: Iterable[Violation]) -> error_details_pb2.PreconditionFailure:
    message = error_details_pb2.PreconditionFailure()
    for each in violations:
        message.violations.add(type=each.reason, subject=each.field, description=each.description)
    return message


def _fitting(violations: Iterable[Violation]) -> Iterable[Violation]:
    """The violations in the order given, as long as there is room; the first one always."""
    room = MAX_VIOLATION_BYTES
    for each in violations:
        fitting = Violation(_cut(each.field, 512), _cut(each.description, 1024), each.reason)
        size = len(fitting.field.encode()) + len(fitting.description.encode()) + len(fitting.reason)
        if size > room:
            return
        room -= size
        yield fitting


def _utf8(text: str) -> str:
    """The text with what UTF-8 can't hold, lone surrogates, written as an escape."""
    return text.encode("utf-8", "backslashreplace").decode()


def _cut(text: str, most: int) -> str:
    data = text.encode("utf-8", "backslashreplace")
    if len(data) <= most:
        return data.decode()
    return data[: most - 3].decode("utf-8", "ignore") + "…"


def _detail(status: status_pb2.Status, kind: type[M]) -> M:
    """The status's detail of that type; an empty one when it has none, or none that can be read."""
    message = kind()
    for packed in status.details:
        try:
            if packed.Unpack(message) and getattr(message, "domain", DOMAIN) == DOMAIN:
                return message
        except DecodeError:
            pass
        message.Clear()
    return message


def _reason(name: str) -> Reason | None:
    return Reason(name) if name in Reason.__members__ else None


def _violation(field: str, description: str, reason: str) -> Violation:
    return Violation(field, description, _reason(reason) or Reason.INVALID_REQUEST)


def _retry_after(status: status_pb2.Status) -> float | None:
    retry = _detail(status, error_details_pb2.RetryInfo)
    if not retry.HasField("retry_delay"):
        return None
    # One division, so that the seconds are the number nearest to what was sent.
    return float(max(0.0, (retry.retry_delay.seconds * 10**9 + retry.retry_delay.nanos) / 10**9))
