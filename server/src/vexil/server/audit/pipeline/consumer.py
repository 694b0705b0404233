"""From the queue into a sink."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from vexil.core.errors import InvalidRequest
from vexil.server.audit.pipeline.queue import Message, SqsQueue
from vexil.server.audit.pipeline.record import read_record
from vexil.server.audit.pipeline.retention import Retention
from vexil.server.audit.sinks.port import Sink

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Taken:
    """How many messages went where; those that are `left` come again."""

    kept: int = 0
    refused: int = 0
    left: int = 0


class Consumer:
    """Takes messages, keeps their records, and only then takes them out of the queue.

    So each is kept at least once, and since records have ids it makes no difference how often. What is no
    announcement, or what the sink refuses for good, goes to `dead_letter`; without one it stays in the queue,
    whose own redrive policy may move it. Whatever else fails comes again when the queue shows it again.
    """

    def __init__(
        self, queue: SqsQueue, sink: Sink, retention: Retention, dead_letter: SqsQueue | None = None
    ) -> None:
        self._queue = queue
        self._sink = sink
        self._retention = retention
        self._dead_letter = dead_letter

    def step(self, wait: int) -> Taken:
        """Takes at most ten messages, for which it waits so many seconds. Raises VexilError."""
        messages = self._queue.receive(wait)
        documents, bad = {}, []
        for message in messages:
            try:
                record = read_record(message.body)
            except InvalidRequest:
                bad.append(message)
            else:
                documents[message] = record.document(self._retention.expires_at(record))
        refusals = self._sink.write(list(documents.values())) if documents else {}
        done: list[Message] = []
        left = 0
        for message, document in documents.items():
            refusal = refusals.get(document["id"])
            if refusal is None:
                done.append(message)
            elif isinstance(refusal, InvalidRequest):
                bad.append(message)
            else:
                left += 1
                _log.warning("audit_record_left", sink=self._sink.name, error=refusal.message)
        buried = self._bury(bad)
        self._queue.delete([*done, *buried])
        return Taken(len(done), len(buried), left + len(bad) - len(buried))

    def _bury(self, messages: Sequence[Message]) -> Sequence[Message]:
        """Sends them to the dead letters; those that are there."""
        if self._dead_letter is None:
            if messages:
                _log.warning("audit_messages_refused", count=len(messages))
            return []
        for message in messages:
            self._dead_letter.send(message)
        return messages


def replay(dead: SqsQueue, queue: SqsQueue) -> int:
    """Puts dead letters into the queue again, until there is none; how many.

    Each is in one of both at any time: after a crash in between in both, which makes no difference.
    """
    count = 0
    while messages := dead.receive(1):
        for message in messages:
            queue.send(message)
        dead.delete(messages)
        count += len(messages)
    return count
