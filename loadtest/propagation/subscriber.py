"""Notes when changes arrive at VEXIL_TARGET: `python -m loadtest.propagation.subscriber KEY LAST [SERVICE]`.

With the name of a service it also reports what it has applied.

Prints a line when it is ready and, once the setting has the value LAST, a JSON object: the nanoseconds of the
monotonic clock, which all processes share, at which the callback began, by the value that the setting got.
"""

import json
import sys
import threading
import time

from loadtest.settings import ENVIRONMENT, NAMESPACE
from vexil.client import Change, Client, Subscriber

PATIENCE = 300.0


def main() -> None:
    """Watches one setting until it has its last value."""
    key, last = sys.argv[1], int(sys.argv[2])
    service = sys.argv[3] if len(sys.argv) > 3 else None
    arrivals: dict[int, int] = {}
    complete = threading.Event()

    def arrived(change: Change) -> None:
        arrivals[change.new_value] = time.monotonic_ns()
        if change.new_value == last:
            complete.set()

    client = (
        Client(namespace=NAMESPACE, environment=ENVIRONMENT)
        if service is None
        else Client(namespace=NAMESPACE, environment=ENVIRONMENT, subscriber=Subscriber(service))
    )
    client.connect()
    client.watch(key, arrived)
    print("ready", flush=True)
    if not complete.wait(PATIENCE):
        raise SystemExit(f"{key} did not become {last} within {PATIENCE:g} s")
    client.close()
    print(json.dumps(arrivals))


if __name__ == "__main__":
    main()
