"""Who commits, and who watches, in the benchmarks of DynamoDB."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from loadtest.processes import Serving
from loadtest.server import Server
from loadtest.settings import ENVIRONMENT, NAMESPACE
from vexil.client.rpc import AdminStub, Endpoint, open_channel
from vexil.core.change import Put
from vexil.core.resource import Kind, ResourceId
from vexil.core.setting import Setting
from vexil.core.value import Value
from vexil.v1 import admin_service_pb2 as pb
from vexil.v1 import resource_pb2

KEY = "rate-limit"


@contextmanager
def caller(process: Serving) -> Iterator[Server]:
    """A connection of its own to a server, for commits."""
    with open_channel(Endpoint(process.target)) as channel:
        yield Server(process, AdminStub(channel))


def make_namespace(server: Server) -> None:
    """The benchmark's namespace with its environment, and `KEY` in it."""
    environments = {ENVIRONMENT: resource_pb2.Environment()}
    server.admin.create_namespace(pb.CreateNamespaceRequest(namespace=NAMESPACE, environments=environments))
    set_to(server, 0)


def set_to(server: Server, value: int, key: str = KEY) -> None:
    """Commits a setting."""
    server.commit(Put(ResourceId(Kind.SETTING, ENVIRONMENT, key), Setting(value=Value.of_int(value))))


class Subscriber:
    """A client that watches `KEY` in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def arrivals(self) -> Mapping[int, int]:
        """When each value arrived, in ns of the monotonic clock; waits for the last one."""
        assert self._process.stdout
        said = self._process.stdout.read()
        if not said:
            raise RuntimeError("the subscriber did not get the last value")
        return {int(value): at for value, at in json.loads(said).items()}


@contextmanager
def subscribed(target: str, last: int, *service: str) -> Iterator[Subscriber]:
    """A subscriber that is ready, until `KEY` has the value `last` or the block ends.

    With the name of a `service` it reports what it has applied.
    """
    command = [sys.executable, "-m", "loadtest.propagation.subscriber", KEY, str(last), *service]
    environ = {**os.environ, "VEXIL_TARGET": target}
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            process.stdout.readline()
            yield Subscriber(process)
        finally:
            process.kill()
