"""What changes need, however they come."""

from collections.abc import Callable, Iterable

from vexil.convert.resources import id_from_proto
from vexil.core.access.grants import Grants
from vexil.core.access.verb import Verb
from vexil.core.resource import Kind
from vexil.server.access.permits import Permits
from vexil.v1 import admin_service_pb2 as pb


class WriteRules:
    """Each change for itself: one that is allowed carries no other along."""

    def __init__(self, permits: Permits, exists: Callable[[str], bool]) -> None:
        self._permits = permits
        self._exists = exists

    def changes(
        self, namespace: str, changes: Iterable[pb.Change], grants: Grants, also: Verb | None = None
    ) -> None:
        """WRITE of what is put, DELETE of what is deleted, and `also` of each.

        To put the namespace itself, where it does not exist, is to create it.
        """
        for change in changes:
            id = id_from_proto(change.id)
            if id.kind is Kind.NAMESPACE:
                self.creation(namespace, grants)
            if also is not None:
                self._permits.resource(grants, also, namespace, id)
            verb = Verb.DELETE if change.WhichOneof("action") == "delete" else Verb.WRITE
            self._permits.resource(grants, verb, namespace, id)

    def creation(self, namespace: str, grants: Grants) -> None:
        """CREATE_NAMESPACE of a namespace that does not exist."""
        if not self._exists(namespace):
            self._permits.whole_namespace(grants, Verb.CREATE_NAMESPACE, namespace)
