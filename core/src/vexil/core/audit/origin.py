"""Where a commit came from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """The peer's address, such as `ipv4:192.0.2.7:51234`, and how its author was authenticated.

    Both are empty for what did not come over the wire, such as a change of the home region.
    """

    peer: str = ""
    authentication: str = ""


NOWHERE = Origin()
"""Of what did not come over the wire."""
