"""Amazon Connect's five configuration tables, as they stand."""

from vexil.server.imports.connect.mapper import ConnectMapper
from vexil.server.imports.connect.tables import TABLES

__all__ = ["TABLES", "ConnectMapper"]
