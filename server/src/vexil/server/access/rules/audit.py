"""What AuditService needs."""

from collections.abc import Mapping

from vexil.core.access.grants import Grants
from vexil.core.access.verb import Verb
from vexil.server.access.permits import Permits
from vexil.server.access.rules.row import Row
from vexil.v1 import audit_service_pb2 as pb


class AuditRules:
    """Who did what; entries name whatever was changed, so that it takes all of a namespace."""

    def __init__(self, permits: Permits) -> None:
        self._permits = permits

    def rows(self) -> Mapping[str, Row]:
        """By the method's name."""
        return {"SearchEntries": Row(self.read), "GetChain": Row(self.read)}

    def read(self, request: pb.SearchEntriesRequest | pb.GetChainRequest, grants: Grants) -> None:
        """AUDIT_READ over all that the namespace may ever hold."""
        self._permits.whole_namespace(grants, Verb.AUDIT_READ, request.namespace)
