"""A caller that was recognised, and how long that holds."""

from dataclasses import dataclass

from vexil.core.access.identity import Identity
from vexil.server.access.state import AccessState


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who shows these credentials, worked out from `permissions`.

    It holds while those are the current ones, before `until` on the monotonic clock, in seconds.
    """

    identity: Identity
    permissions: AccessState
    until: float
