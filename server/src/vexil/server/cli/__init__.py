"""The `vexil` command: parse, call, show; no business rule."""

import io
import sys


def main() -> None:
    """Runs the command line that the process was started with, and exits."""
    # Everything is imported when it is needed: `vexil --help` should answer at once.
    from vexil.server.cli.app import run  # noqa: PLC0415

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A character that the terminal's encoding lacks is shown as an escape instead of being an error.
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))
