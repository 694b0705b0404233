"""Requests signed by AWS's Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv4.html)."""

import re
from collections.abc import Mapping
from typing import Any

from vexil.core.errors import FailedPrecondition, Reason, Unavailable

_AMAZONS = re.compile(r"\.([a-z0-9-]+)\.es\.amazonaws\.com(?:\.cn)?$")
_SERVICE = "es"


def region_of(host: str) -> str:
    """The region of a domain of Amazon OpenSearch Service; empty for any other host."""
    found = _AMAZONS.search(host)
    return "" if found is None else found[1]


class AwsSignature:
    """Signs requests to Amazon OpenSearch Service; boto3 finds credentials as it always does.

    Raises FailedPrecondition without boto3, and where it finds none.
    """

    def __init__(self, region: str) -> None:
        try:
            import boto3  # noqa: PLC0415 - only there with the extra
        except ImportError as error:
            raise FailedPrecondition(
                "signing needs boto3: install vexil-server[aws]", reason=Reason.INVALID_REQUEST
            ) from error
        self._region = region
        self._credentials: Any = boto3.Session().get_credentials()
        if self._credentials is None:
            raise FailedPrecondition(
                "there are no AWS credentials to sign requests with", reason=Reason.INVALID_REQUEST
            )

    def headers(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Mapping[str, str]:
        """The headers, with those that sign the request. Raises Unavailable: credentials can't be renewed."""
        from botocore.auth import SigV4Auth  # noqa: PLC0415 - only there with the extra
        from botocore.awsrequest import AWSRequest  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415

        request = AWSRequest(method=method, url=url, headers=dict(headers), data=body)
        try:
            # They expire, and are then others.
            credentials = self._credentials.get_frozen_credentials()
        except BotoCoreError as error:
            raise Unavailable("AWS credentials can't be had") from error
        SigV4Auth(credentials, _SERVICE, self._region).add_auth(request)
        return dict(request.headers.items())
