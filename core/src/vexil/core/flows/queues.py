"""Queues as flows and routing rules name them."""

from dataclasses import dataclass

from vexil.core.connect import QueueConfiguration
from vexil.core.flows.omission import Omission, OmissionReason
from vexil.core.resource import Kind, ResourceState, Version
from vexil.core.view import Entries, View


@dataclass(frozen=True, slots=True)
class NamedQueue:
    """A queue's configuration, its key and its version."""

    key: str
    queue: QueueConfiguration
    version: Version


def queue_of_key(view: View, key: str) -> NamedQueue | Omission:
    """The queue of that key while it is active, or why it is not to be had."""
    state = view.state(Kind.QUEUE_CONFIGURATION, key)
    if state is None:
        return Omission(f"queue/{key}", OmissionReason.NOT_FOUND)
    return _named(state)


def queue_named(view: View, name: str) -> NamedQueue | Omission | None:
    """The queue whose key or ARN that is, or why it is not to be had.

    None for an ARN that no configuration has, which is fine: the queue is in Amazon Connect. Of several
    configurations with one ARN an active one is taken, then the one with the smallest key.
    """
    found = queue_of_key(view, name)
    if isinstance(found, NamedQueue) or found.reason is OmissionReason.DISABLED:
        return found
    if not name.startswith("arn:"):
        return found
    state = view.derived(Kind.QUEUE_CONFIGURATION, _by_arn).get(name)
    return None if state is None else _named(state)


def _named(state: ResourceState) -> NamedQueue | Omission:
    queue, key = state.resource, state.id.key
    assert isinstance(queue, QueueConfiguration)  # noqa: S101  # it stands among the queues
    if not queue.active:
        return Omission(f"queue/{key}", OmissionReason.DISABLED)
    return NamedQueue(key, queue, state.version)


def _by_arn(entries: Entries) -> dict[str, ResourceState]:
    best: dict[str, tuple[bool, str, ResourceState]] = {}
    for key, entry in entries.items():
        queue = entry.state.resource
        assert isinstance(queue, QueueConfiguration)  # noqa: S101  # it stands among the queues
        rank = (not queue.active, key)
        known = best.get(queue.arn)
        if known is None or rank < known[:2]:
            best[queue.arn] = (*rank, entry.state)
    return {arn: state for arn, (_, _, state) in best.items()}
