"""The engines as fixtures: started by the first test that asks, shared by the session's others."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from typing import TypeVar

import pytest

from tests.support.engines.dynamodb import DynamoDB, dynamodb_local
from tests.support.engines.dynamodb_install import libraries
from tests.support.engines.missing import EngineMissing
from tests.support.engines.moto import MotoServer, moto_process
from tests.support.engines.redis import RedisServer, redis_process

E = TypeVar("E")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fetches DynamoDB Local, where a test will ask for it, before any test's time begins to run."""
    asked = any("dynamodb" in getattr(item, "fixturenames", ()) for item in session.items)
    if asked and not session.config.option.collectonly:
        # Whoever asks is then skipped, and told what is missing.
        with suppress(EngineMissing):
            libraries()


@pytest.fixture(scope="session")
def dynamodb() -> Iterator[DynamoDB]:
    """DynamoDB Local; `dynamodb.database()` is an empty one for a test."""
    yield from _running(dynamodb_local())


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A redis-server. Tests share it: they use channels and keys of their own."""
    yield from _running(redis_process())


@pytest.fixture(scope="session")
def moto_server() -> Iterator[MotoServer]:
    """moto's server; `moto_server.account()` is an empty one for a test."""
    yield from _running(moto_process())


def _running(engine: AbstractContextManager[E]) -> Iterator[E]:
    try:
        started = engine.__enter__()
    except EngineMissing as missing:
        pytest.skip(str(missing))
    try:
        yield started
    finally:
        engine.__exit__(None, None, None)
