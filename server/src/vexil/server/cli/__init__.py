"""The `vexil` command: parse, call, show; no business rule."""

import sys


def main() -> None:
    """Runs the command line that the process was started with, and exits."""
    # Everything is imported when it is needed: `vexil --help` should answer at once.
    from vexil.server.cli.app import run  # noqa: PLC0415

    sys.exit(run(sys.argv[1:]))
