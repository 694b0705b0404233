"""Whether the server says that it is well, and how fast it answers."""

import statistics
import time
from collections.abc import Iterator

from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

from vexil.core.errors import VexilError
from vexil.server.cli.advice import advice_for
from vexil.server.cli.doctor.finding import Finding, bad, doubtful, good
from vexil.server.cli.session import Session
from vexil.v1 import admin_service_pb2 as admin_pb

_CALLS = 5
_SLOW = 0.25


def check_health(session: Session) -> Iterator[Finding]:
    """The health service says SERVING, and calls are answered in reasonable time."""
    try:
        check = session.channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=HealthCheckRequest.SerializeToString,
            response_deserializer=HealthCheckResponse.FromString,
        )
        answer = session.call(check, HealthCheckRequest())
        status = HealthCheckResponse.ServingStatus.Name(answer.status)
        if status != "SERVING":
            yield bad("health", f"the server says {status}", "Its log says what it waits for.")
            return
        yield good("health", "the server is serving")
        yield _latency(session)
    except VexilError as error:
        yield bad("health", error.message, advice_for(error))


def _latency(session: Session) -> Finding:
    times = []
    for _ in range(_CALLS):
        begin = time.perf_counter()
        session.call(session.admin.get_server_status, admin_pb.GetServerStatusRequest())
        times.append(time.perf_counter() - begin)
    median = statistics.median(times)
    text = f"a call takes {median * 1000:.1f} ms"
    if median > _SLOW:
        return doubtful("latency", text, "Is the server far away, or busy?")
    return good("latency", text)
