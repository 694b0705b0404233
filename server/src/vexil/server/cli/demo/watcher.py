"""The demo's other process: a service that holds its settings in memory and hears of each change.

`python -m vexil.server.cli.demo.watcher TARGET NAMESPACE ENVIRONMENT KEY` writes a JSON object on a line for
the first value and for each change of it, with the time at which the callback ran. It ends with its input.
"""

import json
import sys
import time

from vexil.client import Change, Client


def main(target: str, namespace: str, environment: str, key: str) -> None:
    """Watches the key until standard input ends. Raises VexilError when there is no connection."""
    client = Client(target, namespace=namespace, environment=environment)
    client.watch(key, _tell)
    with client:
        client.connect()
        sys.stdin.read()


def _tell(change: Change) -> None:
    heard = {
        "at": time.time_ns(),
        "old": change.old_value,
        "new": change.new_value,
        "revision": change.revision,
    }
    sys.stdout.write(json.dumps(heard) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
