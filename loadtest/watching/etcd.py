"""etcd, one member on the local disk, as its Debian package or another one has installed it."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc

from loadtest.environments import NotInstallable
from loadtest.processes import PATIENCE, Serving, stopped
from loadtest.watching.streams import Call

_KEY = b"benchmark"
_messages: Any = grpc.protos("loadtest/watching/etcd.proto")

WATCH = Call(
    "/etcdserverpb.Watch/Watch",
    _messages.WatchRequest(create_request=_messages.WatchCreateRequest(key=_KEY)).SerializeToString(),
    protocol="etcd",
)
"""Watches the key that `put` sets."""


def put(channel: grpc.Channel, value: bytes) -> int:
    """Sets the key; the revision."""
    request = _messages.PutRequest(key=_KEY, value=value)
    serialize, deserialize = request.__class__.SerializeToString, _messages.PutResponse.FromString
    response = channel.unary_unary("/etcdserverpb.KV/Put", serialize, deserialize)(request)
    revision: int = response.header.revision
    return revision


@contextmanager
def running_etcd(folder: Path) -> Iterator[Serving]:
    """A member that keeps its data in this folder, until the end of the block.

    Raises NotInstallable where there is no etcd, and RuntimeError when it does not come up.
    """
    program = shutil.which("etcd")
    if program is None:
        raise NotInstallable("etcd is not installed: apt install etcd-server, or https://etcd.io/docs")
    clients, peers = (f"127.0.0.1:{port}" for port in _free_ports(2))
    options = {
        "name": "benchmark",
        "data-dir": str(folder),
        "listen-client-urls": f"http://{clients}",
        "advertise-client-urls": f"http://{clients}",
        "listen-peer-urls": f"http://{peers}",
        "initial-advertise-peer-urls": f"http://{peers}",
        "initial-cluster": f"benchmark=http://{peers}",
    }
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ETCD_")}
    with (folder.parent / "etcd.log").open("w") as log:
        process = subprocess.Popen(
            [program, *(f"--{name}={value}" for name, value in options.items())],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    with stopped(process):
        with grpc.insecure_channel(clients) as channel:
            try:
                grpc.channel_ready_future(channel).result(PATIENCE)
            except grpc.FutureTimeoutError:
                raise RuntimeError(f"etcd does not serve within {PATIENCE:g} s") from None
            put(channel, b"")
        yield Serving(clients, process.pid)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
