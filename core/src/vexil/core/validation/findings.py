"""What is wrong, and where, before it becomes an error."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from vexil.core.errors import FailedPrecondition, InvalidRequest, NotFound, Reason, VexilError, Violation


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `field` is the path from the value that was looked at, "" the value itself."""

    field: str
    description: str
    reason: Reason = Reason.INVALID_REQUEST
    metadata: Mapping[str, str] = dataclasses.field(default_factory=dict)


def inside(place: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings as seen from what holds the value at `place`."""
    for finding in findings:
        joint = "." if finding.field and not finding.field.startswith("[") else ""
        yield dataclasses.replace(finding, field=f"{place}{joint}{finding.field}")


def error_of(findings: Sequence[Finding]) -> VexilError:
    """The error for one or more findings.

    It is InvalidRequest, unless every finding says that what should be deleted is not there (NotFound), or
    that it is still needed (FailedPrecondition). Reason, message and metadata are those of the first finding.
    """
    violations = [Violation(found.field, found.description, found.reason) for found in findings]
    first = findings[0]
    message = f"{first.field}: {first.description}"
    if len(findings) > 1:
        message += f" (and {len(findings) - 1} more)"
    reasons = {found.reason for found in findings}
    made: type[VexilError] = InvalidRequest
    if reasons == {Reason.CONFIGURATION_NOT_FOUND}:
        made = NotFound
    elif reasons <= {Reason.ENVIRONMENT_IN_USE, Reason.MISSING_REQUIRED_PARAMETER}:
        made = FailedPrecondition
    return made(message, reason=first.reason, violations=violations, metadata=first.metadata)
