"""What only the control plane's messages hold, there and back."""

from vexil.convert.resources import (
    change_to_proto,
    commit_to_proto,
    fill_id,
    resource_from_proto,
    resource_to_proto,
    state_to_proto,
)
from vexil.core.diff import ResourceDiff
from vexil.core.resource import Environment, Namespace
from vexil.server.control.namespaces import EnvironmentSummary, NamespaceSummary
from vexil.server.stores.port import VersionRecord
from vexil.v1 import admin_service_pb2 as pb
from vexil.v1 import resource_pb2


def namespace_from_proto(message: resource_pb2.Namespace) -> Namespace:
    """A namespace's description and owner."""
    resource = resource_from_proto(resource_pb2.Resource(namespace=message))
    assert isinstance(resource, Namespace)  # noqa: S101 - it was put there as one
    return resource


def environment_from_proto(message: resource_pb2.Environment) -> Environment:
    """An environment."""
    resource = resource_from_proto(resource_pb2.Resource(environment=message))
    assert isinstance(resource, Environment)  # noqa: S101 - it was put there as one
    return resource


def namespace_summary_to_proto(summary: NamespaceSummary) -> pb.NamespaceSummary:
    """A namespace in short."""
    return pb.NamespaceSummary(
        namespace=summary.name,
        spec=resource_to_proto(summary.namespace).namespace,
        head_revision=summary.head_revision,
        compact_revision=summary.compact_revision,
        resource_count=summary.resource_count,
    )


def environment_summary_to_proto(summary: EnvironmentSummary) -> pb.EnvironmentSummary:
    """An environment in short."""
    return pb.EnvironmentSummary(
        state=state_to_proto(summary.state),
        chain=summary.chain,
        own_count=summary.own_count,
        effective_count=summary.effective_count,
    )


def version_record_to_proto(record: VersionRecord) -> pb.VersionRecord:
    """One version of a resource, with a summary of its commit."""
    return pb.VersionRecord(
        change=change_to_proto(record.change), commit=commit_to_proto(record.commit, with_changes=False)
    )


def diff_to_proto(difference: ResourceDiff) -> pb.ResourceDiff:
    """One resource at two revisions."""
    message = pb.ResourceDiff()
    fill_id(message.id, difference.id)
    if difference.before is not None:
        message.before.CopyFrom(state_to_proto(difference.before))
    if difference.after is not None:
        message.after.CopyFrom(state_to_proto(difference.after))
    return message
