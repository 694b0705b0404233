"""The compiled client: `loadtest/client`, a Go program, built when it is not there or its sources changed."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from rich.console import Console

from loadtest.environments import CACHE, ROOT, NotInstallable

SOURCES = Path(__file__).parent / "client"


def compiled_client(console: Console) -> Path:
    """The program. Raises NotInstallable where it can't be built, with what to do about that."""
    go = shutil.which("go")
    if go is None:
        raise NotInstallable("Go is not installed: take 1.24 or newer from your system or https://go.dev/dl")
    digest = _digest()
    home = CACHE / "client"
    program, built = home / "client", home / "sources.sha256"
    if program.exists() and built.exists() and built.read_text() == digest:
        return program
    console.print(f"building {program.relative_to(ROOT)} …")
    home.mkdir(parents=True, exist_ok=True)
    flags = "-mod=readonly -trimpath -buildvcs=false"
    done = subprocess.run(
        [go, "build", "-o", str(program), "."],
        cwd=SOURCES,
        env={**os.environ, "GOFLAGS": flags},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise NotInstallable(f"go build: {(done.stderr.strip().splitlines() or ['no message'])[-1]}")
    built.write_text(digest)
    return program


def _digest() -> str:
    """Differs when a source does."""
    digest = hashlib.sha256()
    for path in sorted(SOURCES.iterdir()):
        digest.update(f"{path.name} {path.stat().st_size}\n".encode() + path.read_bytes())
    return digest.hexdigest()
