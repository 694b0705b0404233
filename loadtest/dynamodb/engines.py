"""DynamoDB's local engine and a Redis, and stores in them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from loadtest.environments import NotInstallable
from tests.support.engines.dynamodb import Database, DynamoDB, dynamodb_local
from tests.support.engines.missing import EngineMissing
from tests.support.engines.redis import RedisServer, redis_process

TABLE = "vexil"


@dataclass(frozen=True, slots=True)
class Engines:
    """Both, running."""

    dynamodb: DynamoDB
    redis: RedisServer


@dataclass(frozen=True, slots=True)
class Tables:
    """Empty tables of a store of their own."""

    database: Database

    def address(self, endpoint: str | None = None) -> str:
        """The store's address; `endpoint` stands in for the engine's own."""
        return f"dynamodb:{TABLE}?region={self.database.region}&endpoint={endpoint or self.database.endpoint}"


@contextmanager
def engines() -> Iterator[Engines]:
    """The engines, until the end of the block. Raises NotInstallable where one can't be had."""
    with ExitStack() as stack:
        try:
            started = Engines(stack.enter_context(dynamodb_local()), stack.enter_context(redis_process()))
        except EngineMissing as missing:
            raise NotInstallable(str(missing)) from missing
        yield started


@contextmanager
def new_tables(engine: DynamoDB) -> Iterator[Tables]:
    """Tables as `vexil store init` makes them. Processes that are started inside have their credentials."""
    tables = Tables(engine.database())
    before = dict(os.environ)
    os.environ.update(tables.database.variables())
    try:
        command = [sys.executable, "-m", "vexil.server.cli", "store", "init", "--yes", "--store"]
        subprocess.run([*command, tables.address()], check=True, capture_output=True)
        yield tables
    finally:
        os.environ.clear()
        os.environ.update(before)
