"""What AWS answers, as errors that say what to do."""

import pytest

from vexil.core.errors import Code
from vexil.server.announce.refusals import refusal

CODES = {
    "NotFound": Code.NOT_FOUND,
    "NotFoundException": Code.NOT_FOUND,
    "AWS.SimpleQueueService.NonExistentQueue": Code.NOT_FOUND,
    "QueueDoesNotExist": Code.NOT_FOUND,
    "AuthorizationError": Code.PERMISSION_DENIED,
    "AuthorizationErrorException": Code.PERMISSION_DENIED,
    "AccessDenied": Code.PERMISSION_DENIED,
    "AccessDeniedException": Code.PERMISSION_DENIED,
    "KMSAccessDenied": Code.PERMISSION_DENIED,
    "KMSAccessDeniedException": Code.PERMISSION_DENIED,
    "KmsAccessDenied": Code.PERMISSION_DENIED,
    "KmsDisabled": Code.PERMISSION_DENIED,
    "ExpiredToken": Code.UNAUTHENTICATED,
    "ExpiredTokenException": Code.UNAUTHENTICATED,
    "InvalidClientTokenId": Code.UNAUTHENTICATED,
    "UnrecognizedClientException": Code.UNAUTHENTICATED,
    "SignatureDoesNotMatch": Code.UNAUTHENTICATED,
    "RequestExpired": Code.UNAUTHENTICATED,
    "Throttled": Code.RESOURCE_EXHAUSTED,
    "ThrottlingException": Code.RESOURCE_EXHAUSTED,
    "RequestThrottled": Code.RESOURCE_EXHAUSTED,
    "KmsThrottled": Code.RESOURCE_EXHAUSTED,
    "KMSThrottlingException": Code.RESOURCE_EXHAUSTED,
    "InvalidParameter": Code.INVALID_ARGUMENT,
    "InvalidParameterException": Code.INVALID_ARGUMENT,
    "InvalidParameterValue": Code.INVALID_ARGUMENT,
    "InvalidMessageContents": Code.INVALID_ARGUMENT,
    "AWS.SimpleQueueService.BatchRequestTooLong": Code.INVALID_ARGUMENT,
    "ServiceUnavailable": Code.UNAVAILABLE,
    "InternalError": Code.UNAVAILABLE,
    "SomethingNew": Code.UNAVAILABLE,
}


@pytest.mark.parametrize(("code", "becomes"), CODES.items())
def test_codes_become_errors_that_name_the_destination(code: str, becomes: Code) -> None:
    error = refusal(code, "sns:arn:x")
    assert error.code is becomes
    assert "sns:arn:x" in error.message


def test_use_of_a_key_and_use_of_a_queue_are_told_apart() -> None:
    assert "kms:" in refusal("KMSAccessDenied", "x").message
    assert "sns:Publish" in refusal("AccessDenied", "x").message
