"""What AWS answers when it takes no announcement, as Vexil's errors.

Codes: https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html and API_Publish.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html and
API_SendMessage.html. AWS's own words stay in the log at debug level.
"""

from vexil.core.errors import (
    AccessDenied,
    InvalidRequest,
    LimitExceeded,
    NotFound,
    Reason,
    Unauthenticated,
    Unavailable,
    VexilError,
)

_MISSING = frozenset(
    {
        "NotFound",
        "NotFoundException",
        "NonExistentQueue",
        "QueueDoesNotExist",
        "QueueDeletedRecently",
        "InvalidAddress",
    }
)
_KEY = frozenset({"KMSAccessDenied", "KMSDisabled", "KMSInvalidState", "KMSNotFound", "KMSOptInRequired"})
_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthorizationError", "NotAuthorized", "InvalidSecurity"}
)
_CREDENTIALS = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "MissingAuthenticationToken",
        "OptInRequired",
        "UnrecognizedClientException",
    }
)
_CLOCK = frozenset(
    {"RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch", "InvalidSignatureException"}
)
_THROTTLED = frozenset(
    {
        "KMSThrottled",
        "KMSThrottling",
        "OverLimit",
        "RequestThrottled",
        "Throttled",
        "Throttling",
        "ThrottlingException",
        "TooManyEntriesInBatchRequest",
    }
)
_REFUSED = frozenset(
    {
        "BatchRequestTooLong",
        "InvalidMessageContents",
        "InvalidParameter",
        "InvalidParameterException",
        "InvalidParameterValue",
        "MissingParameter",
        "UnsupportedOperation",
        "ValidationError",
    }
)


def refusal(code: str, destination: str) -> VexilError:
    """The error for a code that AWS answered; one that is not known counts as passing."""
    # SQS puts a prefix before its codes, and writes KMS in another way than SNS.
    plain = code.rpartition(".")[2].replace("Kms", "KMS").removesuffix("Exception") or code
    names = {code, plain, f"{plain}Exception"}
    if names & _MISSING:
        return NotFound(
            f"there is no {destination}: create it, or correct `announce` (name, region and account)",
            reason=Reason.CONFIGURATION_NOT_FOUND,
        )
    if names & _KEY:
        return AccessDenied(
            f"{destination} is encrypted with a key that can't be used: allow kms:GenerateDataKey and "
            "kms:Decrypt on it, and see that it is enabled"
        )
    if names & _DENIED:
        return AccessDenied(
            f"publishing to {destination} is not allowed: allow sns:Publish or sqs:SendMessage on it, in the "
            "server's role and in the resource's policy"
        )
    if names & _CREDENTIALS:
        return Unauthenticated(
            f"{destination} does not accept the AWS credentials: they are wrong, expired, or of an account "
            "without the service"
        )
    if names & _CLOCK:
        return Unauthenticated(
            f"{destination} does not accept the signature: set this machine's clock, and see that the secret "
            "key is the right one"
        )
    if names & _THROTTLED:
        return LimitExceeded(f"{destination} is asked too often", reason=Reason.RATE_LIMITED)
    if names & _REFUSED:
        return InvalidRequest(
            f"{destination} refuses the message: is it FIFO, as only names that end with .fifo should be, "
            "and does it take messages of 256 KiB?"
        )
    return Unavailable(f"{destination} failed to take a message ({code})")
