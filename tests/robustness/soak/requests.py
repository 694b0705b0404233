"""What is asked for: each way to start a stream, in turn."""

from tests.robustness.watcher import NAMESPACE
from vexil.v1 import watch_pb2
from vexil.v1.watch_pb2 import WatchRequest

ENVIRONMENT = "prod"
KEYS = 16
"""So many settings there are, and so many different names are used, again and again: what is kept for each is
not what grows."""

_WAYS = 8
_FURTHEST = 24


def everything() -> WatchRequest:
    """A full state."""
    return WatchRequest(namespace=NAMESPACE, environment=ENVIRONMENT)


def request(number: int, newest: int) -> WatchRequest:
    """What the stream of that number asks for; two of eight are refused. `newest` is the newest revision."""
    wanted = everything()
    other = number // _WAYS % KEYS
    match number % _WAYS:
        case 0 | 1:
            wanted.selectors.add(prefix=f"key-{other}")
        case 2:
            wanted.from_now = True
            wanted.conflate = True
            wanted.subscriber.service = "soak"
            wanted.subscriber.instance = f"instance-{other}"
        case 3:
            wanted.after_revision = max(newest - number % _FURTHEST, 1)
            wanted.on_compacted = watch_pb2.COMPACTED_POLICY_RESYNC
            wanted.watch_id = f"watch-{other}"
        case 4:
            wanted.resume_token = number.to_bytes(8, "big")
        case 5:
            wanted.environment = "nowhere"
    return wanted
