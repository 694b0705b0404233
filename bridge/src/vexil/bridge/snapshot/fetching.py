"""An environment's configuration from the server: the full state that begins a Watch stream."""

from collections.abc import Callable, Iterator, Sequence

import grpc

from vexil.bridge.logs import Event, log
from vexil.bridge.questions.question import Place
from vexil.bridge.snapshot.held import MOST_BYTES, Held
from vexil.v1 import watch_pb2
from vexil.v1.resource_pb2 import ResourceKind, ResourceState

Watch = Callable[[watch_pb2.WatchRequest, float], Iterator[watch_pb2.WatchResponse]]
"""Opens a stream that may take so many seconds; raises grpc.RpcError."""

_KINDS = (
    ResourceKind.RESOURCE_KIND_FLOW_CONFIGURATION,
    ResourceKind.RESOURCE_KIND_QUEUE_CONFIGURATION,
    ResourceKind.RESOURCE_KIND_ROUTING_RULE,
    ResourceKind.RESOURCE_KIND_LOGGING_CONFIGURATION,
    ResourceKind.RESOURCE_KIND_SEGMENT,
)
"""Not templates: no answer needs them. Settings are chosen by their keys."""


def selectors(keys: Sequence[str]) -> list[watch_pb2.Selector]:
    """What of an environment is held: of its settings those whose keys begin so; none given: all.

    The server takes 64 selectors: so `keys` has `settings.MOST_KEYS` at most.
    """
    settings = ResourceKind.RESOURCE_KIND_SETTING
    chosen = [watch_pb2.Selector(kind=settings, prefix=key) for key in keys]
    return [
        *(watch_pb2.Selector(kind=kind) for kind in _KINDS),
        *(chosen or [watch_pb2.Selector(kind=settings)]),
    ]


def fetch(watch: Watch, place: Place, chosen: Sequence[watch_pb2.Selector], timeout: float) -> Held | None:
    """What the server has; None where it does not say so in time (seconds), or has too much to hold."""
    request = watch_pb2.WatchRequest(
        namespace=place.namespace, environment=place.environment, selectors=chosen
    )
    parts: list[bytes] = []
    size = 0
    sensitive = False
    stream = watch(request, timeout)
    try:
        for message in stream:
            match message.WhichOneof("event"):
                case "state_chunk":
                    # Encoded chunks one after the other are the encoded chunk of all.
                    parts.append(message.state_chunk.SerializeToString())
                    size += len(parts[-1])
                    sensitive = sensitive or any(map(_is_sensitive, message.state_chunk.resources))
                    if size > MOST_BYTES:
                        log(Event.TOO_LARGE_TO_HOLD, most_bytes=MOST_BYTES)
                        return None
                case "state_end":
                    return Held(place, message.revision, b"".join(parts), sensitive=sensitive)
                case _:
                    pass
    except grpc.RpcError:
        return None
    finally:
        stream.close()  # type: ignore[attr-defined]
    return None


def _is_sensitive(state: ResourceState) -> bool:
    setting = state.resource.setting
    return setting.value.sensitive or any(value.sensitive for value in setting.variants.values())
