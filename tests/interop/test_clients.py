"""Clients in other languages see what those in Python see.

grpcio itself, sync and asyncio, is what all other tests use: tests/e2e, tests/acceptance/transport.
"""

from collections.abc import Callable, Iterator

import pytest
from google.protobuf.duration_pb2 import Duration
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

from tests.interop.builds import Command, go_client, java_client, node_client, rust_client
from tests.interop.caller import Caller, Ended, caller
from tests.interop.conftest import Shopfront
from vexil.v1 import config_service_pb2 as pb
from vexil.v1.watch_pb2 import WatchRequest, WatchResponse

SERVICE = "/vexil.v1.ConfigService"
WELL = Ended(0, b"")
# A full state of one resource: where it begins, its part, its end.
STATE = 3

# The first test of a client builds it.
pytestmark = pytest.mark.timeout(900)

CLIENTS: dict[str, Callable[[], Command]] = {
    "grpc-go": go_client,
    "grpc-java": java_client,
    "grpc-js": node_client,
    "tonic": rust_client,
}


@pytest.fixture(scope="session", params=CLIENTS)
def program(request: pytest.FixtureRequest) -> Command:
    return CLIENTS[request.param]()


@pytest.fixture
def client(program: Command, shopfront: Shopfront) -> Iterator[Caller]:
    with caller(program, shopfront.target, shopfront.authorities) as client:
        yield client


def request(namespace: str = "shop") -> pb.EvaluateRequest:
    return pb.EvaluateRequest(namespace=namespace, environment="prod", key="color")


def watch(resume_token: bytes | None = None) -> WatchRequest:
    return WatchRequest(
        namespace="shop",
        environment="prod",
        progress_interval=Duration(seconds=600),
        resume_token=resume_token,
    )


def test_unary_call_is_answered(client: Caller) -> None:
    [answer] = client.call(f"{SERVICE}/Evaluate", [request()], pb.EvaluateResponse)
    assert answer.evaluation.value.string_value == "blue"
    assert client.ended is not None
    assert client.ended.code == 0


def test_error_comes_with_its_reason(client: Caller) -> None:
    assert list(client.call(f"{SERVICE}/Evaluate", [request("nowhere")], pb.EvaluateResponse)) == []
    assert client.ended is not None
    info = client.ended.info
    assert (client.ended.code, info.domain, info.reason) == (5, "vexil", "NAMESPACE_NOT_FOUND")


def test_conversation_answers_each_request(client: Caller) -> None:
    requests = [pb.EvaluateStreamRequest(correlation_id=id, request=request()) for id in "abc"]
    answers = list(client.call(f"{SERVICE}/EvaluateStream", requests, pb.EvaluateStreamResponse))
    assert [answer.correlation_id for answer in answers] == ["a", "b", "c"]
    assert {answer.response.evaluation.value.string_value for answer in answers} == {"blue"}
    assert client.ended is not None
    assert client.ended.code == 0


def test_watch_sees_state_and_delta_and_resumes(client: Caller, shopfront: Shopfront) -> None:
    messages = client.call(f"{SERVICE}/Watch", [watch()], WatchResponse, take=STATE + 1)
    state = [next(messages) for _ in range(STATE)]
    assert [each.WhichOneof("event") for each in state] == ["state_begin", "state_chunk", "state_end"]
    seen = shopfront.shop.set(color="blue")
    [delta] = messages
    assert (delta.WhichOneof("event"), delta.revision) == ("delta", seen)
    missed = shopfront.shop.set(color="blue")
    resumed = watch(resume_token=delta.resume_token)
    [delta] = client.call(f"{SERVICE}/Watch", [resumed], WatchResponse, take=1)
    assert (delta.WhichOneof("event"), delta.revision) == ("delta", missed)
    assert client.ended == WELL


def test_health_is_serving(client: Caller) -> None:
    [answer] = client.call("/grpc.health.v1.Health/Check", [HealthCheckRequest()], HealthCheckResponse)
    assert answer.status == HealthCheckResponse.SERVING
