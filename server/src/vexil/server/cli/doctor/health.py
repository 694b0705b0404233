"""Whether the server says that it is well."""

from collections.abc import Iterator

from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

from vexil.core.errors import VexilError
from vexil.server.cli.advice import advice_for
from vexil.server.cli.doctor.finding import Finding, bad, good
from vexil.server.cli.session import Session


def check_health(session: Session) -> Iterator[Finding]:
    """The health service says SERVING."""
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
        else:
            yield good("health", "the server is serving")
    except VexilError as error:
        yield bad("health", error.message, advice_for(error))
