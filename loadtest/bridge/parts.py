"""One cold start, taken apart, in a process of its own; its argument is when it was started, in ns.

The times of the interpreter's start and of imports count from there; what is imported for measuring is not
what the bridge needs.
"""

import sys
import time

_began = time.monotonic_ns()

import itertools  # noqa: E402
import json  # noqa: E402 - after the interpreter's own time is taken


def main() -> None:
    """Prints milliseconds: interpreter, imports, set-up, first call, second call."""
    marks = [int(sys.argv[1]), _began]
    from vexil.bridge import handler  # noqa: PLC0415 - this is what is measured

    marks.append(time.monotonic_ns())
    handler.begin()
    marks.append(time.monotonic_ns())
    event = json.load(sys.stdin)
    for _ in range(2):
        answer = handler.handle(event)
        marks.append(time.monotonic_ns())
        if answer["source"] != "live":
            raise RuntimeError(f"the bridge answered {answer}")
    print(json.dumps([(after - before) / 1e6 for before, after in itertools.pairwise(marks)]))


if __name__ == "__main__":
    main()
