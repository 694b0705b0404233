"""The engines as fixtures: started by the first test that asks, shared by the session's others."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path
from typing import Protocol, TypeVar

import pytest

from tests.support.engines import dynamodb as dynamodb_engine
from tests.support.engines import opensearch as opensearch_engine
from tests.support.engines.dynamodb import DynamoDB, dynamodb_local
from tests.support.engines.lambda_install import emulator
from tests.support.engines.lambda_runtime import LambdaRuntime, lambda_runtime
from tests.support.engines.missing import EngineMissing
from tests.support.engines.moto import MotoServer, moto_process
from tests.support.engines.opensearch import OpenSearch, opensearch_node
from tests.support.engines.redis import RedisServer, redis_process

E = TypeVar("E")

_FETCHED = {
    "dynamodb": dynamodb_engine.ARTIFACT.libraries,
    "opensearch": opensearch_engine.ARTIFACT.libraries,
    "run_lambda": emulator,
}


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fetches the engines that a test will ask for, before any test's time begins to run."""
    if session.config.option.collectonly:
        return
    asked = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    for fixture, fetch in _FETCHED.items():
        # Whoever asks for what is missing is then skipped, and told what.
        with suppress(EngineMissing):
            if fixture in asked:
                fetch()


@pytest.fixture(scope="session")
def dynamodb() -> Iterator[DynamoDB]:
    """DynamoDB Local; `dynamodb.database()` is an empty one for a test."""
    yield from _running(dynamodb_local(brief=True))


@pytest.fixture(scope="session")
def opensearch() -> Iterator[OpenSearch]:
    """A node of OpenSearch. Tests share it: each takes an index of its own."""
    yield from _running(opensearch_node())


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A redis-server. Tests share it: they use channels and keys of their own."""
    yield from _running(redis_process())


@pytest.fixture(scope="session")
def moto_server() -> Iterator[MotoServer]:
    """moto's server; `moto_server.account()` is an empty one for a test."""
    yield from _running(moto_process())


class RunLambda(Protocol):
    """Starts a Lambda function, which runs until the test ends; see `lambda_runtime`."""

    def __call__(
        self,
        handler: str,
        environment: Mapping[str, str] | None = None,
        timeout: int = 8,
        code: Path | None = None,
    ) -> LambdaRuntime: ...


@pytest.fixture
def run_lambda() -> Iterator[RunLambda]:
    """Starts Lambda functions on AWS's runtime, each in an emulator of its own."""
    with ExitStack() as stack:

        def run(
            handler: str,
            environment: Mapping[str, str] | None = None,
            timeout: int = 8,
            code: Path | None = None,
        ) -> LambdaRuntime:
            try:
                return stack.enter_context(lambda_runtime(handler, environment, timeout, code))
            except EngineMissing as missing:
                pytest.skip(str(missing))

        yield run


def _running(engine: AbstractContextManager[E]) -> Iterator[E]:
    try:
        started = engine.__enter__()
    except EngineMissing as missing:
        pytest.skip(str(missing))
    try:
        yield started
    finally:
        engine.__exit__(None, None, None)
