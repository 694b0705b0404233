"""Queues as flows and routing rules name them."""

from dataclasses import dataclass

from vexil.core.connect import QueueConfiguration
from vexil.core.flows.labels import by_label
from vexil.core.flows.omission import Omission, OmissionReason
from vexil.core.resource import Kind, ResourceState, Version
from vexil.core.view import Entries, View


@dataclass(frozen=True, slots=True)
class NamedQueue:
    """A queue's configuration, its key and its version."""

    key: str
    queue: QueueConfiguration
    version: Version


class Queues:
    """The queues of an environment; one object for each, as long as none changes."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._found: dict[str, NamedQueue | Omission] = {}
        self._by_arn: dict[str, ResourceState] | None = None

    def of_key(self, key: str) -> NamedQueue | Omission:
        """The queue of that key while it is active, or why it is not to be had."""
        found = self._found.get(key)
        if found is not None:
            return found
        entry = self._entries.get(key)
        if entry is None:
            return Omission(f"queue/{key}", OmissionReason.NOT_FOUND)
        found = self._found[key] = _named(entry.state)
        return found

    def named(self, name: str) -> NamedQueue | Omission | None:
        """The queue whose key or ARN that is, or why it is not to be had.

        None for an ARN that no configuration has, which is fine: the queue is in Amazon Connect. Of several
        configurations with one ARN an active one is taken, then the one with the smallest key.
        """
        if name in self._entries or not name.startswith("arn:"):
            return self.of_key(name)
        if self._by_arn is None:
            self._by_arn = by_label(self._entries, _arn, _is_active)
        state = self._by_arn.get(name)
        return None if state is None else self.of_key(state.id.key)


def queues_of(view: View) -> Queues:
    """The view's queues."""
    return view.derived(Kind.QUEUE_CONFIGURATION, Queues)


def _named(state: ResourceState) -> NamedQueue | Omission:
    queue, key = _queue(state), state.id.key
    if not queue.active:
        return Omission(f"queue/{key}", OmissionReason.DISABLED)
    return NamedQueue(key, queue, state.version)


def _queue(state: ResourceState) -> QueueConfiguration:
    queue = state.resource
    assert isinstance(queue, QueueConfiguration)  # noqa: S101  # it stands among the queues
    return queue


def _arn(state: ResourceState) -> str:
    return _queue(state).arn


def _is_active(state: ResourceState) -> bool:
    return _queue(state).active
