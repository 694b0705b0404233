"""Virtual environments for what is measured beside Vexil, each with its own locked requirements."""

import shutil
import subprocess
import sys
from pathlib import Path

from rich.console import Console

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".cache" / "loadtest"


class NotInstallable(Exception):
    """The requirements could not be installed; the message says what the installer said last."""


def python_for(name: str, requirements: Path, console: Console) -> Path:
    """The interpreter of an environment that holds exactly these requirements; made when it is not there."""
    home = CACHE / name
    python = home / "bin" / "python"
    installed = home / "requirements.txt"
    if installed.exists() and installed.read_bytes() == requirements.read_bytes():
        return python
    console.print(f"installing {name} into {home.relative_to(ROOT)} …")
    shutil.rmtree(home, ignore_errors=True)
    uv = shutil.which("uv", path=str(ROOT / ".tools/bin")) or shutil.which("uv")
    if uv:
        _run(uv, "venv", "-q", "--python", sys.executable, str(home))
        _run(uv, "pip", "install", "-q", "--require-hashes", "--python", str(python), "-r", str(requirements))
    else:
        _run(sys.executable, "-m", "venv", str(home))
        _run(str(python), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(requirements))
    shutil.copyfile(requirements, installed)
    return python


def _run(*command: str) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise NotInstallable((done.stderr.strip().splitlines() or ["no message"])[-1])
