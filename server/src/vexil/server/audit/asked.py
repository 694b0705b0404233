"""What a call asks for, as the journal has it: names, and nothing that proves who somebody is."""

from typing import Any

from vexil.core.audit.origin import Origin
from vexil.core.errors import VexilError
from vexil.server.access.refusal import CredentialRefused
from vexil.server.audit.attempt import Attempt
from vexil.server.call import CallContext
from vexil.server.limits.origin import Origins

_OURS = "/vexil."
_READS = (
    *("Get", "List", "Search", "Check", "Export", "Diff"),
    *("Evaluate", "Explain", "Watch", "Resolve", "Route", "Render"),
)
_NAMES = ("key", "name", "flow_id", "template_key", "routing_key", "id")
"""Fields that name what a request is about. Passwords, tokens and invitations are in none of them."""


def is_read(path: str) -> bool:
    """Whether a method, by its path, gives out what is kept; gRPC's own ones don't."""
    return path.startswith(_OURS) and path.rpartition("/")[2].startswith(_READS)


def origin_of(call: CallContext, origins: Origins) -> Origin:
    """Where a call comes from, and how its caller was authenticated; empty: nobody knows who it is."""
    caller = origins.caller(call)
    try:
        return Origin(caller, call.identify().means.value)
    except VexilError:
        return Origin(caller)


def attempt_of(
    action: str,
    call: CallContext,
    origins: Origins,
    path: str,
    request: Any,
    error: VexilError | None = None,
) -> Attempt:
    """A call as an attempt, refused by that error; `request` None: it was not read."""
    origin = origin_of(call, origins)
    # What a stream of requests asks for stands within each of them.
    request = getattr(request, "request", request)
    place = getattr(request, "header", request)
    id = _id_of(request)
    return Attempt(
        action,
        call.principal if origin.authentication else "",
        origin.peer,
        origin.authentication,
        path,
        _text(place, "namespace"),
        _text(request, "environment") or _text(id, "environment"),
        next(filter(None, (_text(request, name) for name in _NAMES)), "") or _text(id, "key"),
        "" if error is None else error.reason.value,
        error.why if isinstance(error, CredentialRefused) else "",
    )


def _id_of(request: Any) -> Any:
    """The resource that a request is about, or the first of those that it would change."""
    changes = getattr(request, "changes", ())
    return getattr(changes[0] if changes else getattr(request, "resource_version", request), "id", None)


def _text(message: Any, field: str) -> str:
    found = getattr(message, field, "")
    return found if isinstance(found, str) else ""
