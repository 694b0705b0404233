"""Calls of others while a server delivers to its streams without a pause."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from loadtest.plan import Plan
from loadtest.settings import ENVIRONMENT, NAMESPACE
from loadtest.watch_fanout.delivery import Delivery
from loadtest.watching.streams import Call, calling
from vexil.v1 import config_service_pb2 as pb

_EVALUATE = pb.EvaluateRequest(namespace=NAMESPACE, environment=ENVIRONMENT, key="benchmark")
_VEXIL = {
    "health check": Call("/grpc.health.v1.Health/Check", b""),
    "Evaluate": Call("/vexil.v1.ConfigService/Evaluate", _EVALUATE.SerializeToString()),
}
_CALLS = {
    "vexil": _VEXIL,
    "vexil native": _VEXIL,
    "bare grpc.aio": {"empty call": Call("/loadtest.Bare/Check", b"")},
}


@dataclass(frozen=True, slots=True)
class Waits:
    """Milliseconds that calls of a kind took, each until its first message: between and during deliveries."""

    name: str
    quiet: Sequence[float]
    busy: Sequence[float]


def waits(client: Path, delivery: Delivery, plan: Plan) -> Sequence[Waits]:
    """Calls of each kind, from a process for each, with a pause of 2 ms between two."""
    subject = delivery.subject
    kinds = {**_CALLS[subject.name], "new stream": subject.watch}
    with ExitStack() as stack:
        callers = [stack.enter_context(calling(client, subject.process, call)) for call in kinds.values()]

        def while_doing(work: Callable[[], object]) -> list[Sequence[float]]:
            for caller in callers:
                caller.took()
            until = time.monotonic() + plan.call_seconds
            while time.monotonic() < until:
                work()
            return [caller.took() for caller in callers]

        quiet = while_doing(lambda: time.sleep(0.01))
        busy = while_doing(delivery.deliver)
    return [Waits(*row) for row in zip(kinds, quiet, busy, strict=True)]
