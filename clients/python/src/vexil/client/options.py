"""What a client is told about its server and itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict, Unpack

from vexil.client.replica.backoff import BackoffPolicy
from vexil.client.replica.replica import Accept
from vexil.client.rpc.endpoint import DEFAULT_TARGET, Endpoint, Tls
from vexil.client.subscriber import Subscriber
from vexil.core.errors import InvalidRequest, Violation
from vexil.core.resource import Kind
from vexil.core.selector import Selector

SETTINGS_AND_SEGMENTS = (Selector(kind=Kind.SETTING), Selector(kind=Kind.SEGMENT))
"""Every setting of an environment, and what their rules refer to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientOptions:
    """Everything about a client, complete. Durations are in seconds.

    `selectors`: what is held; segments are added to what you name, since rules need them. `stale_after`: how
    long without a word from the server until the state counts as out of date. `cache_path`: a file that keeps
    the last state for a start without a server; None: nothing is kept. `subscriber`: reports to the server
    which revision is in use; None: no reports. `accept`: looks at each new state before it is used, and
    raises to stay with the one before. `call_timeout`: for single calls.
    """

    namespace: str
    environment: str
    endpoint: Endpoint = field(default_factory=Endpoint)
    selectors: tuple[Selector, ...] = SETTINGS_AND_SEGMENTS
    stale_after: float = 60.0
    cache_path: Path | None = None
    subscriber: Subscriber | None = None
    accept: Accept | None = None
    backoff: BackoffPolicy = field(default_factory=BackoffPolicy)
    call_timeout: float = 5.0


class ClientArguments(TypedDict, total=False):
    """The keyword arguments of both clients; `ClientOptions` and `Endpoint` say what each means.

    What is not given comes from the environment: VEXIL_TARGET, VEXIL_NAMESPACE, VEXIL_ENVIRONMENT,
    VEXIL_TOKEN or VEXIL_TOKEN_FROM, VEXIL_TLS_CA_FILE, VEXIL_TLS_CERTIFICATE_FILE, VEXIL_TLS_KEY_FILE,
    VEXIL_TLS_SERVER_NAME, and VEXIL_TLS=true for TLS without any file.
    """

    namespace: str
    environment: str
    token: str
    token_from: str
    tls: Tls
    selectors: tuple[Selector, ...]
    stale_after: float
    cache_path: Path | str
    subscriber: Subscriber
    accept: Accept
    backoff: BackoffPolicy
    call_timeout: float


def client_options(
    target: str | Endpoint | None, environ: Mapping[str, str], **arguments: Unpack[ClientArguments]
) -> ClientOptions:
    """The options that arguments and environment variables make; arguments win.

    Raises InvalidRequest for what is missing or can't be.
    """
    if isinstance(target, Endpoint):
        endpoint = target
    else:
        token, token_from = _token(arguments, environ)
        endpoint = Endpoint(
            target=target or environ.get("VEXIL_TARGET") or DEFAULT_TARGET,
            tls=arguments.get("tls") or _tls(environ),
            token=token,
            token_from=token_from,
        )
    names = {
        name: arguments.get(name) or environ.get(f"VEXIL_{name.upper()}", "")
        for name in ("namespace", "environment")
    }
    missing = [
        Violation(name, f"is not given; pass {name}=… or set VEXIL_{name.upper()}")
        for name, value in names.items()
        if not value
    ]
    if missing:
        raise InvalidRequest.of(missing)
    return ClientOptions(
        namespace=str(names["namespace"]),
        environment=str(names["environment"]),
        endpoint=endpoint,
        selectors=_with_segments(arguments.get("selectors", SETTINGS_AND_SEGMENTS)),
        stale_after=arguments.get("stale_after", 60.0),
        cache_path=Path(path) if (path := arguments.get("cache_path")) is not None else None,
        subscriber=arguments.get("subscriber"),
        accept=arguments.get("accept"),
        backoff=arguments.get("backoff", BackoffPolicy()),
        call_timeout=arguments.get("call_timeout", 5.0),
    )


def _token(arguments: ClientArguments, environ: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The token, or where it is kept: either argument wins over both variables."""
    given, kept = arguments.get("token") or None, arguments.get("token_from") or None
    if given is None and kept is None:
        return environ.get("VEXIL_TOKEN") or None, environ.get("VEXIL_TOKEN_FROM") or None
    return given, kept


def _tls(environ: Mapping[str, str]) -> Tls | None:
    files = {
        name: Path(value) if (value := environ.get(f"VEXIL_TLS_{name.upper()}")) else None
        for name in ("ca_file", "certificate_file", "key_file")
    }
    server_name = environ.get("VEXIL_TLS_SERVER_NAME") or None
    wanted = environ.get("VEXIL_TLS", "").lower() in ("1", "true", "yes")
    if not wanted and server_name is None and not any(files.values()):
        return None
    return Tls(**files, server_name=server_name)


def _with_segments(selectors: tuple[Selector, ...]) -> tuple[Selector, ...]:
    """Rules refer to segments by keys that a selection by setting keys does not name."""
    if not selectors or any(s in (Selector(), Selector(kind=Kind.SEGMENT)) for s in selectors):
        return selectors
    return (*selectors, Selector(kind=Kind.SEGMENT))
