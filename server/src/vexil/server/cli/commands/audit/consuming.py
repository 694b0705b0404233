"""`vexil audit consume` and `vexil audit replay`."""

import time
from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter

from vexil.core.errors import VexilError
from vexil.server.audit.pipeline.consumer import Consumer, Taken
from vexil.server.audit.pipeline.consumer import replay as replay_letters
from vexil.server.audit.pipeline.queue import SqsQueue
from vexil.server.audit.pipeline.retention import Retention
from vexil.server.audit.sinks.opening import open_sink
from vexil.server.cli.session import Injected
from vexil.server.logging import configure_logging

_WAIT = 20
_PAUSE = 5.0
_PRUNE_SECONDS = 3600.0

Queue = Annotated[
    str, Parameter(env_var="VEXIL_AUDIT_QUEUE", help="The URL of the queue that announcements go to.")
]


def consume(
    *,
    queue: Queue,
    sink: Annotated[
        str,
        Parameter(
            env_var="VEXIL_AUDIT_SINK",
            help="sqlite:PATH, jsonl:PATH, dynamodb:TABLE, or opensearch:https://HOST/INDEX.",
        ),
    ],
    dead_letter: Annotated[
        str | None,
        Parameter(env_var="VEXIL_AUDIT_DEAD_LETTER", help="The URL of the queue for what can't be kept."),
    ] = None,
    retain: Annotated[
        str,
        Parameter(
            env_var="VEXIL_AUDIT_RETAIN", help="Days by environment: prod=730,*=90. Default: for ever."
        ),
    ] = "",
    once: Annotated[bool, Parameter(negative=(), help="End when the queue is empty.")] = False,
    session: Injected,
) -> None:
    """Keep a record of every commit that is announced, until it is stopped.

    `vexil serve --announce` puts commits into the queue, be it through a topic. Each is kept at least once,
    and as one record however often it comes.
    """
    configure_logging("info", "auto")
    retention = Retention.parse(retain)
    letters = None if dead_letter is None else SqsQueue(dead_letter)
    with closing(SqsQueue(queue)) as messages, closing(open_sink(sink)) as kept:
        consumer = Consumer(messages, kept, retention, letters)
        total, pruned_at = Taken(), 0.0
        while True:
            try:
                if time.monotonic() - pruned_at >= _PRUNE_SECONDS or not pruned_at:
                    kept.prune(datetime.now(UTC))
                    pruned_at = time.monotonic()
                taken = consumer.step(0 if once else _WAIT)
            except VexilError as error:
                if once:
                    raise
                session.terminal.note(f"{error.message}; trying again.")
                time.sleep(_PAUSE)
                continue
            total.kept += taken.kept
            total.refused += taken.refused
            if once and not (taken.kept or taken.refused):
                break
    if session.terminal.structured:
        session.terminal.data({"kept": total.kept, "refused": total.refused})
    else:
        session.terminal.show(f"{total.kept} records kept, {total.refused} messages refused.")


def replay(
    *,
    from_: Annotated[str, Parameter(name="--from", help="The URL of the queue of dead letters.")],
    to: Queue,
    session: Injected,
) -> None:
    """Put dead letters into the queue again, when what refused them is mended."""
    configure_logging("warning", "auto")
    with closing(SqsQueue(from_)) as dead, closing(SqsQueue(to)) as queue:
        count = replay_letters(dead, queue)
    if session.terminal.structured:
        session.terminal.data({"replayed": count})
    else:
        session.terminal.show(f"{count} messages are in the queue again.")
