"""The embedded store: one SQLite file."""

from vexil.server.stores.sqlite.board import SqliteBoard
from vexil.server.stores.sqlite.marks import SqliteMarks
from vexil.server.stores.sqlite.store import SqliteStore

__all__ = ["SqliteBoard", "SqliteMarks", "SqliteStore"]
