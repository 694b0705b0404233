"""Who one is to the server, and how fast it answers."""

import statistics
import time
from collections.abc import Iterator

from vexil.core.errors import VexilError
from vexil.server.cli.advice import advice_for
from vexil.server.cli.doctor.finding import Finding, bad, doubtful, good
from vexil.server.cli.session import Session
from vexil.v1 import access_service_pb2 as pb

_CALLS = 5
_SLOW = 0.25


def check_identity(session: Session) -> Iterator[Finding]:
    """The server knows the caller, who may do something there; and calls take a reasonable time."""
    try:
        answer = session.call(session.access.who_am_i, pb.WhoAmIRequest())
        median = statistics.median(_seconds(session) for _ in range(_CALLS))
    except VexilError as error:
        yield bad("identity", error.message, advice_for(error))
        return
    roles = ", ".join(sorted({grant.role for grant in answer.grants}))
    if answer.grants:
        yield good("identity", f"you are {answer.principal}" + (f" ({roles})" if roles else ""))
    else:
        yield doubtful(
            "identity",
            f"you are {answer.principal}, who may do nothing",
            f"Somebody who may binds a role: `vexil access binding put NAME --subject {answer.principal} …`.",
        )
    text = f"a call takes {median * 1000:.1f} ms"
    if median > _SLOW:
        yield doubtful("latency", text, "Is the server far away, or busy?")
    else:
        yield good("latency", text)


def _seconds(session: Session) -> float:
    begin = time.perf_counter()
    session.call(session.access.who_am_i, pb.WhoAmIRequest())
    return time.perf_counter() - begin
