"""What a bridge is told by its function's environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self

from vexil.bridge.redis.address import RedisAddress
from vexil.bridge.truth import truth
from vexil.core.errors import InvalidRequest, Violation

_BUDGET = 1.5
_ATTEMPT = 0.4
_HEDGE_AFTER = 0.15
_FRESH = 5.0

MOST_KEYS = 59
"""Beginnings of keys: the server takes 64 selectors at once, five of which are for what is no setting."""

LONGEST_KEY = 256
"""Characters of a beginning that the server takes."""


class Mode(StrEnum):
    """Where answers come from while all is well."""

    LIVE = "live"
    """From the server, call by call."""

    SNAPSHOT = "snapshot"
    """From memory; the server is asked every few seconds whether that is still true."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a bridge is set up. Times are in seconds; the variables that set them are in milliseconds.

    `namespace` and `environment` are those of events that name none. `plaintext` is for a server that is
    reached through something that encrypts, and for trying out: otherwise TLS is spoken, and `authorities`
    are PEM of those who sign the server's certificate; None: the roots that gRPC comes with. `certificate`
    and `certificate_key` are PEM of the function's own. `key` is sent as a bearer token. `key_from` and
    `redis_password_from` are references to where these are kept: see docs/secrets.md.

    An event is answered within `budget`. An attempt at a call lasts `attempt`; when it has not answered after
    `hedge_after`, a second one sets out. In snapshot mode, what was confirmed within `fresh` counts as live.
    `keys` are the beginnings of the keys of settings that the snapshot holds, 59 at most; none: all.
    """

    server: str
    namespace: str = ""
    environment: str = ""
    mode: Mode = Mode.LIVE
    plaintext: bool = False
    authorities: bytes | None = None
    certificate: bytes | None = None
    certificate_key: bytes | None = field(default=None, repr=False)
    server_name: str = ""
    key: str = field(default="", repr=False)
    key_from: str = ""
    redis: str = field(default="", repr=False)
    redis_password: str = field(default="", repr=False)
    redis_password_from: str = ""
    budget: float = _BUDGET
    attempt: float = _ATTEMPT
    hedge_after: float = _HEDGE_AFTER
    fresh: float = _FRESH
    keys: tuple[str, ...] = ()

    @classmethod
    def of(cls, variables: Mapping[str, str]) -> Self:
        """Reads the variables `VEXIL_…`. Raises InvalidRequest, which names the one at fault."""
        server = variables.get("VEXIL_SERVER", "")
        if not server:
            raise _invalid("VEXIL_SERVER", "is not set; give host:port, such as vexil.internal:7350")
        plaintext = _flag(variables, "VEXIL_PLAINTEXT")
        key, key_from = _credential(variables, "VEXIL_KEY")
        if (key or key_from) and plaintext:
            name = "VEXIL_KEY" if key else "VEXIL_KEY_FROM"
            raise _invalid(name, "a key would travel readable; leave VEXIL_PLAINTEXT out")
        if key and not (key.isascii() and key.isprintable() and " " not in key):
            raise _invalid("VEXIL_KEY", "has a space, a line break or another character that no key has")
        redis_password, redis_password_from = _credential(variables, "VEXIL_REDIS_PASSWORD")
        mode = variables.get("VEXIL_MODE", Mode.LIVE)
        if mode not in set(Mode):
            raise _invalid("VEXIL_MODE", f"{mode!r} is none of {', '.join(Mode)}")
        certificate, certificate_key = (
            _file(variables, name) for name in ("VEXIL_TLS_CERTIFICATE", "VEXIL_TLS_KEY")
        )
        if (certificate is None) != (certificate_key is None):
            raise _invalid("VEXIL_TLS_KEY", "a certificate needs its key: set VEXIL_TLS_CERTIFICATE and this")
        redis = variables.get("VEXIL_REDIS", "")
        try:
            if redis:
                RedisAddress.of(redis, redis_password)
        except ValueError:
            raise _invalid("VEXIL_REDIS", "is no redis://HOST:PORT/DATABASE, nor rediss:// for TLS") from None
        return cls(
            server=server,
            namespace=variables.get("VEXIL_NAMESPACE", ""),
            environment=variables.get("VEXIL_ENVIRONMENT", ""),
            mode=Mode(mode),
            plaintext=plaintext,
            authorities=_file(variables, "VEXIL_TLS_CA"),
            certificate=certificate,
            certificate_key=certificate_key,
            server_name=variables.get("VEXIL_TLS_SERVER_NAME", ""),
            key=key,
            key_from=key_from,
            redis=redis,
            redis_password=redis_password,
            redis_password_from=redis_password_from,
            budget=_seconds(variables, "VEXIL_BUDGET_MS", _BUDGET),
            attempt=_seconds(variables, "VEXIL_ATTEMPT_MS", _ATTEMPT),
            hedge_after=_seconds(variables, "VEXIL_HEDGE_MS", _HEDGE_AFTER),
            fresh=_seconds(variables, "VEXIL_FRESH_MS", _FRESH),
            keys=_keys(variables, "VEXIL_KEYS"),
        )


def _credential(variables: Mapping[str, str], name: str) -> tuple[str, str]:
    """A credential, or where it is kept."""
    given, kept = variables.get(name, ""), variables.get(f"{name}_FROM", "")
    if given and kept:
        raise _invalid(f"{name}_FROM", f"is set beside {name}; set one of them")
    return given, kept


def _flag(variables: Mapping[str, str], name: str) -> bool:
    text = variables.get(name, "")
    said = truth(text)
    if said is None:
        raise _invalid(name, f"{text.strip().lower()!r} is neither true nor false")
    return said


def _keys(variables: Mapping[str, str], name: str) -> tuple[str, ...]:
    keys = {key for text in variables.get(name, "").split(",") if (key := text.strip())}
    if len(keys) > MOST_KEYS:
        raise _invalid(name, f"has {len(keys)} beginnings of keys; {MOST_KEYS} are the most")
    if any(len(key) > LONGEST_KEY for key in keys):
        raise _invalid(name, f"has a beginning of more than {LONGEST_KEY} characters")
    return tuple(sorted(keys))


def _seconds(variables: Mapping[str, str], name: str, default: float) -> float:
    text = variables.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and 0 < len(text) <= 6 and int(text)):
        raise _invalid(name, f"{text!r} is not a number of milliseconds")
    return int(text) / 1000


def _file(variables: Mapping[str, str], name: str) -> bytes | None:
    path = variables.get(name, "")
    if not path:
        return None
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise _invalid(name, f"{path}: {error.strerror}") from error


def _invalid(name: str, description: str) -> InvalidRequest:
    return InvalidRequest.of([Violation(name, description)])
