"""A queue of SQS, as the consumer uses it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from vexil.core.errors import FailedPrecondition, InvalidRequest, Reason, Unavailable, Violation
from vexil.server.announce.refusals import refusal

_URL = re.compile(r"https?://[^/\s?#]+/\d{12}/[A-Za-z0-9_-]{1,80}(\.fifo)?")
_REGION = re.compile(r"https?://(?:sqs\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.")
_MOST = 10
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was received; `receipt` deletes it. `group` and `id` are those of a FIFO queue."""

    body: str
    receipt: str
    group: str = ""
    id: str = ""


class SqsQueue:
    """A queue by its URL; boto3 finds credentials and endpoints as it always does. Methods block.

    Raises InvalidRequest for a URL that is none, FailedPrecondition without boto3; its methods raise what
    `announce.refusals` makes of SQS's answers, and Unavailable.
    """

    def __init__(self, url: str) -> None:
        if not _URL.fullmatch(url):
            what = f"{url!r} is not a queue, such as https://sqs.eu-west-1.amazonaws.com/123456789012/vexil"
            raise InvalidRequest.of([Violation("queue", what)])
        try:
            import boto3  # noqa: PLC0415 - only there with the extra
            from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
        except ImportError as error:
            raise FailedPrecondition(
                "a queue needs boto3: install vexil-server[announce]", reason=Reason.INVALID_REQUEST
            ) from error
        self._refused, self._unanswered = ClientError, BotoCoreError
        self.url = url
        found = _REGION.match(url)
        region = None if found is None else found[1] or found[2]
        try:
            self._client: Any = boto3.Session().client("sqs", region_name=region)
        except BotoCoreError as error:
            raise FailedPrecondition(
                "AWS is not configured for sqs: set AWS_REGION", reason=Reason.INVALID_REQUEST
            ) from error

    def receive(self, wait: int) -> Sequence[Message]:
        """At most ten messages, hidden from others for as long as the queue says; waits so many seconds."""
        answer = self._call(
            "receive_message",
            MaxNumberOfMessages=_MOST,
            WaitTimeSeconds=wait,
            MessageSystemAttributeNames=["MessageGroupId", "MessageDeduplicationId"],
        )
        return [_message(each) for each in answer.get("Messages", ())]

    def delete(self, messages: Sequence[Message]) -> None:
        """Takes messages out of the queue, at most ten. One that can't be is received again."""
        if messages:
            entries = [{"Id": str(i), "ReceiptHandle": each.receipt} for i, each in enumerate(messages)]
            self._call("delete_message_batch", Entries=entries)

    def send(self, message: Message) -> None:
        """Puts a message into the queue."""
        fifo = {}
        if self.url.endswith(".fifo"):
            fifo = {"MessageGroupId": message.group or "audit", "MessageDeduplicationId": message.id}
            if not message.id:
                del fifo["MessageDeduplicationId"]
        self._call("send_message", MessageBody=message.body, **fifo)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _call(self, operation: str, **arguments: Any) -> Any:
        try:
            return getattr(self._client, operation)(QueueUrl=self.url, **arguments)
        except self._refused as error:
            _log.debug("queue_refused", queue=self.url, error=str(error))
            raise refusal(error.response["Error"]["Code"], f"sqs:{self.url}") from error
        except self._unanswered as error:
            _log.debug("queue_unanswered", queue=self.url, error=str(error))
            raise Unavailable(f"sqs:{self.url} can't be reached, or does not answer in time") from error


def _message(received: Any) -> Message:
    attributes = received.get("Attributes", {})
    return Message(
        received["Body"],
        received["ReceiptHandle"],
        attributes.get("MessageGroupId", ""),
        attributes.get("MessageDeduplicationId", ""),
    )
