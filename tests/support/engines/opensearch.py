"""One node of OpenSearch, for what its bulk API really answers."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.request import Request, urlopen

from tests.support.engines.maven import Artifact
from tests.support.engines.missing import require_program
from tests.support.engines.process import EngineProcess, engine_process

ARTIFACT = Artifact("opensearch", "OpenSearch")

_SECONDS = 60.0


class OpenSearch:
    """The node. Tests share it: each takes an index of its own."""

    def __init__(self, port: int, process: EngineProcess) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.process = process

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """What it answers to a request; raises urllib.error.HTTPError for a refusal."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(f"{self.address}{path}", data, headers, method=method)
        with urlopen(request, timeout=_SECONDS) as response:
            return json.load(response)

    def documents(self, index: str) -> dict[str, tuple[int, dict[str, Any]]]:
        """The index's documents by id, each after how often it was written."""
        self.ask("POST", f"/{index}/_refresh")
        found = self.ask("GET", f"/{index}/_search?version=true&size=1000")["hits"]["hits"]
        return {hit["_id"]: (hit["_version"], hit["_source"]) for hit in found}


@contextmanager
def opensearch_node() -> Iterator[OpenSearch]:
    """A node on a free port, with nothing in it; raises EngineMissing where it can't be had."""
    java = require_program("java", "a JDK 17 or newer (https://adoptium.net; Debian: openjdk-17-jdk)")
    jars = ARTIFACT.libraries()
    with tempfile.TemporaryDirectory(prefix="vexil-opensearch-") as data:
        command = [
            *(java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m"),
            *("-cp", f"{jars}:{jars}/*", "Launcher", "0", data),
        ]
        with engine_process(command, r"^listening (\d+)$") as (process, ready):
            yield OpenSearch(int(ready[1]), process)
