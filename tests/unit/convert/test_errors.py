"""Errors as `google.rpc.Status`, which any gRPC client can read."""

from typing import TypeVar

import pytest
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, PreconditionFailure, RetryInfo
from google.rpc.status_pb2 import Status

from vexil.convert.errors import error_from_status, error_to_status
from vexil.core.errors import (
    Aborted,
    Code,
    FailedPrecondition,
    Internal,
    InvalidRequest,
    NotFound,
    Reason,
    Unavailable,
    VexilError,
    Violation,
)

M = TypeVar("M", bound=Message)

MUCH = 8192


def detail(status: Status, kind: type[M]) -> M:
    """The status's only detail of that type."""
    (found,) = [packed for packed in status.details if packed.Is(kind.DESCRIPTOR)]
    message = kind()
    found.Unpack(message)
    return message


def test_error_carries_code_reason_and_metadata() -> None:
    status = error_to_status(
        NotFound("no such environment", reason=Reason.ENVIRONMENT_NOT_FOUND, metadata={"a": "b"})
    )
    assert (status.code, status.message) == (5, "no such environment")
    assert detail(status, ErrorInfo) == ErrorInfo(
        reason="ENVIRONMENT_NOT_FOUND", domain="vexil", metadata={"a": "b"}
    )
    assert len(status.details) == 1


def test_fields_at_fault_are_a_bad_request() -> None:
    violations = [Violation("a.b", "too long"), Violation("c", "a cycle", Reason.CIRCULAR_DEPENDENCY)]
    status = error_to_status(InvalidRequest.of(violations))
    assert detail(status, BadRequest) == BadRequest(
        field_violations=[
            BadRequest.FieldViolation(field="a.b", description="too long", reason="INVALID_REQUEST"),
            BadRequest.FieldViolation(field="c", description="a cycle", reason="CIRCULAR_DEPENDENCY"),
        ]
    )


@pytest.mark.parametrize("kind", [Aborted, FailedPrecondition])
def test_state_at_fault_is_a_precondition_failure(kind: type[VexilError]) -> None:
    violation = Violation("preconditions[0]", "version 3, not 2", Reason.PRECONDITION_FAILED)
    status = error_to_status(kind("no", violations=[violation]))
    assert detail(status, PreconditionFailure) == PreconditionFailure(
        violations=[
            PreconditionFailure.Violation(
                type="PRECONDITION_FAILED", subject="preconditions[0]", description="version 3, not 2"
            )
        ]
    )


def test_time_to_wait_is_a_retry_info() -> None:
    delay = detail(error_to_status(Unavailable("later", retry_after=1.5)), RetryInfo).retry_delay
    assert (delay.seconds, delay.nanos) == (1, 500_000_000)


@pytest.mark.parametrize(("seconds", "sent"), [(-1.0, 0), (1e300, 86_400), (float("inf"), 86_400)])
def test_time_to_wait_that_makes_no_sense_is_bounded(seconds: float, sent: int) -> None:
    status = error_to_status(Unavailable("later", retry_after=seconds))
    assert detail(status, RetryInfo).retry_delay.seconds == sent


def test_long_error_fits_into_trailers() -> None:
    violations = [Violation(f"changes[{index}].{'x' * 900}", "é" * 2000) for index in range(10_000)]
    status = error_to_status(InvalidRequest("é" * 5000, violations=violations))
    assert status.message.endswith("é…")
    assert len(status.SerializeToString()) < MUCH / 2
    sent = detail(status, BadRequest).field_violations
    assert sent[0].field.startswith("changes[0].x")
    assert sent[0].description.endswith("é…")


def test_text_that_utf8_cannot_hold_is_escaped() -> None:
    violation = Violation('variants["\ud800"]', "\ud801")
    status = error_to_status(InvalidRequest("\ud800", violations=[violation], metadata={"\ud802": "\ud803"}))
    assert status.message == r"\ud800"
    assert detail(status, ErrorInfo).metadata == {r"\ud802": r"\ud803"}
    assert detail(status, BadRequest).field_violations[0].field == r'variants["\ud800"]'


@pytest.mark.parametrize("code", Code)
def test_status_of_each_code_is_its_class(code: Code) -> None:
    error = error_from_status(Status(code=code.value, message="no"))
    assert (error.code, error.message, error.reason) == (code, "no", type(error).default_reason)


@pytest.mark.parametrize("number", [0, 1, 2, 17, -1])
def test_status_of_another_code_is_internal(number: int) -> None:
    assert type(error_from_status(Status(code=number))) is Internal


def test_reason_of_a_newer_release_is_kept_in_the_metadata() -> None:
    status = Status(code=5)
    status.details.add().Pack(ErrorInfo(reason="PLANET_NOT_FOUND", domain="vexil"))
    error = error_from_status(status)
    assert error.reason is NotFound.default_reason
    assert error.metadata == {"reason": "PLANET_NOT_FOUND"}


def test_info_of_another_domain_is_not_ours() -> None:
    status = Status(code=14)
    status.details.add().Pack(ErrorInfo(reason="STORE_FULL", domain="proxy.example"))
    status.details.add().Pack(ErrorInfo(reason="STORE_UNAVAILABLE", domain="vexil"))
    assert error_from_status(status).reason is Reason.STORE_UNAVAILABLE
