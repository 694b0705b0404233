import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.cli import MANIFEST, Cli
from tests.support.any_client import AnyClientFactory, clients
from tests.support.server import server_process
from tests.support.shop import Shop

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables that let processes share compiled modules where none may be kept beside the sources."""
    if not os.environ.get("PYTHONDONTWRITEBYTECODE"):
        return {}
    return {
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(tmp_path_factory.mktemp("compiled")),
    }


@pytest.fixture(scope="session")
def server_target() -> Iterator[str]:
    """A server for all tests of commands, which each work in a namespace of their own."""
    with server_process() as server:
        yield server.target


@pytest.fixture
def empty_cli(server_target: str, tmp_path: Path, compiled: dict[str, str]) -> Cli:
    """The command line in a namespace that does not exist yet."""
    return Cli(server_target, tmp_path, f"shop-{next(_numbers)}", variables=compiled)


@pytest.fixture
def cli(empty_cli: Cli) -> Cli:
    """The command line in a namespace that holds MANIFEST, at revision 2."""
    begin = ("namespace", "create", empty_cli.namespace, "--owner", "storefront")
    empty_cli(*begin, *(f"--with-environment={name}" for name in ("base", "staging:base", "prod:base")))
    empty_cli.apply(MANIFEST.format(namespace=empty_cli.namespace))
    return empty_cli


@pytest.fixture(params=["sync", "asyncio"])
def make(request: pytest.FixtureRequest) -> Iterator[AnyClientFactory]:
    """Makes clients of both kinds, which are closed with the test."""
    with clients(request.param) as factory:
        yield factory


@pytest.fixture(scope="module")
def target() -> Iterator[str]:
    """A server for the clients of a module."""
    with server_process() as server:
        yield server.target


@pytest.fixture
def shop(target: str) -> Iterator[Shop]:
    """A namespace for one test."""
    with Shop(target, f"shop-{next(_numbers)}") as made:
        made.create()
        yield made
