"""From held bytes to a view. Imports the core: only for who needs it."""

from vexil.bridge.snapshot.held import Held
from vexil.convert.resources import state_from_proto
from vexil.core.errors import Unimplemented
from vexil.core.resource import ResourceState, Revision
from vexil.core.view import View
from vexil.v1 import resource_pb2
from vexil.v1.watch_pb2 import StateChunk


def view_of(held: Held) -> View:
    """The view; what only a newer release understands is left out. Raises DataLoss and DecodeError."""
    states = [state for each in StateChunk.FromString(held.states).resources if (state := _state(each))]
    return View.of(held.place.namespace, held.place.environment, Revision(held.revision), states)


def _state(message: resource_pb2.ResourceState) -> ResourceState | None:
    try:
        return state_from_proto(message)
    except Unimplemented:
        return None
