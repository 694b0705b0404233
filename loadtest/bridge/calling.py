"""A sandbox without a runtime: calls the handler for some seconds, and prints how often it could."""

import logging
import sys
import time

from loadtest.bridge.setting import RESOLVE, require_answer
from vexil.bridge import handler


def main() -> None:
    """Says when it is ready, waits for a line, and prints the count as its last line."""
    handler.begin()
    # What a runtime collects in a pipe would only slow the terminal down.
    logging.disable(logging.INFO)
    for _ in range(50):
        require_answer(handler.handle(RESOLVE))
    print("ready", flush=True)
    sys.stdin.readline()
    count, end = 0, time.perf_counter() + float(sys.argv[1])
    while time.perf_counter() < end:
        require_answer(handler.handle(RESOLVE))
        count += 1
    print(count, flush=True)


if __name__ == "__main__":
    main()
