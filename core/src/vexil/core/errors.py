"""Every error that Vexil raises on purpose, with what it becomes on the wire.

    VexilError
    ├── InvalidRequest            INVALID_ARGUMENT
    ├── NotFound                  NOT_FOUND
    ├── AlreadyExists             ALREADY_EXISTS
    ├── Aborted                   ABORTED
    ├── FailedPrecondition        FAILED_PRECONDITION
    ├── OutOfRange                OUT_OF_RANGE
    ├── LimitExceeded             RESOURCE_EXHAUSTED
    ├── Unauthenticated           UNAUTHENTICATED
    ├── AccessDenied              PERMISSION_DENIED
    ├── Unavailable               UNAVAILABLE
    ├── DeadlineExceeded          DEADLINE_EXCEEDED
    ├── Unimplemented             UNIMPLEMENTED
    ├── DataLoss                  DATA_LOSS
    └── Internal                  INTERNAL

A class stands for a canonical code (https://google.aip.dev/193); the `reason` says what exactly is wrong
and is stable. Match on the reason, never on the text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum


class Code(Enum):
    """Canonical status codes with their numbers (https://grpc.io/docs/guides/status-codes/)."""

    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16


class Reason(StrEnum):
    """The stable reasons; `vexil.v1.ErrorReason` documents each and has the same names."""

    INVALID_REQUEST = "INVALID_REQUEST"
    INVALID_PARAMETER_TYPE = "INVALID_PARAMETER_TYPE"
    CONSTRAINT_VIOLATION = "CONSTRAINT_VIOLATION"
    MISSING_REQUIRED_PARAMETER = "MISSING_REQUIRED_PARAMETER"
    CIRCULAR_DEPENDENCY = "CIRCULAR_DEPENDENCY"
    DANGLING_REFERENCE = "DANGLING_REFERENCE"
    CONFIGURATION_NOT_FOUND = "CONFIGURATION_NOT_FOUND"
    ENVIRONMENT_NOT_FOUND = "ENVIRONMENT_NOT_FOUND"
    NAMESPACE_NOT_FOUND = "NAMESPACE_NOT_FOUND"
    NAMESPACE_EXISTS = "NAMESPACE_EXISTS"
    VERSION_NOT_FOUND = "VERSION_NOT_FOUND"
    PRECONDITION_FAILED = "PRECONDITION_FAILED"
    CONFLICTING_CHANGE = "CONFLICTING_CHANGE"
    REQUEST_ID_REUSED = "REQUEST_ID_REUSED"
    REVISION_COMPACTED = "REVISION_COMPACTED"
    REVISION_IN_FUTURE = "REVISION_IN_FUTURE"
    INVALID_RESUME_TOKEN = "INVALID_RESUME_TOKEN"
    INVALID_PAGE_TOKEN = "INVALID_PAGE_TOKEN"
    ENVIRONMENT_IN_USE = "ENVIRONMENT_IN_USE"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    NOT_READY = "NOT_READY"
    STORE_UNAVAILABLE = "STORE_UNAVAILABLE"
    STORE_FULL = "STORE_FULL"
    STORE_READ_ONLY = "STORE_READ_ONLY"
    STORE_CORRUPT = "STORE_CORRUPT"
    STORE_SCHEMA_NEWER = "STORE_SCHEMA_NEWER"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    ACCESS_DENIED = "ACCESS_DENIED"
    VALIDATION_TIMEOUT = "VALIDATION_TIMEOUT"
    APPROVAL_REQUIRED = "APPROVAL_REQUIRED"
    INSUFFICIENT_APPROVERS = "INSUFFICIENT_APPROVERS"
    DEPLOYMENT_FAILED = "DEPLOYMENT_FAILED"
    INTERNAL = "INTERNAL"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    UNIMPLEMENTED = "UNIMPLEMENTED"
    STREAM_NOT_FOUND = "STREAM_NOT_FOUND"
    TOO_MANY_STREAMS = "TOO_MANY_STREAMS"
    RATE_LIMITED = "RATE_LIMITED"
    NOT_HOME_REGION = "NOT_HOME_REGION"
    FLOW_DISABLED = "FLOW_DISABLED"
    TEMPLATE_NOT_FOUND = "TEMPLATE_NOT_FOUND"
    TEMPLATE_UNAVAILABLE = "TEMPLATE_UNAVAILABLE"
    TEMPLATE_INCOMPLETE = "TEMPLATE_INCOMPLETE"
    INVALID_FLOW = "INVALID_FLOW"
    ENCRYPTION_KEY_MISSING = "ENCRYPTION_KEY_MISSING"
    ENCRYPTION_UNAVAILABLE = "ENCRYPTION_UNAVAILABLE"
    SECRET_SHOWN = "SECRET_SHOWN"


@dataclass(frozen=True, slots=True)
class Violation:
    """One field at fault.

    `field` is a path as in `google.rpc.BadRequest` (`changes[2].put.setting.rules[0]`); `description` says
    what is wrong and, where it can, what would be right.
    """

    field: str
    description: str
    reason: Reason = Reason.INVALID_REQUEST


class VexilError(Exception):
    """The base: a message for people, and what machines need.

    `retry_after` is in seconds; None: a retry of the same call does not help, or the caller's own policy
    decides.
    """

    code: Code = Code.INTERNAL
    default_reason: Reason = Reason.INTERNAL

    def __init__(
        self,
        message: str,
        *,
        reason: Reason | None = None,
        violations: Sequence[Violation] = (),
        metadata: Mapping[str, str] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or self.default_reason
        self.violations = tuple(violations)
        self.metadata = dict(metadata or {})
        self.retry_after = retry_after


class InvalidRequest(VexilError):
    """The request can never succeed as it is."""

    code = Code.INVALID_ARGUMENT
    default_reason = Reason.INVALID_REQUEST

    @classmethod
    def of(cls, violations: Sequence[Violation]) -> "InvalidRequest":
        """The error for one or more violations; its reason and message are those of the first."""
        first = violations[0]
        rest = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
        message = f"{first.field}: {first.description}{rest}"
        return cls(message, reason=first.reason, violations=violations)


class NotFound(VexilError):
    """What was asked for is not there."""

    code = Code.NOT_FOUND
    default_reason = Reason.CONFIGURATION_NOT_FOUND


class AlreadyExists(VexilError):
    """What should be created is there."""

    code = Code.ALREADY_EXISTS
    default_reason = Reason.NAMESPACE_EXISTS


class Aborted(VexilError):
    """Somebody else was first; nothing was changed. Read again, then decide."""

    code = Code.ABORTED
    default_reason = Reason.PRECONDITION_FAILED


class FailedPrecondition(VexilError):
    """The system has to change before this can succeed."""

    code = Code.FAILED_PRECONDITION
    default_reason = Reason.ENVIRONMENT_IN_USE


class OutOfRange(VexilError):
    """A revision before or after what is kept."""

    code = Code.OUT_OF_RANGE
    default_reason = Reason.REVISION_COMPACTED


class LimitExceeded(VexilError):
    """A limit is reached, or room has run out."""

    code = Code.RESOURCE_EXHAUSTED
    default_reason = Reason.LIMIT_EXCEEDED


class Unauthenticated(VexilError):
    """No credential, or one that is not valid."""

    code = Code.UNAUTHENTICATED
    default_reason = Reason.UNAUTHENTICATED


class AccessDenied(VexilError):
    """The caller may not do this."""

    code = Code.PERMISSION_DENIED
    default_reason = Reason.ACCESS_DENIED


class Unavailable(VexilError):
    """Not now; later, or elsewhere, the same call can succeed."""

    code = Code.UNAVAILABLE
    default_reason = Reason.NOT_READY


class DeadlineExceeded(VexilError):
    """The time given was not enough."""

    code = Code.DEADLINE_EXCEEDED
    default_reason = Reason.DEADLINE_EXCEEDED


class Unimplemented(VexilError):
    """The server does not know how."""

    code = Code.UNIMPLEMENTED
    default_reason = Reason.UNIMPLEMENTED


class DataLoss(VexilError):
    """What was stored is damaged."""

    code = Code.DATA_LOSS
    default_reason = Reason.STORE_CORRUPT


class Internal(VexilError):
    """A defect in Vexil."""

    code = Code.INTERNAL
    default_reason = Reason.INTERNAL
