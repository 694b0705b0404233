"""Engines from Maven Central: fetched once, each file compared with its pinned hash, launcher compiled."""

import hashlib
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.engines.fetching import fetched
from tests.support.engines.missing import EngineMissing, require_program

_TOOLS = Path(__file__).parents[3] / "tools"

_LONGEST_FETCH = 600.0
"""Seconds for about 50 MB and the Maven plugin that copies them."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """An engine with a `pom.xml`, hashes and a launcher in `tools/NAME`; `title` is what people call it."""

    name: str
    title: str

    @property
    def source(self) -> Path:
        """Where these files are."""
        return _TOOLS / self.name

    def libraries(self) -> Path:
        """The directory with the engine's jars and launcher; raises EngineMissing when they can't be had."""
        sums, launcher = self.source / "SHA256SUMS", self.source / "Launcher.java"

        def install(folder: Path) -> None:
            self._fetch(folder)
            _verify(folder, sums)
            _compile(folder, launcher)

        return fetched(self.name, [sums, launcher], install)

    def _fetch(self, target: Path) -> None:
        maven = require_program("mvn", "Maven (https://maven.apache.org; Debian: apt install maven)")
        pom = str(self.source / "pom.xml")
        # -C: Maven refuses what differs from the repository's own checksum.
        command = [maven, "-B", "-q", "-C", "-f", pom, "dependency:copy-dependencies"]
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
            raise EngineMissing(f"Maven can't fetch {self.title}; is Maven Central reachable? {words[:300]}")


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
