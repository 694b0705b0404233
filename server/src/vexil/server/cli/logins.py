"""Being logged in: the tokens that a context keeps, renewed before they end."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from vexil.server.cli import contexts
from vexil.server.cli.contexts import Context

if TYPE_CHECKING:
    from vexil.v1.user_service_pb2 import SessionTokens

_AHEAD = timedelta(seconds=60)
"""Tokens are renewed that long before they end."""


def logged_in(context: Context, tokens: "SessionTokens") -> Context:
    """The context with these tokens."""
    ends = tokens.access_expires_at.ToDatetime(UTC).isoformat()
    return replace(
        context, token=tokens.access_token, token_expires_at=ends, refresh_token=tokens.refresh_token
    )


def logged_out(context: Context) -> Context:
    """The context without tokens."""
    return replace(context, token=None, token_expires_at=None, refresh_token=None)


def is_due(context: Context) -> bool:
    """Whether its token ends soon, and can be renewed."""
    if context.refresh_token is None or context.token_expires_at is None:
        return False
    try:
        ends = datetime.fromisoformat(context.token_expires_at)
    except ValueError:
        return True
    return ends.tzinfo is None or datetime.now(UTC) >= ends - _AHEAD


def renew(path: Path, name: str, ask: "Callable[[str], SessionTokens]") -> Context:
    """The context with tokens that are good for a while; `ask` gets new ones for a refresh token.

    Commands that run side by side take turns, since a refresh token that is used twice ends the session.
    """
    with _turn(path):
        known = contexts.load(path)
        context = known.get(name)
        if is_due(context) and context.refresh_token is not None:
            context = logged_in(context, ask(context.refresh_token))
            contexts.save(path, known.setting(name, context))
        return context


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    try:
        import fcntl  # noqa: PLC0415 - not there on Windows
    except ImportError:
        yield
        return
    lock = os.open(path.with_name(f".{path.name}.lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
