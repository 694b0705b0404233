"""Calls without the layers of boto3's client, in which most of the time of a call goes by."""

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from zlib import crc32

from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_REST = 1.0
"""Seconds."""

_OK, _REFUSED = 200, 400
_ABOUT_ITEMS = frozenset({"ConditionalCheckFailedException", "TransactionCanceledException"})
"""Refusals that are answers to callers: nothing is to be tried again."""


class Direct:
    """One attempt at a call in DynamoDB's own protocol, which is JSON. May be used from several threads.

    Items have the protocol's form here already, so that nothing has to be translated by a model of the
    service, which takes boto3's client, with its handlers, as long as the call itself (docs/scale.md).
    Credentials, signatures, connections, TLS and proxies are the client's.

    What is no answer about items (throttling, credentials, silence, an answer cut short) is left to the
    client, which knows how to try again. For a second it then makes all calls, so that its pace counts.
    """

    def __init__(self, client: "DynamoDBClient", monotonic: Callable[[], float] = time.monotonic) -> None:
        made: Any = client
        # botocore has no public way to what a client has made of its configuration.
        self._signer = made._request_signer  # noqa: SLF001
        self._http = made._endpoint.http_session  # noqa: SLF001
        self._url = f"{client.meta.endpoint_url.rstrip('/')}/"
        self._operations = client.meta.method_to_api_mapping
        model = client.meta.service_model.metadata
        self._target = model["targetPrefix"]
        self._headers = {
            "Content-Type": f"application/x-amz-json-{model['jsonVersion']}",
            "User-Agent": made.meta.config.user_agent,
        }
        self._monotonic = monotonic
        self._resting_until = 0.0

    def call(self, method: str, arguments: Mapping[str, Any]) -> Any:
        """The answer to a call, named as the client's method; None: the client has to be asked.

        Raises ClientError for conditions that fail.
        """
        if self._monotonic() < self._resting_until:
            return None
        try:
            answer = self._attempt(self._operations[method], arguments)
        except (BotoCoreError, ValueError):
            # ValueError: the answer is no JSON, but a proxy's page, say.
            answer = None
        if answer is None:
            self._resting_until = self._monotonic() + _REST
        return answer

    def _attempt(self, operation: str, arguments: Mapping[str, Any]) -> Any:
        headers = {**self._headers, "X-Amz-Target": f"{self._target}.{operation}"}
        data = json.dumps(arguments, default=_to_base64).encode()
        request = AWSRequest("POST", self._url, headers, data)
        self._signer.get_auth(self._signer.signing_name, self._signer.region_name).add_auth(request)
        response: AWSResponse = self._http.send(request.prepare())
        body = response.content
        if response.status_code not in {_OK, _REFUSED} or not _is_whole(response, body):
            return None
        answer = json.loads(body, object_hook=_from_base64)
        if not isinstance(answer, dict):
            return None
        return answer if response.status_code == _OK else _judged(operation, response, answer)


def _judged(operation: str, response: AWSResponse, answer: dict[str, Any]) -> None:
    """Raises ClientError, as the client would, for what is about items."""
    code = str(answer.get("__type")).rpartition("#")[2]
    if code in _ABOUT_ITEMS:
        message = answer.get("message") or answer.get("Message", "")
        said = {"HTTPStatusCode": response.status_code, "HTTPHeaders": dict(response.headers)}
        about: Any = {**answer, "Error": {"Code": code, "Message": message}, "ResponseMetadata": said}
        raise ClientError(about, operation)


def _is_whole(response: AWSResponse, body: bytes) -> bool:
    expected = response.headers.get("x-amz-crc32")
    return expected is None or int(expected) == crc32(body)


def _to_base64(value: bytes) -> str:
    return b64encode(value).decode()


def _from_base64(value: dict[str, Any]) -> dict[str, Any]:
    """An attribute that is binary becomes bytes; an item with an attribute called B has no text there."""
    if isinstance(encoded := value.get("B"), str):
        value["B"] = b64decode(encoded)
    return value
