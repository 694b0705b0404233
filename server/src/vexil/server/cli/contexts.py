"""The configuration file: named contexts, each a server with the namespace and environment usual there.

TOML, readable by its owner only, since it may hold tokens:

    current = "local"

    [contexts.local]
    target = "127.0.0.1:7350"
    namespace = "shop"
    environment = "prod"
"""

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from vexil.core.errors import Violation
from vexil.server.cli.usage import UsageError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")


@dataclass(frozen=True, slots=True)
class Context:
    """What a context says; None: nothing. The TLS members are paths of PEM files, `tls_server_name` aside.

    Who has logged in has a `refresh_token`, and a `token` until `token_expires_at`, a time as in RFC 3339.
    """

    target: str | None = None
    namespace: str | None = None
    environment: str | None = None
    token: str | None = field(default=None, repr=False)
    token_expires_at: str | None = None
    refresh_token: str | None = field(default=None, repr=False)
    tls: bool | None = None
    tls_ca_file: str | None = None
    tls_certificate_file: str | None = None
    tls_key_file: str | None = None
    tls_server_name: str | None = None


@dataclass(frozen=True, slots=True)
class Contexts:
    """The whole file. `current` is the name of the context in use, None when none is."""

    current: str | None = None
    by_name: Mapping[str, Context] = field(default_factory=dict)

    def get(self, name: str | None) -> Context:
        """The context of that name, or the one in use; an empty one when none is. Raises UsageError."""
        chosen = name or self.current
        if chosen is None:
            return Context()
        if chosen not in self.by_name:
            known = ", ".join(sorted(self.by_name)) or "none"
            raise UsageError(
                f"There is no context {chosen!r}; contexts: {known}.",
                f"Create it with `vexil config set-context {chosen} --target HOST:PORT`.",
            )
        return self.by_name[chosen]

    def using(self, name: str) -> "Contexts":
        """The same contexts with this one in use. Raises UsageError when it is not there."""
        self.get(name)
        return replace(self, current=name)

    def setting(self, name: str, context: Context) -> "Contexts":
        """The same contexts with this one added or replaced. Raises UsageError for a name that can't be."""
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"{name!r} can't be a context's name.", "Use letters, digits and `_.-`, at most 63 of them."
            )
        return replace(self, by_name={**self.by_name, name: context})


def default_path() -> Path:
    """Where the file is when nobody says (XDG Base Directory Specification)."""
    home = os.environ.get("XDG_CONFIG_HOME")
    # The specification has relative paths ignored.
    base = Path(home) if home and Path(home).is_absolute() else Path.home() / ".config"
    return base / "vexil" / "config.toml"


def load(path: Path) -> Contexts:
    """What the file says; nothing when it does not exist. Raises UsageError that names file and field."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Contexts()
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:  # both UnicodeDecodeError and TOMLDecodeError
        raise UsageError(f"{path} is not a TOML file: {error}.", "Correct it, or move it away.") from error
    return _parse(path, document)


def save(path: Path, contexts: Contexts) -> None:
    """Replaces the file as a whole, mode 0600. Raises UsageError when it can't be written."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # mkstemp makes the file with mode 0600.
        handle, name = tempfile.mkstemp(prefix=".config-", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(_format(contexts))
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror}.") from error
    except UnicodeEncodeError as error:
        raise UsageError("What a context says must be UTF-8 text.") from error


def _parse(path: Path, document: Mapping[str, Any]) -> Contexts:
    problems: list[Violation] = []
    current = document.get("current")
    if current is not None and not isinstance(current, str):
        problems.append(Violation("current", "must be the name of a context"))
    tables = document.get("contexts", {})
    if not isinstance(tables, dict):
        problems.append(Violation("contexts", "must be a table"))
        tables = {}
    problems += [Violation(name, "is not known") for name in document if name not in {"current", "contexts"}]
    contexts = {name: _context(f"contexts.{name}", table, problems) for name, table in tables.items()}
    if problems:
        raise UsageError(f"{path} is not as it should be.", "Correct it, or move it away.", problems)
    return Contexts(current, contexts)


def _context(place: str, table: Any, problems: list[Violation]) -> Context:
    if not isinstance(table, dict):
        problems.append(Violation(place, "must be a table"))
        return Context()
    known = {member.name for member in fields(Context)}
    for name, value in table.items():
        expected = bool if name == "tls" else str
        if name not in known:
            problems.append(Violation(f"{place}.{name}", f"is not known; known: {', '.join(sorted(known))}"))
        elif not isinstance(value, expected):
            problems.append(Violation(f"{place}.{name}", f"must be a {expected.__name__}"))
    return Context(**{name: value for name, value in table.items() if name in known})


def _format(contexts: Contexts) -> str:
    lines = [] if contexts.current is None else [f"current = {_scalar(contexts.current)}", ""]
    for name, context in sorted(contexts.by_name.items()):
        # Always quoted: a dot in a bare name would begin another table.
        lines.append(f"[contexts.{_scalar(name)}]")
        lines += [f"{key} = {_scalar(value)}" for key, value in asdict(context).items() if value is not None]
        lines.append("")
    return "\n".join(lines)


def _scalar(value: str | bool) -> str:
    # JSON's booleans and strings are TOML's, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
