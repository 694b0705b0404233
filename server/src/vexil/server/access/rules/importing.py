"""What Import needs."""

from vexil.core.access.grants import Grants
from vexil.core.access.verb import Verb
from vexil.server.access.permits import Permits
from vexil.server.access.rules.writing import WriteRules
from vexil.v1 import admin_service_pb2 as pb


class ImportRule:
    """The rule of one import: where it goes stands in its first message, and nowhere else."""

    def __init__(self, permits: Permits, writes: WriteRules) -> None:
        self._permits = permits
        self._writes = writes
        self._namespace: str | None = None

    def __call__(self, request: pb.ImportRequest, grants: Grants) -> None:
        """IMPORT of something there, and for each change what a commit needs, and IMPORT of the resource.

        And READ of it: that it is left unchanged tells what it holds.
        """
        if self._namespace is None:
            self._namespace = request.header.namespace
            self._permits.namespace(grants, Verb.IMPORT, self._namespace)
            if request.header.create_namespace:
                self._writes.creation(self._namespace, grants)
        self._writes.changes(self._namespace, request.changes, grants, also=(Verb.IMPORT, Verb.READ))
