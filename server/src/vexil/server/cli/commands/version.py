"""`vexil version`."""

import platform

from vexil.server.cli.registry import installed_version
from vexil.server.cli.session import Injected


def version(*, session: Injected) -> None:
    """Show the version of this command line."""
    if session.terminal.structured:
        session.terminal.data({"vexil": installed_version(), "python": platform.python_version()})
    else:
        session.terminal.show(f"vexil {installed_version()} (Python {platform.python_version()})")
