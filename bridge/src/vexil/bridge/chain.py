"""Who is asked, in which order, until somebody can answer."""

from collections.abc import Callable
from typing import Any, Protocol

from google.protobuf.message import DecodeError, Message

from vexil.bridge.budget import Budget
from vexil.bridge.failure import Failure
from vexil.bridge.logs import Event, log
from vexil.bridge.outcome import Outcome, Source
from vexil.bridge.questions.question import Place, Question, Reading
from vexil.bridge.shapes import nest
from vexil.bridge.snapshot.held import Held
from vexil.bridge.snapshot.holdings import Holdings
from vexil.core.errors import Code, VexilError

Ask = Callable[[Message, Budget], Any | Failure]
"""Asks the server: its answer, or how the call failed."""


class Chain(Protocol):
    """Answers questions while this and that is broken."""

    def outcome(self, question: Question, budget: Budget) -> Outcome:
        """An answer or an error, within the budget."""
        ...


class LiveChain:
    """The server; else Redis; else what was held last; else the flow's defaults; else an error.

    That there is no such flow, or that it is disabled, is an answer: nobody else is asked.
    """

    def __init__(self, ask: Ask, holdings: Holdings) -> None:
        self._ask = ask
        self._holdings = holdings

    def outcome(self, question: Question, budget: Budget) -> Outcome:
        """Asks one after the other."""
        answer = self._ask(question.request, budget)
        if not isinstance(answer, Failure):
            reading = question.read(answer)
            self._keep_up(question.place, reading.revision, budget)
            return answered(question, reading, Source.LIVE)
        if not answer.unwell:
            return Outcome.failure(answer.name, answer.message, Source.LIVE)
        return fallback(question, self._holdings, answer)

    def _keep_up(self, place: Place, revision: int, budget: Budget) -> None:
        try:
            self._holdings.heard(place, revision, budget)
        # What is held is for later: whatever is wrong with it, it costs no answer.
        except Exception:  # noqa: BLE001
            log(Event.DEFECT)


def fallback(question: Question, holdings: Holdings, failure: Failure) -> Outcome:
    """The best answer without the server, which failed like this."""
    for source, find in ((Source.CACHE, holdings.cached), (Source.STALE, holdings.held)):
        held = find(question.place)
        outcome = from_held(question, held, source, failure.name) if held is not None else None
        if outcome is not None:
            return outcome
    return last_resort(question, failure.name, "no server, no cache and no default could answer")


def last_resort(question: Question, cause: str, message: str) -> Outcome:
    """The flow's defaults, or, where it gave none, an error of that name."""
    return _default(question, cause) if question.defaults else Outcome.failure(cause, message)


def from_held(question: Question, held: Held, source: Source, cause: str = "") -> Outcome | None:
    """The answer from what is held; None where it has none, since there may be one by now, or elsewhere.

    What was disabled stays so.
    """
    # What answers from memory is a third of all imports: most sandboxes never need it.
    from vexil.bridge.snapshot.answering import answer  # noqa: PLC0415

    try:
        reading = question.read(answer(question.request, held.view()))
    except VexilError as error:
        if error.code is Code.FAILED_PRECONDITION:
            return Outcome.failure(error.reason, error.message, source, held.revision)
        return None
    except DecodeError:
        return None
    if reading.missing == "FLAG_NOT_FOUND":
        return None
    return answered(question, reading, source, cause)


def answered(question: Question, reading: Reading, source: Source, cause: str = "") -> Outcome:
    """The outcome for an answer. Where that has no value, the flow's default is the value, if it gave one."""
    if reading.missing and question.defaults:
        return _default(question, reading.missing, reading.revision)
    if reading.missing:
        return Outcome(
            source,
            reading.reason,
            reading.fields,
            reading.revision,
            cause=cause,
            error=reading.missing,
            message=reading.message,
        )
    return Outcome(source, reading.reason, reading.fields, reading.revision, reading.optional, cause)


def _default(question: Question, cause: str, revision: int = 0) -> Outcome:
    return Outcome(Source.DEFAULT, "DEFAULT", nest(question.defaults), revision, cause=cause)
