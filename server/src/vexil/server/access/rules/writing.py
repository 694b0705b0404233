"""What changes need, however they come."""

from collections.abc import Callable, Iterable, Sequence

from vexil.convert.changes import requested_change_from_proto
from vexil.convert.resources import id_from_proto
from vexil.core.access.grants import Grants
from vexil.core.access.verb import Verb
from vexil.core.change import Put
from vexil.core.errors import InvalidRequest
from vexil.core.resource import Kind, ResourceId
from vexil.core.validation.references import references_of
from vexil.server.access.permits import Permits
from vexil.v1 import admin_service_pb2 as pb


class WriteRules:
    """Each change for itself: one that is allowed carries no other along."""

    def __init__(self, permits: Permits, exists: Callable[[str], bool]) -> None:
        self._permits = permits
        self._exists = exists

    def changes(
        self, namespace: str, changes: Iterable[pb.Change], grants: Grants, also: Sequence[Verb] = ()
    ) -> None:
        """WRITE of what is put, DELETE of what is deleted, `also` of each, and READ of what is referred to.

        To put the namespace itself, where it does not exist, is to create it.
        """
        for change in changes:
            id = id_from_proto(change.id)
            if id.kind is Kind.NAMESPACE:
                self.creation(namespace, grants)
            for verb in also:
                self._permits.resource(grants, verb, namespace, id)
            if change.WhichOneof("action") == "delete":
                self._permits.resource(grants, Verb.DELETE, namespace, id)
            else:
                self._permits.resource(grants, Verb.WRITE, namespace, id)
                self._references(namespace, change, grants)

    def _references(self, namespace: str, change: pb.Change, grants: Grants) -> None:
        """Evaluating a setting tells of what its rules refer to: its author has to be allowed to."""
        environment = change.id.environment
        if self._permits.covers_environment(grants, Verb.READ, namespace, environment):
            return
        try:
            wanted = requested_change_from_proto(change)
        except InvalidRequest:
            return  # the handler reads it in the same way, and says where it is wrong
        if isinstance(wanted, Put):
            for reference in references_of(wanted.resource):
                id = ResourceId(reference.kind, environment, reference.key)
                self._permits.resource(grants, Verb.READ, namespace, id)

    def creation(self, namespace: str, grants: Grants) -> None:
        """CREATE_NAMESPACE of a namespace that does not exist."""
        if not self._exists(namespace):
            self._permits.whole_namespace(grants, Verb.CREATE_NAMESPACE, namespace)
