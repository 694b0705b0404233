"""AWS clients for reading, and their errors as Vexil's."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, overload

from vexil.core.errors import (
    AccessDenied,
    FailedPrecondition,
    InvalidRequest,
    NotFound,
    Reason,
    Unauthenticated,
    Unavailable,
    VexilError,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_ssm import SSMClient

AWS = "aws"
"""What the metadata `problem` says of errors that come from there, which say themselves what to do."""

_NOT_FOUND = {"ResourceNotFoundException", "ParameterNotFound"}
_DENIED = {"AccessDeniedException", "AccessDenied"}
_UNKNOWN_CALLER = {
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "ExpiredToken",
    "ExpiredTokenException",
    "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch",
}


@dataclass(frozen=True, slots=True)
class AwsPlace:
    """Where AWS is called; None: what the AWS configuration says (AWS_REGION, AWS_PROFILE, …)."""

    region: str | None = None
    endpoint_url: str | None = None

    @overload
    def client(self, service: Literal["dynamodb"], connections: int = 1) -> "DynamoDBClient": ...
    @overload
    def client(self, service: Literal["ssm"], connections: int = 1) -> "SSMClient": ...
    def client(self, service: Any, connections: int = 1) -> Any:
        """A client that threads may share, up to `connections` at a time; the caller closes it.

        Raises FailedPrecondition when boto3 is not installed, and what `aws_errors` makes of the rest.
        """
        require_boto3()
        import boto3  # noqa: PLC0415 - an extra, and slow to import
        from botocore.config import Config  # noqa: PLC0415

        # Reading a whole table meets throttling as a matter of course: adaptive retries slow down for it.
        retries: Mapping[str, Any] = {"mode": "adaptive", "max_attempts": 10}
        config = Config(
            retries=retries,  # type: ignore[arg-type]  # a plain mapping does
            connect_timeout=5,
            read_timeout=30,
            max_pool_connections=max(connections, 1),
        )
        with aws_errors(f"the {service} client"):
            try:
                # Not boto3's default session, which keeps the first credentials that it found.
                return boto3.Session().client(
                    service, region_name=self.region, endpoint_url=self.endpoint_url, config=config
                )
            except ValueError as error:
                raise InvalidRequest(f"{self.endpoint_url!r} is no URL of an AWS endpoint") from error


def require_boto3() -> None:
    """Raises FailedPrecondition, with what to do, when boto3 is not installed."""
    try:
        import boto3  # noqa: F401, PLC0415 - an extra, and slow to import
    except ImportError as error:
        raise FailedPrecondition(
            "boto3 is not installed, which reads from AWS: install vexil-server[dynamodb]",
            reason=Reason.UNIMPLEMENTED,
        ) from error


@contextmanager
def aws_errors(what: str) -> Iterator[None]:
    """Turns what botocore raises inside into the VexilError that it stands for; `what` was being read."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - an extra

    try:
        yield
    except ClientError as error:
        raise _of_aws(_refused(error.response.get("Error", {}).get("Code", ""), what)) from error
    except BotoCoreError as error:
        raise _of_aws(_failed(type(error).__name__, what)) from error


def _of_aws(error: VexilError) -> VexilError:
    """The error, told apart from those of a Vexil server."""
    error.metadata["problem"] = AWS
    return error


def _refused(code: str, what: str) -> VexilError:
    """The error for what a service answered."""
    if code in _NOT_FOUND:
        return NotFound(f"{what} does not exist there; check the name, the region and the account")
    if code in _DENIED:
        return AccessDenied(f"AWS does not let these credentials read {what}")
    if code in _UNKNOWN_CALLER:
        return Unauthenticated(f"AWS does not accept the credentials ({code}); renew them, check the clock")
    if code == "ValidationException":
        return InvalidRequest(f"AWS does not take the name of {what}")
    return Unavailable(f"{what} can't be read: AWS answered {code or 'an error'}")


def _failed(kind: str, what: str) -> VexilError:
    """The error for a call that got no answer."""
    if kind == "NoRegionError":
        return InvalidRequest("no AWS region is set: give --region, or AWS_REGION")
    if kind in {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"}:
        return Unauthenticated("there are no AWS credentials; `aws configure`, or AWS_PROFILE, gives them")
    if kind in {"TokenRetrievalError", "SSOTokenLoadError", "UnauthorizedSSOTokenError"}:
        return Unauthenticated("the AWS sign-on has expired; `aws sso login` renews it")
    if kind in {"ProfileNotFound", "ConfigNotFound", "ParamValidationError"}:
        return InvalidRequest(
            f"{what} can't be called: the AWS configuration or a name is not valid ({kind})"
        )
    return Unavailable(f"{what} can't be read: AWS can't be reached ({kind})")
