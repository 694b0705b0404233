"""`vexil connect simulate`."""

import os
import time
from collections.abc import Mapping
from typing import Annotated, Any

from cyclopts import Parameter

from vexil.core import jsontext
from vexil.core.errors import (
    AccessDenied,
    FailedPrecondition,
    Internal,
    InvalidRequest,
    LimitExceeded,
    NotFound,
    Reason,
    Unauthenticated,
    Unavailable,
    VexilError,
)
from vexil.server.cli.inputs import InputFile, read_json_object
from vexil.server.cli.render.tables import pairs
from vexil.server.cli.render.text import printable
from vexil.server.cli.session import Injected, Session
from vexil.server.cli.usage import UsageError

_AWAY = frozenset(
    {"UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "NOT_READY", "STORE_UNAVAILABLE"}
)
_KINDS: Mapping[str, type[VexilError]] = {
    "INVALID_REQUEST": InvalidRequest,
    "CONFIGURATION_NOT_FOUND": NotFound,
    "NAMESPACE_NOT_FOUND": NotFound,
    "ENVIRONMENT_NOT_FOUND": NotFound,
    "FLAG_NOT_FOUND": NotFound,
    "LIMIT_EXCEEDED": LimitExceeded,
    "UNAUTHENTICATED": Unauthenticated,
    "ACCESS_DENIED": AccessDenied,
    "INTERNAL": Internal,
}
"""Names of errors that have an exit code of their own; all others end with that of FailedPrecondition."""


def simulate(
    event: Annotated[InputFile, Parameter(help="The event of a contact flow, JSON; `-` for stdin.")],
    /,
    *,
    parameters: Annotated[
        tuple[str, ...],
        Parameter(
            name=["--parameter", "--parameters"],
            negative=(),
            help="NAME=TEXT, any number of times: a parameter of the event instead of the file's.",
        ),
    ] = (),
    session: Injected,
) -> None:
    """Answer the event of a contact flow as the Lambda function does.

    The same code runs here as there, and asks the server that this command line is told. Variables of the
    function, such as VEXIL_REDIS or VEXIL_MODE, count here too. With --verbose its log goes to stderr.
    A response that says `success=false` is an answer: exit code 0. Where the flow asks for that with
    `raise=true`, it is an error here too, with the exit code of what it names.
    """
    asked = _with_parameters(read_json_object(event, '{"Details": {…}}'), parameters)
    began = time.perf_counter()
    response = _answer(session, asked)
    took = time.perf_counter() - began
    if session.terminal.structured:
        session.terminal.data(response)
        return
    session.terminal.show(
        pairs((printable(name), printable(_shown(value))) for name, value in response.items())
    )
    session.terminal.note(f"Answered in {1000 * took:.0f} ms.")


def _answer(session: Session, event: Mapping[str, Any]) -> dict[str, Any]:
    try:
        from vexil.bridge.bridge import Bridge, FlowError  # noqa: PLC0415 - a distribution of its own
        from vexil.bridge.logs import set_up  # noqa: PLC0415
        from vexil.bridge.settings import Settings  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise FailedPrecondition(
            "the Lambda function's code is not installed: install vexil-bridge", reason=Reason.INVALID_REQUEST
        ) from error
    if session.options.verbose:
        set_up(session.terminal.err)
    bridge = Bridge(Settings.of({**os.environ, **_variables(session)}))
    try:
        bridge.warm_up()
        return bridge.handle(event)
    except FlowError as error:
        raise _raised(str(error)) from error
    finally:
        bridge.close()


def _raised(name: str) -> VexilError:
    """The error of that name which the flow wanted raised, as one of the command line."""
    message, metadata = f"FlowError: {name}", {"error": name}
    if name in _AWAY:
        return Unavailable(message, metadata=metadata)
    reason = Reason(name) if name in set(Reason) else Reason.INVALID_REQUEST
    return _KINDS.get(name, FailedPrecondition)(message, reason=reason, metadata=metadata)


def _variables(session: Session) -> dict[str, str]:
    """What the command line is told about the server and the place, as the function's variables."""
    endpoint, tls = session.endpoint, session.endpoint.tls
    said = {
        "VEXIL_SERVER": endpoint.target,
        "VEXIL_PLAINTEXT": "" if tls else "true",
        "VEXIL_KEY": endpoint.token,
        "VEXIL_NAMESPACE": session.default_namespace,
        "VEXIL_ENVIRONMENT": session.default_environment,
        "VEXIL_TLS_CA": tls and tls.ca_file,
        "VEXIL_TLS_CERTIFICATE": tls and tls.certificate_file,
        "VEXIL_TLS_KEY": tls and tls.key_file,
        "VEXIL_TLS_SERVER_NAME": tls and tls.server_name,
    }
    return {name: str(value or "") for name, value in said.items()}


def _with_parameters(event: dict[str, Any], texts: tuple[str, ...]) -> dict[str, Any]:
    if not texts:
        return event
    details = event.setdefault("Details", {})
    if not isinstance(details, dict):
        return event
    held = details.get("Parameters")
    more: dict[str, str] = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not name or not separator:
            raise UsageError(f"{text!r} is no parameter.", "Write NAME=TEXT, such as operation=route.")
        more[name] = value
    details["Parameters"] = {**(held if isinstance(held, dict) else {}), **more}
    return event


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else jsontext.dump(value)
