"""Clients and tools for these tests, built or fetched once into `.cache/interop`; versions are locked.

A test whose toolchain or registry can't be had is skipped, and says what is missing. What does not compile is
a failure.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

Command = Sequence[str]

CLIENTS = Path(__file__).parent / "clients"
CACHE = Path(__file__).parents[2] / ".cache" / "interop"

_LONGEST_BUILD = 600.0
"""Seconds; Rust takes two minutes on a slow machine."""


def go_client() -> Command:
    """grpc-go."""
    _need("go", "Go (https://go.dev/dl)")

    def build(source: Path, target: Path) -> None:
        _fetch(["go", "mod", "download"], source)
        _build(["go", "build", "-mod=readonly", "-o", str(target / "caller"), "."], source)

    return [str(_built("go", build) / "caller")]


def java_client() -> Command:
    """grpc-java."""
    _need("java", "Java 17 or newer")
    _need("mvn", "Maven (https://maven.apache.org)")

    def build(source: Path, target: Path) -> None:
        goal = ["dependency:copy-dependencies", f"-DoutputDirectory={target}", "-DincludeScope=runtime"]
        _fetch(["mvn", "-B", "-q", *goal], source)

    libraries = _built("java", build)
    return ["java", "-cp", f"{libraries}/*", str(CLIENTS / "java" / "Caller.java")]


def node_client() -> Command:
    """@grpc/grpc-js."""
    _need("node", "Node.js 20 or newer")
    _need("npm", "npm")

    def build(source: Path, target: Path) -> None:
        shutil.copytree(source, target, dirs_exist_ok=True)
        _fetch(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], target)

    return ["node", str(_built("node", build) / "main.js")]


def rust_client() -> Command:
    """tonic."""
    _need("cargo", "Rust (https://rustup.rs)")

    def build(source: Path, target: Path) -> None:
        _fetch(["cargo", "fetch", "--locked"], source)
        _build(["cargo", "build", "--quiet", "--locked", "--target-dir", str(target)], source)

    return [str(_built("rust", build) / "debug" / "vexil-interop")]


def go_tool(package: str, version: str) -> Command:
    """A program that `go install` makes."""
    _need("go", "Go (https://go.dev/dl)")
    name = package.rsplit("/", 1)[-1]
    target = CACHE / f"{name}-{version}"
    if not target.is_dir():
        _fetch(["go", "install", f"{package}@{version}"], CLIENTS, GOBIN=str(_scratch(target)))
        _scratch_of(target).rename(target)
    return [str(target / name)]


def installed(program: str, package: str) -> Command:
    """A program of the machine."""
    _need(program, package)
    return [program]


def _built(name: str, build: Callable[[Path, Path], None]) -> Path:
    """Where the client is; built where it was not, or was built from something else."""
    source = CLIENTS / name
    target = CACHE / f"{name}-{_digest(source)}"
    if not target.is_dir():
        build(source, _scratch(target))
        _scratch_of(target).rename(target)
    return target


def _scratch(target: Path) -> Path:
    scratch = _scratch_of(target)
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    return scratch


def _scratch_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.building")


def _digest(source: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(source.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _need(program: str, what: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed; install {what}")


def _fetch(command: Command, folder: Path, **variables: str) -> None:
    done = _run(command, folder, variables)
    if done.returncode != 0:
        reason = (done.stderr or done.stdout).strip().splitlines()[-1:]
        pytest.skip(f"`{' '.join(command[:3])}` needs its registry, and failed: {reason}")


def _build(command: Command, folder: Path) -> None:
    done = _run(command, folder, {})
    assert done.returncode == 0, done.stderr


def _run(command: Command, folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_LONGEST_BUILD,
        check=False,
    )
