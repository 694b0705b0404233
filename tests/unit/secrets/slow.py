"""A keeper that takes as long as a test wants."""

import threading

from tests.unit.secrets.keeping import Memory
from vexil.core.secret_location import Location
from vexil.secrets import Secret


class Slow(Memory):
    """Has "one" at secret/db. `asked` counts who has come, `go_on` lets them pass."""

    def __init__(self) -> None:
        super().__init__({"secret/db": "one"})
        self.asked = threading.Semaphore(0)
        self.go_on = threading.Event()

    def fetch(self, location: Location) -> Secret:
        self.asked.release()
        assert self.go_on.wait(30)
        return super().fetch(location)
