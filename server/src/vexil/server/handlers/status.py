"""How this server process is: `vexil.v1.AdminService.GetServerStatus`."""

from datetime import timedelta

from vexil.server.call import CallContext
from vexil.server.control.directory import Directory
from vexil.v1 import admin_service_pb2 as pb


class StatusHandlers:
    """Answers from memory."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def get_server_status(
        self, _request: pb.GetServerStatusRequest, call: CallContext
    ) -> pb.GetServerStatusResponse:
        """What is served, how old it may be, and whether the store answers."""
        directory, response = self._directory, pb.GetServerStatusResponse()
        if directory.age is not None:
            response.snapshot_age.FromTimedelta(timedelta(seconds=directory.age))
        if directory.failure is not None:
            response.store_failure.reason = str(directory.failure.reason)
            response.store_failure.message = directory.failure.message
        if directory.ready:
            for name in filter(call.grants.sees_namespace, directory.names()):
                response.namespaces.add(namespace=name, revision=directory.snapshot(name).revision)
        return response
