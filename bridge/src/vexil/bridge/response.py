"""From outcomes to the response that Lambda passes on: its form, and its size."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vexil.bridge.outcome import Outcome, Source
from vexil.bridge.shapes import flat, holds, without

LIMIT = 32_000
"""Bytes of a response at most. Connect takes less than 32 KB; whether a KB is 1,000 bytes or 1,024 it leaves
open."""

_LONGEST_MESSAGE = 500
_SOURCES = tuple(Source)


@dataclass(frozen=True, slots=True)
class Form:
    """How a flow wants its response: nested JSON, or flat with this separator."""

    nested: bool = False
    separator: str = "."


def respond(outcomes: Mapping[str, Outcome], form: Form) -> dict[str, Any]:
    """The response for one question, whose name is empty, or for several by name. Never above `LIMIT`.

    What is optional is left out as far as it has to be, in the order that the outcomes say, and the same of
    all questions at a time; `truncated` names it. Where that is not enough, the response is an error.
    """
    members = _members(outcomes)
    dropped: list[str] = []
    response = _formed(members, dropped, form)
    for name in _droppable(outcomes):
        if _size(response) <= LIMIT:
            return response
        if holds(members, name):
            members = without(members, name)
            dropped.append(name)
            response = _formed(members, dropped, form)
    if _size(response) <= LIMIT:
        return response
    largest = max(members, key=lambda name: _size(members[name]))
    message = f"the answer has {_size(response)} bytes and may have {LIMIT}; the most has {largest!r}"
    worst = _worst(outcomes.values())
    failure = Outcome.failure("LIMIT_EXCEEDED", message, worst.source, worst.revision)
    return _formed(_members({"": failure}), dropped, form)


def overview(outcomes: Sequence[Outcome]) -> Outcome:
    """What several outcomes are together: as good as the worst, and no newer than the oldest."""
    failed = next((each for each in outcomes if not each.success), None)
    worst = _worst(outcomes)
    revisions = [each.revision for each in outcomes if each.revision]
    return Outcome(
        worst.source,
        failed.reason if failed else "ANSWERED",
        revision=min(revisions, default=0),
        cause=next((each.cause for each in outcomes if each.cause), ""),
        error=failed.error if failed else "",
        message=failed.message if failed else "",
    )


def _worst(outcomes: Any) -> Outcome:
    worst: Outcome = max(outcomes, key=lambda outcome: _SOURCES.index(outcome.source))
    return worst


def _members(outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    if "" in outcomes:
        return _single(outcomes[""])
    whole = _single(overview(list(outcomes.values())))
    return {**whole, **{name: _single(outcome) for name, outcome in outcomes.items()}}


def _single(outcome: Outcome) -> dict[str, Any]:
    """What is always there comes first, and can't be replaced by anything configured."""
    always: dict[str, Any] = {
        "success": outcome.success,
        "source": outcome.source.value,
        "revision": outcome.revision,
        "reason": outcome.reason,
    }
    if outcome.cause:
        always["cause"] = outcome.cause
    if outcome.error:
        always |= {"error": outcome.error, "message": outcome.message[:_LONGEST_MESSAGE]}
    rest = {name: value for name, value in outcome.fields.items() if name not in always and value is not None}
    return {**always, **rest}


def _droppable(outcomes: Mapping[str, Outcome]) -> Sequence[str]:
    """Level by level: what comes first in any list goes first."""
    longest = max((len(each.optional) for each in outcomes.values()), default=0)
    return [
        f"{name}.{each.optional[level]}" if name else each.optional[level]
        for level in range(longest)
        for name, each in outcomes.items()
        if level < len(each.optional)
    ]


def _formed(members: Mapping[str, Any], dropped: Sequence[str], form: Form) -> dict[str, Any]:
    whole = {**members, "truncated": ",".join(dropped)} if dropped else dict(members)
    return whole if form.nested else dict(flat(whole, form.separator))


def _size(response: Any) -> int:
    """Bytes at most, whichever of Lambda's runtimes writes it: some escape all but ASCII."""
    return len(json.dumps(response))
