"""From an event to its questions."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from vexil.bridge.event import FlowEvent
from vexil.bridge.parameters import MOST, Parameters
from vexil.bridge.questions import evaluate, get, resolve, route
from vexil.bridge.questions.question import Place, Question


class _Operation(NamedTuple):
    request: Any
    read: Any


_OPERATIONS = {
    "resolve": _Operation(resolve.request, resolve.read),
    "route": _Operation(route.request, route.read),
    "evaluate": _Operation(evaluate.request, evaluate.read),
    "get": _Operation(get.request, get.read),
}
BATCH = "batch"
_RESERVED = frozenset({"success", "source", "revision", "reason", "cause", "error", "message", "truncated"})


def questions(event: FlowEvent, place: Place) -> Sequence[Question]:
    """What an event asks: one question, or those of a batch, which have names. Raises InvalidRequest.

    `place` is where configuration is looked for unless the parameters say another.
    """
    parameters = event.parameters
    operation = parameters.choice("operation", (*_OPERATIONS, BATCH))
    place = _place(parameters, place)
    if operation != BATCH:
        return (_question(parameters, place, event, ""),)
    asked: dict[str, Question] = {}
    for number, each in parameters.numbered():
        name = each.get("as", f"r{number}")
        if name in _RESERVED or name in asked:
            raise each.refuse("as", "is taken: each part of the response needs a name of its own")
        asked[name] = _question(each, _place(each, place), event, name)
    if not 0 < len(asked) <= MOST:
        raise parameters.refuse(
            "1.operation", f"a batch has 1 to {MOST} questions; this one has {len(asked)}"
        )
    return tuple(asked.values())


def _question(parameters: Parameters, place: Place, event: FlowEvent, name: str) -> Question:
    for what, text in zip(("namespace", "environment"), place, strict=True):
        if not text:
            raise parameters.refuse(what, "is not set, neither here nor for the function")
    operation = parameters.choice("operation", tuple(_OPERATIONS))
    request, read = _OPERATIONS[operation]
    asked = request(parameters, place, event.caller)
    return Question(place, operation, asked, read, name, parameters.defaults)


def _place(parameters: Parameters, place: Place) -> Place:
    return Place(
        parameters.get("namespace", place.namespace), parameters.get("environment", place.environment)
    )
