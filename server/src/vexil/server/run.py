"""Running a server as the settings say."""

import asyncio

import uvloop

from vexil.server.logging import configure_logging
from vexil.server.process import announce, serve
from vexil.server.settings import ServerSettings
from vexil.server.supervisor import Supervisor


def run_server(settings: ServerSettings) -> int:
    """Serves until the process is told to stop; the exit code.

    Raises VexilError for settings, a store or an address that can't be used.
    """
    configure_logging(settings.log_level, settings.log_format)
    if settings.processes > 1:
        asyncio.run(Supervisor(settings).run())
    else:
        uvloop.run(serve(settings, lambda server: announce(settings, server.address), asyncio.Event()))
    return 0
