import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.e2e.cli import Cli
from tests.support.server import server_process

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def import_target() -> Iterator[str]:
    """A server to import into."""
    with server_process() as server:
        yield server.target


@pytest.fixture
def cli(import_target: str, tmp_path: Path) -> Cli:
    """The command line in a namespace that does not exist yet."""
    return Cli(import_target, tmp_path, f"contact-centre-{next(_numbers)}")


def at_aws(cli: Cli, variables: Mapping[str, str]) -> Cli:
    """The same command line, which finds AWS there and nowhere else."""
    nowhere = {"AWS_CONFIG_FILE": str(cli.directory / "none"), "AWS_EC2_METADATA_DISABLED": "true"}
    return Cli(cli.target, cli.directory, cli.namespace, variables={**nowhere, **variables})
