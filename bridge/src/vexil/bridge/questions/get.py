"""`operation=get`: one resource as it stands, such as a plain setting or a queue."""

from typing import Any

from vexil.bridge.event import Caller
from vexil.bridge.parameters import Parameters
from vexil.bridge.plain import plain
from vexil.bridge.questions.question import Place, Reading
from vexil.v1 import config_service_pb2 as pb
from vexil.v1.resource_pb2 import ResourceKind

KINDS = {
    "setting": ResourceKind.RESOURCE_KIND_SETTING,
    "flow": ResourceKind.RESOURCE_KIND_FLOW_CONFIGURATION,
    "queue": ResourceKind.RESOURCE_KIND_QUEUE_CONFIGURATION,
    "routing-rule": ResourceKind.RESOURCE_KIND_ROUTING_RULE,
    "logging": ResourceKind.RESOURCE_KIND_LOGGING_CONFIGURATION,
}


def request(parameters: Parameters, place: Place, _caller: Caller) -> pb.GetRequest:
    """Raises InvalidRequest."""
    return pb.GetRequest(
        namespace=place.namespace,
        environment=place.environment,
        kind=KINDS[parameters.choice("kind", tuple(KINDS), "setting")],
        key=parameters.require("key", "the resource's key"),
    )


def read(answer: pb.GetResponse) -> Reading:
    """The resource's own members beside its key and its version; of a plain setting that is `value`."""
    state = answer.state
    spec = state.resource.WhichOneof("spec")
    content: dict[str, Any] = plain(getattr(state.resource, spec)) if spec else {}
    fields = {
        **content,
        "key": state.id.key,
        "environment": state.id.environment,
        "version": state.version,
    }
    return Reading("FOUND", fields, answer.revision)
