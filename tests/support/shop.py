"""A namespace for tests of clients: made and changed through the API, as an operator would."""

import threading
from collections.abc import Callable
from typing import Any, Self

import grpc

from vexil.client.rpc import AdminStub, Endpoint, open_channel
from vexil.client.testing.values import setting_of
from vexil.convert.changes import requested_change_to_proto
from vexil.core.change import Change, Delete, Put
from vexil.core.resource import Kind, Resource, ResourceId
from vexil.v1.admin_service_pb2 import (
    CommitRequest,
    CreateNamespaceRequest,
    GetConvergenceRequest,
    SubscriberStatus,
)
from vexil.v1.resource_pb2 import Environment


class Shop:
    """A namespace with the environments `base` and `prod`, which inherits from it. A context manager."""

    def __init__(self, target: str | Endpoint, name: str = "shop") -> None:
        self.name = name
        endpoint = target if isinstance(target, Endpoint) else Endpoint(target)
        self._channel: grpc.Channel = open_channel(endpoint)
        self._admin = AdminStub(self._channel)

    def create(self) -> None:
        """Makes the namespace."""
        self._admin.create_namespace(
            CreateNamespaceRequest(
                namespace=self.name,
                environments={"base": Environment(), "prod": Environment(parent="base")},
            ),
            timeout=30,
            wait_for_ready=True,
        )

    def set(self, environment: str = "prod", **values: Any) -> int:
        """Sets settings in one commit, `cart_max` for `cart.max`; None deletes. Answers the revision."""
        return self.commit(
            *(self._change(environment, name.replace("_", "."), value) for name, value in values.items())
        )

    def put(self, kind: Kind, key: str, resource: Resource, environment: str = "prod") -> int:
        """Writes one resource. Answers the revision."""
        return self.commit(Put(ResourceId(kind, environment, key), resource))

    def commit(self, *changes: Change) -> int:
        """Makes a commit. Answers its revision."""
        request = CommitRequest(
            namespace=self.name, changes=[requested_change_to_proto(change) for change in changes]
        )
        return self._admin.commit(request, timeout=30, wait_for_ready=True).commit.revision

    def until_subscriber(self, instance: str, holds: Callable[[SubscriberStatus], bool]) -> SubscriberStatus:
        """Waits until what the server knows of a subscriber is so. Answers that."""
        request = GetConvergenceRequest(namespace=self.name, environment="prod")
        pause = threading.Event()
        for _ in range(3000):
            for status in self._admin.get_convergence(request, timeout=30, wait_for_ready=True).subscribers:
                if status.subscriber.instance == instance and holds(status):
                    return status
            pause.wait(0.01)
        raise TimeoutError(f"{instance} did not get there")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()

    def _change(self, environment: str, key: str, value: Any) -> Change:
        name = ResourceId(Kind.SETTING, environment, key)
        return Delete(name) if value is None else Put(name, setting_of(key, value))
