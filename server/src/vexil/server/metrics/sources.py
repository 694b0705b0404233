"""Where the numbers come from."""

from dataclasses import dataclass

from vexil.server.announce.announcer import Announcer
from vexil.server.control.directory import Directory
from vexil.server.stores.hint_source import HintSource
from vexil.server.stores.port import Store


@dataclass(frozen=True, slots=True)
class Sources:
    """What of a server is looked at. `store` is the one that was opened, with nothing around it."""

    directory: Directory
    store: Store
    hints: HintSource | None = None
    announcer: Announcer | None = None
