"""Topics and queues of moto's server, and what arrives in them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.support.engines.moto import Account


@dataclass(frozen=True, slots=True)
class Message:
    """A message as a consumer gets it."""

    body: str
    attributes: Mapping[str, str]
    group: str | None

    @property
    def document(self) -> dict[str, Any]:
        """The announcement in it."""
        document: dict[str, Any] = json.loads(self.body)
        return document


class Queues:
    """SQS and SNS of one account."""

    def __init__(self, account: Account) -> None:
        session = account.session()
        self.sqs = session.client("sqs", endpoint_url=account.endpoint)
        self.sns = session.client("sns", endpoint_url=account.endpoint)

    def queue(self, name: str) -> str:
        """A new queue; its URL. FIFO when its name ends with `.fifo`."""
        attributes: Any = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
        return self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def topic(self, name: str) -> str:
        """A new topic; its ARN. FIFO when its name ends with `.fifo`."""
        attributes = {"FifoTopic": "true"} if name.endswith(".fifo") else {}
        return self.sns.create_topic(Name=name, Attributes=attributes)["TopicArn"]

    def subscribe(self, topic: str, queue: str, policy: Mapping[str, Any] | None = None) -> None:
        """Has the queue get what is published to the topic, without SNS's envelope, as the policy says."""
        found = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        attributes = {"RawMessageDelivery": "true"}
        if policy is not None:
            attributes["FilterPolicy"] = json.dumps(policy)
        self.sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=found["Attributes"]["QueueArn"],
            Attributes=attributes,
        )

    def receive(self, queue: str, wait: int = 0) -> list[Message]:
        """Takes what is in the queue, up to 10 messages; waits up to so many seconds for the first."""
        answer = self.sqs.receive_message(
            QueueUrl=queue,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=wait,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        found = []
        for message in answer.get("Messages", []):
            self.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            attributes = message.get("MessageAttributes", {})
            found.append(
                Message(
                    message["Body"],
                    {name: value["StringValue"] for name, value in attributes.items()},
                    message["Attributes"].get("MessageGroupId"),
                )
            )
        return found

    def receive_all(self, queue: str) -> list[Message]:
        """Takes everything that is in the queue."""
        found: list[Message] = []
        while some := self.receive(queue):
            found += some
        return found

    def close(self) -> None:
        """Closes the clients."""
        self.sqs.close()
        self.sns.close()


@contextmanager
def queues_of(account: Account) -> Iterator[Queues]:
    """Clients of the account for as long as the block runs."""
    queues = Queues(account)
    try:
        yield queues
    finally:
        queues.close()
