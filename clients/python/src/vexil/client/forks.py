"""What becomes of clients in a forked child: no thread of theirs lives there, so nothing updates them."""

import logging
import os
import weakref
from typing import Protocol

from vexil.client.replica.readers import NotReadyReader, Reader, StaleReader
from vexil.core.errors import FailedPrecondition, Reason
from vexil.core.evaluation import EMPTY_CONTEXT, Evaluation, EvaluationContext
from vexil.core.view import View

log = logging.getLogger("vexil.client")

ADVICE = (
    "this Vexil client was made before the process forked, and receives nothing in the child; make it in the "
    "child instead (Gunicorn: post_fork, uWSGI: @postfork, multiprocessing: the initializer, or the start "
    "method 'spawn')"
)


class Forkable(Protocol):
    """Something that has to know that it is now in a forked child."""

    def after_fork(self) -> None:
        """Called in the child, which has only the thread that forked."""
        ...


class OrphanReader:
    """Answers in a forked child from what the parent knew; the first read says in the log what is wrong."""

    def __init__(self, view: View | None) -> None:
        self._reader: Reader = NotReadyReader(ADVICE) if view is None else StaleReader(view)
        self._said = False

    def evaluate(self, key: str, context: EvaluationContext = EMPTY_CONTEXT) -> Evaluation:
        """The parent's last answer, marked STALE."""
        if not self._said:
            self._said = True
            log.error("%s; until then reads give what was known at the fork", ADVICE)
        return self._reader.evaluate(key, context)


def refuse() -> FailedPrecondition:
    """The error for what can't be done in a forked child."""
    return FailedPrecondition(ADVICE, reason=Reason.NOT_READY)


_known: "weakref.WeakSet[Forkable]" = weakref.WeakSet()


def tell(forkable: Forkable) -> None:
    """Calls `forkable.after_fork()` in every child, as long as the object lives."""
    _known.add(forkable)


def _in_child() -> None:
    for forkable in list(_known):
        forkable.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
