"""What a handler knows about the call that it answers, whichever transport brought it."""

from collections.abc import Mapping
from typing import Protocol

from vexil.core.access.grants import Grants
from vexil.core.access.identity import Identity
from vexil.server.live import Follower
from vexil.server.standing import Standing

ANONYMOUS = "anonymous"
"""The principal of a caller that has not said who it is."""


class CallContext(Protocol):
    """One call. Transports work an answer out when it is asked for: what nobody needs costs nothing.

    `standing` tells a stream, while it is open, whether it may still be; None: nobody is asked who they are.
    """

    standing: Standing | None

    def identify(self) -> Identity:
        """Who calls, as of now: in a stream it may be another answer each time.

        Raises Unauthenticated, also for a caller that was accepted before, and Unavailable.
        """
        ...

    @property
    def principal(self) -> str:
        """The name of who calls, as `identify` last said; the same for as long as the call is accepted."""
        ...

    @property
    def grants(self) -> Grants:
        """What the caller may do, as `identify` last said, or says if nobody has asked before."""
        ...

    @property
    def peer(self) -> str:
        """Where the call comes from, such as `ipv4:127.0.0.1:51234`."""
        ...

    @property
    def metadata(self) -> Mapping[str, str]:
        """The call's text metadata; names in lower case."""
        ...

    @property
    def request_id(self) -> str:
        """The id that finds this call in logs: the caller's own (`x-request-id`), or one made here."""
        ...

    @property
    def time_remaining(self) -> float | None:
        """Seconds until the caller gives up; None: never."""
        ...

    @property
    def follower(self) -> Follower | None:
        """What delivers this call's messages from a history; None: its handler yields each of them."""
        ...
