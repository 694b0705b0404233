"""Who subscribes, so that the server can tell who has applied a revision."""

import os
import platform
from dataclasses import dataclass, field


def _this_process() -> str:
    return f"{platform.node() or 'localhost'}-{os.getpid()}"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One instance of a service.

    `instance` is unique in the service, such as a pod's name; unset: host name and process id. `version` is
    the service's own, `zone` the zone or region that it runs in.
    """

    service: str
    instance: str = field(default_factory=_this_process)
    version: str = ""
    zone: str = ""
