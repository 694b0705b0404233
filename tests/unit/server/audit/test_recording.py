"""Refusals without a journal are lines of the log, and of a flood not every one."""

import pytest
from google.protobuf.empty_pb2 import Empty
from structlog.testing import capture_logs

from tests.support.calls import Call
from tests.support.clock import ManualClock
from vexil.core.errors import AccessDenied, LimitExceeded, Reason, VexilError
from vexil.server.audit.asked import attempt_of, origin_of
from vexil.server.audit.recording import Recorder
from vexil.server.call import CallContext
from vexil.server.limits.origin import Origins
from vexil.server.limits.settings import LimitSettings
from vexil.server.services import Method, MethodKind

FLOOD = 10_000
DIRECT = Origins(None, ())


def refusing(error: VexilError) -> Method:
    """A method whose limits refuse everybody."""

    def admit(_call: CallContext, _size: int) -> None:
        raise error

    def handler(_request: object, _call: CallContext) -> Empty:
        raise AssertionError("nobody gets here")

    return Method("/vexil.v1.X/Y", MethodKind.UNARY, Empty, Empty, handler, admit=admit)


def refused(method: Method) -> None:
    try:
        method.read(b"", Call(principal="key:k"))
    except VexilError:
        return
    raise AssertionError("it was let in")


def test_flood_is_few_lines_of_the_log_and_its_size_is_told() -> None:
    time = ManualClock()
    method = Recorder(None, DIRECT, time.clock).recorded(refusing(AccessDenied("no")))
    with capture_logs() as lines:
        for _ in range(FLOOD):
            refused(method)
        time.advance(60)
        refused(method)
    assert len(lines) < FLOOD / 50
    assert {line["event"] for line in lines} == {"access_denied"}
    assert len(lines) + sum(line.get("unlogged", 0) for line in lines) == FLOOD + 1


def test_caller_who_is_too_fast_is_no_line_of_the_log() -> None:
    """Metrics count these; with a journal they are a line for many."""
    error = LimitExceeded("slower", reason=Reason.RATE_LIMITED)
    method = Recorder(None, DIRECT, ManualClock().clock).recorded(refusing(error))
    with capture_logs() as lines:
        refused(method)
    assert lines == []


@pytest.mark.parametrize(
    ("peer", "forwarded", "recorded"),
    [
        ("ipv4:10.0.0.1:51234", "203.0.113.7, 198.51.100.9", "ipv4:198.51.100.9"),
        ("ipv4:10.0.0.1:51234", "198.51.100.9:4711, 10.0.0.2", "ipv4:198.51.100.9"),
        ("ipv4:10.0.0.1:51234", "2001:db8::1", "ipv6:%5B2001:db8::1%5D"),
        ("ipv4:10.0.0.1:51234", "", "ipv4:10.0.0.1"),
        ("ipv4:192.0.2.7:51234", "198.51.100.9", "ipv4:192.0.2.7"),
        ("ipv6:%5B2001:db8::2%5D:51234", "198.51.100.9", "ipv6:%5B2001:db8::2%5D"),
        ("unix:/run/vexil", "198.51.100.9", "unix:/run/vexil"),
    ],
)
def test_peer_is_whom_trusted_proxies_name_and_nobody_else(peer: str, forwarded: str, recorded: str) -> None:
    origins = Origins.by(LimitSettings(trusted_proxies="10.0.0.0/8"))
    call = Call(peer, metadata={"x-forwarded-for": forwarded})
    attempt = attempt_of("denied", call, origins, "/vexil.v1.X/Y", None).shortened()
    assert attempt.peer == recorded
    assert origin_of(call, origins).peer.startswith(recorded)
    assert origin_of(call, Origins(None, ())).peer == peer
