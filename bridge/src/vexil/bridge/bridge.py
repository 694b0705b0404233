"""What happens to an event, from beginning to end."""

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from vexil.bridge.budget import Budget, LambdaContext
from vexil.bridge.cache import ConfigurationCache
from vexil.bridge.calls import Calls
from vexil.bridge.chain import Chain, LiveChain, last_resort
from vexil.bridge.event import FlowEvent, parse
from vexil.bridge.logs import Event, log
from vexil.bridge.outcome import Outcome
from vexil.bridge.parameters import MOST
from vexil.bridge.questions.asking import questions
from vexil.bridge.questions.probe import probe
from vexil.bridge.questions.question import Place, Question
from vexil.bridge.redis.address import RedisAddress
from vexil.bridge.redis.link import Link
from vexil.bridge.response import Form, overview, respond
from vexil.bridge.settings import Mode, Settings
from vexil.bridge.shapes import SEPARATORS
from vexil.bridge.snapshot.chain import SnapshotChain
from vexil.bridge.snapshot.fetching import fetch, selectors
from vexil.bridge.snapshot.holdings import Holdings
from vexil.core.errors import VexilError

_DEFECT = "a defect; the function's log says where"
_CONTACT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class FlowError(Exception):
    """Raised where the flow asks for that: Amazon Connect then takes the Error branch.

    Lambda logs what is raised: the text is the error's name, such as UNAVAILABLE, and nothing else.
    """


class Bridge:
    """Answers the events of contact flows. One for each sandbox."""

    def __init__(
        self, settings: Settings, calls: Calls | None = None, cache: ConfigurationCache | None = None
    ) -> None:
        self._settings = settings
        self._place = Place(settings.namespace, settings.environment)
        self._calls = calls or Calls(settings)
        if cache is None and settings.redis:
            cache = _open_cache(settings)
        self._cache = cache
        chosen = selectors(settings.keys)
        self._holdings = Holdings(
            lambda place, seconds: fetch(self._calls.watch, place, chosen, seconds),
            cache,
            ",".join(settings.keys),
        )
        self._chain: Chain = (
            SnapshotChain(self._calls.ask, self._holdings, settings.fresh)
            if settings.mode is Mode.SNAPSHOT
            else LiveChain(self._calls.ask, self._holdings)
        )
        self._workers = ThreadPoolExecutor(MOST, "vexil-bridge")

    def warm_up(self) -> None:
        """What can be done before the first event: connecting, or in snapshot mode fetching the snapshot."""
        if not all(self._place):
            return
        if self._settings.mode is Mode.LIVE:
            self._calls.begin(probe(self._place))
        elif self._holdings.refresh(self._place, self._settings.budget):
            held = self._holdings.held(self._place)
            if held is not None:
                held.view()

    def handle(self, event: object, context: LambdaContext | None = None) -> dict[str, Any]:
        """The response to an event. Raises FlowError where the flow asks for that, and else nothing."""
        budget = Budget(self._settings.budget, context)
        form, raising, contact_id, operation = Form(), False, "", ""
        try:
            parsed = parse(event)
            contact_id = parsed.contact_id
            raising = parsed.parameters.flag("raise")
            form = _form(parsed)
            asked = questions(parsed, self._place)
            operation = "+".join(question.operation for question in asked)
            outcomes = self._outcomes(asked, budget)
        except VexilError as error:
            outcomes = {"": Outcome.failure(error.reason, error.message)}
        # An event that nobody has thought of.
        except Exception:  # noqa: BLE001
            log(Event.DEFECT)
            outcomes = {"": Outcome.failure("INTERNAL", _DEFECT)}
        response = respond(outcomes, form)
        whole = overview(list(outcomes.values()))
        failed = response.get("error", "")
        log(
            Event.ANSWERED,
            operation=operation,
            contact_id=contact_id if _CONTACT_ID.fullmatch(contact_id) else "",
            source=whole.source.value,
            revision=whole.revision,
            cause=whole.cause,
            error=failed,
            truncated=bool(response.get("truncated")),
            milliseconds=round(budget.used * 1000, 1),
        )
        if raising and failed:
            raise FlowError(failed)
        return response

    def close(self) -> None:
        """Closes the connections."""
        self._workers.shutdown(wait=False, cancel_futures=True)
        self._calls.close()
        if self._cache is not None:
            self._cache.close()

    def _outcomes(self, asked: Sequence[Question], budget: Budget) -> Mapping[str, Outcome]:
        """Those of a batch at the same time: they share the budget."""
        if len(asked) == 1:
            return {asked[0].name: self._outcome(asked[0], budget)}
        found = self._workers.map(lambda question: self._outcome(question, budget), asked)
        return {question.name: outcome for question, outcome in zip(asked, found, strict=True)}

    def _outcome(self, question: Question, budget: Budget) -> Outcome:
        try:
            return self._chain.outcome(question, budget)
        # Whatever it is, the caller on the line gets an answer.
        except Exception:  # noqa: BLE001
            log(Event.DEFECT)
            return last_resort(question, "INTERNAL", _DEFECT)


def _open_cache(settings: Settings) -> ConfigurationCache:
    if not settings.redis_password_from:
        return ConfigurationCache.open(settings.redis, settings.redis_password or None)
    # Only functions that have their password fetched need them.
    from vexil.bridge.credential import Credential  # noqa: PLC0415
    from vexil.bridge.redis.password import connecting  # noqa: PLC0415

    password = Credential(settings.redis_password_from)
    return ConfigurationCache(Link(connecting(RedisAddress.of(settings.redis), password)))


def _form(event: FlowEvent) -> Form:
    nested = event.parameters.choice("responseType", ("flat", "json"), "flat") == "json"
    return Form(nested, event.parameters.choice("separator", SEPARATORS, "."))
