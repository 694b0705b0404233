"""DynamoDB Local: fetched once from Maven Central, each file compared with its pinned hash."""

import hashlib
import subprocess
from pathlib import Path

from tests.support.engines.fetching import fetched
from tests.support.engines.missing import EngineMissing, require_program

SOURCE = Path(__file__).parents[3] / "tools" / "dynamodb-local"
"""Where its `pom.xml`, its hashes and its launcher are."""

_LONGEST_FETCH = 600.0
"""Seconds for about 50 MB and the Maven plugin that copies them."""


def libraries() -> Path:
    """The directory with the engine's jars and launcher; raises EngineMissing when they can't be had."""
    sums, launcher = SOURCE / "SHA256SUMS", SOURCE / "Launcher.java"

    def install(folder: Path) -> None:
        _fetch(folder)
        _verify(folder, sums)
        _compile(folder, launcher)

    return fetched("dynamodb-local", [sums, launcher], install)


def _fetch(target: Path) -> None:
    maven = require_program("mvn", "Maven (https://maven.apache.org; Debian: apt install maven)")
    # -C: Maven refuses what differs from the repository's own checksum.
    command = [maven, "-B", "-q", "-C", "-f", str(SOURCE / "pom.xml"), "dependency:copy-dependencies"]
    options = [f"-DoutputDirectory={target}", "-DincludeScope=runtime"]
    done = subprocess.run(
        [*command, *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_LONGEST_FETCH,
        check=False,
    )
    if done.returncode != 0:
        words = next((line for line in done.stdout.splitlines() if "ERROR" in line), "it gave no reason")
        raise EngineMissing(f"Maven can't fetch DynamoDB Local; is Maven Central reachable? {words[:300]}")


def _compile(folder: Path, launcher: Path) -> None:
    """Once here, since Java would compile it at every start."""
    compiler = require_program("javac", "a JDK 17 or newer (https://adoptium.net; Debian: openjdk-17-jdk)")
    subprocess.run([compiler, "-cp", f"{folder}/*", "-d", str(folder), str(launcher)], check=True)


def _verify(folder: Path, sums: Path) -> None:
    """Raises RuntimeError unless the folder holds exactly the pinned files."""
    pinned = {
        name: digest for digest, name in (line.split(maxsplit=1) for line in sums.read_text().splitlines())
    }
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    wrong = sorted(name for name in pinned.keys() | found.keys() if pinned.get(name) != found.get(name))
    if wrong:
        raise RuntimeError(f"not what {sums.name} says: {', '.join(wrong)}; nothing was installed")
