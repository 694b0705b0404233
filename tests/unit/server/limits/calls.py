"""Calls without a transport."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vexil.core.access.grants import UNRESTRICTED, Grants
from vexil.server.call import ANONYMOUS


@dataclass
class Call:
    """A call as a gate sees it."""

    peer: str = "ipv4:127.0.0.1:51234"
    principal: str = ANONYMOUS
    metadata: Mapping[str, str] = field(default_factory=dict)
    grants: Grants = UNRESTRICTED
    request_id: str = "1"
    time_remaining: float | None = None
    follower: None = None
