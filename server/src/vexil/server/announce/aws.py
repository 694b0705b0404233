"""Topics of SNS and queues of SQS."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, NamedTuple, Self

import structlog

from vexil.core.errors import (
    AccessDenied,
    FailedPrecondition,
    InvalidRequest,
    Reason,
    Unauthenticated,
    Unavailable,
    VexilError,
    Violation,
)
from vexil.server.announce.announcement import Announcement, attribute_text
from vexil.server.announce.refusals import refusal

_CONNECT_SECONDS = 2.0
_READ_SECONDS = 4.0
"""Together less than an announcer's claim lasts: who has lost it must not still be publishing."""

_ADDRESS = re.compile(
    r"sns:arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?"
    r"|sqs:https?://[^/\s?#]+/\d{12}/[A-Za-z0-9_-]{1,80}(\.fifo)?"
)
_REGION_IN_HOST = re.compile(r"https?://(?:sqs\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.")
_log = structlog.get_logger(__name__)


class _Service(NamedTuple):
    """In what the two differ: otherwise their batches are alike."""

    client: Literal["sns", "sqs"]
    body: str
    call: str
    address: str
    entries: str
    look: str
    look_allowed_by: str


_SNS = _Service(
    client="sns",
    body="Message",
    call="publish_batch",
    address="TopicArn",
    entries="PublishBatchRequestEntries",
    look="get_topic_attributes",
    look_allowed_by="sns:GetTopicAttributes",
)
_SQS = _Service(
    client="sqs",
    body="MessageBody",
    call="send_message_batch",
    address="QueueUrl",
    entries="Entries",
    look="get_queue_attributes",
    look_allowed_by="sqs:GetQueueAttributes",
)


class AwsDestination:
    """A topic or a queue, standard or FIFO, through boto3 on a thread of its own; made by `open`.

    Credentials, endpoints and proxies are found as boto3 always does (AWS_PROFILE, AWS_ENDPOINT_URL_SNS …).
    FIFO ones get the deduplication id and the namespace as the message group, so that they keep the order of
    a namespace and drop what comes twice within five minutes.
    """

    def __init__(self, service: _Service, address: str, client: Any) -> None:
        self._service = service
        self._address = address
        self._client = client
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="vexil-announce")

    @classmethod
    def open(cls, destination: str) -> Self:
        """Opens `sns:TOPIC-ARN` or `sqs:QUEUE-URL`; nothing is called yet.

        Raises InvalidRequest for an address that is neither, FailedPrecondition when boto3 is not installed
        or no region is known.
        """
        if not _ADDRESS.fullmatch(destination):
            what = (
                f"{destination!r} is neither sns:TOPIC-ARN (sns:arn:aws:sns:eu-west-1:123456789012:vexil) "
                "nor sqs:QUEUE-URL (sqs:https://sqs.eu-west-1.amazonaws.com/123456789012/vexil)"
            )
            raise InvalidRequest.of([Violation("announce", what)])
        kind, _, address = destination.partition(":")
        service = _SNS if kind == "sns" else _SQS
        return cls(service, address, _client(service, _region(service, address)))

    @property
    def name(self) -> str:
        """`sns:…` or `sqs:…`, as it was opened."""
        return f"{self._service.client}:{self._address}"

    @property
    def ordered(self) -> bool:
        """Whether it is FIFO, which AWS shows in the name."""
        return self._address.endswith(".fifo")

    async def publish(self, batch: Sequence[Announcement]) -> Mapping[int, VexilError]:
        """Publishes a batch in one call; see the port."""
        entries = [self._entry(place, announcement) for place, announcement in enumerate(batch)]
        answer = await self._called(self._service.call, {self._service.entries: entries})
        refused = {}
        for failure in answer.get("Failed", ()):
            _log.debug("announcement_refused", destination=self.name, **failure)
            refused[int(failure["Id"])] = refusal(failure["Code"], self.name)
        return refused

    async def check(self) -> None:
        """Asks for its attributes; see the port."""
        try:
            await self._called(self._service.look, {})
        except AccessDenied as error:
            raise AccessDenied(
                f"{self.name} can't be looked at, so that only announcing will show whether it works: allow "
                f"{self._service.look_allowed_by} on it, besides what publishing needs"
            ) from error

    async def close(self) -> None:
        """Waits for the call under way, and closes the connections."""
        await asyncio.to_thread(self._thread.shutdown)
        self._client.close()

    async def _called(self, operation: str, arguments: Mapping[str, Any]) -> Any:
        call = getattr(self._client, operation)
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, self._call, call, {self._service.address: self._address, **arguments}
        )

    def _call(self, call: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
        from botocore.exceptions import (  # noqa: PLC0415 - only there with the extra
            BotoCoreError,
            ClientError,
            CredentialRetrievalError,
            NoCredentialsError,
            PartialCredentialsError,
        )

        try:
            return call(**arguments)
        except ClientError as error:
            _log.debug("announcing_refused", destination=self.name, error=str(error))
            raise refusal(error.response["Error"]["Code"], self.name) from error
        except (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError) as error:
            raise Unauthenticated(
                f"there are no AWS credentials for {self.name}: give the server a role, a profile, or keys"
            ) from error
        except BotoCoreError as error:
            _log.debug("announcing_unanswered", destination=self.name, error=str(error))
            raise Unavailable(f"{self.name} can't be reached, or does not answer in time") from error

    def _entry(self, place: int, announcement: Announcement) -> dict[str, Any]:
        entry = {
            "Id": str(place),
            self._service.body: announcement.body,
            "MessageAttributes": {
                name: {
                    "DataType": "String" if isinstance(value, str) else "String.Array",
                    "StringValue": attribute_text(value),
                }
                for name, value in announcement.attributes.items()
            },
        }
        if self.ordered:
            entry["MessageDeduplicationId"] = announcement.deduplication_id
            entry["MessageGroupId"] = announcement.group_id
        return entry


def _region(service: _Service, address: str) -> str | None:
    """The region that an address names; None: it names none, and boto3 has to know."""
    if service is _SNS:
        return address.split(":")[3]
    found = _REGION_IN_HOST.match(address)
    return None if found is None else found[1] or found[2]


def _client(service: _Service, region: str | None) -> Any:
    try:
        import boto3  # noqa: PLC0415 - only there with the extra
        from botocore.config import Config  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415
    except ImportError as error:
        raise FailedPrecondition(
            "announcing needs boto3: install vexil-server[announce]", reason=Reason.INVALID_REQUEST
        ) from error
    # The announcer tries again by itself, and knows for how long it may.
    config = Config(
        connect_timeout=_CONNECT_SECONDS, read_timeout=_READ_SECONDS, retries={"total_max_attempts": 1}
    )
    try:
        return boto3.Session().client(service.client, region_name=region, config=config)
    except BotoCoreError as error:
        _log.debug("announcing_not_configured", error=str(error))
        raise FailedPrecondition(
            f"AWS is not configured for {service.client}: set AWS_REGION, and see that AWS_PROFILE names a "
            "profile that exists",
            reason=Reason.INVALID_REQUEST,
        ) from error
