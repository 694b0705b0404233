"""Answers from memory, as long as the server has confirmed them lately."""

import threading
from collections.abc import Callable

from vexil.bridge.budget import Budget
from vexil.bridge.chain import Ask, LiveChain, fallback, from_held
from vexil.bridge.failure import Failure
from vexil.bridge.logs import Event, log
from vexil.bridge.outcome import Outcome, Source
from vexil.bridge.questions.probe import probe
from vexil.bridge.questions.question import Place, Question
from vexil.bridge.snapshot.holdings import Holdings


def in_a_thread(work: Callable[[], None]) -> None:
    """Runs it beside the invocation; when the sandbox freezes, it goes on with the next."""
    threading.Thread(target=work, name="vexil-bridge-confirm", daemon=True).start()


class SnapshotChain:
    """What is held, without any call, while it was confirmed within `fresh` seconds.

    After half that time an invocation has it confirmed beside its own answer; after all of it, as after a
    long freeze, it waits for that. No stream is kept open: it would not live through a freeze. What can't be
    confirmed goes the way of a failed call: Redis, what is held as `stale`, defaults. Where nothing is held,
    which may be too large, the server is asked each time.
    """

    def __init__(
        self,
        ask: Ask,
        holdings: Holdings,
        fresh: float,
        run: Callable[[Callable[[], None]], None] = in_a_thread,
    ) -> None:
        self._ask = ask
        self._holdings = holdings
        self._fresh = fresh
        self._run = run
        self._confirming = threading.Lock()
        self._live = LiveChain(ask, holdings)

    def outcome(self, question: Question, budget: Budget) -> Outcome:
        """From memory, or by the live chain."""
        place = question.place
        failure: Failure | None = None
        age = self._holdings.age(place)
        if age > self._fresh:
            failure = self._confirmed(place, budget)
        elif age > self._fresh / 2 and not self._confirming.locked():
            self._run(lambda: self._confirm_beside(place))
        held = self._holdings.held(place)
        if failure is not None:
            return fallback(question, self._holdings, failure)
        found = from_held(question, held, Source.LIVE) if held is not None else None
        return found or self._live.outcome(question, budget)

    def _confirm_beside(self, place: Place) -> None:
        with self._confirming:
            self._confirm(place, Budget(self._fresh / 2))

    def _confirmed(self, place: Place, budget: Budget) -> Failure | None:
        """Has it confirmed once for all who wait."""
        if not self._confirming.acquire(timeout=budget.left):
            return Failure("DEADLINE_EXCEEDED", "", unwell=True)
        try:
            return self._confirm(place, budget) if self._holdings.age(place) > self._fresh else None
        finally:
            self._confirming.release()

    def _confirm(self, place: Place, budget: Budget) -> Failure | None:
        """How confirming failed, if it did and something is held that can answer nevertheless."""
        try:
            return self._keep_up(place, budget)
        # Whatever it is, what is held can answer; where nothing is, the server is asked.
        except Exception:  # noqa: BLE001
            log(Event.DEFECT)
            return None if self._holdings.held(place) is None else Failure("INTERNAL", "", unwell=True)

    def _keep_up(self, place: Place, budget: Budget) -> Failure | None:
        """Asks for the newest revision, and fetches what is newer; how that failed, if it did."""
        held = self._holdings.held(place)
        if held is not None:
            begun = self._holdings.now()
            answer = self._ask(probe(place), budget)
            if isinstance(answer, Failure):
                return answer
            if not self._holdings.is_outdated(place, answer.revision):
                self._holdings.confirm(place, begun)
                return None
        elif not self._holdings.due(place):
            return None
        fetched = self._holdings.refresh(place, budget.left)
        return None if fetched or held is None else Failure("UNAVAILABLE", "", unwell=True)
