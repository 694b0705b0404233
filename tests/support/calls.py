"""Calls without a transport."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vexil.core.access.grants import UNRESTRICTED, Grants
from vexil.core.access.identity import Identity
from vexil.server.call import ANONYMOUS
from vexil.server.standing import Standing


@dataclass
class Call:
    """A call as handlers and limits see it: by default of somebody who may do everything."""

    peer: str = "ipv4:127.0.0.1:51234"
    principal: str = ANONYMOUS
    metadata: Mapping[str, str] = field(default_factory=dict)
    grants: Grants = UNRESTRICTED
    authorization: Sequence[str] = ()
    certificate: bytes | None = None
    request_id: str = "1"
    time_remaining: float | None = None
    follower: None = None
    standing: Standing | None = None

    def identify(self) -> Identity:
        """Who calls."""
        return Identity(self.principal, self.grants)
