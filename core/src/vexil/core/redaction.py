"""What stands for a sensitive value that its caller was not shown, and comes back as it was."""

from vexil.core.change import Change, Put
from vexil.core.resource import Resource
from vexil.core.sensitivity import mapped, values_of
from vexil.core.snapshot import Snapshot
from vexil.core.value import Redacted, Value


def restored(resource: Resource, held: Resource | None) -> Resource:
    """The resource with the values that its redacted ones stand for, where what is held now has them.

    A redacted value stands for one of its type and fingerprint. What has no fingerprint, or that of a value
    which is not held (any more), stays redacted; validation refuses it.
    """
    if held is None or not any(isinstance(value.data, Redacted) for value in values_of(resource)):
        return resource
    known = {(value.type, value.fingerprint): value for value in values_of(held) if value.fingerprint}

    def restore(_: str, value: Value) -> Value:
        if not isinstance(value.data, Redacted):
            return value
        return known.get((value.type, value.data.fingerprint), value)

    return mapped(resource, restore)


def restored_change(change: Change, snapshot: Snapshot) -> Change:
    """The change, as `restored` by what the snapshot holds of the same resource."""
    if not isinstance(change, Put):
        return change
    state = snapshot.get(change.id)
    resource = restored(change.resource, None if state is None else state.resource)
    return change if resource is change.resource else Put(change.id, resource)
