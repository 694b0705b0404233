"""States as bytes, for keeping them outside the process."""

from collections.abc import Iterable

from vexil.convert.resources import state_from_proto, state_to_proto
from vexil.core.resource import ResourceState
from vexil.v1.watch_pb2 import StateChunk


def states_to_bytes(states: Iterable[ResourceState]) -> bytes:
    """A serialized `vexil.v1.StateChunk`."""
    return StateChunk(resources=(state_to_proto(state) for state in states)).SerializeToString()


def states_from_bytes(data: bytes) -> list[ResourceState]:
    """What `states_to_bytes` was given. Raises `google.protobuf.message.DecodeError`, or VexilError."""
    return [state_from_proto(state) for state in StateChunk.FromString(data).resources]
