"""What AWS refuses, or never answers, before it has looked at an item: who asks, from where, and when."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from vexil.core.errors import FailedPrecondition, Reason, Unavailable, VexilError, Violation

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError


RETRY_AFTER = 1.0
"""Seconds after which a call is worth repeating that DynamoDB did not answer, or had no capacity for."""


class Problem(StrEnum):
    """What is wrong; stands as `problem` in an error's metadata."""

    TABLE_MISSING = "TABLE_MISSING"
    TABLE_NOT_READY = "TABLE_NOT_READY"
    LAYOUT_MISSING = "LAYOUT_MISSING"
    TABLES_WRONG = "TABLES_WRONG"
    CONSISTENCY_WRONG = "CONSISTENCY_WRONG"
    STEP_REFUSED = "STEP_REFUSED"
    KEYS_WRONG = "KEYS_WRONG"
    ACCESS_DENIED = "ACCESS_DENIED"
    KEY_DENIED = "KEY_DENIED"
    CREDENTIALS_MISSING = "CREDENTIALS_MISSING"
    CREDENTIALS_EXPIRED = "CREDENTIALS_EXPIRED"
    CREDENTIALS_UNKNOWN = "CREDENTIALS_UNKNOWN"
    REGION_MISSING = "REGION_MISSING"
    REGION_WRONG = "REGION_WRONG"
    CLOCK_WRONG = "CLOCK_WRONG"
    UNREACHABLE = "UNREACHABLE"


class StoreRefused(FailedPrecondition):
    """The tables can't be used before somebody has put something right; the message says what.

    Never PERMISSION_DENIED or UNAUTHENTICATED: the credentials are the server's, not its caller's.
    """

    default_reason = Reason.STORE_UNAVAILABLE

    def __init__(self, problem: Problem, message: str, violations: Sequence[Violation] = ()) -> None:
        super().__init__(message, violations=violations, metadata={"problem": str(problem)})
        self.problem = problem


@contextmanager
def accessing(subject: str) -> Iterator[None]:
    """Turns what botocore raises inside into a VexilError. Needs botocore.

    `subject` opens the message where it is about access, such as "the table vexil in eu-central-1".
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - an extra

    from vexil.server.stores.dynamodb.errors import translate  # noqa: PLC0415 - imports this

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise (refusal(error, subject) or translate(error)) from error


def refusal(error: "BotoCoreError | ClientError", subject: str) -> VexilError | None:
    """StoreRefused, or Unavailable when nobody answers, for what botocore raised.

    None when that is about something else. What botocore says itself stays out of it: it holds ARNs.
    """
    response: Mapping[str, Any] | None = getattr(error, "response", None)
    problem = _by_class(error) if response is None else _by_answer(response)
    if problem is None:
        return None
    message = f"{subject}: {_TEXTS[problem](error)}"
    if problem is Problem.UNREACHABLE:
        return Unavailable(
            message,
            reason=Reason.STORE_UNAVAILABLE,
            metadata={"problem": str(problem)},
            retry_after=RETRY_AFTER,
        )
    return StoreRefused(problem, message)


def _by_class(error: Exception) -> Problem | None:
    """The problem by the class that botocore raises, or one of those that it derives from."""
    return next(
        (_BY_CLASS[base.__name__] for base in type(error).__mro__ if base.__name__ in _BY_CLASS), None
    )


def _by_answer(response: Mapping[str, Any]) -> Problem | None:
    """The problem by the service's error code (the common errors in the API reference of DynamoDB)."""
    error = response.get("Error", {})
    code, text = error.get("Code", ""), error.get("Message", "")
    if code == "InvalidSignatureException":
        # One code for three things, which only the text tells apart.
        if "Signature expired" in text or "not yet current" in text:
            return Problem.CLOCK_WRONG
        if "scoped to a valid region" in text:
            return Problem.REGION_WRONG
    return _BY_CODE.get(code)


