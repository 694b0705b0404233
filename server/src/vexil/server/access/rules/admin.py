"""What AdminService needs."""

from collections.abc import Callable, Mapping

from vexil.convert.resources import id_from_proto
from vexil.core.access.grants import Grants
from vexil.core.access.verb import Verb
from vexil.core.selector import EVERYTHING
from vexil.server.access.permits import Permits
from vexil.server.access.rules.importing import ImportRule
from vexil.server.access.rules.row import Callers, Row
from vexil.server.access.rules.writing import WriteRules
from vexil.v1 import admin_service_pb2 as pb


class AdminRules:
    """Changing configuration, and looking at its history. Here a resource is where it is written."""

    def __init__(self, permits: Permits, exists: Callable[[str], bool]) -> None:
        """`exists` tells whether there is a namespace of that name."""
        self._permits = permits
        self._writes = WriteRules(permits, exists)

    def rows(self) -> Mapping[str, Row]:
        """By the method's name."""
        return {
            "CreateNamespace": Row(self.create_namespace),
            # The list holds those where the caller may do anything.
            "ListNamespaces": Row(Callers.IDENTIFIED),
            "ListEnvironments": Row(self.list_environments),
            "Commit": Row(self.commit),
            "ListCommits": Row(self.history),
            "GetCommit": Row(self.history),
            "ListVersions": Row(self.list_versions),
            "Diff": Row(self.diff),
            "Rollback": Row(self.rollback),
            "Export": Row(self.export),
            "Import": Row(Callers.IDENTIFIED, open_rule=lambda: ImportRule(self._permits, self._writes)),
            "GetConvergence": Row(self.get_convergence),
            "GetServerStatus": Row(self.get_server_status),
        }

    def create_namespace(self, request: pb.CreateNamespaceRequest, grants: Grants) -> None:
        """CREATE_NAMESPACE for all that it may ever hold."""
        self._permits.whole_namespace(grants, Verb.CREATE_NAMESPACE, request.namespace)

    def list_environments(self, request: pb.ListEnvironmentsRequest, grants: Grants) -> None:
        """READ of something in the namespace; the list holds environments where the caller has any right."""
        self._permits.namespace(grants, Verb.READ, request.namespace)

    def commit(self, request: pb.CommitRequest, grants: Grants) -> None:
        """WRITE and DELETE of each resource that is changed, READ of others that must have a version."""
        self._writes.changes(request.namespace, request.changes, grants)
        changed = {id_from_proto(change.id) for change in request.changes}
        looked_at = (each.resource_version for each in request.preconditions if _names_resource(each))
        for id in (id_from_proto(version.id) for version in looked_at):
            if id not in changed:
                self._permits.resource(grants, Verb.READ, request.namespace, id)

    def history(self, request: pb.ListCommitsRequest | pb.GetCommitRequest, grants: Grants) -> None:
        """HISTORY of something in the namespace; commits show what of them may be seen."""
        self._permits.namespace(grants, Verb.HISTORY, request.namespace)

    def list_versions(self, request: pb.ListVersionsRequest, grants: Grants) -> None:
        """HISTORY of the resource."""
        self._permits.resource(grants, Verb.HISTORY, request.namespace, id_from_proto(request.id))

    def diff(self, request: pb.DiffRequest, grants: Grants) -> None:
        """HISTORY of something there; the differences are those that may be seen."""
        if request.environment:
            self._permits.environment(grants, Verb.HISTORY, request.namespace, request.environment)
        else:
            self._permits.namespace(grants, Verb.HISTORY, request.namespace)

    def rollback(self, request: pb.RollbackRequest, grants: Grants) -> None:
        """ROLLBACK of the resource; or of all of the environment, whatever of it would change.

        And HISTORY of the same, since the answer shows what there was, also where nothing is to be changed.
        """
        for verb in (Verb.ROLLBACK, Verb.HISTORY):
            if request.HasField("resource_version"):
                id = id_from_proto(request.resource_version.id)
                self._permits.resource(grants, verb, request.namespace, id)
            else:
                environment = request.environment_revision.environment
                self._permits.selected(grants, verb, request.namespace, environment, EVERYTHING)

    def export(self, request: pb.ExportRequest, grants: Grants) -> None:
        """EXPORT of something there: what is exported is what may be. HISTORY of all at an old revision."""
        namespace, environment, is_old = (
            request.namespace,
            request.environment,
            request.HasField("at_revision"),
        )
        if environment:
            self._permits.environment(grants, Verb.EXPORT, namespace, environment)
            if is_old:
                self._permits.selected(grants, Verb.HISTORY, namespace, environment, EVERYTHING)
        else:
            self._permits.namespace(grants, Verb.EXPORT, namespace)
            if is_old:
                self._permits.whole_namespace(grants, Verb.HISTORY, namespace)

    def get_convergence(self, request: pb.GetConvergenceRequest, grants: Grants) -> None:
        """CONVERGENCE of something there."""
        self._permits.environment(grants, Verb.CONVERGENCE, request.namespace, request.environment)

    def get_server_status(self, _request: pb.GetServerStatusRequest, grants: Grants) -> None:
        """STATUS of anything; it tells of namespaces where the caller may do anything."""
        self._permits.anywhere(grants, Verb.STATUS)


def _names_resource(precondition: pb.Precondition) -> bool:
    return precondition.HasField("resource_version")
