"""What is said through Redis. The bridge's cache reads the same: see ADR 0016.

`vexil:revisions` is a sorted set: a namespace's score is its newest revision that was told. Only ever raised,
so that what is told late or twice changes nothing. A message on `vexil:hints:DATABASE` is a revision and a
namespace, in decimal and with a space between. Channels belong to no database of Redis: hence the number.
"""

import re

from vexil.core.resource import Revision

REVISIONS = "vexil:revisions"

TELL = """
local told = redis.pcall('ZSCORE', KEYS[1], ARGV[1])
if told == ARGV[2] then return 0 end
local raised = redis.pcall('ZADD', KEYS[1], 'GT', ARGV[2], ARGV[1])
redis.call('PUBLISH', ARGV[3], ARGV[2] .. ' ' .. ARGV[1])
return raised
"""
"""Keys: REVISIONS. Arguments: namespace, revision, channel. Says nothing twice.

The mark is raised before the message is out: whoever is hinted finds it. Where it can't be raised (no memory,
no permission) the message goes out all the same, and the error is the result. `GT` needs Redis 6.2.
"""

_MESSAGE = re.compile(rb"([1-9][0-9]{0,15}) ([a-z0-9-]{1,63})")


def channel(database: int) -> str:
    """Where servers that use this database listen."""
    return f"vexil:hints:{database}"


def decoded(message: object) -> tuple[str, Revision] | None:
    """Namespace and revision; None for what is no message of ours."""
    match = _MESSAGE.fullmatch(message) if isinstance(message, bytes) else None
    return None if match is None else (match[2].decode(), Revision(int(match[1])))