_BY_CODE = {
    "ResourceNotFoundException": Problem.TABLE_MISSING,
    "AccessDeniedException": Problem.ACCESS_DENIED,
    "KMSAccessDeniedException": Problem.KEY_DENIED,
    "ExpiredTokenException": Problem.CREDENTIALS_EXPIRED,
    "ExpiredToken": Problem.CREDENTIALS_EXPIRED,
    "UnrecognizedClientException": Problem.CREDENTIALS_UNKNOWN,
    "InvalidClientTokenId": Problem.CREDENTIALS_UNKNOWN,
    "InvalidSignatureException": Problem.CREDENTIALS_UNKNOWN,
    "IncompleteSignatureException": Problem.CREDENTIALS_UNKNOWN,
    "MissingAuthenticationTokenException": Problem.CREDENTIALS_MISSING,
    "MissingAuthenticationToken": Problem.CREDENTIALS_MISSING,
    "RequestTimeTooSkewed": Problem.CLOCK_WRONG,
    "RequestExpired": Problem.CLOCK_WRONG,
    "OptInRequired": Problem.REGION_WRONG,
}

_BY_CLASS = {
    "NoCredentialsError": Problem.CREDENTIALS_MISSING,
    "PartialCredentialsError": Problem.CREDENTIALS_MISSING,
    "ProfileNotFound": Problem.CREDENTIALS_MISSING,
    "CredentialRetrievalError": Problem.CREDENTIALS_EXPIRED,
    "TokenRetrievalError": Problem.CREDENTIALS_EXPIRED,
    "SSOError": Problem.CREDENTIALS_EXPIRED,
    "LoginError": Problem.CREDENTIALS_EXPIRED,
    "NoRegionError": Problem.REGION_MISSING,
    "InvalidRegionError": Problem.REGION_WRONG,
    "ConnectionError": Problem.UNREACHABLE,
    "HTTPClientError": Problem.UNREACHABLE,
}


def _denied(error: Exception) -> str:
    operation = getattr(error, "operation_name", None)
    what = f"dynamodb:{operation}" if operation else "this"
    return f"the credentials do not allow {what}; docs/dynamodb.md has the policy that Vexil needs"


def _clock(error: Exception) -> str:
    headers = getattr(error, "response", {}).get("ResponseMetadata", {}).get("HTTPHeaders", {})
    theirs = f" (AWS says that it is {headers['date']})" if "date" in headers else ""
    return f"this machine's clock is more than 5 minutes off{theirs}; set it, best by NTP"


def _always(text: str) -> Callable[[Exception], str]:
    return lambda _: text


_TEXTS: Mapping[Problem, Callable[[Exception], str]] = {
    Problem.TABLE_MISSING: _always(
        "there is no such table with these credentials in this region; name the right region, or create it: "
        "vexil store init"
    ),
    Problem.ACCESS_DENIED: _denied,
    Problem.KEY_DENIED: _always(
        "the credentials do not allow the use of the table's KMS key; allow it in the key's policy"
    ),
    Problem.CREDENTIALS_MISSING: _always(
        "there are no AWS credentials; give the process a role, AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
        "AWS_SECRET_ACCESS_KEY"
    ),
    Problem.CREDENTIALS_EXPIRED: _always(
        "the AWS credentials have expired and were not renewed; sign in again (aws sso login), or give the "
        "process a role, whose credentials renew themselves"
    ),
    Problem.CREDENTIALS_UNKNOWN: _always(
        "AWS does not accept the credentials; compare access key, secret and session token, and see whether "
        "the account uses this region"
    ),
    Problem.REGION_MISSING: _always(
        "no region is given; set AWS_REGION, or write ?region=… behind the table"
    ),
    Problem.REGION_WRONG: _always(
        "the request was for another region than the endpoint's, or for one that the account does not use; "
        "compare AWS_REGION and ?region=… with the endpoint"
    ),
    Problem.CLOCK_WRONG: _clock,
    Problem.UNREACHABLE: _always(
        "the endpoint does not answer; is the region's name right, is there a way to it (VPC endpoint, "
        "proxy, DNS), and does the local engine run?"
    ),
}
