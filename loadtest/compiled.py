"""Compiled programs, in Go and Rust: built when they are not there or their sources changed."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from loadtest.environments import CACHE, ROOT, NotInstallable

HERE = Path(__file__).parent


def compiled_client(console: Console) -> Path:
    """`loadtest/client`: streams and calls, and servers on grpc-go.

    Raises NotInstallable where it can't be built, with what to do about that.
    """
    go = shutil.which("go")
    if go is None:
        raise NotInstallable("Go is not installed: take 1.24 or newer from your system or https://go.dev/dl")
    program = CACHE / "client" / "client"
    flags = ["-mod=readonly", "-trimpath", "-buildvcs=false"]
    return _built(program, HERE / "client", [go, "build", *flags, "-o", str(program), "."], console)


def empty_tonic(console: Console) -> Path:
    """`loadtest/tonic`: a server on tonic. Raises NotInstallable as `compiled_client` does."""
    cargo = shutil.which("cargo")
    if cargo is None:
        raise NotInstallable("cargo is not installed: take Rust 1.88 or newer from https://rustup.rs")
    target = CACHE / "tonic"
    command = [cargo, "build", "--quiet", "--release", "--locked", "--target-dir", str(target)]
    return _built(target / "release" / "empty-tonic", HERE / "tonic", command, console)


def _built(program: Path, sources: Path, command: Sequence[str], console: Console) -> Path:
    """The program that the command, run where the sources are, makes of them."""
    digest = _digest(sources)
    built = program.parent / "sources.sha256"
    if program.exists() and built.exists() and built.read_text() == digest:
        return program
    console.print(f"building {program.relative_to(ROOT)} …")
    program.parent.mkdir(parents=True, exist_ok=True)
    environ = {name: value for name, value in os.environ.items() if name != "GOFLAGS"}
    done = subprocess.run(command, cwd=sources, env=environ, check=False, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise NotInstallable(f"{Path(command[0]).name} {command[1]}: {said}")
    built.write_text(digest)
    return program


def _digest(sources: Path) -> str:
    """Differs when a source does."""
    digest = hashlib.sha256()
    for path in sorted(path for path in sources.rglob("*") if path.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(sources)} {len(content)}\n".encode() + content)
    return digest.hexdigest()
