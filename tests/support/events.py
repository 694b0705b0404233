"""Events as a group makes them, of commits that delete something."""

from datetime import UTC, datetime

from tests.support.backend import setting
from vexil.core.resource import Commit, Deleted, Revision, Version
from vexil.server.watch.encoding import encode_delta
from vexil.server.watch.history import Event

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def token(revision: Revision) -> bytes:
    """Stands for the position."""
    return f"token-{revision}".encode()


def event(revision: int, *keys: str, note: str = "") -> Event:
    """A commit that deletes these keys; `note` is its message."""
    changes = [Deleted(setting(key), Version(1), Revision(revision)) for key in keys]
    commit = Commit("shop", Revision(revision), (), NOW, message=note)
    return Event(commit.revision, encode_delta(commit, changes, token(commit.revision)))


def parted(revision: int) -> Event:
    """A commit that is too large for one message."""
    [message] = event(revision, "a").messages
    return Event(Revision(revision), (message, message))
