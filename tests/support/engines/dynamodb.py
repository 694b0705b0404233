"""DynamoDB's own local engine, in memory unless a directory is given."""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.engines.maven import Artifact
from tests.support.engines.missing import require_program
from tests.support.engines.process import EngineProcess, engine_process
from vexil.server.stores.dynamodb.sessions import open_session

if TYPE_CHECKING:
    from botocore.config import Config
    from mypy_boto3_dynamodb import DynamoDBClient

ARTIFACT = Artifact("dynamodb-local", "DynamoDB Local")

REGION = "eu-central-1"
"""The region where a test does not care."""


@dataclass(frozen=True, slots=True)
class Database:
    """One database of the engine: nobody with another access key or region sees its tables.

    Access keys are of letters and digits only; the engine does not look at the secret.
    """

    endpoint: str
    region: str = REGION
    access_key: str = "local"
    secret_key: str = "local"

    def variables(self) -> Mapping[str, str]:
        """What AWS's libraries and command lines read from the environment."""
        return {
            "AWS_ENDPOINT_URL_DYNAMODB": self.endpoint,
            "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": self.endpoint,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
        }

    def client(self, config: "Config | None" = None) -> "DynamoDBClient":
        """A client of it; whoever asks for it closes it."""
        session = open_session(
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name=self.region,
        )
        return session.client("dynamodb", endpoint_url=self.endpoint, config=config)


class DynamoDB:
    """The engine."""

    def __init__(self, endpoint: str, process: EngineProcess) -> None:
        self.endpoint = endpoint
        self.process = process
        self._numbers = itertools.count(1)

    def database(self, region: str = REGION) -> Database:
        """An empty database, like an account of its own."""
        return Database(self.endpoint, region, f"test{next(self._numbers)}")

    def databases(self, *regions: str) -> Mapping[str, Database]:
        """Empty databases of one account in these regions, by region; nothing is replicated among them."""
        key = f"test{next(self._numbers)}"
        return {region: Database(self.endpoint, region, key) for region in regions}


@contextmanager
def dynamodb_local(
    port: int = 0, directory: Path | None = None, *, brief: bool = False
) -> Iterator[DynamoDB]:
    """The engine on that port, 0: a free one; raises EngineMissing where it can't be had.

    `directory` is where it keeps its files, which another start finds; None: it forgets all when it ends.
    `brief`: it is for some minutes, in which Java's second compiler takes more time than it saves; a suite
    takes half as much of the processor without.
    """
    java = require_program("java", "a JDK 17 or newer (https://adoptium.net; Debian: openjdk-17-jdk)")
    jars = ARTIFACT.libraries()
    storage = ["-inMemory"] if directory is None else ["-dbPath", str(directory)]
    command = [
        *(java, "-XX:+UseSerialGC", *(["-XX:TieredStopAtLevel=1"] if brief else ())),
        *(f"-Djava.library.path={jars}", "-cp", f"{jars}:{jars}/*"),
        *("Launcher", str(port), "-disableTelemetry", *storage),
    ]
    with engine_process(command, r"^listening (\d+)$") as (process, ready):
        yield DynamoDB(f"http://127.0.0.1:{ready[1]}", process)
