"""The Lambda handler: `vexil.bridge.handler.handle`."""

import os
from functools import cache
from typing import Any

from vexil.bridge.bridge import Bridge
from vexil.bridge.budget import LambdaContext
from vexil.bridge.logs import Event, log, set_up
from vexil.bridge.outcome import Outcome
from vexil.bridge.response import Form, respond
from vexil.bridge.settings import Settings
from vexil.core.errors import VexilError


def handle(event: object, context: LambdaContext | None = None) -> dict[str, Any]:
    """Answers the event of a contact flow; see docs/connect.md for events, responses, and variables.

    `context` is Lambda's; None: there is no limit but the bridge's own budget.
    """
    try:
        bridge = _bridge()
    except VexilError as error:
        log(Event.MISCONFIGURED, problem=error.message)
        return respond(
            {"": Outcome.failure("FAILED_PRECONDITION", "the function is not set up; see its log")}, Form()
        )
    return bridge.handle(event, context)


@cache
def _bridge() -> Bridge:
    """This sandbox's. Lambda imports the module before there is an event; so this is done by then."""
    set_up()
    return Bridge(Settings.of(os.environ))


def begin() -> None:
    """What can be done before the first event. Raises nothing."""
    try:
        _bridge().warm_up()
    except VexilError as error:
        log(Event.MISCONFIGURED, problem=error.message)
    # Lambda would give up the sandbox; its events may still be answered.
    except Exception:  # noqa: BLE001
        log(Event.DEFECT)


if "AWS_LAMBDA_RUNTIME_API" in os.environ:
    begin()
