"""Headers of calls that mean something to every transport."""

import uuid

AUTHORIZATION = "authorization"
"""The metadata key of a caller's credential."""

REQUEST_ID = "x-request-id"
"""The metadata key of a call's id, in both directions."""

_LONGEST_REQUEST_ID = 128


def request_id(given: str | None) -> str:
    """The caller's own id of its call, where it is a sensible one, or a new one."""
    usable = given and given.isprintable() and len(given) <= _LONGEST_REQUEST_ID
    return given if given and usable else uuid.uuid4().hex
